/**
 * Acts that survive a lost line: an act whose answer was lost is repeated under the same key when
 * the line is back, so that it is done once and the person presses once.
 */
import { ApiError, act } from "portal/api.js";

/** @typedef {import("portal/socket.js").Socket} Socket */

const LINE_LOST = "N-03";
const RETRY_MS = 3_000;

/** Events: `change` when `waiting` or `busy` changed. */
export class Acts extends EventTarget {
  /** @param {Socket} socket tells when the line is back */
  constructor(socket) {
    super();
    this.socket = socket;
    /** An act was given and the line is down: it goes on by itself. */
    this.waiting = false;
    /** Name of the act that is under way, "" when none is. */
    this.busy = "";
  }

  /**
   * Does one named act at a time: pressing twice does nothing twice. Rejects with ApiError.
   * @template R
   * @param {string} name
   * @param {() => Promise<R>} work
   * @returns {Promise<R | undefined>} undefined when another act is still under way
   */
  async once(name, work) {
    if (this.busy) return undefined;
    this.#set({ busy: name });
    try {
      return await work();
    } finally {
      this.#set({ busy: "", waiting: false });
    }
  }

  /** @param {string} path @param {unknown} [body] @param {"POST" | "PUT"} [method] @returns {Promise<any>} */
  act(path, body = {}, method = "POST") {
    const key = crypto.randomUUID();
    return this.#repeat(() => act(path, body, { key, method }));
  }

  /** @param {() => Promise<any>} work */
  async #repeat(work) {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== LINE_LOST) throw error;
        this.#set({ waiting: true });
        await this.#lineBack();
      }
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

  /** @param {{busy?: string, waiting?: boolean}} news */
  #set(news) {
    Object.assign(this, news);
    this.dispatchEvent(new CustomEvent("change"));
  }
}
