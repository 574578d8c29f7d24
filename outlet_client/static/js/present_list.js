/** Who came with the applicant, or for her: role, name and number, masked. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { maskedValue } from "./bits.js";

/** @typedef {"agent" | "guardian" | "interpreter" | "companion"} Role */
/** @typedef {import("./types.js").PresentShown} PresentShown */

/** @returns {[Role, string][]} */
export function presentRoles() {
  return [
    ["agent", t("Agent (with a letter of authority)")],
    ["guardian", t("Guardian")],
    ["interpreter", t("Interpreter")],
    ["companion", t("Companion")],
  ];
}

/** @param {string} role */
export function roleWords(role) {
  return presentRoles().find(([code]) => code === role)?.[1] ?? role;
}

/** @param {PresentShown[]} people @param {string} path of the case */
export function presentList(people, path) {
  if (!people.length) return html`<p class="soft">${t("The applicant is alone")}</p>`;
  const value = (/** @type {string} */ shown, /** @type {string} */ reveal) => maskedValue(shown, reveal && `${path}/reveal/${reveal}`);
  return html`<dl class="summary">${people.map((one) => html`<dt>${roleWords(one.role)}</dt><dd>${value(one.name, one.reveal_name)} ${one.id_number ? value(one.id_number, one.reveal_number) : nothing}</dd>`)}</dl>`;
}

/** As the call counts them: a guardian answers the notice as an agent does. @param {PresentShown[]} people */
export function inCall(people) {
  return people.map((one) => (one.role === "guardian" ? "agent" : one.role));
}
