/** 人员名单: the empty workbook out, the filled one in; what cannot stand is listed by its cell. */
import { html, nothing } from "lit";
import { ApiError, send } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toast } from "portal/toast.js";
import { banner, icon } from "../bits.js";
import { personCount, personTable } from "../person_table.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("../types.js").BadCell} BadCell */

const UPLOAD_MS = 120_000;

export class PersonsPart {
  /** @type {BadCell[]} of the workbook that was refused last */
  bad = [];

  /** @param {Step} step */
  constructor(step) {
    this.step = step;
  }

  view() {
    const { step } = this;
    const table = step.case.persons;
    if (!table) return nothing;
    const fault = step.case.faults.find((one) => one.target === "persons");
    const missing = step.errors.get("persons");
    const busy = step.desk.acts.shows("persons");
    return html`<section class="card stack persons-part" aria-labelledby="persons-title" data-persons=${table.rows.length}>
      <div class="row"><h3 id="persons-title">${t("Table of persons")}</h3>
        <span class="push row"><a class="button" href=${`${step.file.path}/persons/template.xlsx`} download data-action="persons-template">${icon("download")}<span>${t("Download the template")}</span></a>
          <label class="button upload-button" data-action="persons-upload" aria-busy=${busy ? "true" : nothing}>${icon("upload")}<span>${table.rows.length ? t("Take over another table") : t("Take over a table")}</span>
            <input class="visually-hidden" type="file" accept=".xlsx" ?disabled=${busy} @change=${(/** @type {Event} */ event) => this.#take(/** @type {HTMLInputElement} */ (event.target))}></label></span></div>
      ${fault ? html`<p class="field-error">${icon("return")}${step.desk.data.return_reasons[fault.reason] ?? fault.reason} ${fault.note}</p>` : nothing}
      ${missing ? html`<p class="field-error">${icon("alert")}${t("Please take over the filled table")}</p>` : nothing}
      ${this.#badCells()}
      ${table.rows.length ? html`<p><strong>${personCount(table)}</strong></p>${personTable(table, step.file.path)}` : html`<p class="soft">${t("One line a person. The whole table is taken over, or nothing.")}</p>`}
    </section>`;
  }

  #badCells() {
    if (!this.bad.length) return nothing;
    return html`${banner({ title: t("%(n)d cells cannot be taken over", { n: this.bad.length }), words: t("Nothing was taken over. Mend the cells that are listed and hand the workbook in again."), tone: "bad", code: "T-04", name: "bad-cells" })}
      <div class="table-wrap" tabindex="0" role="region" aria-label=${t("Cells that cannot be taken over")}><table class="table" data-bad-cells=${this.bad.length}><thead><tr><th scope="col">${t("Row")}</th><th scope="col">${t("Column")}</th><th scope="col">${t("What is wrong")}</th></tr></thead>
        <tbody>${this.bad.map((one) => html`<tr><th scope="row" class="number">${one.row || "—"}</th><td>${one.column} ${one.title}</td><td>${[one.words, one.about].filter(Boolean).join(" · ")}</td></tr>`)}</tbody></table></div>`;
  }

  /** @param {HTMLInputElement} input */
  async #take(input) {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    const { step } = this;
    const key = crypto.randomUUID();
    this.bad = [];
    const done = await step.act("persons", () => step.desk.acts.untilHeard(() => this.#send(file, key)));
    if (done) toast(t("The table was taken over"), "ok");
    step.page.draw();
  }

  /** Bad cells are told in the table, everything else as usual. @param {File} file @param {string} key */
  async #send(file, key) {
    try {
      await send(`${this.step.file.path}/persons`, file, { key, signal: AbortSignal.timeout(UPLOAD_MS) });
    } catch (error) {
      if (error instanceof ApiError && Array.isArray(error.details["cells"])) this.bad = /** @type {BadCell[]} */ (error.details["cells"]);
      throw error;
    }
  }
}
