/** The table of persons of a case: how many, and each of them in a line, numbers and names masked. */
import { html } from "lit";
import { t, tn } from "portal/i18n.js";
import { maskedValue } from "./bits.js";

/** @param {import("./types.js").PersonTable} table */
export function personCount(table) {
  return tn("%(num)d person on the list", "%(num)d persons on the list", table.rows.length);
}

/** @param {import("./types.js").PersonTable} table @param {string} path of the case */
export function personTable(table, path) {
  return html`<div class="table-wrap person-table" tabindex="0" role="region" aria-label=${personCount(table)}>
    <table class="table"><thead><tr><th scope="col">${t("No.")}</th>${table.columns.map((one) => html`<th scope="col">${one.label}</th>`)}</tr></thead>
      <tbody>${table.rows.map((row, n) => html`<tr><th scope="row" class="number">${n + 1}</th>${row.map((one) => html`<td>${maskedValue(one.shown, one.reveal && `${path}/reveal/${one.reveal}`)}</td>`)}</tr>`)}</tbody>
    </table></div>`;
}
