/** 办好了: what comes next in short; then the rating, which may be left out. */
import { html, nothing } from "lit";
import { act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { actButton, button, icon } from "../bits.js";
import { caseCode, refusal } from "./told.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */
/** @typedef {import("./screen_state.js").ScreenCase} ScreenCase */

/** @returns {[number, string][]} */
function levels() {
  return [
    [5, t("Very satisfied")],
    [4, t("Satisfied")],
    [3, t("Fairly satisfied")],
    [2, t("Dissatisfied")],
    [1, t("Very dissatisfied")],
  ];
}

/** @param {number} level @returns {[string, string][]} */
function reasons(level) {
  if (level >= 3) return [["quick", t("Quick")], ["clear", t("Clearly explained")], ["friendly", t("Friendly")]];
  return [["slow", t("Took too long")], ["unclear", t("Not clearly explained")], ["unfriendly", t("Unfriendly")], ["asked_too_much", t("Asked for too much")], ["picture_or_sound", t("Picture or sound was bad")]];
}

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function doneTask(page) {
  const shown = /** @type {ScreenCase} */ (page.state.case);
  return {
    body: shown.outcome === "refused" ? refusal(shown, t("The decision has been handed to you on paper.")) : done(shown),
    actions: [
      button({
        label: t("I have read it"),
        action: "read-on",
        kind: "primary",
        size: "large",
        icon: "arrow-right",
        run: () => {
          page.state.readOn = shown.id;
          page.level = 0;
          page.reasons.clear();
          page.draw();
        },
      }),
    ],
  };
}

/** @param {ScreenCase} shown */
function done(shown) {
  return html`<section class="screen-card">
    <h1 class="done-title" data-tone="ok">${icon("check-circle")} ${t("It is done")}</h1>
    <p class="screen-lead">${shown.item}</p>
    <ul class="next-steps">${shown.follow_up.slice(0, 4).map((one) => html`<li>${one}</li>`)}</ul>
    ${caseCode(shown)}
  </section>`;
}

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function rateTask(page) {
  const { state } = page;
  const shown = /** @type {ScreenCase} */ (state.case);
  const { acts } = state;
  // What is on its way to the desk is what was chosen when it was sent.
  const held = acts.shows("rate") ? "true" : nothing;
  const choose = (/** @type {number} */ level) => () => {
    if (acts.acting) return;
    page.level = level;
    page.reasons.clear();
    page.draw();
  };
  const end = () => {
    state.rated = shown.id;
    page.draw();
  };
  const send = async () => {
    const body = { level: page.level, reasons: [...page.reasons] };
    const rate = async () => {
      await acts.act(`/api/v1/cases/${shown.id}/rating`, body);
      end();
    };
    await acts.once("rate", rate).catch(toastError);
  };
  const leave = async () => {
    end();
    await act("/api/v1/screen/said", { case: shown.id, said: "not_rated" }).catch(() => undefined);
  };
  return {
    body: html`<section class="screen-card center">
      <h1>${t("How was it today?")}</h1>
      <p class="screen-lead">${t("You may rate or leave it. The clerk's page does not show what you choose.")}</p>
      <div class="faces">${levels().map(([level, words]) => html`<button type="button" class="face" data-action="rate" data-level=${level} aria-pressed=${page.level === level ? "true" : "false"} aria-disabled=${held} @click=${choose(level)}>${icon(`face-${level}`)}<span>${words}</span></button>`)}</div>
      ${page.level
        ? html`<div class="row reason-list">${reasons(page.level).map(([code, words]) => html`<label class="choice-card ${page.reasons.has(code) ? "is-chosen" : acts.shows("rate") ? "is-dead" : ""}"><input class="visually-hidden" type="checkbox" data-action="reason" value=${code} ?disabled=${acts.shows("rate")} .checked=${page.reasons.has(code)} @change=${() => {
            if (!page.reasons.delete(code)) page.reasons.add(code);
            page.draw();
          }}><span>${words}</span></label>`)}</div>`
        : nothing}
    </section>`,
    actions: [
      actButton(acts, "no-rating", { label: t("Do not rate"), action: "no-rating", size: "large", run: leave }),
      actButton(acts, "rate", { label: t("Send"), action: "send-rating", kind: "primary", size: "large", icon: "send", disabled: !page.level, run: send }),
    ],
  };
}

/** @param {ScreenPage} _page @returns {import("./screen_page.js").Task} */
export function thanksTask(_page) {
  return {
    body: html`<section class="screen-card center welcome-card"><span class="screen-picture">${icon("check-circle")}</span><h1>${t("Thank you, goodbye")}</h1>
      <p class="screen-lead">${t("Please take all your documents with you.")}</p></section>`,
  };
}
