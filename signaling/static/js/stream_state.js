/**
 * The present state of a stream (`call:ID`, `hall`, `window:ID` ...): its snapshot, and every event
 * after it merged in. The same state as a fresh snapshot at every moment (docs/protocol.md).
 */
import { merge } from "./merge_patch.js";

/** @typedef {import("portal/socket.js").Socket} Socket */
/** @typedef {import("portal/socket.js").StreamEvent} StreamEvent */

/** Events: `change` (detail: the StreamEvent that caused it, or null after a snapshot). */
export class StreamState extends EventTarget {
  /**
   * @param {Socket} socket
   * @param {string} stream
   */
  constructor(socket, stream) {
    super();
    this.socket = socket;
    this.stream = stream;
    /** @type {any} the state; null until the first snapshot has come */
    this.data = null;
    /** @param {Event} event */
    this.listener = (event) => this.heard(/** @type {CustomEvent<StreamEvent>} */ (event).detail);
  }

  /** Reads the snapshot and follows from there. Rejects with ApiError. */
  async start() {
    this.socket.addEventListener("event", this.listener);
    const found = await this.socket.ask("snapshot", { stream: this.stream });
    this.data = found.data;
    this.dispatchEvent(new CustomEvent("change", { detail: null }));
    await this.socket.follow(this.stream, found.seq);
    return this;
  }

  stop() {
    this.socket.removeEventListener("event", this.listener);
    this.socket.unfollow(this.stream);
  }

  /** @param {StreamEvent} event */
  heard(event) {
    if (event.stream !== this.stream || this.data === null) return;
    this.data = merge(this.data, event.data);
    this.dispatchEvent(new CustomEvent("change", { detail: event }));
  }
}
