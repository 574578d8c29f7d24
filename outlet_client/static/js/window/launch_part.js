/** What the intake platform handed over and did not fit, one by one, until the case leaves the window. */
import { html, nothing } from "lit";
import { t, tn } from "portal/i18n.js";
import { icon, maskedValue } from "../bits.js";
import { applicantLabel } from "../field_words.js";
import { AT_THE_WINDOW } from "./steps.js";

/** @typedef {import("../types.js").LeftOut} LeftOut */

/** @param {import("./case_file.js").CaseFile} file */
export function launchPart(file) {
  const left = file.launch?.left_out ?? [];
  if (!left.length || !file.page || !AT_THE_WINDOW.includes(file.page.state)) return nothing;
  return html`<details class="left-out" open data-left-out=${left.length}>
    <summary>${icon("alert")} ${tn("%(num)d value from the intake platform is left to you", "%(num)d values from the intake platform are left to you", left.length)}</summary>
    <ul role="list">${left.map((one) => html`<li data-reason=${one.reason}><strong>${labelOf(one)}</strong>
      <span class="left-out-value">${maskedValue(one.shown, one.masked ? `${file.path}/reveal/${one.field}` : "")}</span>
      <span class="soft">${reasonWords(one.reason)}</span></li>`)}</ul>
  </details>`;
}

/** @param {import("./case_file.js").CaseFile} file */
export function launchFacts(file) {
  if (!file.launch) return nothing;
  return html`<p class="soft" id="launch-facts">${t("From %(platform)s, number %(ref)s", { platform: file.launch.platform, ref: file.launch.ref })}</p>`;
}

/** Our field where there is one, and the platform's name for it. @param {LeftOut} one */
function labelOf(one) {
  const ours = one.target.startsWith("applicant.") ? applicantLabel(one.target.slice("applicant.".length)) : one.label;
  return ours ? t("%(ours)s (there: %(theirs)s)", { ours, theirs: one.name }) : one.name;
}

/** @param {string} reason */
function reasonWords(reason) {
  switch (reason) {
    case "not_mapped":
      return t("It is not known where this belongs; enter it where it fits, or leave it");
    case "no_such_field":
      return t("The item has no such field any more");
    case "not_translated":
      return t("This value of the platform is not known here; please enter it by hand");
    default:
      return t("It does not fit the field; please correct it by the papers");
  }
}
