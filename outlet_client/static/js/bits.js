/** Small pieces of page, as Lit templates in the house's classes (portal/templates/components). */
import { html, nothing, svg } from "lit";
import { guard } from "lit/directives/guard.js";
import { el, meta } from "portal/dom.js";
import { gradeWords } from "portal/grades.js";
import { t } from "portal/i18n.js";
import "portal/masked.js";

/** @param {string} name */
export function icon(name) {
  return svg`<svg class="icon" aria-hidden="true"><use href="${meta("yc-icons")}#${name}"></use></svg>`;
}

/**
 * @param {string} label
 * @param {string} iconName
 * @param {string} [tone]
 */
export function status(label, iconName, tone = "") {
  return html`<span class="status" data-tone=${tone || nothing}>${icon(iconName)}<span>${label}</span></span>`;
}

/**
 * What happened, what still works, what to do.
 * @param {{title: string, words?: string, tone?: string, code?: string, actions?: unknown, name?: string}} news
 */
export function banner(news) {
  const tone = news.tone ?? "info";
  const icons = /** @type {Record<string, string>} */ ({ ok: "check-circle", warn: "alert", bad: "alert", info: "info", brand: "bell" });
  return html`<div class="banner" data-tone=${tone} role=${tone === "bad" ? "alert" : "status"} data-banner=${news.name ?? nothing}>
    ${icon(icons[tone] ?? "info")}
    <div class="banner-words"><p class="banner-title">${news.title}</p>${news.words ? html`<p>${news.words}</p>` : nothing}</div>
    ${news.actions ? html`<div class="banner-actions">${news.actions}</div>` : nothing}
    ${news.code ? html`<span class="banner-code">${news.code}</span>` : nothing}
  </div>`;
}

/**
 * @typedef {{label: string | import("lit").TemplateResult, action: string, run: () => unknown, kind?: string, size?: string, icon?: string,
 *            disabled?: boolean, busy?: boolean, held?: boolean, id?: string, wide?: boolean}} Button
 *   `held`: cannot be pressed for the moment; it keeps the focus, which a disabled one would lose
 */

/** @param {Button} button */
export function button({ label, action, run, kind = "", size = "", icon: name = "", disabled = false, busy = false, held = false, id = "", wide = false }) {
  const classes = ["button", kind && `button-${kind}`, size && `button-${size}`, wide && "button-wide"].filter(Boolean).join(" ");
  return html`<button type="button" class=${classes} id=${id || nothing} data-action=${action} ?disabled=${disabled} aria-busy=${busy ? "true" : nothing} aria-disabled=${held ? "true" : nothing} @click=${held ? nothing : run}>${name ? icon(name) : nothing}<span>${label}</span></button>`;
}

/**
 * A button that gives an act: it shows that the act is under way, or that another one keeps it back.
 * @param {import("./acts.js").Acts} acts
 * @param {string} name of the act
 * @param {Button} what
 */
export function actButton(acts, name, what) {
  const run = () => (acts.acting ? undefined : what.run());
  return button({ ...what, run, busy: acts.shows(name), held: what.held || acts.holds(name) });
}

/** @param {string} grade */
export function gradeBadge(grade) {
  const words = gradeWords(grade);
  const tones = /** @type {Record<string, string>} */ ({ A: "ok", B: "brand", C: "warn", D: "info" });
  return html`<span class="grade" data-tone=${tones[grade] ?? ""} title=${words} role="img" aria-label=${words}>${grade}</span>`;
}

/** What the four letters mean, where they stand; a word on hover is no word on a touch screen. */
export function gradeLegend() {
  return html`<p class="grade-legend">${["A", "B", "C", "D"].map((grade) => html`<span>${gradeWords(grade)}</span>`)}</p>`;
}

/**
 * A masked value with its press-to-show button. The element owns what is inside it, so Lit only
 * makes it anew when value or address change.
 * @param {string} value
 * @param {string} reveal address of the act that reveals it; empty where nothing is hidden
 */
export function maskedValue(value, reveal) {
  if (!reveal) return value;
  return guard([value, reveal], () => {
    const made = document.createElement("yc-masked");
    made.dataset["reveal"] = reveal;
    made.append(el("span", { class: "masked-value" }, value));
    return made;
  });
}

/** Wall milliseconds as 10:05. @param {number | null | undefined} ms */
export function clockTime(ms) {
  if (!ms) return "";
  const at = new Date(ms);
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** Wall milliseconds as a date and a time. @param {number | null | undefined} ms */
export function dayTime(ms) {
  if (!ms) return "";
  const at = new Date(ms);
  return t("%(year)d-%(month)d-%(day)d %(time)s", { year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate(), time: clockTime(ms) });
}

/** A day as it is written out in China. @param {number} ms */
export function dayOf(ms) {
  return new Date(ms).toLocaleDateString(document.documentElement.lang || "zh-CN", { timeZone: "Asia/Shanghai", year: "numeric", month: "long", day: "numeric" });
}
