/**
 * From the desk to the page of a call without leaving the document: the socket, the devices and the
 * call itself began while it rang, and the page's frame was fetched, so little is left to wait for when
 * it is answered.
 */
import { byId, door, pageData } from "portal/dom.js";
import { beginCall, leaveCall, openDevices } from "./review/begin_call.js";
import { openReview } from "./review/open.js";

export { leaveCall };

/** @typedef {import("./station.js").Station} Station */
/** @typedef {import("./review/begin_call.js").Begun & {frame: Promise<Document | null>}} Prepared */

/** What belongs to the station and not to its page. */
const STAYS = Object.freeze(["presence", "ring", "banners"]);

/**
 * While it rings: devices are opened and the line is laid. Nothing is let in before it is answered, and
 * a ring that ends meanwhile is nobody's fault.
 * @param {Station} station
 * @param {string} call
 * @returns {Prepared}
 */
export function prepareCall(station, call) {
  const begun = beginCall(station.socket, call, openDevices(), () => undefined);
  return { ...begun, frame: fetchFrame(pathOf(call)) };
}

/**
 * Where the frame cannot be had, or the call was not followed, the page is loaded as any other.
 * @param {Station} station its page knows the call already
 * @param {string} call
 * @param {Prepared} begun
 */
export async function enterCall(station, call, begun) {
  const path = pathOf(call);
  const [frame, started] = await Promise.all([begun.frame, begun.started]);
  if (frame === null || !started) {
    location.assign(path);
    return;
  }
  // It rang in another tab of the same person too, and that one sat down last.
  if (begun.session.replaced) await begun.session.takeSeat();
  station.leave.abort();
  history.pushState(null, "", path);
  window.addEventListener("popstate", () => location.reload());
  showFrame(frame);
  Object.assign(station.page, pageData("page"));
  await openReview(station, begun);
}

/** @param {string} call */
function pathOf(call) {
  return `/hall/call/${call}`;
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
