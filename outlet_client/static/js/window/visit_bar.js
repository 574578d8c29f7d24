/** The visit that stands at this window: its number and step, its cases, and what can be done next. */
import { html, nothing } from "lit";
import { confirmed } from "portal/dialog.js";
import { t, tn } from "portal/i18n.js";
import { actButton, icon, status } from "../bits.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("./visits.js").VisitHere} VisitHere */
/** @typedef {import("./visits.js").VisitCase} VisitCase */

/** @param {WindowPage} page */
export function visitBar(page) {
  const { visits, data } = page.desk;
  const here = visits.here;
  if (!here) return nothing;
  const waited = visits.minutes(here.since_ms);
  return html`<section class="visit-bar" aria-label=${t("The visit at this window")} data-visit=${here.number} data-step=${here.step ?? ""}>
    <div class="visit-facts"><strong class="visit-number">${t("Visit %(number)s", { number: here.number })}</strong>
      ${status(here.step ? (data.visit_steps[here.step] ?? here.step) : t("Between two steps"), here.step === "call" ? "bell" : here.step === "rate" ? "star" : "user", "brand")}
      ${here.step ? html`<span class="muted">${tn("%(num)d minute", "%(num)d minutes", waited)}</span>` : nothing}
      ${here.priority ? status(data.priorities[here.priority] ?? here.priority, "star", "warn") : nothing}</div>
    <ul class="visit-cases" role="list">${here.cases.map((one) => caseLine(page, one))}</ul>
    <div class="visit-actions">${here.step === "call" ? ofCall(page) : ofHandling(page)}</div>
  </section>`;
}

/** @param {WindowPage} page @param {VisitCase} one */
function caseLine(page, one) {
  const shown = page.desk.file?.id === one.case_id;
  if (!one.prepared) return html`<li><a class="visit-case" href=${`/window/cases/${one.case_id}`} data-case=${one.case_id} aria-current=${shown ? "true" : nothing}>${icon(one.rated ? "star" : "document")}<span>${one.item_name}</span></a></li>`;
  return html`<li>${actButton(page.desk.acts, "visit-take-over", { label: t("Take over: %(item)s", { item: one.item_name }), action: "take-over", kind: "primary", size: "small", icon: "transfer", run: () => takeOver(page, one) })}</li>`;
}

/** @param {WindowPage} page */
function ofCall(page) {
  const { acts, visits } = page.desk;
  return html`${actButton(acts, "visit-received", { label: t("Has come"), action: "visit-received", kind: "primary", size: "small", icon: "check", run: () => visits.answer("received") })}
    ${actButton(acts, "visit-call", { label: t("Call again"), action: "visit-recall", size: "small", icon: "bell", run: () => visits.answer("call") })}
    ${actButton(acts, "visit-missed", { label: t("Did not come"), action: "visit-missed", kind: "quiet", size: "small", run: () => visits.answer("missed") })}`;
}

/** @param {WindowPage} page */
function ofHandling(page) {
  const { acts, visits } = page.desk;
  return html`${actButton(acts, "visit-another", { label: visits.here?.cases.length ? t("One more case") : t("Open a case"), action: "visit-another", size: "small", icon: "plus", run: () => page.router.go("/window") })}
    ${actButton(acts, "visit-wait", { label: t("Back to wait"), action: "visit-wait", kind: "quiet", size: "small", icon: "hourglass", run: () => visits.step("wait") })}
    ${actButton(acts, "visit-end", { label: t("End this visit"), action: "visit-end", size: "small", icon: "check-circle", run: () => end(page) })}`;
}

/** @param {WindowPage} page */
async function end(page) {
  const { visits } = page.desk;
  const waiting = visits.here?.cases.filter((one) => one.prepared).length ?? 0;
  if (waiting && !(await confirmed({ title: t("End this visit?"), words: tn("%(num)d prepared form was not taken over. It is kept and can be found by its number.", "%(num)d prepared forms were not taken over. They are kept and can be found by their numbers.", waiting), yes: t("End this visit") }))) return;
  await visits.end(false);
}

/** The form that the usher filled in becomes this window's case. @param {WindowPage} page @param {{case_id: string, version: number}} draft */
export async function takeOver(page, draft) {
  if (await page.desk.visits.takeOver(draft)) page.router.go(`/window/cases/${draft.case_id}`);
}
