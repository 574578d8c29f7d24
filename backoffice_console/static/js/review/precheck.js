/** 预审: what the draft's item asks for, and for each material what it looks like on the document camera. */
import { html, nothing, render } from "lit";
import { act, get } from "portal/api.js";
import { byId } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { glyph } from "../glyph.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */
/** @typedef {"meets" | "replace" | "missing"} Opinion */
/** @typedef {{code: string, name: string, note: string, basis: string, required: boolean, pages: number, opinion: {opinion: Opinion, words: string} | null}} MaterialAsked */
/** @typedef {{number: string, state: string, item: string, conditions: string[], materials: MaterialAsked[]}} Precheck */

const OPINIONS = /** @type {readonly Opinion[]} */ (Object.freeze(["meets", "replace", "missing"]));
const LONGEST = 300;

/** @param {ReviewState} state */
export function showPrecheck(state) {
  const pane = new PrecheckPane(state);
  state.addEventListener("change", () => pane.look());
  pane.look();
}

class PrecheckPane {
  /** @param {ReviewState} state */
  constructor(state) {
    this.state = state;
    this.place = byId("viewer-pane");
    /** @type {Precheck | null} */
    this.shown = null;
    /** @type {Map<string, string>} what was typed and not noted yet, by material */
    this.typed = new Map();
    /** The material whose words are missing. */
    this.lacks = "";
    this.asked = false;
  }

  /** Draws; reads what the draft asks for once the call was taken, which is when it may be seen. */
  look() {
    this.paint();
    if (this.asked || !(this.state.inCall || this.state.callState === "wrap_up")) return;
    this.asked = true;
    void this.load();
  }

  async load() {
    try {
      this.shown = await get(`/api/v1/review/calls/${this.state.page.call}/precheck`);
    } catch (error) {
      this.asked = false; // tried again with the next news of the call
      toastError(error);
    }
    this.paint();
  }

  paint() {
    render(this.shown ? this.list(this.shown) : html`<div class="empty">${glyph("documents")}<strong>${t("Loading the checklist")}</strong></div>`, this.place);
  }

  /** Opinions are of what was seen: before everybody is connected there is nothing to see. */
  get open() {
    const { callState, session } = this.state;
    return this.shown?.state === "draft" && Boolean(session?.data?.active_ms) && ["active", "held", "interrupted", "wrap_up"].includes(callState);
  }

  /** @param {Precheck} shown */
  list(shown) {
    const left = shown.materials.filter((one) => !one.opinion).length;
    return html`<div class="precheck" id="precheck">
      <header class="stack"><h2>${shown.item}</h2><p class="number">${shown.number}</p>
        <p>${t("The case is not accepted yet. Look at each paper on the document camera and say what you think of it; nobody is bound by it.")}</p>
        <p class="muted" role="status" data-left=${left}>${left ? t("Without an opinion: %(n)d", { n: left }) : t("Every material has an opinion")}</p></header>
      <ul class="precheck-list" role="list">${shown.materials.map((one) => this.line(one))}</ul>
      ${shown.conditions.length ? html`<details class="card fact-card"><summary>${t("Conditions")}</summary><ul>${shown.conditions.map((one) => html`<li>${one}</li>`)}</ul></details>` : nothing}
    </div>`;
  }

  /** @param {MaterialAsked} one */
  line(one) {
    const id = `words-${one.code}`;
    const lacks = this.lacks === one.code;
    const words = this.typed.get(one.code) ?? one.opinion?.words ?? "";
    return html`<li class="card fact-card precheck-line" data-material=${one.code} data-opinion=${one.opinion?.opinion ?? ""}>
      <div><strong>${one.name}</strong>${one.required ? nothing : html` <small>${t("(optional)")}</small>`}<br><small class="muted">${one.note || one.basis}</small></div>
      <div class="field"><label class="field-label" for=${id}>${t("Words for the window")}</label>
        <input class="input" id=${id} maxlength=${LONGEST} autocomplete="off" aria-invalid=${lacks ? "true" : nothing} aria-describedby=${lacks ? `${id}-error` : nothing} ?disabled=${!this.open} .value=${words}
          @input=${(/** @type {Event} */ event) => this.typing(one.code, /** @type {HTMLInputElement} */ (event.target).value)}>
        ${lacks ? html`<span class="field-error" id=${`${id}-error`}>${glyph("alert")}${t("Say what is wrong with it, so that the window can explain it.")}</span>` : nothing}</div>
      <div class="row" role="group" aria-label=${t("Opinion: %(name)s", { name: one.name })}>${OPINIONS.map((opinion) => this.choice(one, opinion))}</div>
    </li>`;
  }

  /** @param {MaterialAsked} one @param {Opinion} opinion */
  choice(one, opinion) {
    const chosen = one.opinion?.opinion === opinion;
    const [words, icon] = opinionWords(opinion);
    return html`<button type="button" class="button button-small${chosen ? " button-primary" : ""}" data-action="opinion-${opinion}" aria-pressed=${chosen ? "true" : "false"} ?disabled=${!this.open || this.state.acting !== ""} @click=${() => this.note(one, opinion)}>${glyph(icon)}<span>${words}</span></button>`;
  }

  /** @param {string} code @param {string} words */
  typing(code, words) {
    this.typed.set(code, words);
    if (this.lacks === code) this.lacks = "";
    this.paint();
  }

  /** @param {MaterialAsked} one @param {Opinion} opinion */
  async note(one, opinion) {
    const words = (this.typed.get(one.code) ?? one.opinion?.words ?? "").trim();
    if (opinion === "replace" && !words) {
      this.lacks = one.code;
      this.paint();
      byId(`words-${one.code}`).focus();
      return;
    }
    this.lacks = "";
    const done = await this.state.run("opinion", () => act(`/api/v1/review/calls/${this.state.page.call}/opinions`, { material: one.code, opinion, words }));
    if (done) this.typed.delete(one.code);
    await this.load();
  }
}

/** What was thought of an accepted case's materials before; whoever reviews it may differ. @param {ReviewState} state */
export function precheckFacts(state) {
  const noted = state.case.materials.filter((/** @type {any} */ one) => one.opinion);
  if (!noted.length) return nothing;
  return html`<details class="card fact-card" data-card="precheck"><summary>${t("Opinions from the pre-check (not binding)")}</summary>
    <ul>${noted.map((/** @type {any} */ one) => html`<li data-opinion=${one.opinion.opinion}><strong>${one.name}</strong>${t(": ")}${opinionWords(one.opinion.opinion)[0]} ${one.opinion.words} <small class="muted">${one.opinion.reviewer}</small></li>`)}</ul>
  </details>`;
}

/** @param {Opinion} opinion @returns {[string, string]} what it is called, and its icon */
function opinionWords(opinion) {
  switch (opinion) {
    case "meets":
      return [t("Meets what is asked"), "check-circle"];
    case "replace":
      return [t("Must be replaced"), "return"];
    case "missing":
      return [t("Is missing"), "inbox"];
  }
}
