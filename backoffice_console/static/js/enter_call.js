/**
 * From the desk to the page of a call without leaving the document: the socket, the devices and the
 * call itself go on while the page's frame is fetched, so nobody waits for it to be seen.
 */
import { byId, door, pageData } from "portal/dom.js";
import { beginCall } from "./review/begin_call.js";
import { openReview } from "./review/open.js";

export { openDevices } from "./review/begin_call.js";

/** @typedef {import("./station.js").Station} Station */

/** What belongs to the station and not to its page. */
const STAYS = Object.freeze(["presence", "ring", "banners"]);

/**
 * Where the frame cannot be had, the page is loaded as any other.
 * @param {Station} station its page knows the call already
 * @param {string} call
 * @param {import("./review/begin_call.js").Devices} devices
 */
export async function enterCall(station, call, devices) {
  const path = `/hall/call/${call}`;
  const begun = beginCall(station.socket, call, devices);
  const frame = await fetchFrame(path);
  if (frame === null) {
    location.assign(path);
    return;
  }
  station.leave.abort();
  history.pushState(null, "", path);
  window.addEventListener("popstate", () => location.reload());
  showFrame(frame);
  Object.assign(station.page, pageData("page"));
  await openReview(station, begun);
}

/** @param {string} path @returns {Promise<Document | null>} */
async function fetchFrame(path) {
  const headers = { Accept: "text/html", "Yc-Door": door() };
  const response = await fetch(path, { headers, credentials: "same-origin" }).catch(() => null);
  return response?.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
}

/** @param {Document} frame */
function showFrame(frame) {
  const fresh = document.importNode(/** @type {HTMLElement} */ (frame.querySelector(".desk")), true);
  for (const id of STAYS) fresh.querySelector(`#${id}`)?.replaceWith(byId(id));
  document.querySelector(".desk")?.replaceWith(fresh);
  document.title = frame.title;
}
