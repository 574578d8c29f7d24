/**
 * The ringing card: over the page, with sound and a mark in the tab's title. Enter answers; only
 * somebody who is typing, or in a dialog, is left where they are.
 */
import { html, nothing, render } from "lit";
import { get } from "portal/api.js";
import { byId } from "portal/dom.js";
import { duration, t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { chime } from "signaling/speakers.js";
import { glyph } from "./glyph.js";

/** @typedef {import("./station.js").Page} Page */
/** @typedef {import("portal/socket.js").Socket} Socket */
/** @typedef {import("signaling/stream_state.js").StreamState} StreamState */
/** @typedef {{offer: string, call: string, ends_ms: number}} Offer */

const RING_EVERY_MS = 2_400;

/**
 * @param {Page} page
 * @param {Socket} socket
 * @param {StreamState} staff
 */
export function showRing(page, socket, staff) {
  const place = byId("ring");
  const title = document.title;
  /** @type {Offer | null} */
  let offer = null;
  /** @type {any} */
  let about = null;
  let declining = false;
  let answering = false;
  let timer = 0;
  /** @type {HTMLElement | null} what had the focus before it rang */
  let before = null;

  const paint = () => {
    document.title = offer ? `● ${t("Incoming call")} · ${title}` : title;
    render(offer ? card(offer) : nothing, place);
  };

  const look = async () => {
    const now = /** @type {Offer | undefined} */ (staff.data?.offer);
    if (now?.offer === offer?.offer) return;
    offer = now ?? null;
    about = null;
    declining = false;
    answering = false;
    window.clearInterval(timer);
    paint();
    if (!offer) {
      if (before?.isConnected) before.focus();
      before = null;
      return;
    }
    if (!isTyping(document.activeElement)) {
      before = /** @type {HTMLElement | null} */ (document.activeElement);
      /** @type {HTMLElement | null} */ (place.querySelector("[data-action=accept]"))?.focus();
    }
    const sound = () => void chime().catch(() => undefined);
    sound();
    timer = window.setInterval(() => {
      sound();
      paint();
    }, RING_EVERY_MS);
    about = await get(`/api/v1/review/calls/${offer.call}`).catch(() => null);
    paint();
  };

  const accept = async () => {
    if (!offer || answering) return;
    answering = true;
    paint();
    try {
      const { call } = await socket.ask("offer.accept", { offer: offer.offer });
      location.assign(`/hall/call/${call}`);
    } catch (error) {
      answering = false;
      toastError(error);
      paint();
    }
  };

  /** @param {string} reason */
  const decline = async (reason) => {
    if (!offer) return;
    try {
      await socket.ask("offer.decline", { offer: offer.offer, reason });
      toast(t("The call went back to the head of the queue"), "info");
    } catch (error) {
      toastError(error);
    }
  };

  /** @param {Offer} rung */
  const card = (rung) => html`<section class="ring-card" role="alertdialog" aria-labelledby="ring-title" data-ring="${rung.offer}">
    <div class="ring-head"><span class="ring-bell">${glyph("bell")}</span><div><h2 id="ring-title">${t("Incoming call")}</h2>
      <p class="soft">${about ? html`${about.outlet} · ${about.window}` : t("A window is calling")}</p></div></div>
    ${about ? facts(about) : nothing}
    ${declining
      ? html`<div class="ring-reasons" role="group" aria-label="${t("Why not now?")}">${page.declines.map(
          ([code, words]) => html`<button type="button" class="button button-small" data-action="decline-reason" data-reason="${code}" @click=${() => decline(code)}>${words}</button>`,
        )}</div>`
      : nothing}
    <div class="ring-actions">
      <button type="button" class="button" data-action="decline" aria-expanded="${declining}" ?disabled=${answering}
        @click=${() => {
          declining = !declining;
          paint();
        }}>${t("Not now")}</button>
      <button type="button" class="button button-primary button-large" data-action="accept" aria-busy="${answering}" @click=${accept}>${glyph("phone")}<span>${t("Answer")}</span><kbd>Enter</kbd></button>
    </div>
  </section>`;

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat || !offer || declining || document.activeElement !== document.body) return;
    event.preventDefault();
    void accept();
  });
  staff.addEventListener("change", () => void look());
}

/** @param {any} about */
function facts(about) {
  return html`<dl class="summary ring-facts">
    <dt>${t("Item")}</dt><dd>${about.item || t("Consultation")}</dd>
    ${about.case_number ? html`<dt>${t("Case")}</dt><dd>${about.case_number}</dd>` : nothing}
    <dt>${t("Clerk")}</dt><dd>${about.clerk.number} ${about.clerk.name}</dd>
    <dt>${t("Waited")}</dt><dd class="figures">${duration(Date.now() - about.requested_ms)}</dd>
    ${about.priority ? html`<dt>${t("Priority")}</dt><dd><span class="status" data-tone="warn">${glyph("star")}<span>${about.priority}</span></span></dd>` : nothing}
  </dl>`;
}

/** @param {Element | null} element */
function isTyping(element) {
  return element !== null && (element.matches("input, textarea, select, [contenteditable]") || element.closest("dialog") !== null);
}
