/**
 * What the citizen's screen knows: the window, the mirrored case, the call, and which task follows
 * from them. A call and its notice come before everything else.
 */
import { ApiError, get } from "portal/api.js";
import { Socket } from "portal/socket.js";
import { toastError } from "portal/toast.js";
import { CallSession, WITH_MEDIA } from "signaling/call_session.js";
import { Capture } from "signaling/capture.js";
import { Speakers } from "signaling/speakers.js";
import { StreamState } from "signaling/stream_state.js";
import { Acts } from "../acts.js";
import { Kept } from "../kept.js";
import { Outbox } from "../outbox.js";
import { choose, faultWords, openSource, openSources, ownName, SOURCES } from "../devices.js";
import { NoticeAnswer } from "./notice_answer.js";

/** @typedef {"pair" | "notice" | "call" | "wait" | "fill" | "read_back" | "sign" | "promise" | "sign_promise" | "receipt" | "done" | "rate" | "thanks"} TaskName */
/** @typedef {{window: string, case?: string | null, task: string, typed: Record<string, string>, about?: string}} Show */
/** @typedef {{field: string, label: string, value: string, reveal: string}} LineShown */
/** @typedef {{code: string, material: string, text: string, verify_days: number, digest: string}} PromiseOffered */
/**
 * @typedef {{id: string, number: string, code: string, state: string, outcome: string | null, road: string | null, promised_days: number, item: string, result: string,
 *   follow_up: string[], applicant: string, labels: Record<string, string>, lines: LineShown[], persons: import("../types.js").PersonTable | null, present: import("../types.js").PresentShown[], promises: PromiseOffered[], digest: string | null, signed: boolean, reasons: string[], text: string, remedy: string,
 *   rated: boolean, no_output: boolean, notice: import("./task_supplement.js").NoticeTold | null, stream_seq: number}} ScreenCase
 */

/** Events: `change`. */
export class ScreenState extends EventTarget {
  /** @param {{kept: import("../kept.js").Owner, window: any, drawn_sources: boolean}} data */
  constructor(data) {
    super();
    this.data = data;
    this.socket = new Socket("citizen");
    this.acts = new Acts(this.socket);
    /** Signatures, so that nobody signs twice for the line's sake. */
    this.outbox = new Outbox(this.socket, new Kept(data.kept), () => this.read());
    this.capture = new Capture();
    this.sources = SOURCES[data.window.profile]?.screen ?? [];
    /** The citizen is elsewhere with a device of her own: it hears and is heard, and shows the clerk too. */
    this.remote = this.sources.includes("microphone");
    /** At the counter the clerk's page has the sound; a screen beside it stays silent. */
    this.speakers = this.remote ? new Speakers() : null;
    /** @type {Map<import("signaling/leg.js").Source, string>} what is wrong with a device, in words */
    this.deviceFaults = new Map();
    this.place = new StreamState(this.socket, `window:${data.window.window_id}`);
    /** @type {CallSession | null} */
    this.call = null;
    /** @type {any} */
    this.people = {};
    /** @type {{version: string, sha256: string, text: string}} */
    this.notice = { version: "", sha256: "", text: "" };
    this.answer = new NoticeAnswer(this);
    /** @type {Show} */
    this.show = { window: "", task: "wait", typed: {} };
    /** How often the socket has said what to show. */
    this.told = 0;
    /** @type {ScreenCase | null} */
    this.case = null;
    this.following = "";
    /** The citizen has compared and goes on to sign. */
    this.compared = "";
    /** Digest of the promise that she would rather not make. */
    this.refusedPromise = "";
    /** The citizen has read what comes next; or has rated, or does not wish to. */
    this.readOn = "";
    this.rated = "";
    this.receiptSigned = "";
    /** @type {Promise<void> | null} the reading that is under way */
    this.reading = null;
    this.again = false;
    this.signedOut = false;
  }

  async start() {
    for (const one of [this.acts, this.outbox]) one.addEventListener("change", () => this.changed());
    void this.outbox.load();
    this.socket.addEventListener("state", () => {
      this.signedOut = this.socket.state === "closed";
      this.changed();
    });
    this.socket.addEventListener("screen.show", (event) => this.#shown(/** @type {CustomEvent<Show>} */ (event).detail));
    this.socket.addEventListener("event", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.stream === this.following) void this.read();
    });
    this.socket.addEventListener("resumed", () => void this.read());
    this.speakers?.addEventListener("blocked", () => this.changed());
    this.capture.addEventListener("fault", (event) => {
      const fault = /** @type {CustomEvent} */ (event).detail;
      this.deviceFaults.set(fault.source, faultWords(fault, ownName(fault.source)));
      this.changed();
    });
    this.capture.addEventListener("track", (event) => {
      const { source, track } = /** @type {CustomEvent} */ (event).detail;
      if (track) this.deviceFaults.delete(source);
    });
    this.place.addEventListener("change", () => this.#windowChanged());
    await Promise.all([this.read(), this.place.start().catch(toastError)]);
    // What was shown before this page followed its window, nobody told it.
    await this.read();
  }

  changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Reads all that this screen shows; a call that comes meanwhile is made up for by another round. */
  read() {
    if (this.reading) this.again = true;
    else this.reading = this.#read().finally(() => (this.reading = null));
    return this.reading;
  }

  async #read() {
    try {
      do {
        this.again = false;
        const told = this.told;
        const found = await get("/api/v1/screen");
        this.notice = found.notice;
        // What the socket said while the answer was on its way is newer: going back to the task before
        // would wipe a signature that has been begun.
        if (told === this.told) this.show = found.show;
        this.case = found.case;
        // Within the round: what is told while the case begins to be followed makes another one.
        await this.#followCase();
      } while (this.again);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.signedOut = true;
      else toastError(error);
    }
    this.changed();
  }

  /** @returns {TaskName} */
  get task() {
    const call = this.call;
    if (call && !call.over && call.state && call.state !== "wrap_up") {
      if (this.answer.unanswered || this.answer.refusing) return "notice";
      if (WITH_MEDIA.includes(call.state)) return "call";
    }
    const shown = this.case;
    // Until the case that is to be shown has been read, nothing of the one before it.
    if (!shown || shown.id !== this.show.case) return "wait";
    switch (this.show.task) {
      case "fill":
        return "fill";
      case "read_back":
        if (shown.signed || !shown.digest) return "wait";
        if (this.compared === shown.digest) return "sign";
        return this.#onItsWay(shown.id) ? "wait" : "read_back";
      case "promise": {
        const { promise } = this;
        if (!promise || this.refusedPromise === promise.digest) return "wait";
        if (this.compared === promise.digest) return "sign_promise";
        return this.#onItsWay(shown.id) ? "wait" : "promise";
      }
      case "receipt":
        return this.receiptSigned === shown.id || (!this.acts.busy("sign") && this.#onItsWay(shown.id)) ? "wait" : "receipt";
      case "rate":
        if (this.readOn !== shown.id) return "done";
        return shown.rated || this.rated === shown.id ? "thanks" : "rate";
      default:
        return "wait";
    }
  }

  /** What the clerk offers to be promised now. @returns {PromiseOffered | undefined} */
  get promise() {
    return this.case?.promises.find((one) => one.code === this.show.about);
  }

  /** A signature that was given before the page was loaded again. @param {string} caseId */
  #onItsWay(caseId) {
    return this.outbox.waiting.some((one) => one.about["case"] === caseId);
  }

  /** @param {import("signaling/leg.js").Source} source @param {string} choice */
  async useDevice(source, choice) {
    choose(source, choice);
    this.deviceFaults.delete(source);
    await openSource(this.capture, source, { drawn: this.data.drawn_sources });
    this.changed();
  }

  /** What was refused or missing at first is there now: the recording has to expect it. */
  async retryDevices() {
    await this.openDevices();
    if (this.deviceFaults.size === 0) await this.call?.takeSeat();
    this.changed();
  }

  /** Before the notice is answered nothing is opened, and there is nothing to send. */
  async #prepare() {
    if (this.sources.length === 0) return true;
    if (this.answer.unanswered || this.answer.refusing || this.answer.withdrawing) return false;
    await this.openDevices();
    return !this.answer.refusing && !this.answer.withdrawing;
  }

  /** Opens what the citizen allows; what opens when she does not any more is closed at once. */
  async openDevices() {
    await openSources(this.capture, this.sources, { drawn: this.data.drawn_sources }, () => this.answer.allows);
    if (!this.answer.allows) this.closeDevices();
  }

  /** @param {Show} show */
  #shown(show) {
    const other = (show.case ?? null) !== (this.show.case ?? null) || show.task !== this.show.task;
    // Offered anew, she may think anew.
    if (other) this.refusedPromise = "";
    this.told += 1;
    this.show = { ...show, typed: show.typed ?? {} };
    if (other) void this.read();
    this.changed();
  }

  closeDevices() {
    this.capture.stopAll();
    this.speakers?.play([]);
    this.deviceFaults.clear();
  }

  async #followCase() {
    const wanted = this.case ? `case:${this.case.id}` : "";
    if (wanted === this.following) return;
    if (this.following) this.socket.unfollow(this.following);
    this.following = wanted;
    if (wanted && this.case) await this.socket.follow(wanted, this.case.stream_seq).catch(() => undefined);
  }

  #windowChanged() {
    const id = this.place.data?.call ?? "";
    if (id && id !== this.call?.call) void this.#join(id);
    this.changed();
  }

  /** @param {string} id */
  async #join(id) {
    this.call?.close();
    this.answer.giveUp();
    /** @type {CallSession} */
    const call = new CallSession(this.socket, id, { capture: this.capture, sources: this.sources, prepare: () => this.#prepare() });
    this.call = call;
    this.people = {};
    call.addEventListener("change", () => {
      this.speakers?.play(call.remote.filter((one) => one.source === "microphone").map((one) => one.track));
      this.changed();
    });
    call.addEventListener("fault", (event) => toastError(/** @type {CustomEvent} */ (event).detail));
    call.addEventListener("state", async (event) => {
      const { now } = /** @type {CustomEvent} */ (event).detail;
      if (WITH_MEDIA.includes(now)) this.people = await get(`/api/v1/calls/${id}/people`).catch(() => ({}));
      if (call.over || now === "wrap_up") this.answer.giveUp();
      this.changed();
    });
    try {
      // A page that is loaded again in a call opens what was agreed to before, ahead of its seat:
      // a camera that is not there when a page sits down is none that the recording must show.
      const { data } = await this.socket.ask("snapshot", { stream: `call:${id}` });
      if (WITH_MEDIA.includes(data.state) && hasAgreed(data)) await openSources(this.capture, this.sources, { drawn: this.data.drawn_sources });
      await call.start();
    } catch (error) {
      toastError(error);
    }
  }
}

/** Whether everybody who has to answered the notice, with yes. @param {any} call snapshot of `call:ID` */
function hasAgreed(call) {
  const persons = Object.values(call.persons ?? {}).filter((one) => one.kind === "citizen" || one.kind === "agent");
  return persons.length > 0 && persons.every((one) => one.answer === "agreed");
}
