/**
 * Looks after a page's two ways to the desk's side while a call has media: the socket and the media
 * connection. Each tells of the other: where media flows again, a socket that has been silent since
 * is given up for a new one, which is there at once; by itself it would come back only when TCP tries
 * again, after a time as long as the interruption.
 */

/** @typedef {import("portal/socket.js").Socket} Socket */

const WATCH_MS = 1_000;
/** A call is never silent for long: then the desk is asked whether it is there. */
const PROBE_MS = 2_000;
/** So long without an answer, the socket is given up for a new one (docs/protocol.md, "Liveness"). */
const DEAD_MS = 4_000;
const RESTART_EVERY_MS = 5_000;

export class LineWatch {
  #timer = 0;
  #looked = 0;
  #restartedAt = 0;

  /**
   * @param {Socket} socket
   * @param {{live: () => boolean, mediaLost: () => boolean, restart: () => void}} call `live`: the
   *   call has media; `restart` asks for a new way for the media
   */
  constructor(socket, call) {
    this.socket = socket;
    this.call = call;
  }

  start() {
    this.#looked = performance.now();
    this.#timer = window.setInterval(() => this.#look(), WATCH_MS);
  }

  stop() {
    window.clearInterval(this.#timer);
  }

  /** A restart was just asked for: the next one waits. */
  restarted() {
    this.#restartedAt = performance.now();
  }

  /** Media flows again after an interruption. */
  mediaBack() {
    if (this.socket.silence > PROBE_MS) this.socket.doubt();
  }

  #look() {
    const now = performance.now();
    const slept = now - this.#looked > 2 * WATCH_MS; // what has come meanwhile is not read yet
    this.#looked = now;
    if (slept || !this.call.live() || this.socket.state !== "open") return;
    if (this.socket.silence > DEAD_MS) this.socket.doubt();
    else if (this.socket.silence > PROBE_MS) this.socket.ask("ping").catch(() => undefined);
    else if (this.call.mediaLost() && now - this.#restartedAt >= RESTART_EVERY_MS) this.call.restart();
  }
}
