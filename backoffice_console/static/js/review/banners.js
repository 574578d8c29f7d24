/** What happened, what still works, what to do: above the panes, where it cannot be missed. */
import { html, nothing, render } from "lit";
import { byId } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { asksFor } from "signaling/interruption.js";
import { isBlind } from "signaling/recording_light.js";
import { lineLimit } from "signaling/line_limits.js";
import { glyph } from "../glyph.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */
/** @typedef {{id: string, tone: string, title: string, words?: string, action?: unknown, code?: string}} Banner */

/** @param {ReviewState} state */
export function showBanners(state) {
  const place = byId("banners");
  const paint = () =>
    render(
      banners(state).map(
        (one) => html`<div class="banner" data-tone="${one.tone}" data-banner="${one.id}" role="${one.tone === "bad" ? "alert" : "status"}">
          ${glyph(one.tone === "info" ? "info" : one.tone === "ok" ? "check-circle" : "alert")}
          <div class="banner-words"><p class="banner-title">${one.title}</p>${one.words ? html`<p>${one.words}</p>` : nothing}</div>
          ${one.action ? html`<div class="banner-actions">${one.action}</div>` : nothing}
          ${one.code ? html`<span class="banner-code">${one.code}</span>` : nothing}
        </div>`,
      ),
      place,
    );
  state.addEventListener("change", paint);
}

/** The most important one first, at most two. @param {ReviewState} state @returns {Banner[]} */
function banners(state) {
  return [...ofCall(state), ...ofCase(state)].slice(0, 2);
}

/** @param {ReviewState} state @returns {Banner[]} */
function ofCall(state) {
  const session = state.session;
  if (!session?.data) return [];
  /** @type {Banner[]} */
  const found = [];
  if (session.replaced) {
    const here = html`<button type="button" class="button button-primary" data-action="take-seat" @click=${() => session.takeSeat()}>${t("Go on here")}</button>`;
    found.push({ id: "replaced", tone: "warn", title: t("This call is open on another page of yours"), words: t("Picture and sound are there. The case can still be read here."), action: here });
  }
  if (state.inCall && session.health && !session.health.ok) {
    found.push({
      id: "recording",
      tone: "bad",
      title: isBlind(session.health) ? t("A camera of the citizen's side shows nothing: this item cannot be approved now") : state.case?.item.call_required ? t("Recording interrupted: this item cannot be approved now") : t("Recording interrupted"),
      words: t("The call goes on. If it does not come back: reconnect, change to desk review where the item allows it, or make an appointment."),
    });
  }
  if (session.state === "consent") {
    found.push({ id: "consent", tone: "info", title: t("Waiting for the citizen's answer to the recording notice"), words: t("The citizen's picture and sound come after they have agreed on their own screen.") });
  } else if (session.state === "connecting") {
    found.push({ id: "connecting", tone: "info", title: t("Connecting to the window") });
  } else if (session.state === "interrupted") {
    found.push({ id: "interrupted", tone: "warn", title: t("The call is interrupted, the other side is coming back"), words: t("A prepared decision was taken back; nothing is half done.") });
  }
  if (state.inCall && session.here.get("window") === false) {
    found.push({ id: "window-gone", tone: "warn", title: t("The window's page is gone for a moment"), words: t("It comes back by itself; the call and the case are kept.") });
  } else if (state.inCall && session.here.get("citizen") === false) {
    found.push({ id: "citizen-gone", tone: "warn", title: t("The citizen's screen is gone for a moment"), words: t("It comes back by itself; the call and the case are kept.") });
  }
  if (session.data.end_reason === "consent_withdrawn") {
    found.push({ id: "consent-withdrawn", tone: "warn", title: t("The citizen has taken back the agreement to be recorded"), words: t("The call has ended; what was recorded until then is kept. Nothing is approved by this call: the case goes on by desk review or an appointment.") });
  } else if (session.data.end_reason === "refused_notice") {
    found.push({ id: "notice-refused", tone: "warn", title: t("The citizen does not agree to be recorded"), words: t("The call has ended. The case goes on by desk review or an appointment.") });
  }
  const limit = state.inCall ? lineLimit(session, "hall") : null;
  if (limit) {
    const unseen = limit.rung !== "lower_video" && state.case?.item.call_required;
    const words = unseen && limit.rung !== "telephone" ? t("The sound goes on. Until the picture is back nobody can be identified or approved.") : limit.words;
    found.push({ id: "line-limit", tone: limit.tone, title: limit.title, words });
  }
  for (const words of state.inCall ? session.devices.words("hall") : []) {
    found.push({ id: "device-gone", tone: "warn", title: words, words: t("The call goes on. They are told, and another device is taken where there is one.") });
  }
  const asked = state.running ? asksFor(session.data) : "";
  if (asked === "recheck") {
    found.push({ id: "recheck", tone: "warn", title: t("The call was interrupted: check again who is there"), words: t("Ask the name and one varied question, as the steps on the right say. What was said before stands.") });
  } else if (asked === "restart") {
    found.push({ id: "anew", tone: "warn", title: t("The call was interrupted: begin the steps anew"), words: t("For this item nothing that was marked before the interruption counts. Until it is done again nothing can be approved.") });
  }
  return found;
}

/** @param {ReviewState} state @returns {Banner[]} */
function ofCase(state) {
  const item = state.case;
  if (!item) return [];
  /** @type {Banner[]} */
  const found = [];
  if (item.holder.number) {
    found.push({ id: "locked", tone: "info", title: t("Reviewer %(number)s is working on this case", { number: item.holder.number }), words: t("You can look, but not change anything."), code: "C-12" });
  } else if (state.refused) {
    const again = html`<button type="button" class="button button-primary" data-action="take-again" @click=${() => state.take()}>${t("Take it again")}</button>`;
    found.push({ id: "lease", tone: "warn", title: state.refused.title, words: state.refused.detail, action: again, code: state.refused.code });
  }
  if (item.pending && state.mine && !document.querySelector("dialog[open]")) {
    const back = html`<button type="button" class="button" data-action="revert" @click=${() => state.run("revert", () => revert(state))}>${t("Take it back")}</button>`;
    found.push({ id: "pending", tone: "warn", title: t("A prepared decision waits"), words: t("Nothing is decided yet. Take it back and prepare it anew."), action: back });
  }
  if (item.decided_by_me && (item.state === "approved" || item.state === "refused")) {
    const send = html`<button type="button" class="button button-primary" data-action="hand-back" @click=${() => state.handBack()}>${t("Hand back now")}</button>`;
    found.push({ id: "hand-back", tone: "warn", title: t("Decided, but not yet handed back to the window"), action: send });
  }
  return found;
}

/** @param {ReviewState} state */
async function revert(state) {
  const { act } = await import("portal/api.js");
  await act(state.path(`/decision/${state.case.pending.decision_id}/revert`));
}
