/** The state bar: on duty, away with a reason, or what the call says; free again is one press. */
import { html, nothing, render } from "lit";
import { byId, el } from "portal/dom.js";
import { duration, t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { StreamState } from "signaling/stream_state.js";
import { glyph } from "./glyph.js";

/** @typedef {import("./station.js").Page} Page */
/** @typedef {import("portal/socket.js").Socket} Socket */

/**
 * @param {Page} page
 * @param {Socket} socket
 * @param {StreamState} staff
 */
export function showPresence(page, socket, staff) {
  const place = byId("presence");
  const news = el("div", { id: "away-news" });
  byId("banners").prepend(news);
  let wrapUp = false;
  /** @type {StreamState | null} the call that goes on while another page is open */
  let elsewhere = null;

  /** What the call elsewhere has come to: talking and writing it down are two things. */
  const followCall = () => {
    const call = staff.data?.call;
    const stream = call && call !== page.call ? `call:${call}` : "";
    if (stream === (elsewhere?.stream ?? "")) return;
    elsewhere?.stop();
    elsewhere = stream ? new StreamState(socket, stream) : null;
    elsewhere?.addEventListener("change", paint);
    elsewhere?.start().catch(() => undefined);
  };

  /** @param {string} state @param {string | null} reason */
  const declare = (state, reason) => {
    socket.ask("presence.set", reason ? { state, reason } : { state }).catch(toastError);
  };

  const paint = () => {
    const data = staff.data;
    const online = socket.state === "open";
    render(
      html`
        ${online ? nothing : html`<span class="status" data-tone="bad">${glyph("line-off")}<span>${t("Line interrupted, coming back by itself")}</span></span>`}
        ${data === null ? nothing : data.call ? busy(data, page, elsewhere ? elsewhere.data?.state === "wrap_up" : wrapUp) : declared(data, page, declare)}
      `,
      place,
    );
    render(data?.presence === "away" && data.reason === "missed_calls" ? setAway(() => declare("free", null)) : nothing, news);
  };
  staff.addEventListener("change", () => {
    followCall();
    paint();
  });
  socket.addEventListener("state", paint);
  document.addEventListener("yc-call-state", (event) => {
    wrapUp = /** @type {CustomEvent} */ (event).detail === "wrap_up";
    paint();
  });
  window.setInterval(paint, 5_000);
  paint();
}

/** Nobody is set away without being told, nor kept away for want of a key. @param {() => void} back */
function setAway(back) {
  return html`<div class="banner" data-tone="warn" data-banner="set-away" role="alert">${glyph("alert")}
    <div class="banner-words"><p class="banner-title">${t("Two calls were not answered: you have been set away")}</p><p>${t("No call rings here until you are on duty again.")}</p></div>
    <div class="banner-actions"><button type="button" class="button button-primary" data-action="presence-return" @click=${back}>${glyph("check-circle")}<span>${t("On duty again")}</span></button></div>
  </div>`;
}

/** @param {any} data @param {Page} page @param {boolean} wrapUp */
function busy(data, page, wrapUp) {
  const here = page.call === data.call;
  return html`<span class="status" data-tone="brand" data-presence="${wrapUp ? "wrap_up" : "call"}">${glyph(wrapUp ? "pen" : "video")}<span>${wrapUp ? t("Wrap-up") : t("In a call")}</span></span>
    ${here ? nothing : html`<a class="button button-primary button-small" href="/hall/call/${data.call}" data-action="back-to-call">${t("Back to the call")}</a>`}`;
}

/**
 * @param {any} data
 * @param {Page} page
 * @param {(state: string, reason: string | null) => void} declare
 */
function declared(data, page, declare) {
  const since = data.since_ms ? duration(Date.now() - data.since_ms) : "";
  return html`<span class="switch" role="group" aria-label="${t("Your state")}" data-presence="${data.presence}">
      <button type="button" data-action="presence-free" data-tone="ok" aria-pressed="${data.presence === "free"}" @click=${() => declare("free", null)}>${glyph("check-circle")}${t("On duty")}</button>
      <label class="away-choice" data-on=${data.presence === "away" ? "" : nothing}>${glyph("pause")}<span class="visually-hidden">${t("Away, with a reason")}</span>
        <select data-action="presence-away" .value=${data.presence === "away" ? data.reason : ""} @change=${(/** @type {Event} */ event) => choose(event, declare)}>
          <option value="">${t("Away")}</option>
          ${page.away.map(([code, words]) => html`<option value="${code}" ?selected=${data.reason === code}>${t("Away")} · ${words}</option>`)}
          ${data.reason === "missed_calls" ? html`<option value="missed_calls" selected>${page.away_words["missed_calls"]}</option>` : nothing}
        </select></label>
      <button type="button" data-action="presence-off" aria-pressed="${data.presence === "off"}" @click=${() => declare("off", null)}>${t("Off duty")}</button>
    </span>
    ${data.presence === "away" && since ? html`<span class="muted figures">${since}</span>` : nothing}`;
}

/** @param {Event} event @param {(state: string, reason: string | null) => void} declare */
function choose(event, declare) {
  const select = /** @type {HTMLSelectElement} */ (event.target);
  if (select.value && select.value !== "missed_calls") declare("away", select.value);
}
