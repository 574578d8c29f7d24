/**
 * The recording light in words: one definition for every page (design.md: healthy = every required
 * track written, last durable segment at most 6 s old; the server says which).
 */
import { t } from "portal/i18n.js";
import { el } from "portal/dom.js";

/** @typedef {import("./call_session.js").Health} Health */
/** @typedef {import("./call_session.js").TrackHealth} TrackHealth */
/** @typedef {{tone: "ok" | "warn" | "bad", words: string}} Light */

/** A report that is older than this says nothing about now. */
const STALE_MS = 3_000;
/** What is odd about a track: the worst first. */
const WORST = Object.freeze(["black", "frozen", "dead", "still", "quiet"]);

/**
 * @param {Health | null} health
 * @param {{now?: number, recovering?: boolean}} [options]
 * @returns {Light}
 */
export function recordingLight(health, options = {}) {
  const now = options.now ?? performance.now();
  if (options.recovering) return { tone: "bad", words: t("Recording interrupted, being restored") };
  if (health === null) return { tone: "warn", words: t("Recording is starting") };
  if (now - health.heardAt > STALE_MS) return { tone: "bad", words: t("No news of the recording") };
  const odd = contentWords(health.tracks ?? []);
  if (!health.ok) return { tone: "bad", words: (isBlind(health) && odd) || t("Recording interrupted") };
  if (odd) return { tone: "warn", words: odd };
  const seconds = Math.max(1, Math.round((health.durable_ago_ms ?? 0) / 1000));
  return { tone: "ok", words: t("Recording well · saved %(seconds)s s ago", { seconds }) };
}

/**
 * Whether everything is recorded, and it is only that a camera of the citizen's side surely shows nothing.
 * @param {Health | null} health
 */
export function isBlind(health) {
  return health?.cause?.startsWith("content.") === true;
}

/** What is odd about what is recorded, in words; "" if nothing is. @param {TrackHealth[]} tracks */
function contentWords(tracks) {
  const odd = tracks.filter((one) => one.content).sort((a, b) => WORST.indexOf(a.content ?? "") - WORST.indexOf(b.content ?? ""));
  const first = odd[0];
  if (!first) return "";
  const whose = sourceWords(first);
  switch (first.content) {
    case "black":
      return t("%(whose)s: nothing to be seen, check whether the camera is covered", { whose });
    case "dead":
      return t("%(whose)s: no sound at all, check whether the microphone is off", { whose });
    case "quiet":
      return t("%(whose)s: no sound for long, check the microphone", { whose });
    default:
      return t("%(whose)s: the picture has not changed for long, check the camera", { whose });
  }
}

/** @param {TrackHealth} track */
function sourceWords(track) {
  const hall = track.seat === "hall";
  switch (track.source) {
    case "microphone":
      return hall ? t("Reviewer's microphone") : t("Counter's microphone");
    case "citizen_camera":
      return t("Citizen's camera");
    case "document_camera":
      return t("Document camera");
    default:
      return hall ? t("Reviewer's camera") : t("Clerk's camera");
  }
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
