/**
 * What every page of the reviewer has: who sits here, the socket, the presence bar and the ring.
 */
import { pageData } from "portal/dom.js";
import { Socket } from "portal/socket.js";
import { StreamState } from "signaling/stream_state.js";
import { showPresence } from "./presence.js";
import { showRing } from "./ring.js";

/**
 * @typedef {object} Page
 * @property {string} me
 * @property {Record<string, number>} [streams] streams of hints, and the number the page shows
 * @property {[string, string][]} away
 * @property {Record<string, string>} away_words
 * @property {[string, string][]} declines
 * @property {string | null} [call]
 * @property {string | null} [case]
 * @property {string | null} [decision_call]
 * @property {boolean} [precheck] the call is about a draft: nothing is decided in it
 * @property {number} [supplement_days] the centre's term of a supplement, working days
 * @property {import("./review/signer.js").Signing} [signing]
 * @property {any} [words]
 */

/**
 * `leave` is aborted when the page goes over into that of a call.
 * @typedef {{page: Page, socket: Socket, staff: StreamState, leave: AbortController}} Station
 */

/**
 * @param {{entersCalls?: boolean}} [options] `entersCalls`: this page can go over into that of a call;
 *   others are left for it
 * @returns {Station}
 */
export function openStation(options = {}) {
  /** @type {Page} */
  const page = pageData("page");
  const socket = new Socket("reviewer");
  const staff = new StreamState(socket, `staff:${page.me}`);
  const station = { page, socket, staff, leave: new AbortController() };
  showPresence(page, socket, staff);
  showRing(station, options.entersCalls ? () => import("./enter_call.js") : null);
  void start(staff);
  return station;
}

/**
 * A first snapshot may be lost with the line; nothing works without it, so it is asked again.
 * @param {StreamState} stream
 */
export async function start(stream) {
  for (let wait = 1000; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      await stream.start();
      return;
    } catch {
      if (stream.socket.state === "closed") return;
      stream.stop();
      await new Promise((resolve) => window.setTimeout(resolve, wait));
    }
  }
}
