/** The materials: one large, or two versions side by side; zoomed, turned, judged, asked for anew. */
import { html, nothing, render } from "lit";
import { byId } from "portal/dom.js";
import { language, t } from "portal/i18n.js";
import { toast } from "portal/toast.js";
import { glyph } from "../glyph.js";
import { cited } from "./cited.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */
/** @typedef {{code: string, version: string, zoom: number, turn: number, compare: boolean, judging: boolean}} Look */

const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3, 4];
const FIT = 1;

/** @param {ReviewState} state */
export function showViewer(state) {
  const pane = byId("viewer-pane");
  /** @type {Look} */
  const look = { code: "", version: "", zoom: FIT, turn: 0, compare: false, judging: false };
  const paint = () => render(viewer(state, look, paint), pane);
  state.addEventListener("change", paint);
  pane.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element) || event.target.matches("input, select, textarea")) return;
    if (event.key === "+" || event.key === "=") step(look, 1);
    else if (event.key === "-") step(look, -1);
    else if (event.key === "r") look.turn = (look.turn + 90) % 360;
    else return;
    paint();
  });
  paint();
}

/** @param {ReviewState} state @param {Look} look @param {() => void} paint */
function viewer(state, look, paint) {
  const all = state.case?.materials ?? [];
  if (!state.case) return html`<div class="empty">${glyph("documents")}<strong>${state.caseId ? t("Loading the case") : t("No case belongs to this call yet")}</strong>${state.caseId ? nothing : html`<span>${t("The clerk may attach one at any time.")}</span>`}</div>`;
  const shown = all.find((/** @type {any} */ one) => one.code === look.code) ?? all.find((/** @type {any} */ one) => one.versions.length) ?? all[0];
  if (!shown) return html`<div class="empty">${glyph("documents")}<strong>${t("This item asks for no materials")}</strong></div>`;
  const version = shown.versions.find((/** @type {any} */ one) => one.id === look.version) ?? shown.versions[0];
  const older = version ? shown.versions.find((/** @type {any} */ one) => one.version < version.version) : undefined;
  return html`
    <div class="viewer-tabs" role="group" aria-label="${t("Materials")}">${all.map((/** @type {any} */ one) => tab(one, shown, look, paint))}</div>
    ${version ? stage(state, shown, version, look.compare ? older : undefined, look) : missing(state, shown)}
    ${version ? tools(state, shown, version, Boolean(older), look, paint) : nothing}
  `;
}

/** @param {any} one @param {any} shown @param {Look} look @param {() => void} paint */
function tab(one, shown, look, paint) {
  const newest = one.versions[0];
  const mark = !newest ? (one.required ? "alert" : "minus") : newest.check === "good" ? "check-circle" : newest.check === "faulty" ? "alert" : "document";
  const tone = !newest ? (one.required ? "bad" : "") : newest.check === "good" ? "ok" : newest.check === "faulty" ? "warn" : "";
  return html`<button type="button" class="viewer-tab" data-material="${one.code}" data-tone="${tone}" aria-pressed="${one === shown}"
    @click=${() => {
      Object.assign(look, { code: one.code, version: "", zoom: FIT, turn: 0, compare: false, judging: false });
      paint();
    }}>${glyph(mark)}<span>${name(one)}</span>${newest ? html`<span class="grade" data-tone="${{ A: "ok", B: "brand", C: "warn", D: "info" }[/** @type {"A"} */ (newest.grade)]}">${newest.grade}</span>` : nothing}</button>`;
}

/** @param {ReviewState} state @param {any} shown @param {any} version @param {any} older @param {Look} look */
function stage(state, shown, version, older, look) {
  return html`<div class="viewer-stage${older ? " is-pair" : ""}">${[older, version].filter(Boolean).map(
    (one) => html`<figure class="sheet" data-version="${one.version}">
      ${older ? html`<figcaption>${t("Version %(number)s", { number: one.version })} · ${clock(one.added_ms)}</figcaption>` : nothing}
      ${one.media_type === "application/pdf"
        ? html`<iframe class="sheet-pdf" title="${name(shown)}" src="${source(state, one)}#zoom=page-width"></iframe>`
        : html`<div class="sheet-scroll" tabindex="0" role="group" aria-label="${name(shown)}"><img class="sheet-picture" alt="${name(shown)}" src="${source(state, one)}" .style=${`--zoom: ${look.zoom}; --turn: ${look.turn}deg`} data-turned="${look.turn % 180 ? "" : nothing}"></div>`}
    </figure>`,
  )}</div>`;
}

/** @param {ReviewState} state @param {any} shown */
function missing(state, shown) {
  return html`<div class="viewer-stage"><div class="empty">${glyph("camera")}<strong>${t("Not here yet")}</strong><span>${shown.note || (shown.basis ? cited(shown.basis) : "")}</span>${askStill(state, shown)}</div></div>`;
}

/** @param {ReviewState} state @param {any} shown @param {any} version @param {boolean} comparable @param {Look} look @param {() => void} paint */
function tools(state, shown, version, comparable, look, paint) {
  const picture = version.media_type !== "application/pdf";
  const change = (/** @type {Partial<Look>} */ to) => () => {
    Object.assign(look, to);
    paint();
  };
  const tool = (/** @type {string} */ label, /** @type {string} */ icon, /** @type {() => void} */ run, /** @type {string} */ action, pressed = false) =>
    html`<button type="button" class="button button-small button-icon" title="${label}" aria-label="${label}" data-action="${action}" aria-pressed="${pressed}" @click=${run}>${glyph(icon)}</button>`;
  return html`<div class="viewer-tools">
    ${picture
      ? html`${tool(t("Smaller"), "zoom-out", () => (step(look, -1), paint()), "zoom-out")}<span class="figures viewer-zoom">${Math.round(look.zoom * 100)}%</span>${tool(t("Larger"), "zoom-in", () => (step(look, 1), paint()), "zoom-in")}${tool(t("Turn"), "rotate", change({ turn: (look.turn + 90) % 360 }), "rotate")}`
      : html`<a class="button button-small" href="${source(state, version)}" target="_blank" rel="noopener">${t("Open apart")}</a>`}
    ${shown.versions.length > 1
      ? html`<select class="input viewer-version" aria-label="${t("Version")}" @change=${(/** @type {Event} */ event) => change({ version: /** @type {HTMLSelectElement} */ (event.target).value })()}>
          ${shown.versions.map((/** @type {any} */ one) => html`<option value="${one.id}" ?selected=${one.id === version.id}>${t("Version %(number)s", { number: one.version })} · ${clock(one.added_ms)}</option>`)}</select>`
      : nothing}
    ${comparable || look.compare ? tool(t("Compare with the version before"), "compare", change({ compare: !look.compare }), "compare", look.compare) : nothing}
    <span class="viewer-source muted">${state.page.words.sources[version.source] ?? version.source} · ${clock(version.added_ms)}${version.pages > 1 ? ` · ${t("%(pages)s pages", { pages: version.pages })}` : ""}</span>
    ${state.mine && shown.basis ? judge(state, shown, version, look, paint) : nothing}
  </div>`;
}

/** @param {ReviewState} state @param {any} shown @param {any} version @param {Look} look @param {() => void} paint */
function judge(state, shown, version, look, paint) {
  const faulty = version.check === "faulty";
  return html`<span class="viewer-judge">
    ${askStill(state, shown)}
    ${look.judging
      ? html`<select class="input viewer-version" data-action="fault" aria-label="${t("What is wrong?")}" @change=${async (/** @type {Event} */ event) => {
          const fault = /** @type {HTMLSelectElement} */ (event.target).value;
          look.judging = false;
          if (fault) await state.checkMaterial(version.id, "faulty", fault);
          paint();
        }}><option value="">${t("What is wrong?")}</option>${state.page.words.returns.map((/** @type {[string, string]} */ [code, words]) => html`<option value="${code}">${words}</option>`)}</select>`
      : html`<button type="button" class="button button-small" data-action="material-faulty" aria-pressed="${faulty}" ?disabled=${state.acting !== ""} @click=${() => {
          look.judging = true;
          paint();
        }}>${glyph("alert")}<span>${faulty ? t("Marked: a problem") : t("A problem")}</span></button>`}
    <button type="button" class="button button-small" data-action="material-good" aria-pressed="${version.check === "good"}" ?disabled=${state.acting !== ""} @click=${() => state.checkMaterial(version.id, "good")}>${glyph("check")}<span>${version.check === "good" ? t("Marked: good") : t("Good")}</span></button>
  </span>`;
}

/** @param {ReviewState} state @param {any} shown */
function askStill(state, shown) {
  if (!state.inCall || !state.mine) return nothing;
  return html`<button type="button" class="button button-small" data-action="ask-still" ?disabled=${state.acting !== ""} @click=${async () => {
    await state.mark("still_asked", shown.code);
    toast(t("The window was asked for a new photograph"), "ok", name(shown));
  }}>${glyph("camera")}<span>${t("Ask for a new photograph")}</span></button>`;
}

/** @param {Look} look @param {1 | -1} by */
function step(look, by) {
  const at = ZOOMS.findIndex((zoom) => zoom >= look.zoom);
  look.zoom = ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, at + by))] ?? FIT;
}

/** @param {ReviewState} state @param {any} version */
function source(state, version) {
  return `${state.path(`/materials/${version.id}`)}?door=reviewer`;
}

/** @param {any} material */
export function name(material) {
  if (material.code === "application_signature") return t("Signature on the application");
  if (material.code === "receipt_signature") return t("Signature for the receipt");
  return material.name;
}

/** @param {number} ms */
function clock(ms) {
  return new Date(ms).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}
