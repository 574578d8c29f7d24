/**
 * The page's one WebSocket (docs/protocol.md): commands with answers, events of streams.
 *
 * It reconnects by itself and asks each stream for what came after the last number it saw, so a page
 * that was away misses nothing. Commands given while the line is down wait for it, up to their time
 * limit; a command whose answer was lost is refused with `line_lost` and may be repeated.
 *
 * Events dispatched: "state" (detail: "open" | "waiting" | "closed"), "event" (detail: StreamEvent),
 * and every other message of the server under its own type, such as "leg.offer".
 */
import { ApiError } from "portal/api.js";
import { t } from "portal/i18n.js";

/**
 * @typedef {{type: "event", stream: string, seq: number, kind: string, data: any}} StreamEvent
 * @typedef {{type: string, id?: number, [key: string]: unknown}} Message
 * @typedef {{resolve: (answer: any) => void, reject: (error: Error) => void, timer: number, message: Message, sent: boolean}} Pending
 */

const ANSWER_MS = 15_000;
const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 5_000;
const SILENCE_MS = 25_000;
/** A line that is not open by then met a dead way: a new try is quicker than TCP's next one. */
const CONNECT_MS = 3_000;
/** Close codes after which trying again is useless: the session is over or the protocol is broken. */
const FINAL_CODES = new Set([4401, 4403, 4409]);

export class Socket extends EventTarget {
  /** @param {string} door */
  constructor(door) {
    super();
    this.door = door;
    /** @type {"open" | "waiting" | "closed"} */
    this.state = "waiting";
    /** @type {Map<string, number>} the newest number seen of each stream */
    this.lastSeq = new Map();
    /** @type {Map<number, Pending>} */
    this.pending = new Map();
    this.nextId = 1;
    this.delayMs = FIRST_DELAY_MS;
    this.heardAt = 0;
    this.wasOpen = false;
    /** @type {WebSocket | null} */
    this.line = null;
    this.triedAt = 0;
    this.retryTimer = 0;
    window.addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.retryNow());
    window.setInterval(() => this.watch(), 5_000);
    this.open();
  }

  /**
   * Sends a command and waits for its answer. Rejects with ApiError.
   * @param {string} type
   * @param {Record<string, unknown>} [members]
   * @param {{timeoutMs?: number}} [options]
   * @returns {Promise<any>}
   */
  ask(type, members = {}, options = {}) {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => this.settle(id, lineLost()), options.timeoutMs ?? ANSWER_MS);
      const entry = { resolve, reject, timer, message: { ...members, type, id }, sent: false };
      this.pending.set(id, entry);
      if (this.state === "closed") this.settle(id, lineLost());
      else if (this.state === "open") this.dispatch(entry);
    });
  }

  /**
   * Sends without waiting for an answer; lost when the line is down (answers to offers, pings).
   * @param {string} type
   * @param {Record<string, unknown>} [members]
   */
  tell(type, members = {}) {
    if (this.state === "open") this.line?.send(JSON.stringify({ ...members, type }));
  }

  /**
   * Follows a stream from `after` (0: from its beginning); repeated by itself after each reconnect.
   * @param {string} stream
   * @param {number} after the number of the snapshot that the page already shows
   */
  async follow(stream, after) {
    this.lastSeq.set(stream, after);
    if (this.state === "open") await this.ask("subscribe", { streams: { [stream]: after } });
  }

  /** @param {string} stream */
  unfollow(stream) {
    if (this.lastSeq.delete(stream)) this.tell("unsubscribe", { streams: [stream] });
  }

  close() {
    this.setState("closed");
    window.clearTimeout(this.retryTimer);
    this.line?.close(1000);
    for (const id of [...this.pending.keys()]) this.settle(id, lineLost());
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const line = new WebSocket(`${scheme}://${location.host}/ws/${this.door}`);
    this.line = line;
    this.triedAt = performance.now();
    window.setTimeout(() => line.readyState === WebSocket.CONNECTING && line.close(), CONNECT_MS);
    line.addEventListener("open", () => void this.opened(line));
    line.addEventListener("message", (event) => this.heard(line, String(event.data)));
    line.addEventListener("close", (event) => this.closed(line, event.code));
  }

  /** @param {WebSocket} line */
  async opened(line) {
    if (line !== this.line) return;
    this.heardAt = performance.now();
    this.delayMs = FIRST_DELAY_MS;
    this.setState("open");
    if (this.lastSeq.size) {
      await this.ask("subscribe", { streams: Object.fromEntries(this.lastSeq) }).catch(() => line.close());
    }
    for (const entry of this.pending.values()) if (!entry.sent) this.dispatch(entry);
    if (this.wasOpen) this.dispatchEvent(new CustomEvent("resumed"));
    this.wasOpen = true;
  }

  /** @param {WebSocket} line @param {string} text */
  heard(line, text) {
    if (line !== this.line) return;
    this.heardAt = performance.now();
    const message = JSON.parse(text);
    if (message.type === "ok") this.settle(message.re, null, message);
    else if (message.type === "error" && message.re !== undefined && message.re !== null) this.settle(message.re, asError(message));
    else if (message.type === "event") this.event(message);
    else this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
  }

  /** @param {StreamEvent} event */
  event(event) {
    const last = this.lastSeq.get(event.stream);
    if (last === undefined || event.seq <= last) return; // not ours any more, or seen before the line broke
    this.lastSeq.set(event.stream, event.seq);
    this.dispatchEvent(new CustomEvent("event", { detail: event }));
  }

  /** @param {WebSocket} line @param {number} code */
  closed(line, code) {
    if (line !== this.line || this.state === "closed") return;
    if (FINAL_CODES.has(code)) {
      this.close();
      return;
    }
    this.setState("waiting");
    for (const [id, entry] of [...this.pending]) if (entry.sent) this.settle(id, lineLost());
    const jitter = 0.7 + Math.random() * 0.6; // a whole hall must not come back in one moment
    this.retryTimer = window.setTimeout(() => this.open(), this.delayMs * jitter);
    this.delayMs = Math.min(this.delayMs * 2, LONGEST_DELAY_MS);
  }

  /** The way may be back: a try that has been waiting meanwhile is given up for a new one. */
  retryNow() {
    if (this.state !== "waiting") return;
    const young = performance.now() - this.triedAt < FIRST_DELAY_MS;
    if (this.line?.readyState === WebSocket.CONNECTING && young) return;
    this.delayMs = FIRST_DELAY_MS;
    this.abandon();
  }

  /**
   * Somebody has reason to think that the line is dead, as a call does in which nothing is heard any
   * more: goes on with a new one. The old one would come back by itself, but only when TCP tries
   * again, after a time as long as the interruption.
   */
  doubt() {
    if (this.state === "open") this.abandon();
    else this.retryNow();
  }

  /** For how long nothing has been heard, in ms. */
  get silence() {
    return performance.now() - this.heardAt;
  }

  /** A line can die without a word; the server speaks at least every ten seconds. */
  watch() {
    if (this.state !== "open") return;
    if (this.silence > SILENCE_MS) this.abandon();
    else if (this.silence > SILENCE_MS / 2) this.ask("ping").catch(() => undefined);
  }

  /** Leaves the present line to itself and opens a new one. */
  abandon() {
    const dead = this.line;
    this.line = null;
    dead?.close();
    window.clearTimeout(this.retryTimer);
    this.setState("waiting");
    for (const [id, entry] of [...this.pending]) if (entry.sent) this.settle(id, lineLost());
    this.open();
  }

  /** @param {Pending} entry */
  dispatch(entry) {
    entry.sent = true;
    this.line?.send(JSON.stringify(entry.message));
  }

  /** @param {number} id @param {Error | null} error @param {any} [answer] */
  settle(id, error, answer) {
    const entry = this.pending.get(id);
    if (!entry) return;
    this.pending.delete(id);
    window.clearTimeout(entry.timer);
    if (error) entry.reject(error);
    else entry.resolve(answer);
  }

  /** @param {"open" | "waiting" | "closed"} state */
  setState(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}

/** @param {any} message an `error` of the server */
export function asError(message) {
  return new ApiError({
    status: 0,
    code: message.code,
    slug: message.slug,
    title: message.title ?? message.message,
    detail: message.message,
    details: message.details,
  });
}

function lineLost() {
  return new ApiError({
    status: 0,
    code: "N-03",
    slug: "line_lost",
    title: t("The line is interrupted"),
    detail: t("Everything filled in is kept and goes on by itself when the line is back."),
  });
}
