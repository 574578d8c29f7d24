/** The materials: one large, or two versions side by side; zoomed, turned, judged, asked for anew. */
import { html, nothing, render } from "lit";
import { byId } from "portal/dom.js";
import { gradeWords } from "portal/grades.js";
import { language, t } from "portal/i18n.js";
import { toast } from "portal/toast.js";
import { glyph } from "../glyph.js";
import { cited } from "./cited.js";
import { pagesOf, stateOf, versionsOf } from "./pages.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */
/** @typedef {{code: string, page: number, version: string, zoom: number, turn: number, compare: boolean, judging: boolean}} Look */

const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3, 4];
const FIT = 1;
const ANEW = Object.freeze({ version: "", zoom: FIT, turn: 0, compare: false, judging: false });

/** @param {ReviewState} state */
export function showViewer(state) {
  const pane = byId("viewer-pane");
  /** @type {Look} */
  const look = { code: "", page: 1, ...ANEW };
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
  const pages = pagesOf(shown);
  const here = pages.find((one) => one.page === look.page) ?? pages[0];
  const versions = versionsOf(shown, here?.page ?? 1);
  const version = versions.find((one) => one.id === look.version) ?? versions[0];
  const older = version ? versions.find((one) => one.version < version.version) : undefined;
  return html`
    <div class="viewer-tabs" role="group" aria-label="${t("Materials")}">${all.map((/** @type {any} */ one) => tab(one, shown, look, paint))}</div>
    ${promiseOf(shown)}
    ${version ? stage(state, shown, version, look.compare ? older : undefined, look) : missing(state, shown)}
    ${version || pages.length > 1 ? html`<div class="viewer-tools">${pages.length > 1 ? pageChoice(pages, here, look, paint) : nothing}${version ? tools(state, shown, { version, versions, older }, look, paint) : nothing}</div>` : nothing}
  `;
}

/** @param {any} one @param {any} shown @param {Look} look @param {() => void} paint */
function tab(one, shown, look, paint) {
  const newest = one.versions[0];
  const [mark, tone, words] = markOf(one);
  return html`<button type="button" class="viewer-tab" data-material="${one.code}" data-state="${stateOf(one)}" data-tone="${tone}" aria-pressed="${one === shown}"
    @click=${() => {
      Object.assign(look, ANEW, { code: one.code, page: 1 });
      paint();
    }}>${glyph(mark)}<span>${name(one)}</span>${words ? html`<small>${words}</small>` : nothing}${newest ? html`<span class="grade" data-tone="${{ A: "ok", B: "brand", C: "warn", D: "info" }[/** @type {"A"} */ (newest.grade)]}">${newest.grade}</span>` : nothing}</button>`;
}

/** Icon, tone and word of a tab: what was said of the material so far. @param {any} one @returns {[string, string, string]} */
function markOf(one) {
  switch (stateOf(one)) {
    case "absent":
      return one.required ? ["alert", "bad", t("Not here yet")] : ["minus", "", ""];
    case "missing":
      return ["alert", "bad", t("Pages are missing")];
    case "faulty":
      return ["alert", "warn", t("A problem")];
    case "good":
      return ["check-circle", "ok", t("Good")];
    default:
      return ["document", "", ""];
  }
}

/** @param {{page: number, newest: any}[]} pages @param {{page: number} | undefined} here @param {Look} look @param {() => void} paint */
function pageChoice(pages, here, look, paint) {
  return html`<span class="switch viewer-pages" role="group" aria-label="${t("Page")}">${pages.map(
    ({ page, newest }) => html`<button type="button" data-action="page" data-page="${page}" aria-pressed="${page === here?.page}" @click=${() => {
      Object.assign(look, ANEW, { page });
      paint();
    }}>${newest ? nothing : glyph("alert")}${t("Page %(page)s", { page })}</button>`,
  )}</span>`;
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

/** @param {ReviewState} state @param {any} shown @param {{version: any, versions: any[], older: any}} page @param {Look} look @param {() => void} paint */
function tools(state, shown, { version, versions, older }, look, paint) {
  const picture = version.media_type !== "application/pdf";
  const change = (/** @type {Partial<Look>} */ to) => () => {
    Object.assign(look, to);
    paint();
  };
  const tool = (/** @type {string} */ label, /** @type {string} */ icon, /** @type {() => void} */ run, /** @type {string} */ action, pressed = false) =>
    html`<button type="button" class="button button-small button-icon" title="${label}" aria-label="${label}" data-action="${action}" aria-pressed="${pressed}" @click=${run}>${glyph(icon)}</button>`;
  return html`
    ${picture
      ? html`${tool(t("Smaller"), "zoom-out", () => (step(look, -1), paint()), "zoom-out")}<span class="figures viewer-zoom">${Math.round(look.zoom * 100)}%</span>${tool(t("Larger"), "zoom-in", () => (step(look, 1), paint()), "zoom-in")}${tool(t("Turn"), "rotate", change({ turn: (look.turn + 90) % 360 }), "rotate")}`
      : html`<a class="button button-small" href="${source(state, version)}" target="_blank" rel="noopener">${t("Open apart")}</a>`}
    ${versions.length > 1
      ? html`<select class="input viewer-version" aria-label="${t("Version")}" @change=${(/** @type {Event} */ event) => change({ version: /** @type {HTMLSelectElement} */ (event.target).value })()}>
          ${versions.map((one) => html`<option value="${one.id}" ?selected=${one.id === version.id}>${t("Version %(number)s", { number: one.version })} · ${clock(one.added_ms)}</option>`)}</select>`
      : nothing}
    ${older || look.compare ? tool(t("Compare with the version before"), "compare", change({ compare: !look.compare }), "compare", look.compare) : nothing}
    <span class="viewer-source muted">${gradeWords(version.grade)} · ${state.page.words.sources[version.source] ?? version.source} · ${clock(version.added_ms)}${version.pages > 1 ? ` · ${t("%(pages)s pages", { pages: version.pages })}` : ""}${originOf(version)}</span>
    ${state.mine && shown.basis ? judge(state, shown, version, look, paint) : nothing}`;
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

/** What was promised in the place of the material. @param {any} material */
function promiseOf(material) {
  const { promise } = material;
  if (!promise) return nothing;
  const words = /** @type {Record<string, string>} */ ({ standing: t("Promised in its place"), withdrawn: t("The promise was taken back"), verified: t("Promised, verified since"), breached: t("Promised, found to be broken") });
  const day = new Date(promise.verify_by_ms).toLocaleDateString(language);
  return html`<details class="viewer-promise" data-promise="${promise.state}" ?open=${promise.state === "standing"}><summary>${words[promise.state] ?? promise.state}</summary><p>${promise.text}</p><p class="muted">${t("To be verified by %(day)s", { day })}</p></details>`;
}

/** Where a version comes from that nobody brought. @param {any} version */
function originOf(version) {
  const { origin } = version;
  if (!origin) return "";
  if (origin.case_number) return ` · ${t("case %(number)s", { number: origin.case_number })}`;
  return ` · ${[origin.issuer, origin.number, origin.valid_until && t("valid until %(day)s", { day: origin.valid_until })].filter(Boolean).join(" · ")}`;
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
  if (material.code === "notice_signature") return t("Signature for the list");
  return material.name;
}

/** @param {number} ms */
function clock(ms) {
  return new Date(ms).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}
