/** 退回窗口: what the window can mend, one coded reason for each thing. */
import { html, nothing } from "lit";
import { ApiError, act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toast } from "portal/toast.js";
import { glyph } from "../glyph.js";
import { pagesOf } from "./pages.js";
import { Sheet } from "./sheet.js";
import { name } from "./viewer.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */
/** @typedef {{reason: string, note: string}} Fault */

/** @param {ReviewState} state */
export async function returnToWindow(state) {
  const sheet = new Sheet("return", { wide: true });
  /** @type {Map<string, Fault>} */
  const faults = new Map();
  for (const material of state.case.materials) {
    const found = pagesOf(material).find((one) => one.newest?.check === "faulty");
    if (found) faults.set(material.code, { reason: found.newest.fault ?? "", note: "" });
  }
  /** @type {ApiError | null} */
  let wrong = null;
  let busy = false;

  const paint = () => sheet.paint({ title: t("Return to the window"), body: body(), foot: foot() });

  const body = () => html`<form id="return-form" class="form" @submit=${send}>
    <p class="soft">${t("For what the window can mend. It comes back to you when it is mended; the applicant's time limit goes on.")}</p>
    ${wrong ? html`<div class="banner" data-tone="bad" role="alert">${glyph("alert")}<div class="banner-words"><p class="banner-title">${wrong.title}</p><p>${wrong.detail}</p></div><span class="banner-code">${wrong.code}</span></div>` : nothing}
    <ul class="fault-list" role="list">${targets(state).map(([target, label, icon]) => line(target, label, icon))}</ul>
  </form>`;

  const line = (/** @type {string} */ target, /** @type {string} */ label, /** @type {string} */ icon) => {
    const fault = faults.get(target);
    return html`<li class="fault-line" data-target="${target}" data-on=${fault ? "" : nothing}>
      <label class="choice"><input type="checkbox" .checked=${fault !== undefined} @change=${(/** @type {Event} */ event) => {
        if (/** @type {HTMLInputElement} */ (event.target).checked) faults.set(target, { reason: "", note: "" });
        else faults.delete(target);
        paint();
      }}>${glyph(icon)}<span>${label}</span></label>
      ${fault
        ? html`<select class="input" aria-label="${label}: ${t("Reason")}" required @change=${(/** @type {Event} */ event) => {
              fault.reason = /** @type {HTMLSelectElement} */ (event.target).value;
              paint();
            }}><option value="">${t("Choose a reason")}</option>${state.page.words.returns.map((/** @type {[string, string]} */ [code, words]) => html`<option value="${code}" ?selected=${fault.reason === code}>${words}</option>`)}</select>
            <input class="input" maxlength="300" aria-label="${label}: ${t("Note")}" placeholder="${fault.reason === "other" ? t("Say what") : t("Note (optional)")}" ?required=${fault.reason === "other"} .value=${fault.note} @input=${(/** @type {Event} */ event) => (fault.note = /** @type {HTMLInputElement} */ (event.target).value)}>`
        : nothing}
    </li>`;
  };

  const foot = () => html`<button type="button" class="button" data-action="close-sheet" @click=${() => sheet.close()}>${t("Cancel")}</button>
    <button type="submit" form="return-form" class="button button-primary" data-action="send-return" aria-busy="${busy}" ?disabled=${faults.size === 0}>${glyph("return")}<span>${t("Return to the window")}</span></button>`;

  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    wrong = null;
    paint();
    try {
      const listed = [...faults].map(([target, fault]) => ({ target, ...fault }));
      await act(state.path("/return"), { faults: listed, version: state.case.version });
      sheet.close();
      toast(t("Sent back to the window"), "ok");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      wrong = error;
      if (error.code === "K-04") await state.load();
    } finally {
      busy = false;
      if (sheet.dialog.open) paint();
    }
  };

  paint();
  await sheet.closed;
  await state.load();
}

/** @param {ReviewState} state @returns {[string, string, string][]} target, words, icon */
function targets(state) {
  const item = state.case;
  return [
    ...item.materials.filter((/** @type {any} */ one) => !["receipt_signature", "notice_signature"].includes(one.code)).map((/** @type {any} */ one) => /** @type {[string, string, string]} */ ([one.code, name(one), "document"])),
    ...item.form.map((/** @type {any} */ one) => /** @type {[string, string, string]} */ ([`form:${one.code}`, one.label, "pen"])),
    ...(item.persons ? [/** @type {[string, string, string]} */ (["persons", t("Table of persons"), "users"])] : []),
    ["identity", t("Identity of the applicant"), "identity"],
  ];
}
