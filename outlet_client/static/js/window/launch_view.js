/**
 * A launch link of the city's intake platform (docs/counter-api.md): item and reference come in the
 * query, what was filled in comes in the fragment, which is taken out of the address at once. The
 * case is opened by the clerk's press, never by following a link.
 */
import { html, nothing } from "lit";
import { act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { actButton, banner, icon } from "../bits.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */

const MAX_FRAGMENT = 16_384;

export class LaunchView {
  /** @param {WindowPage} page */
  constructor(page) {
    this.page = page;
    const query = new URLSearchParams(location.search);
    this.item = query.get("item") ?? "";
    this.ref = query.get("ref") ?? "";
    /** @type {{applicant?: Record<string, string>, form?: Record<string, string>}} */
    this.filled = {};
    this.broken = false;
    if (location.hash.length > 1) {
      try {
        this.filled = filledIn(location.hash.slice(1));
      } catch {
        this.broken = true;
      }
      history.replaceState(null, "", location.pathname + location.search);
    }
  }

  async arrive() {
    this.page.draw();
  }

  async open() {
    const body = { item: this.item, ...(this.ref ? { ref: this.ref } : {}), ...this.filled };
    try {
      const opened = await this.page.desk.acts.once("open", () => act("/api/v1/cases", body));
      if (!opened) return;
      if (opened.left_out?.length) toast(t("Some values did not fit and are left to you"), "warn");
      if (opened.existing) toast(t("This case had been opened before"), "info");
      this.page.router.go(`/window/cases/${opened.case_id}`);
    } catch (error) {
      toastError(error);
    }
  }

  view() {
    const filled = Object.keys(this.filled.form ?? {}).length + Object.keys(this.filled.applicant ?? {}).length;
    return html`<div class="home"><section class="card stack launch">
      <h1>${icon("send")} ${t("From the intake platform")}</h1>
      <dl class="summary"><dt>${t("Item")}</dt><dd>${this.item || "—"}</dd><dt>${t("Reference")}</dt><dd>${this.ref || "—"}</dd><dt>${t("Values filled in")}</dt><dd>${filled}</dd></dl>
      ${this.broken ? banner({ title: t("What was filled in could not be read"), words: t("You can begin all the same and type it."), tone: "warn" }) : nothing}
      ${actButton(this.page.desk.acts, "open", { label: t("Begin"), action: "begin", id: "begin", kind: "primary", size: "large", icon: "arrow-right", run: () => this.open(), disabled: !this.item })}
    </section></div>`;
  }
}

/**
 * `v1.` and base64url of UTF-8 JSON with `applicant` and `form`, both of texts by code.
 * @param {string} fragment
 */
export function filledIn(fragment) {
  if (fragment.length > MAX_FRAGMENT || !fragment.startsWith("v1.")) throw new Error("unknown form of fragment");
  const bytes = Uint8Array.from(atob(fragment.slice(3).replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  return { ...(value.applicant ? { applicant: texts(value.applicant) } : {}), ...(value.form ? { form: texts(value.form) } : {}) };
}

/** @param {unknown} value @returns {Record<string, string>} */
function texts(value) {
  const pairs = Object.entries(/** @type {Record<string, unknown>} */ (value)).filter(([, text]) => typeof text === "string");
  return /** @type {Record<string, string>} */ (Object.fromEntries(pairs));
}
