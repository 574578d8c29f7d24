/**
 * The ringing card: over the page, with sound and a mark in the tab's title. Enter answers; only
 * somebody who is typing, or in a dialog, is left where they are.
 */
import { html, nothing, render } from "lit";
import { get } from "portal/api.js";
import { byId } from "portal/dom.js";
import { duration, t, tn } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { chime } from "signaling/speakers.js";
import "signaling/tile.js";
import { glyph } from "./glyph.js";

/** @typedef {import("./station.js").Station} Station */
/** @typedef {{offer: string, call: string, ends_ms: number}} Offer */
/** @typedef {{title: string, words: string}} Over */
/** @typedef {typeof import("./enter_call.js")} Way */
/** @typedef {import("./enter_call.js").Prepared} Begun */
/** @typedef {Promise<{way: Way, begun: Begun} | null> | null} Line the call that rings, as far as it is laid */

const RING_EVERY_MS = 2_400;
const HURRY_MS = 6_000;

/**
 * @param {Station} station
 * @param {(() => Promise<Way>) | null} entering the way to a call's page from here, fetched while it
 *   rings; null where this page is left for it
 */
export function showRing(station, entering) {
  const { page, socket, staff } = station;
  const place = byId("ring");
  let title = "";
  /** @type {Offer | null} */
  let offer = null;
  /** @type {any} */
  let about = null;
  let declining = false;
  let answering = false;
  /** An answer to this ring was given here. */
  let answered = false;
  /** The offer that was taken here: it rings no more, whatever is heard of it. */
  let taken = "";
  /** @type {Line} */
  let laid = null;
  /** @type {Begun | null} the same, once it has begun */
  let begun = null;
  /** @type {Over | null} why it stopped ringing, until it was read */
  let over = null;
  let misses = 0;
  let timer = 0;
  let counter = 0;
  /** @type {HTMLElement | null} what had the focus before it rang */
  let before = null;

  const paint = () => {
    if (offer && !title) {
      title = document.title;
      document.title = `● ${t("Incoming call")} · ${title}`;
    } else if (!offer && title) {
      document.title = title;
      title = "";
    }
    render(offer ? card(offer) : over ? overCard(over) : nothing, place);
  };

  /** @param {Over | null} now */
  const tellOver = (now) => {
    over = now;
    paint();
  };

  /** @param {string} call */
  const lay = async (call) => {
    const way = await entering?.().catch(() => null);
    if (!way) return null;
    const own = way.prepareCall(station, call);
    if (offer?.call === call) begun = own;
    own.capture.addEventListener("track", paint);
    void own.opened.then(paint);
    return { way, begun: own };
  };
  /** @param {Line} line */
  const giveUp = (line) => {
    void line?.then((ready) => ready?.way.leaveCall(ready.begun));
    if (line === laid) laid = begun = null;
  };

  const look = async () => {
    const heard = /** @type {Offer | undefined} */ (staff.data?.offer);
    const now = heard?.offer === taken ? undefined : heard;
    if (now?.offer === offer?.offer) return;
    // What was missed is said on the next ring too: the same call may ring again at once.
    if (offer) over = answered ? null : whyOver(staff.data, misses, declining);
    if (offer && !answering) giveUp(laid);
    offer = now ?? null;
    about = null;
    declining = false;
    answering = false;
    answered = false;
    misses = staff.data?.misses ?? 0;
    window.clearInterval(timer);
    window.clearInterval(counter);
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
    laid = lay(offer.call);
    const sound = () => void chime().catch(() => undefined);
    sound();
    timer = window.setInterval(sound, RING_EVERY_MS);
    counter = window.setInterval(paint, 500);
    about = await get(`/api/v1/review/calls/${offer.call}`).catch(() => null);
    paint();
  };

  const accept = async () => {
    if (!offer || answering) return;
    const { offer: id, call } = offer;
    const line = laid;
    answering = answered = true;
    paint();
    const shown = page.call;
    page.call = call;
    try {
      await socket.ask("offer.accept", { offer: id });
    } catch (error) {
      page.call = shown;
      giveUp(line);
      answering = answered = false;
      toastError(error);
      paint();
      return;
    }
    taken = id;
    const ready = await line;
    laid = begun = null;
    await look();
    if (ready) await ready.way.enterCall(station, call, ready.begun);
    else location.assign(`/hall/call/${call}`);
  };

  /** @param {string} reason */
  const decline = async (reason) => {
    if (!offer) return;
    answered = true;
    try {
      await socket.ask("offer.decline", { offer: offer.offer, reason });
      toast(t("The call went back to the head of the queue"), "info");
    } catch (error) {
      answered = false;
      toastError(error);
    }
  };

  const comeBack = () => {
    tellOver(null);
    socket.ask("presence.set", { state: "free" }).catch(toastError);
  };

  /** @param {Over} said */
  const overCard = (said) => html`<section class="ring-card" role="alertdialog" aria-labelledby="ring-title" data-ring-over>
    <div class="ring-head"><span class="ring-bell is-still">${glyph("phone-end")}</span><div><h2 id="ring-title">${said.title}</h2><p class="soft">${said.words}</p></div></div>
    <div class="ring-actions"><button type="button" class="button button-wide" data-action="ring-read" @click=${() => tellOver(null)}>${t("I see")}</button>
      ${staff.data?.reason === "missed_calls" ? html`<button type="button" class="button button-primary" data-action="ring-return" @click=${comeBack}>${glyph("check-circle")}<span>${t("On duty again")}</span></button>` : nothing}</div>
  </section>`;

  /** @param {Offer} rung */
  const card = (rung) => html`<section class="ring-card" role="alertdialog" aria-labelledby="ring-title" data-ring="${rung.offer}">
    <div class="ring-head"><span class="ring-bell">${glyph("bell")}</span><div><h2 id="ring-title">${t("Incoming call")}</h2>
      <p class="soft">${about ? html`${about.outlet} · ${about.window}` : t("A window is calling")}</p></div>${begun ? ownPicture(begun) : nothing}</div>
    ${over ? html`<p class="ring-left" data-tone="warn" data-ring-over>${over.title}${t(", ")}${over.words}</p>` : nothing}
    ${about ? facts(about) : nothing}
    ${timeLeft(rung, declining)}
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

/** One's own picture as the others will see it: the camera is on while it rings. @param {Begun} begun */
function ownPicture({ capture, faults }) {
  const picture = capture.track("camera");
  return html`<yc-tile id="ring-own" class="tile own-tile" data-mirrored .track=${picture} .name=${picture ? t("You") : ""} .waiting=${faults.has("camera") ? t("No camera") : ""} .pictureIcon=${faults.has("camera") ? "video-off" : "video"}></yc-tile>`;
}

/** How long it still rings; whoever is choosing a reason sees it run out. @param {Offer} rung @param {boolean} declining */
function timeLeft(rung, declining) {
  const leftMs = Math.max(0, rung.ends_ms - Date.now());
  const num = Math.ceil(leftMs / 1000);
  const words = declining ? tn("Choose a reason: %(num)d second left, then it counts as not answered", "Choose a reason: %(num)d seconds left, then it counts as not answered", num) : tn("Rings for %(num)d more second", "Rings for %(num)d more seconds", num);
  return html`<p class="ring-left" data-tone=${leftMs < HURRY_MS ? "warn" : nothing}>${words}</p>`;
}

/**
 * @param {any} data the state of this member of staff after the ring
 * @param {number} misses calls missed running before it
 * @param {boolean} declining
 * @returns {Over | null}
 */
function whyOver(data, misses, declining) {
  const missed = data.misses > misses;
  if (missed && declining) return { title: t("The time ran out while a reason was being chosen"), words: t("The call counts as not answered and is offered on.") };
  if (missed) return { title: t("The call was not answered in time"), words: t("It counts as not answered and is offered on.") };
  if (data.call || data.presence !== "free") return null;
  return { title: t("The call does not ring any more"), words: t("The window has taken it back.") };
}

/** @param {any} about */
function facts(about) {
  return html`<dl class="summary ring-facts">
    <dt>${t("Item")}</dt><dd>${about.item || t("Consultation")}${about.kind === "precheck" ? html` <span class="status" data-tone="info" data-kind="precheck">${glyph("eye")}<span>${t("Pre-check")}</span></span>` : nothing}</dd>
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
