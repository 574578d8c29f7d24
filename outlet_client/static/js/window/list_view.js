/** Lists of the window: what waits (待办) and what was done today. */
import { html, nothing } from "lit";
import { get } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { dayTime, icon, status } from "../bits.js";
import { caseStatus } from "./case_status.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {{case_id: string, number: string, item_name: string, applicant: string, state: any, outcome: string | null,
 *             opened_at_ms: number, promised_due_ms: number | null}} CaseLine */

const TODO = Object.freeze(["results", "returned", "supplement", "to_issue", "drafts", "in_hall"]);

export class ListView {
  /** @param {WindowPage} page @param {"todo" | "today"} kind */
  constructor(page, kind) {
    this.page = page;
    this.kind = kind;
    this.name = kind === "today" ? "today" : "results";
    /** @type {CaseLine[]} */
    this.lines = [];
    this.seen = "";
  }

  async arrive() {
    await this.page.desk.openCase("");
    const counts = this.page.desk.counts;
    if (this.kind === "todo") this.name = TODO.find((one) => counts[one]) ?? "results";
    await this.read();
  }

  async read() {
    try {
      this.lines = (await get(`/api/v1/window/lists/${this.name}`)).cases;
    } catch (error) {
      toastError(error);
    }
    this.seen = JSON.stringify(this.page.desk.counts);
    this.page.draw();
  }

  /** @param {string} name */
  choose(name) {
    this.name = name;
    void this.read();
  }

  view() {
    const desk = this.page.desk;
    if (this.seen && this.seen !== JSON.stringify(desk.counts)) void this.read();
    return html`<header class="page-head"><div><h1>${this.kind === "today" ? t("Cases of today") : t("To do")}</h1></div></header>
      ${this.kind === "todo"
        ? html`<div class="tabs" role="tablist">
            ${TODO.map(
              (name) => html`<button type="button" class="tab" role="tab" data-action="list" data-list=${name} aria-selected=${this.name === name ? "true" : "false"} @click=${() => this.choose(name)}>
                ${listName(name)} ${desk.counts[name] ? html`<span class="count ${["supplement", "drafts", "in_hall"].includes(name) ? "count-quiet" : ""}">${desk.counts[name]}</span>` : nothing}</button>`,
            )}
          </div>`
        : nothing}
      <section class="card card-flush list-card">${this.lines.length ? this.#table() : this.#nothing()}</section>`;
  }

  #table() {
    return html`<div class="table-wrap"><table class="table">
      <thead><tr><th scope="col">${t("Case number")}</th><th scope="col">${t("Item")}</th><th scope="col">${t("Applicant")}</th><th scope="col">${t("State")}</th><th scope="col">${t("Opened at")}</th><th scope="col" class="actions">${t("Actions")}</th></tr></thead>
      <tbody>${this.lines.map((line) => {
        const { words, iconName, tone } = caseStatus(line.state, line.outcome);
        const address = `/window/cases/${line.case_id}`;
        return html`<tr><th scope="row" class="nowrap">${line.number}</th><td>${line.item_name}</td><td>${line.applicant || "—"}</td><td>${status(words, iconName, tone)}</td><td class="nowrap">${dayTime(line.opened_at_ms)}</td>
          <td class="actions"><a class="button button-small" href=${address} data-action="open-case" data-case=${line.case_id}>${icon("arrow-right")}<span>${t("Open")}</span></a></td></tr>`;
      })}</tbody></table></div>`;
  }

  #nothing() {
    return html`<div class="empty">${icon("inbox")}<strong>${this.kind === "today" ? t("Nothing yet today") : t("Nothing waits here")}</strong><span>${t("New results come in by themselves, with a sound")}</span></div>`;
  }
}

/** @param {string} name */
function listName(name) {
  switch (name) {
    case "results":
      return t("New results");
    case "returned":
      return t("Returned to the window");
    case "supplement":
      return t("Waiting for the supplement");
    case "to_issue":
      return t("To be issued");
    case "drafts":
      return t("Filling in");
    default:
      return t("In the hall");
  }
}
