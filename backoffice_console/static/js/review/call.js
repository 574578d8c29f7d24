/** The call on the reviewer's page: pictures, sound, one's own devices, and how the lines are. */
import { html, nothing, render } from "lit";
import { byId } from "portal/dom.js";
import { duration, t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { OVER } from "signaling/call_session.js";
import { DevicePanel, NOT_USED } from "signaling/device_panel.js";
import { pausedWords, toggleSoundOnly } from "signaling/line_limits.js";
import "signaling/line_quality.js";
import { recordingLight } from "signaling/recording_light.js";
import { canShare, startSharing } from "signaling/screen_share.js";
import { Speakers } from "signaling/speakers.js";
import "signaling/tile.js";
import { glyph } from "../glyph.js";
import { openAll, SOURCES } from "./begin_call.js";

/** @typedef {import("signaling/call_session.js").CallSession} CallSession */
/** @typedef {import("signaling/capture.js").Capture} Capture */
/** @typedef {import("./state.js").ReviewState} ReviewState */

/**
 * Shows the call of the page and keeps its pane true. A refused device never keeps anybody out: the
 * call goes on without it and says so.
 * @param {ReviewState} state
 * @param {import("./begin_call.js").Begun} begun
 */
export async function openCall(state, { capture, faults, session, started }) {
  const pane = byId("call-pane");
  const speakers = new Speakers();
  let silent = false;
  capture.addEventListener("fault", () => paint());
  capture.addEventListener("track", (event) => {
    const { source, track } = /** @type {CustomEvent} */ (event).detail;
    if (track) faults.delete(source);
    paint();
  });
  capture.addEventListener("replaced", (event) => {
    const { source, label } = /** @type {CustomEvent} */ (event).detail;
    toast(t("The %(name)s was unplugged. In use now: %(label)s", { name: deviceName(source), label: label || t("another device") }), "warn");
  });
  state.session = session;

  const paint = () => {
    speakers.play(session.remote.filter((one) => one.track.kind === "audio").map((one) => one.track));
    render(panel(state, session, { capture, speakers, faults, silent, mute, devices: tryAgain, chooser }), pane);
    render(head(session), byId("call-state"));
  };
  const mute = () => {
    const track = capture.track("microphone");
    if (!track) return;
    track.enabled = !track.enabled;
    silent = !track.enabled;
    paint();
  };
  const tryAgain = async () => {
    faults.clear();
    await openAll(capture);
    paint();
  };
  const chooser = new DevicePanel({
    capture,
    speakers,
    sources: SOURCES,
    name: deviceName,
    open: async (source, choice) => (choice === NOT_USED ? capture.stop(source) : capture.start(source, choice)),
    draw: () => paint(),
  });
  speakers.addEventListener("blocked", paint);
  session.addEventListener("fault", (event) => toastError(/** @type {CustomEvent} */ (event).detail));
  session.addEventListener("change", () => {
    paint();
    state.tell();
  });
  session.addEventListener("state", (event) => {
    const { now } = /** @type {CustomEvent} */ (event).detail;
    document.dispatchEvent(new CustomEvent("yc-call-state", { detail: now }));
    if (now === "wrap_up" || OVER.includes(now)) capture.stopAll();
    void state.check();
  });
  // Leaving the page is not leaving the call: the seat is kept for a reload.
  window.setInterval(paint, 1000);
  paint();
  await started;
  paint();
}

/**
 * @param {ReviewState} state
 * @param {CallSession} session
 * @param {{capture: Capture, speakers: Speakers, faults: Map<string, string>, silent: boolean, mute: () => void, devices: () => Promise<void>, chooser: DevicePanel}} own
 */
function panel(state, session, own) {
  const shared = state.inCall ? session.devices.shared("hall") : null;
  const others = session.remote.filter((one) => one.site !== "hall" && one.track.kind === "video");
  const of = (/** @type {string} */ source) => others.find((one) => one.source === source)?.track ?? null;
  const quiet = session.state === "consent" ? t("Shown after the notice is agreed to") : pausedWords(session, "counter") || pausedWords(session, "citizen") || t("No picture yet");
  const away = (/** @type {"citizen" | "window"} */ seat, /** @type {string} */ words) => (session.here.get(seat) === false ? t("Gone for a moment") : words);
  return html`
    <yc-tile id="tile-citizen" class="tile" .track=${of("citizen_camera")} .name=${t("Citizen")} .waiting=${away("citizen", quiet)} .pictureIcon=${"user"}></yc-tile>
    <yc-tile id="tile-clerk" class="tile" .track=${of("camera")} .name=${clerkName(state)} .waiting=${away("window", pausedWords(session, "counter") || t("No picture yet"))} .pictureIcon=${"window"}></yc-tile>
    <yc-tile id="tile-document" class="tile" data-fit="whole" .track=${of("document_camera")} .name=${t("Document camera")} .waiting=${t("Switched off")} .pictureIcon=${"document"}></yc-tile>
    ${shared ? html`<yc-tile id="tile-screen" class="tile" data-fit="whole" .track=${shared.track} .name=${t("Shared screen")} .waiting=${t("No picture yet")} .pictureIcon=${"screen"}></yc-tile>` : nothing}
    ${state.inCall ? ownRow(session, own) : nothing}
    ${own.speakers.blocked ? html`<button type="button" class="button button-primary button-wide" data-action="sound" @click=${() => own.speakers.resume()}>${glyph("speaker")}<span>${t("Switch the sound on")}</span></button>` : nothing}
    ${own.faults.size ? html`<div class="device-fault" role="alert">${glyph("alert")}<span>${faultWords(own.faults)}</span><button type="button" class="button button-small" data-action="devices" @click=${own.devices}>${t("Try again")}</button></div>` : nothing}
  `;
}

/**
 * @param {CallSession} session
 * @param {{capture: Capture, silent: boolean, mute: () => void, chooser: DevicePanel}} own
 */
function ownRow(session, own) {
  const picture = own.capture.track("camera");
  return html`<div class="own-row">
      <yc-tile id="tile-own" class="tile own-tile" data-mirrored .track=${picture} .name=${picture ? t("You") : ""} .waiting=${t("No camera")} .pictureIcon=${"video-off"}></yc-tile>
      <div class="own-tools">
        <button type="button" class="button button-small" data-action="mute" aria-pressed="${own.silent}" @click=${own.mute}>${glyph(own.silent ? "mic-off" : "mic")}<span>${own.silent ? t("Microphone off") : t("Microphone on")}</span></button>
        <button type="button" class="button button-small" data-action="sound-only" aria-pressed="${Boolean(session.data?.sound_only)}" @click=${() => toggleSoundOnly(session).catch(toastError)}>${glyph("speaker")}<span>${t("Sound only")}</span></button>
        ${own.chooser.view()}
        ${canShare() && session.state === "active" ? shareButton(own.capture) : nothing}
      </div>
      <div class="own-lines">
        <span class="line-pair"><span class="muted">${t("Counter")}</span>${session.here.get("window") === false ? html`<span class="line-quality-word">${glyph("line-off")}${t("Gone for a moment")}</span>` : html`<yc-line id="line-counter" .quality=${session.quality.get("window")}></yc-line>`}</span>
        <span class="line-pair"><span class="muted">${t("You")}</span><yc-line id="line-own" .quality=${session.quality.get("hall")}></yc-line></span>
      </div>
    </div>`;
}

/** @param {CallSession} session */
function head(session) {
  const running = session.state === "active" || session.state === "held";
  const since = session.data?.active_ms;
  return html`
    ${running && since ? html`<span class="call-clock figures" title="${t("Length of the call")}">${duration(Date.now() - since)}</span>` : nothing}
    <yc-recording id="recording-light" .light=${session.data?.recording && session.state !== "wrap_up" && !session.over ? recordingLight(session.health, { recovering: session.recovering }) : null}></yc-recording>
  `;
}

/** Starts and ends, and says while it lasts that it is seen and recorded. @param {Capture} capture */
function shareButton(capture) {
  const sharing = capture.track("screen") !== null;
  return html`<button type="button" class="button button-small" data-action="${sharing ? "stop-sharing" : "share-screen"}" aria-pressed="${sharing}" @click=${() => (sharing ? capture.stop("screen") : startSharing(capture))}>${glyph("screen")}<span>${sharing ? t("Stop sharing") : t("Share a screen")}</span></button>
    ${sharing ? html`<span role="status">${t("Your screen is shared and recorded")}</span>` : nothing}`;
}

/** @param {import("signaling/leg.js").Source} source */
function deviceName(source) {
  return source === "microphone" ? t("Microphone") : t("Camera");
}

/** @param {ReviewState} state */
function clerkName(state) {
  const clerk = state.about?.clerk;
  return clerk?.number ? `${t("Clerk")} ${clerk.number}` : t("Clerk");
}

/** @param {Map<string, string>} faults */
function faultWords(faults) {
  const code = [...faults.values()].join(", ");
  if (faults.has("microphone")) return t("Your microphone does not work: the others cannot hear you. Check the plug. (%(code)s)", { code });
  return t("Your camera shows no picture. Check the plug or choose another. (%(code)s)", { code });
}
