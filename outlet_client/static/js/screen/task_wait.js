/** 欢迎: nothing to do for the citizen; and a screen that belongs to no window any more. */
import { html, nothing } from "lit";
import { t, tn } from "portal/i18n.js";
import { icon } from "../bits.js";
import { endedForCitizen } from "../withdrawal.js";
import { supplementTask } from "./task_supplement.js";
import { caseCode, refusal } from "./told.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */
/** @typedef {import("./screen_state.js").ScreenCase} ScreenCase */

const IN_THE_HALL = Object.freeze(["accepted", "in_first_review", "approved", "refused"]);

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function waitTask(page) {
  const shown = page.state.case;
  if (shown?.state === "handed_back") return { body: shown.outcome === "refused" ? refusal(shown, t("The clerk explains the decision to you and hands it to you on paper.")) : approved(shown) };
  if (shown?.state === "supplement_required" && shown.notice) return supplementTask(page, shown, shown.notice);
  if (shown?.road === "desk" && IN_THE_HALL.includes(shown.state)) return { body: handedIn(shown) };
  const { call } = page.state;
  // Told to whom it concerns only: the next citizen's case is another one.
  const ended = shown && call?.data?.cases?.includes(shown.id) ? endedForCitizen(call.data) : null;
  if (shown && ended) {
    return {
      body: html`<section class="screen-card center welcome-card" data-call-ended=${call?.data.end_reason}>
      <span class="screen-picture">${icon("phone-end")}</span>
      <h1>${ended.title}</h1>
      <p class="screen-lead">${ended.words}</p>
      <p class="screen-lead">${shown.item}</p>
    </section>`,
    };
  }
  const ringing = page.state.call && ["requested", "queued", "offered"].includes(page.state.call.state);
  return {
    body: html`<section class="screen-card center welcome-card">
      <span class="screen-picture">${icon(ringing ? "phone" : "user")}</span>
      <h1>${ringing ? t("A reviewer is being called, please wait a moment") : shown ? t("Please wait a moment, the clerk is working for you") : t("Welcome")}</h1>
      ${shown ? html`<p class="screen-lead">${shown.item}</p>${shown.applicant ? html`<p class="screen-lead">${shown.applicant}</p>` : nothing}` : html`<p class="screen-lead">${page.state.remote ? t("Please leave this page open. The clerk talks with you here as soon as the call begins.") : t("Please sit down. The clerk will ask you what you have come for.")}</p>`}
    </section>`,
  };
}

/** 转后台审核: nobody need wait here; what to keep, and what comes next. @param {ScreenCase} shown */
function handedIn(shown) {
  const days = shown.promised_days;
  return html`<section class="screen-card" data-handed-in>
    <h1 class="done-title" data-tone="ok">${icon("send")} ${t("Handed in, the hall reviews it")}</h1>
    <p class="screen-lead">${shown.item}</p>
    <ul class="next-steps">
      <li>${days ? tn("It is decided within %(num)d working day. You need not wait here.", "It is decided within %(num)d working days. You need not wait here.", days) : t("It is decided today. You need not wait here.")}</li>
      <li>${t("The result comes back to this window; the clerk tells you and hands it over.")}</li>
      <li>${t("Keep the number and the code: with them any window can look your case up.")}</li>
    </ul>
    ${caseCode(shown)}
  </section>`;
}

/** @param {ScreenCase} shown */
function approved(shown) {
  return html`<section class="screen-card" data-outcome="approved">
    <h1 class="done-title" data-tone="ok">${icon("check-circle")} ${t("Approved by the hall")}</h1>
    <p class="screen-lead">${shown.item}</p>
    <p>${t("Please wait a moment, the clerk is preparing your result.")}</p>
    ${caseCode(shown)}
  </section>`;
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
