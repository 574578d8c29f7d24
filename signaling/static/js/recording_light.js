/**
 * The recording light in words: one definition for every page (design.md: healthy = every required
 * track written, last durable segment at most 6 s old; the server says which).
 */
import { t } from "portal/i18n.js";
import { el } from "portal/dom.js";

/** @typedef {import("./call_session.js").Health} Health */
/** @typedef {{tone: "ok" | "warn" | "bad", words: string}} Light */

/** A report that is older than this says nothing about now. */
const STALE_MS = 4_000;

/**
 * @param {Health | null} health
 * @param {{now?: number, recovering?: boolean}} [options]
 * @returns {Light}
 */
export function recordingLight(health, options = {}) {
  const now = options.now ?? performance.now();
  if (options.recovering) return { tone: "bad", words: t("Recording interrupted, being restored") };
  if (health === null) return { tone: "warn", words: t("Recording is starting") };
  if (now - health.heardAt > STALE_MS) return { tone: "warn", words: t("No news of the recording") };
  if (!health.ok) return { tone: "bad", words: t("Recording interrupted") };
  const seconds = Math.max(1, Math.round((health.durable_ago_ms ?? 0) / 1000));
  return { tone: "ok", words: t("Recording well · saved %(seconds)s s ago", { seconds }) };
}

/** `<yc-recording>`: set the property `light`; keeps itself the same size while words change. */
class RecordingLight extends HTMLElement {
  /** @param {Light | null} light */
  set light(light) {
    this.hidden = light === null;
    if (light === null) return;
    this.className = "recording";
    this.dataset["tone"] = light.tone;
    if (!this.firstChild) {
      this.setAttribute("role", "status");
      this.append(el("i", { class: "recording-dot", "aria-hidden": "true" }), el("span", {}));
    }
    const words = /** @type {HTMLElement} */ (this.lastElementChild);
    if (words.textContent !== light.words) words.textContent = light.words;
  }
}

customElements.define("yc-recording", RecordingLight);
