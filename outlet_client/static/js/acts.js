/**
 * Acts that survive a lost line: an act whose answer was lost is repeated under the same key when
 * the line is back, so that it is done once and the person presses once.
 *
 * One act goes on at a time. What a press may not lose goes past that: a refusal, a stop, the answer to
 * a ring (`atOnce`).
 */
import { ApiError, act } from "portal/api.js";

/** @typedef {import("portal/socket.js").Socket} Socket */
/** @typedef {{alone: boolean, lasts: boolean}} Run `alone`: no other act begins while it goes on */

const LINE_LOST = "N-03";
const RETRY_MS = 3_000;
/** An act that is done sooner is not shown: buttons that go dead and come back at once only flicker. */
const SHOWN_AFTER_MS = 150;

/** Events: `change` when `waiting` or what is busy changed. */
export class Acts extends EventTarget {
  /** What is under way, by name. @type {Map<string, Run>} */
  #running = new Map();
  /** What was given while the line is down. @type {Set<() => Promise<any>>} */
  #waiting = new Set();

  /** @param {Socket} socket tells when the line is back */
  constructor(socket) {
    super();
    this.socket = socket;
  }

  /** An act was given and the line is down: it goes on by itself. */
  get waiting() {
    return this.#waiting.size > 0;
  }

  /** Whether an act is under way that keeps others back. */
  get acting() {
    return [...this.#running.values()].some((one) => one.alone);
  }

  /** Whether this act is under way. @param {string} name */
  busy(name) {
    return this.#running.has(name);
  }

  /** Whether this act is under way for so long that it is shown. @param {string} name */
  shows(name) {
    return this.#running.get(name)?.lasts === true;
  }

  /**
   * Whether another act keeps this one back. It is so from the first moment; the look of a held button
   * comes as late as everything that is shown of an act (`.button` in controls.css).
   * @param {string} name
   */
  holds(name) {
    return !this.busy(name) && this.acting;
  }

  /**
   * Does one named act at a time: pressing twice does nothing twice. Rejects with ApiError. What may
   * only happen when the act was done, or was refused, belongs into `work`. Nothing waits for its turn:
   * whoever pressed meant what was on the page then.
   * @template R
   * @param {string} name
   * @param {() => Promise<R>} work
   * @returns {Promise<R | undefined>} undefined when another act is still under way
   */
  async once(name, work) {
    return this.acting ? undefined : this.#run(name, work, true);
  }

  /**
   * Does what no other act may keep back, and keeps back none itself. Rejects with ApiError.
   * @template R
   * @param {string} name
   * @param {() => Promise<R>} work
   * @returns {Promise<R | undefined>} undefined when the same is under way
   */
  async atOnce(name, work) {
    return this.busy(name) ? undefined : this.#run(name, work, false);
  }

  /** @param {string} path @param {unknown} [body] @param {"POST" | "PUT"} [method] @returns {Promise<any>} */
  act(path, body = {}, method = "POST") {
    const key = crypto.randomUUID();
    return this.untilHeard(() => act(path, body, { key, method }));
  }

  /**
   * Repeats what met a lost line as soon as that is back; only what may be heard twice.
   * @template R
   * @param {() => Promise<R>} work
   * @returns {Promise<R>}
   */
  async untilHeard(work) {
    try {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          // A page that was signed out gets no line any more.
          if (!(error instanceof ApiError) || error.code !== LINE_LOST || this.socket.state === "closed") throw error;
          this.#waiting.add(work);
          this.#changed();
          await this.#lineBack();
        }
      }
    } finally {
      if (this.#waiting.delete(work)) this.#changed();
    }
  }

  /**
   * @template R
   * @param {string} name
   * @param {() => Promise<R>} work
   * @param {boolean} alone
   * @returns {Promise<R>}
   */
  async #run(name, work, alone) {
    const run = { alone, lasts: false };
    this.#running.set(name, run);
    const timer = window.setTimeout(() => {
      run.lasts = true;
      this.#changed();
    }, SHOWN_AFTER_MS);
    this.#changed();
    try {
      return await work();
    } finally {
      window.clearTimeout(timer);
      this.#running.delete(name);
      this.#changed();
    }
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
