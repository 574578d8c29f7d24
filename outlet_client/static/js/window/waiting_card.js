/** 待叫号: who waits at the outlet and for how long; calls the next one, or a number. */
import { html, nothing } from "lit";
import { t, tn } from "portal/i18n.js";
import { actButton, status } from "../bits.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */

const MOST = 6;

export class WaitingCard {
  /** @param {WindowPage} page */
  constructor(page) {
    this.page = page;
    this.number = "";
  }

  view() {
    const { visits, acts } = this.page.desk;
    if (visits.here) return nothing;
    if (!visits.inHall) return html`<p class="visit-none">${actButton(acts, "visit-begin", { label: t("Begin a visit here"), action: "visit-begin", kind: "quiet", size: "small", icon: "user", run: () => visits.begin() })}</p>`;
    return html`<section class="card waiting-card" aria-labelledby="waiting-title" data-waiting=${visits.waiting.length}>
      <div class="row"><h2 id="waiting-title">${t("Waiting to be called: %(n)d", { n: visits.waiting.length })}</h2>
        <form class="push row" @submit=${(/** @type {Event} */ event) => this.#callNumber(event)}>
          <label class="visually-hidden" for="call-number">${t("Number to call")}</label>
          <input class="input call-number" id="call-number" maxlength="8" autocomplete="off" placeholder=${t("Visit number")} .value=${this.number} @input=${(/** @type {Event} */ event) => this.#typed(event)}>
          ${actButton(acts, "visit-call", { label: this.number.trim() ? t("Call this number") : t("Call the next"), action: "call-next", kind: "primary", icon: "bell", disabled: !this.number.trim() && !visits.waiting.length, run: () => this.#call() })}</form></div>
      ${visits.waiting.length ? html`<ul class="waiting-list" role="list">${visits.waiting.slice(0, MOST).map((one) => this.#line(one))}</ul>` : html`<p class="muted">${t("Those in the hall are still being helped. A number can be called all the same.")}</p>`}
      ${visits.waiting.length > MOST ? html`<p class="muted">${tn("%(num)d more", "%(num)d more", visits.waiting.length - MOST)}</p>` : nothing}
    </section>`;
  }

  /** @param {import("./visits.js").WaitingVisit} one */
  #line(one) {
    const { visits, acts, data } = this.page.desk;
    return html`<li data-visit=${one.number}><strong class="number">${one.number}</strong>
      <span class="nowrap">${tn("waits %(num)d minute", "waits %(num)d minutes", visits.minutes(one.since_ms))}</span>
      ${one.priority ? status(data.priorities[one.priority] ?? one.priority, "star", "warn") : nothing}
      ${one.prepared ? status(tn("%(num)d form filled in", "%(num)d forms filled in", one.prepared), "pen", "ok") : nothing}
      ${one.misses ? status(tn("missed %(num)d call", "missed %(num)d calls", one.misses), "bell", "warn") : nothing}
      <span class="push">${actButton(acts, "visit-call", { label: t("Call to this window"), action: "call-this", size: "small", run: () => visits.callThis(one) })}</span></li>`;
  }

  /** @param {Event} event */
  #typed(event) {
    this.number = /** @type {HTMLInputElement} */ (event.target).value;
    this.page.draw();
  }

  /** @param {Event} event */
  #callNumber(event) {
    event.preventDefault();
    void this.#call();
  }

  async #call() {
    const { visits } = this.page.desk;
    if (!this.number.trim() && !visits.waiting.length) return;
    await visits.call(this.number.trim());
    this.number = "";
    this.page.draw();
  }
}
