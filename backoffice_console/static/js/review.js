/** The page of a case under review: its state, its panes, its call. */
import { byId } from "portal/dom.js";
import { showActions } from "./review/actions.js";
import { showBanners } from "./review/banners.js";
import { openCall } from "./review/call.js";
import { showFacts } from "./review/facts.js";
import { ReviewState } from "./review/state.js";
import { showViewer } from "./review/viewer.js";
import { openStation } from "./station.js";

const { page, socket } = openStation();
const state = new ReviewState(page, socket);

showViewer(state);
showFacts(state);
showActions(state);
showBanners(state);
state.addEventListener("change", () => {
  const place = state.about ?? state.case;
  byId("review-place").textContent = place ? `${state.case?.number ?? ""} ${place.outlet} ${place.window}` : "";
});

// The call first: devices are opened while the case is read.
await Promise.all([page.call ? openCall(state) : null, state.open()]);
