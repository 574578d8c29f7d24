/** The right-hand side of a case: the call's pictures, and what the citizen's screen shows now. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { WITH_MEDIA } from "signaling/call_session.js";
import { lineLimit, pausedWords, toggleSoundOnly } from "signaling/line_limits.js";
import "signaling/line_quality.js";
import { canShare, startSharing } from "signaling/screen_share.js";
import "signaling/tile.js";
import { banner, button, icon, status } from "../bits.js";
import { talkedFor } from "../call_words.js";
import { agreedIn, withdrawButtons } from "../withdrawal.js";
import { IN_THE_HALL } from "./steps.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */

/** @param {WindowPage} page */
export function counterSide(page) {
  const call = page.desk.callOfCase;
  const live = call !== null && !call.over && !["", "wrap_up"].includes(call.state);
  return html`<div class="stack">${live ? callTiles(page) : nothing}${mirrorCard(page)}</div>`;
}

/** @param {WindowPage} page */
function callTiles(page) {
  const { desk } = page;
  const call = /** @type {import("signaling/call_session.js").CallSession} */ (desk.callOfCase);
  const hall = call.remote.find((one) => one.site === "hall" && one.source === "camera");
  const reviewer = desk.people.reviewer;
  const talking = WITH_MEDIA.includes(call.state);
  const waiting = !talking ? t("Waiting for a reviewer") : call.here.get("hall") === false ? t("The reviewer's page is gone for a moment") : pausedWords(call, "hall") || t("The picture is being connected");
  const limit = talking ? lineLimit(call, "counter") : null;
  const remote = desk.window.profile === "remote_citizen";
  const citizen = call.remote.find((one) => one.site === "citizen" && one.source === "citizen_camera");
  const shared = talking ? call.devices.shared("window") : null;
  const sharing = desk.capture.track("screen") !== null;
  return html`<section class="call-card card card-flush" data-call=${call.call}>
    <div class="call-tiles">
      <yc-tile id="tile-reviewer" .track=${hall?.track ?? null} .name=${reviewer ? t("Reviewer No. %(number)s · %(place)s", reviewer) : t("Reviewer")} .waiting=${waiting} .pictureIcon=${"user"}></yc-tile>
      <yc-tile id="tile-own" class="tile-small" data-mirrored .track=${desk.capture.track("camera")} .waiting=${t("No picture")} .pictureIcon=${"video-off"}></yc-tile>
    </div>
    ${shared ? html`<yc-tile id="tile-screen" data-fit="whole" .track=${shared.track} .name=${t("Shared screen")} .waiting=${t("The picture is being connected")} .pictureIcon=${"screen"}></yc-tile>` : nothing}
    ${remote && talking ? html`<yc-tile id="tile-citizen" .track=${citizen?.track ?? null} .name=${t("Citizen")} .waiting=${call.here.get("citizen") === false ? t("The citizen's device is gone for a moment") : t("Shown after the notice is agreed to")} .pictureIcon=${"user"}></yc-tile>` : nothing}
    ${talking ? html`<div class="call-line">
      <yc-line .quality=${call.quality.get("window") ?? null}></yc-line>
      <span class="number push" id="call-clock">${talkedFor(call.data, Date.now())}</span>
    </div>
    ${limit ? html`<div class="call-line" role="status" data-limit=${limit.rung}>${status(limit.title, "signal", limit.tone)}${limit.rung === "telephone" ? html`<strong>${limit.words}</strong>` : nothing}</div>` : nothing}
    ${[...desk.deviceFaults.values()].map((words) => banner({ title: words, tone: "bad", name: "device-fault" }))}
    ${call.devices.words("window").map((words) => banner({ title: words, tone: "warn", name: "device-gone" }))}
    ${sharing ? html`<div class="call-line" role="status">${status(t("Your screen is shared and recorded"), "screen", "warn")}</div>` : nothing}
    <div class="call-line">${button({ label: call.data?.sound_only ? t("Show pictures again") : t("Sound only"), action: "sound-only", kind: "quiet", size: "small", icon: call.data?.sound_only ? "video" : "speaker", run: () => toggleSoundOnly(call).catch(toastError) })}${page.devicePanel.view()}${!canShare() || call.state !== "active" ? nothing : sharing ? button({ label: t("Stop sharing"), action: "stop-sharing", size: "small", icon: "screen", run: () => desk.capture.stop("screen") }) : button({ label: t("Share a screen"), action: "share-screen", size: "small", icon: "screen", run: () => startSharing(desk.capture) })}${desk.speakers.muted ? status(t("Sound is off here"), "speaker-off", "warn") : nothing}
      ${desk.file?.page?.state === "handed_back" ? html`<span class="push">${button({ label: t("End the call"), action: "end-call", kind: "quiet", size: "small", icon: "phone-end", busy: desk.acts.shows("end-call"), run: () => void page.endCall() })}</span>` : nothing}</div>` : nothing}
    ${agreedIn(call).length ? html`<div class="call-line">${withdrawButtons({ acts: desk.acts, call, question: t("Only when the citizen says so. The call ends at once and nothing more is recorded. What was recorded until now is kept as evidence. The case goes on by desk review or an appointment."), kind: "quiet", size: "small", withdraw: (now, person) => desk.withdrawConsent(now, person) })}</div>` : nothing}
  </section>`;
}

/** The citizen's screen: connected or not, and what it shows. @param {WindowPage} page */
export function mirrorCard(page) {
  const { desk } = page;
  const paired = desk.place.data?.screen === true && !desk.screenLost;
  const call = desk.callOfCase;
  const remote = desk.window.profile === "remote_citizen";
  const here = !paired || (desk.screenGoneAt === 0 && call?.here.get("citizen") !== false);
  return html`<section class="card mirror-card stack">
    <h3 class="row">${icon("citizen")}${remote ? t("Citizen's own device") : t("Citizen screen")}<span class="push">${paired ? status(here ? t("Screen connected") : t("Gone for a moment"), here ? "check-circle" : "line-off", here ? "ok" : "warn") : status(t("Not connected"), "line-off", "warn")}</span></h3>
    <p class="mirror-now">${paired ? mirrorWords(page) : desk.screenLost && desk.place.data?.screen ? t("The citizen screen does not answer. Check its power and line, or connect another.") : remote ? t("Connect the citizen's telephone or computer, so that she can be seen and heard, check, agree and sign.") : t("Connect a tablet or the second monitor, so that the citizen can check, agree and sign.")}</p>
    ${paired ? (call ? nothing : button({ label: t("Connect another screen"), action: "pair-screen", kind: "quiet", size: "small", icon: "screen", run: () => page.pair() })) : button({ label: t("Connect the citizen screen"), action: "pair-screen", icon: "screen", run: () => page.pair() })}
  </section>`;
}

/** @param {WindowPage} page */
function mirrorWords(page) {
  const { desk } = page;
  const call = desk.callOfCase;
  const asked = Object.values(call?.data?.persons ?? {}).filter((one) => one.kind === "citizen" || one.kind === "agent");
  if (call && !call.over && asked.some((one) => !one.answer)) return t("Shows the recording notice. Waiting for the citizen's answer.");
  if (call && WITH_MEDIA.includes(call.state)) return t("Shows the reviewer. The citizen has agreed to be recorded.");
  switch (desk.mirror.task) {
    case "fill":
      return t("Shows what you type, numbers masked.");
    case "read_back":
      return t("Shows the application to be compared and signed.");
    case "receipt":
      return t("Asks for the signature for receipt.");
    case "rate":
      return t("Shows what comes next and asks for a rating.");
    default:
      return waitWords(desk.file?.page ?? null);
  }
}

/** While the citizen has nothing to do, her screen still tells where the case stands. @param {import("../types.js").CasePage | null} page */
function waitWords(page) {
  if (page?.state === "handed_back") return t("Shows the decision.");
  if (page?.road === "desk" && IN_THE_HALL.includes(page.state)) return t("Shows that the case is handed in, with its number and code.");
  return t("Asks the citizen to wait a moment.");
}
