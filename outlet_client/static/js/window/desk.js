/**
 * The clerk's page as a whole: its socket, the hall, the window, the work that waits, the call, and
 * the case that is open. Views read it and draw; what a person does goes through it to the server.
 */
import { get } from "portal/api.js";
import { Socket } from "portal/socket.js";
import { toast, toastError } from "portal/toast.js";
import { t } from "portal/i18n.js";
import { CallSession, WITH_MEDIA } from "signaling/call_session.js";
import { Capture } from "signaling/capture.js";
import { chime, Speakers } from "signaling/speakers.js";
import { StreamState } from "signaling/stream_state.js";
import { Acts } from "../acts.js";
import { unlessOver } from "../call_over.js";
import { Kept } from "../kept.js";
import { Outbox } from "../outbox.js";
import { inCall } from "../present_list.js";
import { choose, faultWords, openSource, openSources, replacedWords, SOURCES } from "../devices.js";
import { CaseFile } from "./case_file.js";
import { CitizenMirror } from "./citizen_mirror.js";
import { WindowDevice } from "./device.js";
import { Visits } from "./visits.js";
import { hindranceWords } from "./device_words.js";

/** @typedef {import("signaling/leg.js").Source} Source */
/** @typedef {{staff: string, kept: import("../kept.js").Owner, device: import("./device.js").DeviceRule, window: any, drawn_sources: boolean, help_line: string, supplement_days: number, return_reasons: Record<string, string>, notice_reasons: Record<string, string>,
 *             refusal_reasons: Record<string, string>, remedies: Record<string, string>, visit_steps: Record<string, string>, priorities: Record<string, string>}} PageData */

/** A screen that reloads is back within this; one that is not is shown as not connected. */
const SCREEN_GRACE_MS = 10_000;

/** Events: `change` (draw again). */
export class Desk extends EventTarget {
  /** @param {PageData} data */
  constructor(data) {
    super();
    this.data = data;
    this.window = data.window;
    this.socket = new Socket("clerk");
    this.acts = new Acts(this.socket);
    this.visits = new Visits(this.acts);
    this.kept = new Kept(data.kept);
    this.outbox = new Outbox(this.socket, this.kept, (parcel, error) => this.#delivered(parcel, error));
    this.capture = new Capture();
    this.speakers = new Speakers();
    this.mirror = new CitizenMirror();
    this.device = new WindowDevice(data.device, data.window.window_id);
    /** @type {readonly Source[]} */
    this.sources = SOURCES[data.window.profile]?.window ?? [];
    this.hall = new StreamState(this.socket, "hall");
    this.place = new StreamState(this.socket, `window:${data.window.window_id}`);
    this.me = new StreamState(this.socket, `staff:${data.staff}`);
    /** @type {Record<string, number>} */
    this.counts = {};
    /** @type {CaseFile | null} */
    this.file = null;
    /** @type {CallSession | null} */
    this.call = null;
    /** @type {any} name, number and post of clerk and reviewer */
    this.people = {};
    /** @type {Map<Source, string>} what is wrong with a device, in words */
    this.deviceFaults = new Map();
    /** @type {{title: string, words: string, tone: "ok" | "warn" | "bad" | "info", case: string} | null} */
    this.news = null;
    this.callsHandled = new Set();
    /** The ring that the clerk did not take. */
    this.declined = "";
    /** Since when the citizen's screen does not answer; 0 while it does. */
    this.screenGoneAt = 0;
  }

  async start() {
    for (const one of [this.acts, this.outbox, this.hall, this.me, this.visits]) one.addEventListener("change", () => this.changed());
    this.socket.addEventListener("state", () => this.changed());
    this.socket.addEventListener("screen.said", (event) => this.#said(/** @type {CustomEvent} */ (event).detail));
    this.socket.addEventListener("event", (event) => this.#hint(/** @type {CustomEvent} */ (event).detail));
    this.socket.addEventListener("screen.here", (event) => this.#screenHere(/** @type {CustomEvent} */ (event).detail.here));
    this.socket.addEventListener("resumed", () => {
      void this.#askScreen();
      void this.mirror.repeat();
      void this.readCounts();
      void this.visits.read();
    });
    this.place.addEventListener("change", (event) => {
      // A screen that has just been paired is on its way.
      const kind = /** @type {CustomEvent} */ (event).detail?.kind;
      if (kind === "window.screen_paired" && this.screenGoneAt) this.screenGoneAt = performance.now();
      if (kind === "window.device_enrolled" || kind === "window.device_revoked") void this.showDevice();
      this.#windowChanged();
    });
    this.speakers.addEventListener("blocked", () => this.changed());
    this.capture.addEventListener("fault", (event) => {
      const fault = /** @type {CustomEvent} */ (event).detail;
      this.deviceFaults.set(fault.source, faultWords(fault));
      this.changed();
    });
    this.capture.addEventListener("track", (event) => {
      const { source, track } = /** @type {CustomEvent} */ (event).detail;
      if (track) this.deviceFaults.delete(source);
      this.changed();
    });
    this.capture.addEventListener("replaced", (event) => {
      const { source, label } = /** @type {CustomEvent} */ (event).detail;
      toast(replacedWords(source, label), "warn");
    });
    this.kept.addEventListener("fault", () => this.changed());
    void this.outbox.load();
    void this.showDevice();
    await this.readCounts(true);
    // Followed from here on: what moves while this is read is told.
    void this.visits.read();
    await Promise.all([this.hall.start(), this.place.start(), this.me.start()]).catch(toastError);
    await this.#askScreen();
    if (this.me.data?.presence === "off") await this.setPresence("free");
  }

  changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Without a store of its own a browser signs nothing; calls say then what that means here. */
  async showDevice() {
    await this.device.show().catch((error) => console.info("this computer signs no requests", error));
    this.changed();
  }

  /** @param {"free" | "away" | "off"} state */
  async setPresence(state) {
    const reason = state === "away" ? "break" : null;
    await this.socket.ask("presence.set", { state, reason }).catch(toastError);
  }

  /** @param {boolean} [follow] */
  async readCounts(follow = false) {
    try {
      const work = await get("/api/v1/window/counts");
      this.counts = work.counts;
      if (follow) await this.socket.follow(work.stream, work.stream_seq).catch(() => undefined);
    } catch (error) {
      toastError(error);
    }
    this.changed();
  }

  /** Shows a case; the one before is let go. @param {string} id "" for none */
  async openCase(id) {
    if (this.file?.id === id) return;
    this.file?.close();
    this.file = null;
    if (!id) {
      this.mirror.show(null, "wait");
      this.changed();
      return;
    }
    const file = new CaseFile(this.socket, this.kept, id);
    this.file = file;
    if (this.news?.case === id) this.news = null;
    file.addEventListener("change", () => this.changed());
    file.addEventListener("moved", (event) => this.#moved(/** @type {CustomEvent} */ (event).detail.now));
    this.changed();
    await file.open();
  }

  /** Opens cameras and microphone that are not open yet. */
  async openDevices() {
    await openSources(this.capture, this.sources, { drawn: this.data.drawn_sources });
  }

  /** Takes another device for a source, in a running call too. @param {Source} source @param {string} choice */
  async useDevice(source, choice) {
    choose(source, choice);
    this.deviceFaults.delete(source);
    await openSource(this.capture, source, { drawn: this.data.drawn_sources });
    this.changed();
  }

  /** @param {string} caseId @param {"review" | "precheck"} [kind] a draft is pre-checked, an accepted case reviewed */
  async callTheHall(caseId, kind = "review") {
    await this.openDevices();
    await this.device.request((device) => this.socket.ask("call.request", { kind, case: caseId, present: ["citizen", ...inCall(this.file?.page?.present ?? [])], ...(device && { device }) }));
    const why = hindranceWords(this.device);
    if (why) toast(t("This call is not signed"), "warn", why);
  }

  /** @param {"cancelled" | "to_desk_review"} reason */
  async cancelCall(reason) {
    if (this.call) await this.#stop("call.cancel", { call: this.call.call, reason });
  }

  async endCall() {
    if (this.call) await this.#stop("call.end", { call: this.call.call });
  }

  /** The citizen says aloud that she takes the agreement back. @param {CallSession} call @param {string} person */
  async withdrawConsent(call, person) {
    await this.#stop("consent.withdraw", { call: call.call, person });
  }

  /** @param {string} offer a reviewer rings this window */
  async acceptOffer(offer) {
    await this.openDevices();
    // The browser may have asked for the camera until now, and the clerk has thought better of it.
    if (this.declined !== offer) await this.socket.ask("offer.accept", { offer });
  }

  /** @param {string} offer */
  async declineOffer(offer) {
    this.declined = offer;
    try {
      await this.socket.ask("offer.decline", { offer, reason: "other" });
    } catch (error) {
      this.declined = "";
      throw error;
    }
  }

  /** What ends a call is said until it is heard; a call that is over needs no end. @param {string} type @param {{call: string, [member: string]: unknown}} members */
  async #stop(type, members) {
    await this.acts.untilHeard(() => this.socket.ask(type, members)).catch(unlessOver);
  }

  /** Whether the citizen can be asked: a screen is paired and has not been silent for long. */
  get screen() {
    return this.place.data?.screen === true && !this.screenLost;
  }

  /** A paired screen that has not answered for some time: switched off, or without a line. */
  get screenLost() {
    return this.screenGoneAt > 0 && performance.now() - this.screenGoneAt > SCREEN_GRACE_MS;
  }

  /** The call if it is about the case that is shown. */
  get callOfCase() {
    const cases = this.call?.data?.cases ?? [];
    return this.file && cases.includes(this.file.id) ? this.call : null;
  }

  /** A page stays where it was taken until the case shows it. @param {import("../outbox.js").Parcel} parcel @param {unknown} error */
  async #delivered(parcel, error) {
    if (error && parcel.about["slot"]) toastError(error);
    if (parcel.about["case"] === this.file?.id) await this.file?.refresh();
  }

  async #askScreen() {
    const found = await get("/api/v1/window/screen").catch(() => null);
    if (found) this.#screenHere(found.here);
  }

  /** @param {boolean} here */
  #screenHere(here) {
    this.screenGoneAt = here ? 0 : this.screenGoneAt || performance.now();
    if (!here) window.setTimeout(() => this.changed(), SCREEN_GRACE_MS + 100);
    this.changed();
  }

  #windowChanged() {
    const id = this.place.data?.call ?? "";
    if (id && id !== this.call?.call) void this.#join(id);
    this.changed();
  }

  /** @param {string} id */
  async #join(id) {
    void this.device.became(id).catch(() => undefined);
    this.call?.close();
    const call = new CallSession(this.socket, id, { capture: this.capture, sources: [...this.sources, "screen"] });
    this.call = call;
    this.people = {};
    call.addEventListener("change", () => {
      this.speakers.play(call.remote.filter((one) => one.source === "microphone").map((one) => one.track));
      this.changed();
    });
    call.addEventListener("state", (event) => void this.#callMoved(call, /** @type {CustomEvent} */ (event).detail.now));
    call.addEventListener("fault", (event) => toastError(/** @type {CustomEvent} */ (event).detail));
    try {
      await this.openDevices();
      await call.start();
    } catch (error) {
      toastError(error);
    }
  }

  /** @param {CallSession} call @param {string} now */
  async #callMoved(call, now) {
    if (WITH_MEDIA.includes(now) || now === "offered") {
      void this.openDevices();
      this.people = await get(`/api/v1/calls/${call.call}/people`).catch(() => ({}));
    }
    if (now === "active" && !this.callsHandled.has(call.call)) {
      this.callsHandled.add(call.call);
      void chime({ times: 1 });
    }
    if (call.over || now === "wrap_up") {
      this.speakers.play([]);
      this.capture.stop("screen");
    }
    this.changed();
  }

  /** @param {string} now */
  #moved(now) {
    const words = newsOf(now, this.file?.page?.outcome ?? null);
    if (words) void chime();
    if (["returned_to_outlet", "supplement_required"].includes(now)) this.mirror.show(this.file?.id ?? null, "wait");
  }

  /** Something moved at this outlet. @param {{stream: string, kind: string, data: any}} event */
  #hint(event) {
    if (!event.stream.startsWith("outlet:")) return;
    void this.readCounts();
    void this.visits.read();
    const mine = event.data.window === this.window.window_id && event.data.case !== this.file?.id;
    const words = mine && event.kind !== "case.opened" ? newsOf(event.data.state, null) : null;
    if (words && ["case.handed_back", "case.returned", "supplement.required"].includes(event.kind)) {
      this.news = { ...words, case: event.data.case };
      void chime();
    }
  }

  /** The citizen pressed a button on the screen. @param {{said: string}} message */
  #said(message) {
    if (message.said === "receipt_signed") void this.file?.refresh();
    if (message.said === "mistake") {
      toast(t("The citizen sees a mistake"), "warn", t("Correct it and read it back again."));
      this.dispatchEvent(new CustomEvent("mistake"));
    }
    if (message.said === "not_understood") toast(t("The citizen has not understood"), "warn", t("Please explain once more."));
    if (message.said === "not_promised") {
      toast(t("The citizen would rather bring the material"), "info");
      this.dispatchEvent(new CustomEvent("not_promised"));
    }
    if (message.said === "not_rated") toast(t("The citizen does not wish to rate"), "info");
    void chime({ times: 1 });
  }
}

/**
 * @param {string} state @param {string | null} outcome
 * @returns {{title: string, words: string, tone: "ok" | "warn" | "bad" | "info"} | null}
 */
export function newsOf(state, outcome) {
  if (state === "handed_back") {
    if (outcome === null) return { title: t("A result has come back"), words: t("Please open the case: it says what to do"), tone: "info" };
    return outcome === "refused"
      ? { title: t("Refused"), words: t("Please explain the reasons, print and hand over"), tone: "warn" }
      : { title: t("A result has come back"), words: t("Please print and hand over"), tone: "ok" };
  }
  if (state === "returned_to_outlet") return { title: t("Returned to the window"), words: t("Please mend what is marked and send it again"), tone: "warn" };
  if (state === "supplement_required") return { title: t("The citizen has to supply something"), words: t("Please hand the list over, and have it signed"), tone: "warn" };
  return null;
}
