/** 填写: the form of the item; what is required stands first. */
import { html, nothing } from "lit";
import { t, tn } from "portal/i18n.js";
import { kindOf } from "../field_words.js";
import { itemScript } from "./item_script.js";
import { PersonsPart } from "./persons_part.js";
import { Step } from "./step.js";
import { lacksPersons } from "./steps.js";

export class FillStep extends Step {
  persons = new PersonsPart(this);

  body() {
    const fields = [...this.case.fields].sort((a, b) => Number(b.required) - Number(a.required));
    return html`<form class="form" @submit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        void this.main();
      }}>
        ${fields.length ? nothing : html`<p class="soft">${t("This item needs nothing more to be filled in")}</p>`}
        <div class="form-grid">${fields.map((field, n) => this.field("form", field, { autofocus: n === 0 }))}</div>
        <button class="visually-hidden" tabindex="-1" aria-hidden="true">${t("Save and go on")}</button>
      </form>
      ${this.persons.view()}
      ${itemScript(this.case.item)}`;
  }

  hint() {
    const missing = this.case.fields.filter((field) => field.required && !field.value && !this.file.draft.get(`form.${field.code}`)).length;
    if (!missing && lacksPersons(this.case)) return t("The table of persons is still missing");
    return missing ? tn("%(num)d field is still empty", "%(num)d fields are still empty", missing) : t("Everything required is filled in");
  }

  actions() {
    return [this.button("form", { label: t("Save and go on"), action: "save-form", id: "main-action", kind: "primary", size: "large", icon: "arrow-right", run: () => this.main() })];
  }

  async main() {
    const kinds = Object.fromEntries(this.case.fields.map((field) => [field.code, kindOf(field)]));
    const values = this.file.draft.group("form");
    const missing = this.case.fields.filter((field) => field.required && !(values[field.code] ?? field.value).trim());
    const done = await this.act("form", () => this.desk.acts.act(`${this.file.path}/form`, { values, version: this.case.version }), kinds);
    if (done) {
      this.file.draft.drop("form");
      this.retyped.clear();
    }
    for (const field of missing) this.errors.set(field.code, t("Please fill this in"));
    if (lacksPersons(this.case)) this.errors.set("persons", t("Please take over the filled table"));
    if (!done || missing.length || lacksPersons(this.case)) this.page.draw();
    else this.page.stepOn();
  }
}
