/** Cases of the outlet, present and past. The filters stand in the address, so that a reload keeps them. */
import { html, nothing } from "lit";
import { act, ApiError, get } from "portal/api.js";
import { t, tn } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { banner, button, dayTime, icon, status } from "../bits.js";
import { caseStatus } from "./case_status.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {{name: string, query: string}} Kept */
/** @typedef {{cases: any[], after: string, count: number, more: boolean, query: string}} Page */

const PATH = "/api/v1/window/cases";
const STATES = ["draft", "accepted", "in_first_review", "returned_to_outlet", "supplement_required", "approved", "refused", "handed_back", "issued", "completed", "withdrawn", "lapsed"];

export class FindView {
  /** @param {WindowPage} page */
  constructor(page) {
    this.page = page;
    /** @type {Page | null} */
    this.found = null;
    /** @type {ApiError | null} */
    this.refused = null;
    /** @type {{items: [string, string][], windows: [string, string][], saved: Kept[]}} */
    this.options = { items: [], windows: [], saved: [] };
  }

  async arrive() {
    await this.page.desk.openCase("");
    try {
      const [options] = await Promise.all([get(`${PATH}/options`), this.read()]);
      this.options = options;
    } catch (error) {
      toastError(error);
    }
    this.page.draw();
  }

  /** @param {string} [after] the cursor of the next page; its lines follow those that are shown */
  async read(after = "") {
    const query = new URLSearchParams(location.search);
    if (after) query.set("after", after);
    try {
      const found = await get(`${PATH}?${query}`);
      if (after && this.found) found.cases = [...this.found.cases, ...found.cases];
      this.found = found;
      this.refused = null;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422) throw error;
      this.found = after ? this.found : null;
      this.refused = error;
    }
    this.page.draw();
  }

  /** @param {SubmitEvent} event */
  search(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value) query.append(name, value);
    this.#go(query.toString());
  }

  /** @param {SubmitEvent} event a number leaves in the body: it never stands in an address */
  async look(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    try {
      const { query } = await act(`${PATH}/find`, { text: String(new FormData(form).get("text") ?? "") });
      form.reset();
      this.#go(query);
    } catch (error) {
      toastError(error);
    }
  }

  /** @param {SubmitEvent} event */
  async keep(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const name = String(new FormData(form).get("name") ?? "");
    await this.#kept(() => act(`${PATH}/saved`, { name, query: this.found?.query ?? "" }), t("The filter is kept"));
    form.reset();
  }

  /** @param {string} query */
  #go(query) {
    this.page.router.go(query ? `/window/find?${query}` : "/window/find");
  }

  /** @param {() => Promise<{saved: Kept[]}>} change @param {string} words */
  async #kept(change, words) {
    try {
      this.options.saved = (await change()).saved;
      toast(words, "ok");
    } catch (error) {
      toastError(error);
    }
    this.page.draw();
  }

  view() {
    const asked = new URLSearchParams(location.search);
    return html`<header class="page-head"><div><h1>${t("Find cases")}</h1></div>
        <div class="page-head-end"><form class="list-find" role="search" @submit=${(/** @type {SubmitEvent} */ event) => this.look(event)}>
          <input class="input" name="text" maxlength="40" autocomplete="off" spellcheck="false" required aria-label=${t("Case number, identity number or credit code")} placeholder=${t("Case number, identity number or credit code")}>
          <button class="button" data-action="look">${icon("search")}<span>${t("Find")}</span></button></form></div></header>
      ${this.refused ? banner({ title: this.refused.title, words: this.refused.detail, tone: "bad", code: this.refused.code }) : nothing}
      ${this.options.saved.length ? this.#chips() : nothing}
      ${this.#filter(asked)}
      <section class="card card-flush">${this.found ? this.#head(this.found) : nothing}
        ${this.found?.cases.length ? this.#table(this.found.cases) : this.found ? html`<div class="empty">${icon("search")}<strong>${t("No case fits")}</strong><span>${t("Take a filter away and search again.")}</span></div>` : nothing}</section>
      ${this.found?.after ? html`<p class="list-more">${button({ label: t("Show more"), action: "more", icon: "chevron-down", run: () => this.read(this.found?.after).catch(toastError) })}</p>` : nothing}`;
  }

  #chips() {
    return html`<nav class="list-kept" aria-label=${t("Kept filters")}><ul role="list">${this.options.saved.map(
      (one) => html`<li class="list-chip"><a href="/window/find?${one.query}">${one.name}</a>
        <button type="button" class="list-chip-end" aria-label=${t("Take the filter away")} @click=${() => this.#kept(() => act(`${PATH}/saved/remove`, { name: one.name }), t("The filter is taken away"))}>${icon("close")}</button></li>`,
    )}</ul></nav>`;
  }

  /** @param {URLSearchParams} asked */
  #filter(asked) {
    const states = asked.getAll("state");
    return html`<form class="card list-filter" role="search" aria-label=${t("Filter cases")} @submit=${(/** @type {SubmitEvent} */ event) => this.search(event)}>
      <fieldset class="list-states"><legend class="field-label">${t("State")}</legend>${STATES.map(
        (state) => html`<label class="choice"><input type="checkbox" name="state" value=${state} .checked=${states.includes(state)}><span>${caseStatus(state, null).words}</span></label>`,
      )}</fieldset>
      ${this.#pick("item", t("Item"), this.options.items, asked)}
      ${this.#pick("window", t("Window"), this.options.windows, asked)}
      ${this.#text("words", t("Words of the item"), "text", asked)} ${this.#text("clerk", t("Clerk's number"), "text", asked)}
      ${this.#text("opened_from", t("Opened from"), "date", asked)} ${this.#text("opened_to", t("Opened to"), "date", asked)}
      ${this.#text("decided_from", t("Decided from"), "date", asked)} ${this.#text("decided_to", t("Decided to"), "date", asked)}
      <div class="row list-filter-end">${asked.toString() ? html`<a class="button button-quiet" href="/window/find">${t("Clear")}</a>` : nothing}<button class="button button-primary" data-action="search">${icon("search")}<span>${t("Search")}</span></button></div>
    </form>`;
  }

  /** @param {string} name @param {string} label @param {[string, string][]} choices @param {URLSearchParams} asked */
  #pick(name, label, choices, asked) {
    return html`<label class="field"><span class="field-label">${label}</span><select class="input" name=${name}><option value="">${t("All")}</option>${choices.map(
      ([code, words]) => html`<option value=${code} ?selected=${asked.get(name) === code}>${words}</option>`,
    )}</select></label>`;
  }

  /** @param {string} name @param {string} label @param {"text" | "date"} type @param {URLSearchParams} asked */
  #text(name, label, type, asked) {
    return html`<label class="field"><span class="field-label">${label}</span><input class="input" type=${type} name=${name} maxlength="80" autocomplete="off" value=${asked.get(name) ?? ""}></label>`;
  }

  /** @param {Page} found */
  #head(found) {
    const count = found.more ? t("More than %(num)s cases", { num: found.count }) : tn("%(num)d case", "%(num)d cases", found.count);
    // A refusal of the file is shown beside: the page is never left.
    return html`<div class="card-head list-head"><h2 class="side-title" data-count=${found.count}>${count}</h2><div class="row push">
      ${found.query ? html`<form class="list-keep" @submit=${(/** @type {SubmitEvent} */ event) => this.keep(event)}><input class="input" name="name" maxlength="20" required autocomplete="off" aria-label=${t("Name of the filter")} placeholder=${t("Name of the filter")}><button class="button button-quiet button-small" data-action="keep-filter">${t("Keep the filter")}</button></form>` : nothing}
      <form method="post" action="${PATH}/export" target="_blank"><input type="hidden" name="query" value=${found.query}><button class="button button-quiet button-small" data-action="export" title=${t("The export is recorded. Names are masked as on this page.")}>${icon("download")}<span>${t("Export as a table")}</span></button></form></div></div>`;
  }

  /** @param {any[]} lines */
  #table(lines) {
    return html`<div class="table-wrap"><table class="table">
      <thead><tr><th scope="col">${t("Case number")}</th><th scope="col">${t("Item")}</th><th scope="col">${t("Applicant")}</th><th scope="col">${t("Window")}</th><th scope="col">${t("State")}</th><th scope="col">${t("Opened at")}</th><th scope="col" class="actions">${t("Actions")}</th></tr></thead>
      <tbody>${lines.map((line) => {
        const { words, iconName, tone } = caseStatus(line.state, line.outcome);
        return html`<tr data-case=${line.case_id}><th scope="row" class="nowrap">${line.number}</th><td>${line.item_name}</td><td>${line.applicant || "—"}</td><td>${line.window_name}</td><td>${status(words, iconName, tone)}</td><td class="nowrap">${dayTime(line.opened_at_ms)}</td>
          <td class="actions"><a class="button button-small button-quiet" href="/counter/cases/${line.case_id}" target="_blank" data-action="story">${t("Story")}</a> <a class="button button-small" href="/window/cases/${line.case_id}" data-action="open-case">${icon("arrow-right")}<span>${t("Open")}</span></a></td></tr>`;
      })}</tbody></table></div>`;
  }
}
