/**
 * Devices that went away in a call, and screens that are shared: a page says what is true of its own,
 * and what the others said is put into words.
 */
import { t } from "portal/i18n.js";

/** @typedef {import("./call_session.js").CallSession} CallSession */
/** @typedef {import("./call_session.js").Seat} Seat */
/** @typedef {import("./leg.js").Source} Source */

export class MissingDevices {
  #told = "";
  /** @type {(() => void)[]} */
  #undo = [];

  /** @param {CallSession} session */
  constructor(session) {
    this.session = session;
    /** @type {Map<Seat, Source[]>} what is gone, as each page said */
    this.of = new Map();
    /** @type {Set<Seat>} who shares a screen now */
    this.sharing = new Set();
  }

  start() {
    const { session } = this;
    const heard = (/** @type {Event} */ event) => {
      const message = /** @type {CustomEvent} */ (event).detail;
      if (message.call !== session.call) return;
      this.of.set(message.seat, message.missing);
      if (message.sharing) this.sharing.add(message.seat);
      else this.sharing.delete(message.seat);
      session.dispatchEvent(new CustomEvent("change"));
    };
    const tell = () => this.#tell();
    session.socket.addEventListener("leg.devices", heard);
    session.addEventListener("change", tell);
    session.capture?.addEventListener("track", tell);
    this.#undo = [
      () => session.socket.removeEventListener("leg.devices", heard),
      () => session.removeEventListener("change", tell),
      () => session.capture?.removeEventListener("track", tell),
    ];
  }

  stop() {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  #tell() {
    const { capture, legId, socket, sources } = this.session;
    if (!legId || socket.state !== "open") return;
    const missing = sources.filter((one) => capture?.lost.includes(one));
    const sharing = sources.includes("screen") && Boolean(capture?.track("screen"));
    const now = `${legId} ${sharing} ${missing.join(" ")}`;
    if (now === this.#told) return;
    this.#told = now;
    socket.tell("leg.devices", { leg: legId, missing, sharing });
  }

  /** The screen that somebody else shares, or null. @param {Seat} own */
  shared(own) {
    const seat = [...this.sharing].find((one) => one !== own);
    const site = seat === "window" ? "counter" : seat;
    return this.session.remote.find((one) => one.source === "screen" && one.site === site) ?? null;
  }

  /** What is gone at the others, one sentence each. @param {Seat} own @returns {string[]} */
  words(own) {
    return [...this.of].flatMap(([seat, missing]) => (seat === own ? [] : missing.map((source) => goneWords(seat, source))));
  }
}

/** @param {Seat} seat @param {Source} source */
function goneWords(seat, source) {
  if (source === "microphone") {
    if (seat === "hall") return t("The reviewer's microphone was unplugged: the reviewer cannot be heard");
    return seat === "window" ? t("The counter's microphone was unplugged: nobody there can be heard") : t("The citizen's microphone was unplugged: the citizen cannot be heard");
  }
  if (source === "citizen_camera") return t("The citizen's camera was unplugged");
  if (source === "document_camera") return t("The document camera was unplugged");
  return seat === "hall" ? t("The reviewer's camera was unplugged") : t("The clerk's camera was unplugged");
}
