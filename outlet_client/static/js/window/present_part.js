/** 在场人员: who came with the applicant, or for her, and in which role. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { button, icon } from "../bits.js";
import { presentList, presentRoles } from "../present_list.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("../present_list.js").Role} Role */
/** @typedef {{role: Role, name: string, id_number: string, authority_seen: boolean}} Person */

/** @param {Role} role who speaks and signs for the applicant */
const acts = (role) => role === "agent" || role === "guardian";

export class PresentPart {
  /** What is typed anew; null while what is stored stands. @type {Person[] | null} */
  people = null;

  /** @param {Step} step */
  constructor(step) {
    this.step = step;
  }

  view() {
    const stored = this.step.case.present;
    return html`<section class="card stack present-part" aria-labelledby="present-title" data-present=${stored.length}>
      <div class="row"><h3 id="present-title">${t("Who came along")}</h3>
        <span class="push">${this.people ? nothing : button({ label: stored.length ? t("Name them anew") : t("Somebody came along"), action: "name-present", icon: "users", size: "small", run: () => this.#begin() })}</span></div>
      ${this.people ? this.#form(this.people) : presentList(stored, this.step.file.path)}
    </section>`;
  }

  #begin() {
    this.people = [empty()];
    this.step.page.draw();
  }

  /** @param {Person[]} people */
  #form(people) {
    return html`${people.map((one, n) => this.#line(people, one, n))}
      <p class="row">${people.length < 6 ? button({ label: t("One more"), action: "add-present", icon: "plus", size: "small", run: () => this.#change(() => people.push(empty())) }) : nothing}
        <span class="push row">${button({ label: t("Cancel"), action: "cancel-present", size: "small", run: () => this.#change(() => (this.people = null)) })}
        ${this.step.button("present", { label: t("Save"), action: "save-present", icon: "check", size: "small", run: () => this.#save(people) })}</span></p>`;
  }

  /** @param {Person[]} people @param {Person} one @param {number} n */
  #line(people, one, n) {
    const id = (/** @type {string} */ code) => `present-${n}-${code}`;
    const wrong = (/** @type {string} */ code) => this.step.errors.get(`${n}.${code}`);
    const text = (/** @type {"name" | "id_number"} */ code, /** @type {string} */ label) => html`<div class="field"><label class="field-label" for=${id(code)}>${label}</label>
      ${wrong(code) ? html`<span class="field-error" id=${`${id(code)}-notes`}>${icon("alert")}${wrong(code)}</span>` : nothing}
      <input class="input" id=${id(code)} maxlength="120" autocomplete="off" spellcheck="false" aria-invalid=${wrong(code) ? "true" : nothing} aria-describedby=${wrong(code) ? `${id(code)}-notes` : nothing} .value=${one[code]} @input=${(/** @type {Event} */ event) => this.#change(() => {
        one[code] = /** @type {HTMLInputElement} */ (event.target).value;
        this.step.errors.delete(`${n}.${code}`);
      })}></div>`;
    return html`<div class="form-grid" role="group" aria-label=${t("Person %(n)d", { n: n + 1 })}>
      <div class="field"><label class="field-label" for=${id("role")}>${t("Role")}</label>
        <select class="input" id=${id("role")} @change=${(/** @type {Event} */ event) => this.#change(() => (one.role = /** @type {Role} */ (/** @type {HTMLSelectElement} */ (event.target).value)))}>${presentRoles().map(([code, words]) => html`<option value=${code} ?selected=${code === one.role}>${words}</option>`)}</select></div>
      ${text("name", t("Full name of who came along"))}
      ${acts(one.role) ? text("id_number", t("ID number of who came along")) : nothing}
      ${acts(one.role) ? html`<label class="choice"><input type="checkbox" .checked=${one.authority_seen} @change=${(/** @type {Event} */ event) => this.#change(() => {
        one.authority_seen = /** @type {HTMLInputElement} */ (event.target).checked;
        this.step.errors.delete(`${n}.authority_seen`);
      })}><span>${one.role === "guardian" ? t("The proof of guardianship has been seen") : t("The applicant's letter of authority has been seen")}</span></label>` : nothing}
      ${wrong("authority_seen") ? html`<span class="field-error">${icon("alert")}${t("Please look at it and tick the line")}</span>` : nothing}
      ${people.length > 1 ? html`<p>${button({ label: t("Remove person %(n)d", { n: n + 1 }), action: "remove-present", kind: "quiet", size: "small", run: () => this.#change(() => people.splice(n, 1)) })}</p>` : nothing}
    </div>`;
  }

  /** @param {() => unknown} how */
  #change(how) {
    how();
    this.step.page.draw();
  }

  /** @param {Person[]} people */
  async #save(people) {
    const { step } = this;
    const kinds = Object.fromEntries(people.flatMap((_, n) => [[`${n}.name`, "name"], [`${n}.id_number`, "id_number"], [`${n}.authority_seen`, "text"]]));
    const body = people.map((one) => (acts(one.role) ? one : { role: one.role, name: one.name }));
    const done = await step.act("present", () => step.desk.acts.act(`${step.file.path}/present`, { people: body, version: step.case.version }), kinds);
    if (done) this.people = null;
    step.page.draw();
  }
}

/** @returns {Person} */
function empty() {
  return { role: "agent", name: "", id_number: "", authority_seen: false };
}
