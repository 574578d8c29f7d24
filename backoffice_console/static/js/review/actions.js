/** What can be done now, bottom right; when something cannot, the reason stands beside it. */
import { html, nothing, render } from "lit";
import { confirmed } from "portal/dialog.js";
import { byId } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { glyph } from "../glyph.js";
import { approve, refuse } from "./decide.js";
import { forgetNotes, wrapUpOf } from "./notes.js";
import { returnToWindow } from "./return.js";
import { requireSupplement } from "./supplement.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */

/** @param {ReviewState} state */
export function showActions(state) {
  const paint = () => {
    render(hint(state), byId("action-hint"));
    render(actions(state), byId("actions"));
  };
  state.addEventListener("change", paint);
}

/** @param {ReviewState} state */
function hint(state) {
  const item = state.case;
  if (state.mine && state.evidence?.blocked) {
    return html`<span class="hint-blocked" data-blocked="${state.evidence.blocked.code}">${glyph("lock")}<span><strong>${t("Approval is not possible yet:")}</strong> ${state.evidence.blocked.title} <span class="muted">${state.evidence.blocked.code}</span></span></span>`;
  }
  if (item && !state.mine && item.state === "accepted") return html`<span>${t("Take the case to work on it.")}</span>`;
  if (item?.outcome) return html`<span class="status" data-tone="${item.outcome === "approved" ? "ok" : "bad"}">${glyph(item.outcome === "approved" ? "check-circle" : "stop-circle")}<span>${item.outcome === "approved" ? t("Approved") : t("Refused")} · ${state.page.words.states[item.state]}</span></span>`;
  if (item && item.state === "returned_to_outlet") return html`<span class="status" data-tone="warn">${glyph("return")}<span>${t("Returned to the window")}</span></span>`;
  if (item && item.state === "supplement_required") return html`<span class="status" data-tone="warn">${glyph("inbox")}<span>${t("Waiting for the supplement")}</span></span>`;
  if (state.page.precheck && state.inCall) return html`<span>${t("Nothing is decided in this call. The window sees every opinion at once.")}</span>`;
  if (state.callState === "wrap_up") return html`<span>${t("The call is over. Write down what was said, then you are free again.")}</span>`;
  return nothing;
}

/** @param {ReviewState} state */
function actions(state) {
  const busy = state.acting !== "";
  const reviewing = state.mine && !state.case.pending;
  return html`
    ${state.inCall ? html`<button type="button" class="button button-danger button-large" data-action="end-call" ?disabled=${busy} @click=${() => endCall(state)}>${glyph("phone-end")}<span>${t("End the call")}</span></button>` : nothing}
    ${!state.session && reviewing ? html`<button type="button" class="button button-large button-quiet" data-action="release" ?disabled=${busy} @click=${() => state.release()}>${t("Give back to the pool")}</button><button type="button" class="button button-large" data-action="call-window" ?disabled=${busy} @click=${() => state.callWindow()}>${glyph("phone")}<span>${t("Call the window")}</span></button>` : nothing}
    ${reviewing ? decisions(state, busy) : nothing}
    ${state.case && !state.mine && state.case.state === "accepted" ? html`<button type="button" class="button button-primary button-large" data-action="take" ?disabled=${busy} @click=${() => state.take()}>${t("Take into review")}</button>` : nothing}
    ${state.callState === "wrap_up" ? html`<button type="button" class="button button-large${reviewing ? "" : " button-primary"}" data-action="close-wrap-up" ?disabled=${busy} @click=${() => closeWrapUp(state)}>${glyph("check")}<span>${t("Finish the wrap-up")}</span></button>` : nothing}
    ${leaving(state) ? html`<a class="button button-primary button-large" href="/hall" data-action="to-desk">${t("Back to the desk")}</a>` : nothing}
  `;
}

/** @param {ReviewState} state @param {boolean} busy */
function decisions(state, busy) {
  const blocked = state.evidence?.blocked ?? null;
  return html`
    <button type="button" class="button button-large" data-action="return" ?disabled=${busy} @click=${() => returnToWindow(state)}>${glyph("return")}<span>${t("Return to the window")}</span></button>
    <button type="button" class="button button-large" data-action="supplement" ?disabled=${busy} @click=${() => requireSupplement(state)}>${glyph("inbox")}<span>${t("Tell what to supply")}</span></button>
    <button type="button" class="button button-large" data-action="refuse" ?disabled=${busy} @click=${() => refuse(state)}>${glyph("stop-circle")}<span>${t("Refuse")}</span></button>
    <button type="button" class="button button-primary button-large" data-action="approve" aria-disabled="${blocked !== null || busy}" aria-describedby="action-hint" title="${blocked?.detail ?? ""}" @click=${() => (blocked || busy ? undefined : approve(state))}>${glyph("stamp")}<span>${t("Approve")}</span></button>`;
}

/** Nothing is left to do on this page. @param {ReviewState} state */
function leaving(state) {
  const over = !state.session || state.session.over;
  return over && (state.case ? !state.mine && state.case.state !== "accepted" : state.session !== null);
}

/** @param {ReviewState} state */
async function endCall(state) {
  const open = state.mine;
  const sure = await confirmed({
    title: t("End the call?"),
    words: open ? t("The case stays with you. You can still decide it for 30 minutes if the recording is whole.") : t("Picture and sound stop for everybody. You then write the wrap-up."),
    yes: t("End the call"),
    danger: true,
  });
  if (sure) await state.run("end-call", () => state.socket.ask("call.end", { call: state.page.call }));
}

/** @param {ReviewState} state */
async function closeWrapUp(state) {
  const done = await state.run("close-wrap-up", () => state.socket.ask("call.close", { call: state.page.call, ...wrapUpOf(state) }));
  if (!done) return;
  forgetNotes(state);
  location.assign(state.mine ? `/hall/case/${state.caseId}` : "/hall");
}
