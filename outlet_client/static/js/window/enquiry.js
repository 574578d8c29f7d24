/** Looking a case up by its paper: number and enquiry code, at any window. */
import { html, nothing } from "lit";
import { act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { actButton, dayTime, icon, status } from "../bits.js";
import { caseStatus } from "./case_status.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */

export class EnquiryCard {
  /** @param {WindowPage} page */
  constructor(page) {
    this.page = page;
    this.number = "";
    this.code = "";
    /** @type {any} what was found */
    this.found = null;
  }

  /** Sixteen digits are no item: somebody holds a paper. @param {string} text */
  static fits(text) {
    return /^[0-9 ]{16,20}$/.test(text.trim());
  }

  /** @param {string} number */
  of(number) {
    if (number !== this.number) this.found = null;
    this.number = number;
    return this;
  }

  async ask() {
    try {
      await this.page.desk.acts.once("enquiry", async () => {
        this.found = await act("/api/v1/enquiries", { number: this.number, code: this.code });
      });
    } catch (error) {
      toastError(error);
    }
    this.page.draw();
  }

  view() {
    return html`<form class="card stack enquiry" @submit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        void this.ask();
      }}>
      <h2 class="row">${icon("search")}${t("Look up a case by its paper")}</h2>
      <div class="row">
        <label class="field-label" for="enquiry-code">${t("Enquiry code")}</label>
        <input class="input enquiry-code" id="enquiry-code" autocomplete="off" maxlength="12" spellcheck="false" .value=${this.code} @input=${(/** @type {InputEvent} */ event) => {
          this.code = /** @type {HTMLInputElement} */ (event.target).value;
        }}>
        ${actButton(this.page.desk.acts, "enquiry", { label: t("Look up"), action: "enquire", kind: "primary", run: () => this.ask() })}
      </div>
      ${this.found ? this.#answer() : nothing}
    </form>`;
  }

  #answer() {
    const { words, iconName, tone } = caseStatus(this.found.state, this.found.outcome);
    return html`<dl class="summary" id="enquiry-found"><dt>${t("Item")}</dt><dd>${this.found.item}</dd><dt>${t("State")}</dt><dd>${status(words, iconName, tone)}</dd>
      <dt>${t("Handled at")}</dt><dd>${this.found.outlet}</dd><dt>${t("Time of acceptance")}</dt><dd>${dayTime(this.found.accepted_ms) || "—"}</dd><dt>${t("Time of the decision")}</dt><dd>${dayTime(this.found.decided_ms) || "—"}</dd></dl>`;
  }
}
