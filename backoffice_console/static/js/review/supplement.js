/** 一次性告知: one complete list of what the citizen has to supply; a further one only by leave. */
import { html, nothing } from "lit";
import { ApiError, act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toast } from "portal/toast.js";
import { glyph } from "../glyph.js";
import { cited } from "./cited.js";
import { Sheet } from "./sheet.js";
import { name } from "./viewer.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */
/** @typedef {{reason: string, words: string, bring: string}} Point */

/** @param {ReviewState} state */
export async function requireSupplement(state) {
  const sheet = new Sheet("supplement", { wide: true });
  /** @type {Map<string, Point>} */
  const points = new Map();
  const { supplement_days: own, lapses } = state.case.item;
  const rest = { days: own ?? state.page.supplement_days ?? 1, told: false, reason: "" };
  /** @type {ApiError | null} */
  let wrong = null;
  let busy = false;

  const paint = () => sheet.paint({ title: t("Tell what to supply"), body: body(), foot: foot() });
  const sends = () => mayTell(state.case);

  const body = () => html`<form id="supplement-form" class="form" @submit=${send}>
    ${wrong ? html`<div class="banner" data-tone="bad" role="alert">${glyph("alert")}<div class="banner-words"><p class="banner-title">${wrong.title}</p><p>${wrong.detail}</p></div><span class="banner-code">${wrong.code}</span></div>` : nothing}
    ${sends() ? list() : leave()}
  </form>`;

  const list = () => html`<p class="soft">${t("For what only the citizen can supply. Name everything at once: it is told once. It does not count against the window.")}</p>
    <ul class="fault-list" role="list">${targets(state).map(([target, label, icon]) => line(target, label, icon))}</ul>
    <div class="field"><label class="field-label" for="supplement-days">${t("Term in working days")}</label><input class="input input-figures" id="supplement-days" type="number" min=${own ?? 1} max="60" required .value=${String(rest.days)} @input=${(/** @type {Event} */ event) => (rest.days = Number(valueOf(event)))}></div>
    ${lapses ? html`<p class="soft">${t("What does not come within the term counts as withdrawn (%(rule)s). Please say so.", { rule: cited(lapses) })}</p>` : nothing}
    ${state.running ? html`<label class="choice"><input type="checkbox" .checked=${rest.told} @change=${(/** @type {Event} */ event) => (rest.told = /** @type {HTMLInputElement} */ (event.target).checked)}><span>${t("I have told the whole list to the citizen in this call")}</span></label>` : nothing}`;

  const leave = () => {
    const waiting = state.case.second_notices.find((/** @type {any} */ one) => one.answer === null);
    if (waiting) return html`<p>${t("The duty lead has been asked and has not answered yet.")}</p>`;
    const refused = state.case.second_notices.at(-1);
    return html`<p>${t("The citizen was told once already. A further list needs the duty lead's leave.")}</p>
      ${refused?.answer === "refused" ? html`<p class="soft">${t("Not allowed: %(reason)s", { reason: refused.answer_reason })}</p>` : nothing}
      <div class="field"><label class="field-label" for="second-reason">${t("Why a further list")}</label><textarea class="input" id="second-reason" maxlength="300" rows="3" required .value=${rest.reason} @input=${(/** @type {Event} */ event) => (rest.reason = valueOf(event))}></textarea></div>`;
  };

  const line = (/** @type {string} */ target, /** @type {string} */ label, /** @type {string} */ icon) => {
    const point = points.get(target);
    return html`<li class="fault-line" data-target="${target}" data-on=${point ? "" : nothing}>
      <label class="choice"><input type="checkbox" .checked=${point !== undefined} @change=${(/** @type {Event} */ event) => {
        if (/** @type {HTMLInputElement} */ (event.target).checked) points.set(target, { reason: "", words: "", bring: "" });
        else points.delete(target);
        paint();
      }}>${glyph(icon)}<span>${label}</span></label>
      ${point
        ? html`<select class="input" aria-label="${t("%(what)s: reason", { what: label })}" required @change=${(/** @type {Event} */ event) => (point.reason = valueOf(event))}><option value="">${t("Choose a reason")}</option>${state.page.words.notice_reasons.map((/** @type {[string, string]} */ [code, words]) => html`<option value="${code}" ?selected=${point.reason === code}>${words}</option>`)}</select>
            <input class="input" maxlength="300" required aria-label="${t("%(what)s: what is the matter", { what: label })}" placeholder="${t("What is the matter, in plain words")}" .value=${point.words} @input=${(/** @type {Event} */ event) => (point.words = valueOf(event))}>
            <input class="input" maxlength="300" aria-label="${t("%(what)s: what to bring", { what: label })}" placeholder="${t("What to bring")}" .value=${point.bring} @input=${(/** @type {Event} */ event) => (point.bring = valueOf(event))}>`
        : nothing}
    </li>`;
  };

  const foot = () => {
    const waits = !sends() && state.case.second_notices.some((/** @type {any} */ one) => one.answer === null);
    return html`<button type="button" class="button" data-action="close-sheet" @click=${() => sheet.close()}>${t("Cancel")}</button>
      ${waits ? nothing : html`<button type="submit" form="supplement-form" class="button button-primary" data-action="send-supplement" aria-busy="${busy}" ?disabled=${sends() && points.size === 0}>${glyph("send")}<span>${sends() ? t("Send the list") : t("Ask the duty lead")}</span></button>`}`;
  };

  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    wrong = null;
    paint();
    try {
      const version = state.case.version;
      if (sends()) {
        const listed = [...points].map(([target, point]) => ({ target, ...point }));
        const call = rest.told && state.running ? state.page.call : null;
        await act(state.path("/supplement"), { points: listed, days: rest.days, call, version });
        toast(t("The list is at the window"), "ok");
      } else {
        await act(state.path("/second-notice"), { reason: rest.reason, version });
        toast(t("The duty lead has been asked"), "ok");
      }
      sheet.close();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      wrong = error;
      if (["K-04", "C-61", "C-64"].includes(error.code)) await state.load();
    } finally {
      busy = false;
      if (sheet.dialog.open) paint();
    }
  };

  paint();
  await sheet.closed;
  await state.load();
}

/** Whether a list may be sent: none was, or leave was given for the next. @param {any} item */
export function mayTell(item) {
  const next = item.notices.length + 1;
  return next === 1 || item.second_notices.some((/** @type {any} */ one) => one.round === next && one.answer === "allowed");
}

/** The rounds so far, for the pane of the case. @param {ReviewState} state */
export function noticeFacts(state) {
  const { notices } = state.case;
  if (!notices.length) return nothing;
  const reasons = Object.fromEntries(state.page.words.notice_reasons);
  return html`<details class="card fact-card" data-card="notices" open><summary>${t("Lists told to the citizen: %(n)d", { n: notices.length })}</summary>
    ${notices.map((/** @type {any} */ notice) => html`<p class="row"><strong>${t("List %(n)d", { n: notice.round })}</strong><span class="muted">${notice.channel ? state.page.words.notice_channels[notice.channel] : t("not handed over yet")}</span></p>
      <ol>${notice.points.map((/** @type {any} */ point) => html`<li>${point.label ? html`<strong>${point.label}</strong> ` : nothing}${reasons[point.reason] ?? point.reason}${t(": ")}${point.words} <span class="muted">${answerWords(point)}</span></li>`)}</ol>`)}
  </details>`;
}

/** @param {any} point */
function answerWords(point) {
  if (point.answered === "supplied") return t("supplied");
  return point.answered === "explained" ? t("explained: %(words)s", { words: point.explained }) : t("open");
}

/** @param {Event} event */
function valueOf(event) {
  return /** @type {HTMLInputElement} */ (event.target).value;
}

/** @param {ReviewState} state @returns {[string, string, string][]} target, words, icon */
function targets(state) {
  const item = state.case;
  const signed = ["receipt_signature", "notice_signature", "application_signature"];
  return [
    ...item.materials.filter((/** @type {any} */ one) => !signed.includes(one.code)).map((/** @type {any} */ one) => /** @type {[string, string, string]} */ ([one.code, name(one), "document"])),
    ...item.form.map((/** @type {any} */ one) => /** @type {[string, string, string]} */ ([`form:${one.code}`, one.label, "pen"])),
    ["identity", t("Identity of the applicant"), "identity"],
    ["general", t("Something else"), "inbox"],
  ];
}
