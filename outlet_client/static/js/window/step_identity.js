/** 身份核验: how the clerk saw who applies, and who that is. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { icon } from "../bits.js";
import { applicantLabel } from "../field_words.js";
import { itemScript } from "./item_script.js";
import { PresentPart } from "./present_part.js";
import { Step } from "./step.js";

const KINDS = Object.freeze({ name: "name", id_number: "id_number", phone: "phone", organisation: "text", credit_code: "credit_code", reason: "text" });

/** @returns {[string, string][]} */
export function identityMethods() {
  return [
    ["original_seen", t("Original seen")],
    ["id_reader", t("ID reader")],
    ["electronic_card", t("Electronic social security card")],
    ["temporary_id", t("Temporary ID")],
    ["other", t("Other, with reason")],
  ];
}

export class IdentityStep extends Step {
  present = new PresentPart(this);

  get method() {
    return this.file.draft.get("identity.method") ?? "original_seen";
  }

  body() {
    const organisation = this.case.item.applicants.includes("organisation");
    const person = this.case.item.applicants.includes("person");
    return html`<form class="form" @submit=${(/** @type {Event} */ event) => this.#submit(event)}>
      ${organisation
        ? html`<div class="form-grid">${this.#field("organisation", !person)}${this.#field("credit_code", !person)}</div>`
        : nothing}
      <div class="form-grid">
        ${this.#field("name", true, organisation ? t("Handler's name") : undefined, true)}
        ${this.#field("id_number", true, organisation ? t("Handler's ID number") : undefined)}
        ${this.#field("phone", false)}
      </div>
      <fieldset class="field method-choice">
        <legend class="field-label">${t("How was the identity checked?")}</legend>
        <div class="row">
          ${identityMethods().map(
            ([code, words]) => html`<label class="choice-card choice-small ${this.method === code ? "is-chosen" : ""}"><input type="radio" name="method" value=${code} .checked=${this.method === code} @change=${() => {
              this.file.draft.set("identity.method", code);
              this.page.draw();
            }}><span>${words}</span></label>`,
          )}
        </div>
      </fieldset>
      ${this.method === "other" ? this.#reason() : nothing}
      <button class="visually-hidden" tabindex="-1" aria-hidden="true">${t("Confirm the identity")}</button>
    </form>
    ${this.present.view()}
    ${itemScript(this.case.item, { open: true })}`;
  }

  hint() {
    return t("Look at the person, the document and the data together");
  }

  actions() {
    return [this.button("identity", { label: t("Confirm the identity"), action: "confirm-identity", id: "main-action", kind: "primary", size: "large", icon: "identity", run: () => this.main() })];
  }

  async main() {
    const draft = this.file.draft;
    const body = { method: this.method, applicant: draft.group("applicant"), reason: draft.get("identity.reason") ?? "" };
    const done = await this.act("identity", () => this.desk.acts.act(`${this.file.path}/identity`, { ...body, version: this.case.version }), KINDS);
    if (!done) return;
    draft.drop("applicant");
    draft.drop("identity");
    this.retyped.clear();
    this.page.stepOn();
  }

  /** @param {string} code @param {boolean} required @param {string} [label] @param {boolean} [autofocus] */
  #field(code, required, label, autofocus = false) {
    const known = this.case.applicant[code];
    const field = { code, label: "", kind: /** @type {any} */ (KINDS)[code], required, choices: [], hint: "", value: known?.value ?? "", reveal: known?.reveal ?? "" };
    return this.field("applicant", field, { label: label ?? applicantLabel(code), autofocus });
  }

  #reason() {
    const error = this.errors.get("reason");
    return html`<div class="field"><label class="field-label" for="identity-reason">${t("Explanation")}</label>
      ${error ? html`<span class="field-error" id="identity-reason-notes">${icon("alert")}${t("Please fill this in")}</span>` : nothing}
      <input class="input" id="identity-reason" aria-describedby=${error ? "identity-reason-notes" : nothing} maxlength="200" autocomplete="off" aria-invalid=${error ? "true" : nothing} .value=${this.file.draft.get("identity.reason") ?? ""} @input=${(/** @type {Event} */ event) => this.file.draft.set("identity.reason", /** @type {HTMLInputElement} */ (event.target).value)}></div>`;
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    void this.main();
  }
}
