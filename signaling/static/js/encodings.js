/** How each source is sent at each rung of the line (docs/protocol.md, "A line that carries less"). */

/** @typedef {import("./leg.js").Source} Source */
/** @typedef {"full" | "lower_video" | "audio_first" | "stills" | "telephone"} Rung */
/** @typedef {{active: boolean, maxBitrate?: number, maxFramerate?: number, scaleResolutionDownBy?: number}} Encoding */

/** Upper bounds per source; the relay lowers them further by REMB when a line is poor. */
const VIDEOS = Object.freeze({
  camera: { maxBitrate: 900_000, maxFramerate: 15, scaleResolutionDownBy: 1 },
  citizen_camera: { maxBitrate: 900_000, maxFramerate: 15, scaleResolutionDownBy: 1 },
  document_camera: { maxBitrate: 1_500_000, maxFramerate: 10, scaleResolutionDownBy: 1 },
  screen: { maxBitrate: 1_500_000, maxFramerate: 10, scaleResolutionDownBy: 1 },
});
const LOWERED = Object.freeze({ maxBitrate: 150_000, maxFramerate: 8, scaleResolutionDownBy: 2 });
/** Paper that is halved cannot be read: it rather moves less. */
const LOWERED_PAPER = Object.freeze({ maxBitrate: 150_000, maxFramerate: 2, scaleResolutionDownBy: 1 });
/** Speech is still clear at this, and leaves a narrow line some room. */
const NARROW_VOICE = 16_000;

/** Whether what is shown is read rather than watched. @param {Source} source */
export function isOfThings(source) {
  return source === "document_camera" || source === "screen";
}

/** @param {string | null} mid @returns {mid is Source} whether an m-line is one this page sends on */
export function isUp(mid) {
  return mid === "microphone" || (mid !== null && mid in VIDEOS);
}

/**
 * @param {Source} source
 * @param {Rung} rung
 * @returns {Encoding}
 */
export function encodingAt(source, rung) {
  const narrow = rung === "stills" || rung === "telephone";
  if (source === "microphone") return narrow ? { active: true, maxBitrate: NARROW_VOICE } : { active: true };
  if (rung === "full") return { active: true, ...VIDEOS[source] };
  const lowered = isOfThings(source) ? LOWERED_PAPER : LOWERED;
  return { active: rung === "lower_video", ...lowered };
}

/**
 * Brings a sender to its encoding at `rung`; does nothing when it is there.
 * @param {RTCRtpSender} sender
 * @param {Source} source
 * @param {Rung} rung
 */
export async function applyRung(sender, source, rung) {
  const parameters = sender.getParameters();
  const first = parameters.encodings[0];
  const wanted = encodingAt(source, rung);
  if (!first || (first.active === wanted.active && first.maxBitrate === wanted.maxBitrate && first.maxFramerate === wanted.maxFramerate)) return;
  if (wanted.maxBitrate === undefined) delete first.maxBitrate;
  Object.assign(first, wanted);
  if (source !== "microphone") parameters.degradationPreference = isOfThings(source) ? "maintain-resolution" : "balanced";
  await sender.setParameters(parameters);
}
