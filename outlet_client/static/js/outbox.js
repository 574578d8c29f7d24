/**
 * Pictures on their way to the server: photographed papers, uploads, signatures. Each is kept on this
 * machine first and sent in its turn, under one key however often, until the server has it or says
 * what is wrong with it. Whoever takes a picture need not wait for the one before.
 */
import { ApiError, send } from "portal/api.js";

/** @typedef {import("portal/socket.js").Socket} Socket */
/** @typedef {import("./kept.js").Kept} Kept */
/**
 * @typedef {object} Parcel
 * @property {string} id also its idempotency key
 * @property {string} path
 * @property {Record<string, string | number>} about what the page wants to know of it while it waits
 * @property {Blob} file
 * @property {boolean} kept it lies on this machine as well
 * @property {string} [url] where the page shows it
 * @property {(answer: any) => void} resolve
 * @property {(error: unknown) => void} reject
 */

const PREFIX = "parcel.";
const RETRY_MS = 3_000;
/** An upload gets this, and the time its size takes at 64 kbit/s: then its way is dead. */
const PATIENCE_MS = 30_000;
const BYTES_PER_MS = 8;

/** Events: `change` when `waiting` or `stuck` changed. */
export class Outbox extends EventTarget {
  #running = false;

  /**
   * @param {Socket} socket tells when the line is back
   * @param {Kept} kept
   * @param {(parcel: Parcel, error: unknown) => Promise<void>} settled called when the server has a
   *   parcel, or has refused it (`error` is not null); it waits in the list until then
   */
  constructor(socket, kept, settled) {
    super();
    this.socket = socket;
    this.kept = kept;
    this.settled = settled;
    /** @type {Parcel[]} in the order in which they are sent */
    this.waiting = [];
    /** The line is down or the server cannot: it is tried again. */
    this.stuck = false;
    // In the order in which they were given, whatever keeping each of them takes.
    this.given = Promise.resolve();
  }

  /** Takes up what an earlier page of the same person left behind. */
  async load() {
    for (const { name, about, content } of await this.kept.list(PREFIX)) {
      const id = name.slice(PREFIX.length);
      if (this.waiting.some((one) => one.id === id)) continue;
      this.waiting.push({ id, path: about.path, about: about.about, file: content, kept: true, resolve: () => undefined, reject: () => undefined });
    }
    void this.#run();
  }

  /**
   * `kept` resolves when the file waits in the list and lies on this machine. `sent` resolves with the
   * server's answer and rejects with ApiError when it refuses; a lost line does neither.
   * @param {string} path
   * @param {Blob} file
   * @param {Record<string, string | number>} [about]
   * @returns {{kept: Promise<void>, sent: Promise<any>}}
   */
  give(path, file, about = {}) {
    const id = crypto.randomUUID();
    /** @type {Pick<Parcel, "resolve" | "reject">} */
    let ends;
    const sent = new Promise((resolve, reject) => (ends = { resolve, reject }));
    this.given = this.given.then(async () => {
      const kept = await this.kept.put(PREFIX + id, { path, about }, file);
      this.waiting.push({ id, path, about, file, kept, ...ends });
      void this.#run();
    });
    return { kept: this.given, sent };
  }

  /** As `give`, for whoever waits until the server has it. @param {string} path @param {Blob} file @param {Record<string, string | number>} [about] @returns {Promise<any>} */
  send(path, file, about) {
    return this.give(path, file, about).sent;
  }

  async #run() {
    this.#changed();
    if (this.#running) return;
    this.#running = true;
    let parcel = this.waiting[0];
    while (parcel && (await this.#sent(parcel))) parcel = this.waiting[0];
    this.#running = false;
  }

  /** @param {Parcel} parcel @returns {Promise<boolean>} whether to go on: not without a sign-in */
  async #sent(parcel) {
    try {
      // Two pages of one person have the same parcels: one of them sends.
      const answer = await navigator.locks.request(`yunchuang.outbox.${this.kept.owner}`, () => this.#deliver(parcel));
      await this.#settle(parcel, null, answer);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || isFinal(error)) {
        await this.#settle(parcel, error);
        return true;
      }
      this.stuck = true;
      this.#changed();
      if (error.status === 401) return false;
      await this.#lineBack();
      return true;
    }
  }

  /** @param {Parcel} parcel */
  async #deliver(parcel) {
    if (parcel.kept && !(await this.kept.has(PREFIX + parcel.id))) return undefined;
    const way = new AbortController();
    const giveUp = () => way.abort();
    const timer = window.setTimeout(giveUp, PATIENCE_MS + parcel.file.size / BYTES_PER_MS);
    // What met a dead line would go on when TCP tries again, up to a minute after its return.
    this.socket.addEventListener("resumed", giveUp);
    try {
      const answer = await send(parcel.path, parcel.file, { key: parcel.id, signal: way.signal });
      await this.kept.drop(PREFIX + parcel.id);
      return answer;
    } catch (error) {
      if (way.signal.aborted) throw new ApiError({ status: 0, code: "N-03", slug: "line_lost", title: "", detail: "" });
      throw error;
    } finally {
      window.clearTimeout(timer);
      this.socket.removeEventListener("resumed", giveUp);
    }
  }

  /** @param {Parcel} parcel @param {unknown} error @param {any} [answer] */
  async #settle(parcel, error, answer) {
    this.stuck = false;
    if (error) await this.kept.drop(PREFIX + parcel.id);
    await this.settled(parcel, error).catch((fault) => console.warn("not shown", fault));
    this.waiting = this.waiting.filter((one) => one !== parcel);
    if (parcel.url) URL.revokeObjectURL(parcel.url);
    if (error) parcel.reject(error);
    else parcel.resolve(answer);
    this.#changed();
  }

  #lineBack() {
    return new Promise((resolve) => {
      const done = () => {
        window.clearTimeout(timer);
        this.socket.removeEventListener("resumed", done);
        resolve(undefined);
      };
      const timer = window.setTimeout(done, RETRY_MS);
      this.socket.addEventListener("resumed", done);
    });
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}

/** An address for `<img>` as long as it waits. @param {Parcel} parcel */
export function pictureOf(parcel) {
  return (parcel.url ??= URL.createObjectURL(parcel.file));
}

/** The server will say the same again. @param {ApiError} error */
function isFinal(error) {
  return error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status);
}
