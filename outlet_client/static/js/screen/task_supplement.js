/** 一次性告知: the one list of what is to be supplied, as it is handed over, in large lines. */
import { html, nothing } from "lit";
import { t, tn } from "portal/i18n.js";
import { button, dayOf, icon } from "../bits.js";
import { caseCode } from "./told.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */
/** @typedef {import("./screen_state.js").ScreenCase} ScreenCase */
/** @typedef {{label: string, words: string, bring: string, answered: boolean}} PointTold */
/** @typedef {{points: PointTold[], days: number, due_ms: number, told: boolean, lapses: string}} NoticeTold */

/** @param {ScreenPage} page @param {ScreenCase} shown @param {NoticeTold} notice */
export function supplementTask(page, shown, notice) {
  const term = notice.told ? t("Please bring everything by %(day)s.", { day: dayOf(notice.due_ms) }) : tn("You have %(num)d working day for it, from the day you sign for the list.", "You have %(num)d working days for it, from the day you sign for the list.", notice.days);
  const lapses = notice.lapses ? t("What does not come within the term counts as withdrawn (%(rule)s). You may apply again.", { rule: notice.lapses }) : "";
  const line = (/** @type {PointTold} */ point) => [point.label && `${point.label}${t(": ")}`, point.words, point.bring && t("To bring: %(what)s", { what: point.bring })].filter(Boolean).join(" ");
  const spoken = () => [t("Please supply the following"), ...notice.points.map(line), term, lapses].join(" ");
  return {
    body: html`<section class="screen-card" data-supplement>
      <h1 class="done-title" data-tone="warn">${icon("inbox")} ${t("Please supply the following")}</h1>
      <p class="screen-lead">${shown.item}</p>
      <ol class="next-steps">${notice.points.map((point) => html`<li data-answered=${String(point.answered)}>${point.label ? html`<strong>${point.label}</strong>${t(": ")}` : nothing}${point.words}${point.bring ? html`<br>${t("To bring: %(what)s", { what: point.bring })}` : nothing}${point.answered ? html` ${icon("check-circle")}<span>${t("Supplied")}</span>` : nothing}</li>`)}</ol>
      <p>${term} ${t("What you have filled in is kept for you.")}</p>
      ${lapses ? html`<p><strong>${lapses}</strong></p>` : nothing}
      ${page.aloud.able ? html`<p>${button({ label: t("Read it to me"), action: "read-aloud", icon: "speaker", run: () => page.aloud.read(spoken()) })}</p>` : nothing}
      ${caseCode(shown)}
    </section>`,
  };
}
