/**
 * The case on the clerk's page: read from the server, followed by its stream, with the draft of
 * what is typed. Every event of the case reads it afresh: what the page shows is what is stored.
 */
import { get } from "portal/api.js";
import { Draft } from "../drafts.js";
import { AT_THE_WINDOW } from "./steps.js";

/** @typedef {import("portal/socket.js").Socket} Socket */
/** @typedef {import("../kept.js").Kept} Kept */
/** @typedef {import("../types.js").CasePage} CasePage */

/** Where something is typed; anywhere else no draft is kept. */
const TYPED_IN = Object.freeze([...AT_THE_WINDOW, "handed_back"]);

/** Events: `change`; `moved` (detail: {before, now}) when the case's state changed. */
export class CaseFile extends EventTarget {
  /** @param {Socket} socket @param {Kept} kept @param {string} id */
  constructor(socket, kept, id) {
    super();
    this.socket = socket;
    this.id = id;
    this.path = `/api/v1/cases/${id}`;
    this.stream = `case:${id}`;
    this.draft = new Draft(kept, id);
    /** @type {CasePage | null} */
    this.page = null;
    this.receiptSigned = false;
    /** @type {import("../types.js").CaseLaunch | null} what an intake platform handed over */
    this.launch = null;
    /** @type {Promise<void> | null} the reading that is under way */
    this.reading = null;
    this.again = false;
    /** @type {Error | null} why the case cannot be shown */
    this.fault = null;
    /** @param {Event} event */
    this.listener = (event) => {
      if (/** @type {CustomEvent} */ (event).detail.stream === this.stream) void this.refresh();
    };
    this.resumed = () => void this.refresh();
  }

  async open() {
    this.socket.addEventListener("event", this.listener);
    this.socket.addEventListener("resumed", this.resumed);
    await this.draft.load();
    await this.refresh();
    if (this.page) await this.socket.follow(this.stream, this.page.stream_seq).catch(() => undefined);
    return this;
  }

  close() {
    this.socket.removeEventListener("event", this.listener);
    this.socket.removeEventListener("resumed", this.resumed);
    this.socket.unfollow(this.stream);
  }

  /**
   * Reads the case again; resolves when the page shows what was stored at the time of the call. A
   * call that comes while one is under way is made up for by another round.
   */
  refresh() {
    if (this.reading) this.again = true;
    else this.reading = this.#read().finally(() => (this.reading = null));
    return this.reading;
  }

  async #read() {
    try {
      do {
        this.again = false;
        this.#take(await get(this.path));
      } while (this.again);
    } catch (error) {
      if (!this.page) this.fault = /** @type {Error} */ (error);
    }
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** @param {{case: CasePage, notices: Pick<CasePage, "notice" | "notice_rounds" | "further_notice">, launch: import("../types.js").CaseLaunch | null, receipt_signed: boolean}} answer */
  #take(answer) {
    const before = this.page?.state;
    this.page = { ...answer.case, ...answer.notices };
    this.launch = answer.launch;
    this.receiptSigned = answer.receipt_signed;
    const now = answer.case.state;
    if (!TYPED_IN.includes(now)) this.draft.forget();
    if (before && before !== now) this.dispatchEvent(new CustomEvent("moved", { detail: { before, now } }));
  }
}
