/**
 * What every step of a case has: it draws itself, says in one line what is still to be done, and
 * gives the buttons of the action bar, the main one last. Errors of fields are kept until the field
 * is touched.
 */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { actButton, icon, maskedValue } from "../bits.js";
import { refusedFields, wrongValue } from "../field_words.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("./case_file.js").CaseFile} CaseFile */
/** @typedef {import("../types.js").CasePage} CasePage */
/** @typedef {import("../types.js").FieldShown} FieldShown */

export class Step {
  /** @param {WindowPage} page @param {CaseFile} file */
  constructor(page, file) {
    this.page = page;
    this.desk = page.desk;
    this.file = file;
    /** @type {Map<string, string>} sentences by field code */
    this.errors = new Map();
    /** @type {Set<string>} fields with a stored value that the clerk types anew */
    this.retyped = new Set();
  }

  /** @returns {CasePage} */
  get case() {
    return /** @type {CasePage} */ (this.file.page);
  }

  /** @returns {unknown} */
  body() {
    return nothing;
  }

  /** @returns {unknown} */
  hint() {
    return "";
  }

  /** @returns {unknown[]} */
  actions() {
    return [];
  }

  /** The material whose promise is to stand on the citizen's screen. */
  get promising() {
    return "";
  }

  /** The citizen would rather bring the material. */
  stopPromise() {}

  /** What Enter in a field of this step does. */
  main() {}

  /**
   * Does a named act, then reads the case again. Refusals about fields stand at the fields, others
   * are told at the bottom.
   * @param {string} name
   * @param {() => Promise<unknown>} work
   * @param {Record<string, string>} [kinds] kind by field, for the sentence of a wrong value
   * @returns {Promise<boolean>} whether it was done
   */
  async act(name, work, kinds = {}) {
    let done = false;
    await this.desk.acts.once(name, async () => {
      this.errors.clear();
      try {
        await work();
        done = true;
      } catch (error) {
        this.#refused(error, kinds);
      }
      // Within the act: what is pressed next is meant for the case as it is now.
      await this.file.refresh();
    });
    this.page.draw();
    if (this.errors.size) requestAnimationFrame(() => document.querySelector("[aria-invalid='true']")?.scrollIntoView({ block: "nearest" }));
    return done;
  }

  /** @param {unknown} error @param {Record<string, string>} kinds */
  #refused(error, kinds) {
    for (const field of refusedFields(error)) this.errors.set(field, this.#isEmpty(field) ? t("Please fill this in") : wrongValue(kinds[field] ?? "text"));
    if (!this.errors.size || ![...this.errors.keys()].some((field) => field in kinds)) toastError(error);
  }

  /** Nothing was typed into it, in whichever group it stands. @param {string} code */
  #isEmpty(code) {
    return ["applicant", "form", "agent", "address", "identity"].every((group) => !(this.file.draft.get(`${group}.${code}`) ?? "").trim());
  }

  /** A button that gives an act of this step. @param {string} name of the act @param {import("../bits.js").Button} what */
  button(name, what) {
    return actButton(this.desk.acts, name, what);
  }

  /**
   * One field. A stored value that is hidden stands masked until the clerk chooses to type it anew.
   * @param {string} group "applicant" or "form"
   * @param {FieldShown} field
   * @param {{label?: string, whole?: boolean, autofocus?: boolean}} [options]
   */
  field(group, field, options = {}) {
    const name = `${group}.${field.code}`;
    const id = `field-${name}`;
    const typed = this.file.draft.get(name);
    const error = this.errors.get(field.code);
    const fault = this.case.faults.find((one) => one.target === (group === "form" ? `form:${field.code}` : "identity"));
    const hidden = field.reveal && typed === undefined && !this.retyped.has(field.code);
    const label = html`<label class="field-label" for=${id}>${options.label ?? field.label}${field.required ? nothing : html` <span class="optional">${t("(optional)")}</span>`}</label>`;
    const notes = html`${error ? html`<span class="field-error" id=${`${id}-notes`}>${icon("alert")}${error}</span>` : nothing}
      ${fault && group === "form" ? html`<span class="field-error">${icon("return")}${this.desk.data.return_reasons[fault.reason] ?? fault.reason} ${fault.note}</span>` : nothing}
      ${field.hint && !error ? html`<span class="field-hint">${field.hint}</span>` : nothing}`;
    if (hidden) {
      return html`<div class="field ${options.whole ? "is-whole" : ""}">${label}
        <div class="stored-value">${maskedValue(field.value, `${this.file.path}/reveal/${field.reveal}`)}
          <button type="button" class="button button-quiet button-small push" data-action="retype" data-field=${name} @click=${() => this.#retype(name, field.code)}>${icon("pen")}<span>${t("Type anew")}</span></button></div>${notes}</div>`;
    }
    const value = typed ?? (field.reveal ? "" : field.value);
    const change = (/** @type {Event} */ event) => this.typed(name, /** @type {HTMLInputElement} */ (event.target).value, field.code);
    const control =
      field.kind === "choice"
        ? html`<select class="input" id=${id} name=${name} aria-invalid=${error ? "true" : nothing} @change=${change}>
            <option value="">${t("Please choose")}</option>
            ${field.choices.map((one) => html`<option value=${one} ?selected=${one === value}>${one}</option>`)}</select>`
        : html`<input class="input ${isFigures(field.kind) ? "input-figures" : ""}" id=${id} name=${name} type=${field.kind === "date" ? "date" : "text"} autocomplete="off" spellcheck="false" maxlength="500"
            max=${field.not_after === "today" ? dayNow() : nothing} inputmode=${field.kind === "phone" || field.kind === "bank_card" ? "numeric" : field.kind === "money" ? "decimal" : nothing}
            aria-invalid=${error ? "true" : nothing} aria-describedby=${error ? `${id}-notes` : nothing} ?autofocus=${options.autofocus ?? false} .value=${value} @input=${change}>`;
    return html`<div class="field ${options.whole ? "is-whole" : ""}">${label}${control}${notes}</div>`;
  }

  /** @param {string} name @param {string} value @param {string} code */
  typed(name, value, code) {
    this.file.draft.set(name, value);
    this.errors.delete(code);
    this.page.mirrorTyping();
    this.page.draw();
  }

  /** @param {string} name @param {string} code */
  #retype(name, code) {
    this.retyped.add(code);
    this.page.draw();
    document.getElementById(`field-${name}`)?.focus();
  }
}

/** Today as a date field wants it. */
function dayNow() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** @param {string} kind */
function isFigures(kind) {
  return ["id_number", "credit_code", "bank_card", "phone", "money", "date"].includes(kind);
}
