/** The empty window: one field and one button, and the six items used most here. */
import { html, nothing } from "lit";
import { act, get } from "portal/api.js";
import { t, tn } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { Acts } from "../acts.js";
import { actButton, button, dayTime, icon, status } from "../bits.js";
import { EnquiryCard } from "./enquiry.js";
import { WaitingCard } from "./waiting_card.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {{code: string, name: string, call_required: boolean, instant: boolean, promised_days: number, materials: number}} ItemLine */

const LOOK_MS = 120;

export class HomeView {
  /** @param {WindowPage} page */
  constructor(page) {
    this.page = page;
    this.query = "";
    /** @type {ItemLine[]} */
    this.usual = [];
    /** @type {ItemLine[] | null} */
    this.found = null;
    this.chosen = 0;
    this.timer = 0;
    /** The item of which a case is being opened. */
    this.opening = "";
    /** Of their own: a new case need not wait for what goes on with the one before. */
    this.acts = new Acts(page.desk.socket);
    this.acts.addEventListener("change", () => page.draw());
    this.enquiry = new EnquiryCard(page);
    this.queue = new WaitingCard(page);
    /** @type {import("./list_view.js").CaseLine[]} cases begun here and not sent to the hall */
    this.begun = [];
    this.loaded = false;
  }

  async arrive() {
    await this.page.desk.openCase("");
    try {
      const [usual, begun] = await Promise.all([get("/api/v1/items"), get("/api/v1/window/lists/drafts")]);
      this.usual = usual.items;
      this.begun = begun.cases;
      this.loaded = true;
    } catch (error) {
      toastError(error);
    }
    this.page.draw();
    document.getElementById("item-search")?.focus();
  }

  /** @param {string} code */
  async open(code) {
    const open = async () => {
      this.opening = code;
      const opened = await act("/api/v1/cases", { item: code });
      this.page.router.go(`/window/cases/${opened.case_id}`);
    };
    await this.acts.once("open", open).catch(toastError);
  }

  /** @param {string} text */
  look(text) {
    this.query = text;
    this.chosen = 0;
    window.clearTimeout(this.timer);
    if (!text.trim()) {
      this.found = null;
      this.page.draw();
      return;
    }
    this.timer = window.setTimeout(async () => {
      const found = await get(`/api/v1/items?q=${encodeURIComponent(text)}`).catch(toastError);
      if (found && this.query === text) this.found = found.items;
      this.page.draw();
    }, LOOK_MS);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const lines = this.found ?? [];
    if (event.key === "ArrowDown") this.chosen = Math.min(this.chosen + 1, lines.length - 1);
    else if (event.key === "ArrowUp") this.chosen = Math.max(this.chosen - 1, 0);
    else if (event.key === "Enter") return this.begin();
    else return undefined;
    event.preventDefault();
    this.page.draw();
    return undefined;
  }

  begin() {
    const line = (this.found ?? [])[this.chosen];
    if (line) void this.open(line.code);
    else document.getElementById("item-search")?.focus();
  }

  view() {
    return html`<div class="home">
      <div class="home-head">
        <h1>${t("Which item is to be handled?")}</h1>
        <p class="muted">${t("First letters of the pinyin, words of the name, or the code")}</p>
      </div>
      <div class="home-search">
        <div class="search-box">
          ${icon("search")}
          <input class="input input-large" id="item-search" autocomplete="off" spellcheck="false" role="combobox" aria-expanded=${this.found ? "true" : "false"} aria-controls="item-found"
            aria-label=${t("Item (first letters, name or code)")} placeholder=${t("Item (first letters, name or code)")}
            .value=${this.query} @input=${(/** @type {InputEvent} */ event) => this.look(/** @type {HTMLInputElement} */ (event.target).value)} @keydown=${(/** @type {KeyboardEvent} */ event) => this.key(event)}>
        </div>
        ${actButton(this.acts, "open", { label: t("Begin"), action: "begin", id: "begin", kind: "primary", size: "large", icon: "arrow-right", run: () => this.begin(), disabled: !this.found?.length })}
      </div>
      ${EnquiryCard.fits(this.query) ? this.enquiry.of(this.query).view() : this.found ? this.#found(this.found) : this.#usual()}
    </div>`;
  }

  /** @param {ItemLine} line */
  #opens(line) {
    return this.opening === line.code && this.acts.shows("open");
  }

  /** @param {ItemLine[]} lines */
  #found(lines) {
    if (!lines.length) return html`<div class="empty">${icon("search")}<strong>${t("No item of this outlet fits")}</strong><span>${t("Try fewer letters. Items that are missing here are accepted at another outlet.")}</span></div>`;
    return html`<ul class="item-list card card-flush" id="item-found" role="listbox">
      ${lines.map(
        (line, place) => html`<li><button type="button" class="item-line" role="option" data-action="open-item" data-item=${line.code} aria-selected=${place === this.chosen ? "true" : "false"} aria-busy=${this.#opens(line) ? "true" : nothing} aria-disabled=${this.acts.shows("open") ? "true" : nothing} @click=${() => this.open(line.code)}>
          <span class="item-code">${line.code}</span><strong>${line.name}</strong><span class="push row">${marks(line)}</span></button></li>`,
      )}
    </ul>`;
  }

  /** Whoever came back here by the browser's key finds the case again, at a press. */
  #goOn() {
    const [newest, ...others] = this.begun;
    if (!newest) return nothing;
    return html`<section class="card go-on" data-case=${newest.case_id}>
      ${icon("pen")}<div class="go-on-words"><strong>${newest.item_name}</strong><span class="muted">${[newest.number, newest.applicant, dayTime(newest.opened_at_ms)].filter(Boolean).join(" · ")}</span></div>
      <span class="push row">${others.length ? html`<a class="button button-quiet" href="/window/todo">${tn("%(num)d more being filled in", "%(num)d more being filled in", others.length)}</a>` : nothing}
      ${button({ label: t("Go on with this case"), action: "go-on", kind: "primary", icon: "arrow-right", run: () => this.page.router.go(`/window/cases/${newest.case_id}`) })}</span>
    </section>`;
  }

  #usual() {
    if (this.loaded && !this.usual.length) return html`<div class="empty">${icon("inbox")}<strong>${t("This outlet may accept no item yet")}</strong><span>${t("Ask the hall to grant items to this outlet.")}</span></div>`;
    return html`${this.queue.view()}${this.#goOn()}<section>
      <h2 class="home-label">${t("Handled most at this window")}</h2>
      <div class="item-cards">
        ${this.usual.map(
          (line) => html`<button type="button" class="item-card" data-action="open-item" data-item=${line.code} aria-busy=${this.#opens(line) ? "true" : nothing} aria-disabled=${this.acts.shows("open") ? "true" : nothing} @click=${() => this.open(line.code)}>
            <strong>${line.name}</strong><span class="row">${marks(line)}</span></button>`,
        )}
      </div>
    </section>`;
  }
}

/** @param {ItemLine} line */
function marks(line) {
  const days = line.promised_days ? tn("%(num)d working day", "%(num)d working days", line.promised_days) : t("On the spot");
  return html`${line.call_required ? status(t("Video review"), "video", "brand") : line.instant ? status(t("At the window"), "check-circle", "ok") : status(t("Desk review"), "documents")}
    <span class="muted">${days} · ${tn("%(num)d material", "%(num)d materials", line.materials)}</span>`;
}
