/** Opens the page of a case under review, once its frame stands: its state, its panes, its call. */
import { byId } from "portal/dom.js";
import { showActions } from "./actions.js";
import { showBanners } from "./banners.js";
import { beginCall, openDevices } from "./begin_call.js";
import { openCall } from "./call.js";
import { showFacts } from "./facts.js";
import { showPrecheck } from "./precheck.js";
import { ReviewState } from "./state.js";
import { showViewer } from "./viewer.js";

/** @typedef {import("../station.js").Station} Station */

/**
 * @param {Station} station
 * @param {import("./begin_call.js").Begun} [begun] the page's call, where it began before the page
 */
export async function openReview({ page, socket }, begun) {
  const state = new ReviewState(page, socket);
  // The call first: the line is laid while the case is read.
  const own = begun ?? (page.call ? beginCall(socket, page.call, openDevices()) : null);
  const shown = own ? openCall(state, own) : null;
  if (page.precheck) showPrecheck(state);
  else showViewer(state);
  showFacts(state);
  showActions(state);
  showBanners(state);
  state.addEventListener("change", () => {
    const place = state.about ?? state.case;
    byId("review-place").textContent = place ? `${state.case?.number ?? ""} ${place.outlet} ${place.window}` : "";
  });
  await Promise.all([shown, state.open()]);
}
