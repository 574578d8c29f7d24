/** What a clerk says and does for an item, step by step: makes somebody new at the window safe. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { icon } from "../bits.js";

/** @param {import("../types.js").ItemShown} item @param {{open?: boolean}} [options] */
export function itemScript(item, options = {}) {
  const { steps, conditions } = item;
  if (!steps.length && !conditions.length) return nothing;
  const words = { must: t("Do"), branch: t("If so"), stop: t("Stop here") };
  return html`<details class="item-script" ?open=${options.open ?? false}><summary>${icon("list")} ${t("How this item is handled")}</summary>
    <ul class="condition-list">${conditions.map((one) => html`<li>${one}</li>`)}</ul>
    <ol class="script-list">${steps.map((one) => html`<li data-kind=${one.kind}><span class="script-kind">${words[one.kind]}</span>${one.text}</li>`)}</ol>
  </details>`;
}
