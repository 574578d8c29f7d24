/** Short news at the top of the page, under the bar. What must be acted on belongs in a banner, not here. */
import { ApiError } from "portal/api.js";
import { el, icon } from "portal/dom.js";
import { t } from "portal/i18n.js";

const SHOWN_MS = 6_000;
const ICONS = { ok: "check-circle", info: "info", warn: "alert", bad: "alert" };

class Toast extends HTMLElement {
  /** @param {string} words @param {"ok" | "info" | "warn" | "bad"} tone @param {string} [detail] */
  show(words, tone, detail = "") {
    const toast = el("div", { class: "toast", "data-tone": tone }, icon(ICONS[tone]), el("span", {}, el("strong", {}, words), detail && " ", detail));
    this.append(toast);
    while (this.childElementCount > 3) this.firstElementChild?.remove();
    window.setTimeout(() => toast.remove(), tone === "bad" ? SHOWN_MS * 2 : SHOWN_MS);
  }
}

customElements.define("yc-toast", Toast);

/**
 * @param {string} words
 * @param {"ok" | "info" | "warn" | "bad"} [tone]
 * @param {string} [detail]
 */
export function toast(words, tone = "info", detail = "") {
  const place = document.querySelector("yc-toast");
  if (place instanceof Toast) place.show(words, tone, detail);
}

/**
 * Shows what went wrong by the error guide: what happened, what still works, the code.
 * @param {unknown} error
 */
export function toastError(error) {
  if (error instanceof ApiError) {
    const ours = error.status >= 500 || error.code.startsWith("N-"); // not the visitor's doing
    toast(error.title, ours ? "bad" : "warn", `${error.detail} (${error.code})`);
    return;
  }
  console.error(error);
  toast(t("Something went wrong on this page"), "bad", t("What was saved is kept. Refresh the page and go on."));
}
