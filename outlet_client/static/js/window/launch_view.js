/**
 * A launch link of the city's intake platform (docs/launch.md): /window/launch/HANDLE. What the platform
 * handed over lies on the server; the address holds nothing of it. The case is opened by the clerk's
 * press, never by following a link.
 */
import { html, nothing } from "lit";
import { act, ApiError, get } from "portal/api.js";
import { t, tn } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { actButton, banner, clockTime, icon } from "../bits.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {{platform: string, item_code: string, item_name: string, received_ms: number, until_ms: number, case_id: string | null}} Launch */

export class LaunchView {
  /** @param {WindowPage} page @param {string} handle */
  constructor(page, handle) {
    this.page = page;
    this.path = `/api/v1/launches/${encodeURIComponent(handle)}`;
    /** @type {Launch | null} */
    this.launch = null;
    /** @type {Error | null} why the link leads nowhere */
    this.fault = null;
  }

  async arrive() {
    try {
      this.launch = await get(this.path);
      this.fault = null;
    } catch (error) {
      this.fault = /** @type {Error} */ (error);
    }
    this.page.draw();
  }

  async open() {
    try {
      const opened = await this.page.desk.acts.once("open", () => act(`${this.path}/case`, {}));
      if (!opened) return;
      if (opened.existing) toast(t("This case had been opened before"), "info", t("What the platform handed over now was not taken over."));
      else if (opened.left_out) toast(tn("%(num)d value did not fit and is left to you", "%(num)d values did not fit and are left to you", opened.left_out), "warn");
      this.page.router.go(`/window/cases/${opened.case_id}`);
    } catch (error) {
      if (error instanceof ApiError && error.code.startsWith("J-")) await this.arrive();
      else toastError(error);
    }
  }

  view() {
    return html`<div class="home"><section class="card stack launch">
      <h1>${icon("send")} ${t("From the intake platform")}</h1>
      ${this.fault ? this.#fault(this.fault) : this.launch ? this.#launch(this.launch) : html`<div class="empty">${icon("hourglass")}<strong>${t("The link is being looked up")}</strong></div>`}
    </section></div>`;
  }

  /** @param {Launch} launch */
  #launch(launch) {
    return html`<dl class="summary"><dt>${t("Platform")}</dt><dd>${launch.platform}</dd><dt>${t("Item")}</dt><dd>${launch.item_name} <span class="item-code">${launch.item_code}</span></dd><dt>${t("Link good until")}</dt><dd>${clockTime(launch.until_ms)}</dd></dl>
      ${launch.case_id ? html`<p>${t("You have opened this case already.")}</p>` : html`<p>${t("What was filled in there is taken over; please compare it with the papers.")}</p>`}
      ${actButton(this.page.desk.acts, "open", { label: launch.case_id ? t("Go to the case") : t("Open the case"), action: "begin", id: "begin", kind: "primary", size: "large", icon: "arrow-right", run: () => this.open() })}`;
  }

  /** @param {Error} fault */
  #fault(fault) {
    const known = fault instanceof ApiError ? fault : null;
    return html`${banner({ title: known?.title ?? t("Something went wrong on this page"), words: known?.detail ?? "", tone: "warn", code: known?.code ?? "", name: "launch-refused" })}
      ${known?.details?.["number"] ? html`<p>${t("Case %(number)s, opened by clerk %(clerk)s", { number: String(known.details["number"]), clerk: String(known.details["clerk"] ?? "") })}</p>` : nothing}
      <p><a class="button" href="/window">${icon("home")}<span>${t("Back to the start")}</span></a></p>`;
  }
}
