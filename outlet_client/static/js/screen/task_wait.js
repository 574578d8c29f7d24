/** 欢迎: nothing to do for the citizen; and a screen that belongs to no window any more. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { icon } from "../bits.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function waitTask(page) {
  const shown = page.state.case;
  const ringing = page.state.call && ["requested", "queued", "offered"].includes(page.state.call.state);
  return {
    body: html`<section class="screen-card center welcome-card">
      <span class="screen-picture">${icon(ringing ? "phone" : "user")}</span>
      <h1>${ringing ? t("A reviewer is being called, please wait a moment") : shown ? t("Please wait a moment, the clerk is working for you") : t("Welcome")}</h1>
      ${shown ? html`<p class="screen-lead">${shown.item}</p>${shown.applicant ? html`<p class="screen-lead">${shown.applicant}</p>` : nothing}` : html`<p class="screen-lead">${t("Please sit down. The clerk will ask you what you have come for.")}</p>`}
    </section>`,
  };
}

/** @param {ScreenPage} _page @returns {import("./screen_page.js").Task} */
export function pairTask(_page) {
  return {
    body: html`<section class="screen-card center welcome-card">
      <span class="screen-picture">${icon("screen")}</span>
      <h1>${t("This screen is not connected any more")}</h1>
      <p class="screen-lead">${t("The clerk can connect it again with a new pairing code.")}</p>
    </section>`,
    actions: [html`<a class="button button-primary button-large" href="/pair" data-action="pair">${icon("screen")}<span>${t("Connect")}</span></a>`],
  };
}
