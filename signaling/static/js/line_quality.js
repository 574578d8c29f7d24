/** `<yc-line>`: what a line is like, as bars and a word. Set the property `quality`. */
import { el } from "portal/dom.js";
import { t } from "portal/i18n.js";

/** @typedef {import("./call_session.js").Quality} Quality */

/**
 * @param {Quality | null | undefined} quality
 * @returns {{level: number, tone: "ok" | "warn" | "bad" | "", words: string}}
 */
export function lineQuality(quality) {
  switch (quality?.level) {
    case "good":
      return { level: 4, tone: "ok", words: t("Line good") };
    case "fair":
      return { level: 3, tone: "ok", words: t("Line fair") };
    case "poor":
      return { level: 2, tone: "warn", words: t("Line poor") };
    case "bad":
      return { level: 1, tone: "bad", words: t("Line bad") };
    default:
      return { level: 0, tone: "", words: t("Line being measured") };
  }
}

class LineQuality extends HTMLElement {
  /** @param {Quality | null | undefined} quality */
  set quality(quality) {
    const { level, tone, words } = lineQuality(quality);
    this.className = "line-quality-word";
    if (!this.firstChild) {
      const bars = el("span", { class: "line-quality", "aria-hidden": "true" }, ...[1, 2, 3, 4].map(() => el("i")));
      this.append(bars, el("span", {}));
    }
    const bars = /** @type {HTMLElement} */ (this.firstElementChild);
    bars.dataset["level"] = String(level);
    bars.dataset["tone"] = tone;
    const word = /** @type {HTMLElement} */ (this.lastElementChild);
    if (word.textContent !== words) word.textContent = words;
    if (quality) this.title = `${quality.up_kbps} / ${quality.down_kbps} kbit/s${quality.rtt_ms ? `, ${quality.rtt_ms} ms` : ""}`;
  }
}

customElements.define("yc-line", LineQuality);
