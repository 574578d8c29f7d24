/** What the citizen takes along: the number and code of the case, and a refusal with its remedy. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { icon } from "../bits.js";

/** @typedef {import("./screen_state.js").ScreenCase} ScreenCase */

/** By these any window finds the case again. @param {ScreenCase} shown */
export function caseCode(shown) {
  return html`<p class="case-code">${t("Case number")} <strong>${shown.number}</strong><span>${t("Enquiry code")} <strong>${shown.code}</strong></span></p>`;
}

/** 不予核准: why, in plain words, and what can be done against it. @param {ScreenCase} shown @param {string} lead */
export function refusal(shown, lead) {
  return html`<section class="screen-card" data-outcome="refused">
    <h1 class="done-title" data-tone="warn">${icon("info")} ${t("Refused")}</h1>
    <p class="screen-lead">${shown.item}</p>
    <p>${lead}</p>
    <h2>${t("Reasons")}</h2>
    ${shown.reasons.length ? html`<ul class="next-steps">${shown.reasons.map((one) => html`<li>${one}</li>`)}</ul>` : nothing}
    ${shown.text ? html`<p>${shown.text}</p>` : nothing}
    ${shown.remedy ? html`<h2>${t("Your remedies")}</h2><p>${shown.remedy}</p>` : nothing}
    ${caseCode(shown)}
  </section>`;
}
