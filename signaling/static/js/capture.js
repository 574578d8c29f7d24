/**
 * Cameras and microphone of this page: found, remembered, opened, watched.
 *
 * An outlet's PC has fixed devices, so the last good choice of each source is kept on the machine
 * (localStorage) and opened again without asking. A device that is pulled out is told in words; a
 * fitting one that nothing else uses takes its place, and where there is none it is taken again as soon
 * as it is back.
 */
import { soundTurn } from "./sound_turn.js";

/** @typedef {import("./leg.js").Source} Source */
/** @typedef {{source: Source, code: "D-01" | "D-02" | "D-03" | "D-04"}} Fault */

const REMEMBERED = "yunchuang.device.";
const SETTLE_MS = 300;

/** @type {Readonly<Record<Source, MediaTrackConstraints>>} */
const WANTED = Object.freeze({
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 15, max: 15 } },
  citizen_camera: {
    width: { ideal: 640 },
    height: { ideal: 360 },
    frameRate: { ideal: 15, max: 15 },
    facingMode: { ideal: "user" }, // of a telephone the side that looks at her
  },
  document_camera: {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 10, max: 10 },
  },
  screen: {}, // never opened by itself: screen_share.js
});

/**
 * Events: `track` (detail: {source, track}), `fault` (detail: Fault), `replaced` (detail: {source,
 * label}: another device was taken), `devices` (what is plugged in has changed). D-01 not allowed, D-02 no
 * picture or sound, D-03 in use by another program, D-04 no such device.
 */
export class Capture extends EventTarget {
  /** @type {Map<Source, MediaStreamTrack>} */
  #tracks = new Map();
  /** @type {Map<Source, {device: string, silent: boolean}>} sources whose device went away */
  #lost = new Map();
  #looking = 0;
  /** @type {MediaStreamTrack | null} the microphone, while another tab of this machine has the sound */
  #hushed = null;

  constructor() {
    super();
    soundTurn.addEventListener("change", () => this.#hush());
    navigator.mediaDevices?.addEventListener("devicechange", () => {
      // Plugging in one thing tells of several devices, one after the other.
      window.clearTimeout(this.#looking);
      this.#looking = window.setTimeout(() => void this.#look(), SETTLE_MS);
    });
  }

  /** @returns {Source[]} those whose device went away and has no other in its place */
  get lost() {
    return [...this.#lost.keys()].filter((one) => !this.#tracks.has(one));
  }

  /** @param {Source} source */
  track(source) {
    return this.#tracks.get(source) ?? null;
  }

  /** @returns {Source[]} the sources that are open, in a fixed order */
  get open() {
    return /** @type {Source[]} */ (Object.keys(WANTED)).filter((one) => this.#tracks.has(one));
  }

  /**
   * Devices a source may use. Labels are empty until the first permission.
   * @param {Source} source
   * @returns {Promise<MediaDeviceInfo[]>}
   */
  async choices(source) {
    const kind = source === "microphone" ? "audioinput" : "videoinput";
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter((device) => device.kind === kind);
  }

  /**
   * Opens a source with `deviceId`, or with the remembered device, or with the first camera that
   * no other source of this page uses.
   * @param {Source} source
   * @param {string} [deviceId]
   * @returns {Promise<MediaStreamTrack | null>} null after a `fault`
   */
  async start(source, deviceId) {
    this.#lost.delete(source);
    return this.#start(source, deviceId);
  }

  /**
   * @param {Source} source
   * @param {string} [deviceId]
   * @param {boolean} [kept] whether the choice is kept on this machine
   */
  async #start(source, deviceId, kept = true) {
    const wanted = deviceId ?? localStorage.getItem(REMEMBERED + source) ?? "";
    const known = await this.choices(source);
    const device = known.find((one) => one.deviceId === wanted) ?? this.#unused(known);
    if (known.length === 0) return this.#fail(source, "D-04");
    try {
      const constraints = { ...WANTED[source] };
      if (device?.deviceId) constraints.deviceId = { exact: device.deviceId };
      const stream = await navigator.mediaDevices.getUserMedia(
        source === "microphone" ? { audio: constraints } : { video: constraints },
      );
      const track = /** @type {MediaStreamTrack} */ (stream.getTracks()[0]);
      this.#adopt(source, track, kept);
      return track;
    } catch (error) {
      return this.#fail(source, codeOf(error));
    }
  }

  /**
   * Takes a track from elsewhere as this source: a drawn camera in a test, a screen.
   * @param {Source} source
   * @param {MediaStreamTrack} track
   */
  adopt(source, track) {
    this.#lost.delete(source);
    this.#adopt(source, track);
  }

  /** @param {Source} source */
  stop(source) {
    this.#lost.delete(source);
    this.#tracks.get(source)?.stop();
    this.#tracks.delete(source);
    this.dispatchEvent(new CustomEvent("track", { detail: { source, track: null } }));
  }

  stopAll() {
    for (const source of this.open) this.stop(source);
  }

  /** Silences the microphone of a tab that is not used; one that was muted by hand stays so. */
  #hush() {
    const track = this.#tracks.get("microphone") ?? null;
    if (soundTurn.mine) {
      if (this.#hushed === track && track !== null) track.enabled = true;
      this.#hushed = null;
    } else if (track?.enabled) {
      track.enabled = false;
      this.#hushed = track;
    }
  }

  /** Finds a device for every source that lost its own: that very one if it is back, else a spare. */
  async #look() {
    this.dispatchEvent(new CustomEvent("devices"));
    for (const [source, { device }] of this.#lost) {
      if (this.#tracks.has(source)) continue;
      const known = await this.choices(source);
      const used = new Set([...this.#tracks.values()].map((one) => one.getSettings().deviceId));
      const found = known.find((one) => one.deviceId === device) ?? known.find((one) => !used.has(one.deviceId));
      if (!found || this.#tracks.has(source)) continue;
      const track = await this.#start(source, found.deviceId, false);
      if (track && found.deviceId !== device) this.dispatchEvent(new CustomEvent("replaced", { detail: { source, label: found.label } }));
      if (track) this.#lost.delete(source);
    }
  }

  /** @param {MediaDeviceInfo[]} known */
  #unused(known) {
    const used = new Set([...this.#tracks.values()].map((one) => one.getSettings().deviceId));
    return known.find((one) => !used.has(one.deviceId)) ?? known[0];
  }

  /**
   * @param {Source} source
   * @param {MediaStreamTrack} track
   * @param {boolean} [kept]
   */
  #adopt(source, track, kept = true) {
    const before = this.#tracks.get(source);
    // Whoever had muted himself stays muted, whatever he speaks into.
    if (before ? !before.enabled && before !== this.#hushed : this.#lost.get(source)?.silent) track.enabled = false;
    this.#tracks.set(source, track);
    if (source === "microphone") this.#hush();
    const chosen = track.getSettings().deviceId;
    if (chosen && kept) localStorage.setItem(REMEMBERED + source, chosen);
    track.addEventListener("ended", () => {
      if (this.#tracks.get(source) !== track) return;
      this.#tracks.delete(source);
      if (source === "screen") {
        // The browser's own "stop sharing", or the shared window was closed: no device went away.
        this.dispatchEvent(new CustomEvent("track", { detail: { source, track: null } }));
        return;
      }
      this.#lost.set(source, { device: chosen ?? "", silent: !track.enabled && track !== this.#hushed });
      this.dispatchEvent(new CustomEvent("track", { detail: { source, track: null } }));
      this.#fail(source, "D-02");
      void this.#look();
    });
    this.dispatchEvent(new CustomEvent("track", { detail: { source, track } }));
    before?.stop();
  }

  /**
   * @param {Source} source
   * @param {Fault["code"]} code
   * @returns {null}
   */
  #fail(source, code) {
    this.dispatchEvent(new CustomEvent("fault", { detail: { source, code } }));
    return null;
  }
}

/**
 * @param {unknown} error
 * @returns {Fault["code"]}
 */
function codeOf(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "D-01";
  if (name === "NotReadableError" || name === "AbortError") return "D-03";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "D-04" : "D-02";
}

/**
 * Calls `show` about ten times a second with the loudness of a track, 0 to 1.
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} show
 * @returns {() => void} ends the measuring
 */
export function watchLevel(track, show) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
    show(Math.min(1, Math.sqrt(power) * 4));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/**
 * One picture of a camera at the full resolution of its sensor, as a JPEG.
 *
 * A video frame of the call is too coarse for a document (A4 at 200 dpi is 1654 x 2339), so the
 * camera takes a photograph (ImageCapture) where it can, and else is opened once more at its best.
 * @param {MediaStreamTrack} track
 * @returns {Promise<Blob>}
 */
export async function takeStill(track) {
  const capture = new ImageCapture(track);
  try {
    const able = await capture.getPhotoCapabilities();
    return await capture.takePhoto({
      imageWidth: able.imageWidth?.max,
      imageHeight: able.imageHeight?.max,
    });
  } catch {
    return grabBest(track);
  }
}

/** @param {MediaStreamTrack} track */
async function grabBest(track) {
  const before = track.getConstraints();
  const able = track.getCapabilities?.() ?? {};
  await track.applyConstraints({
    width: { ideal: able.width?.max ?? 4096 },
    height: { ideal: able.height?.max ?? 4096 },
  });
  try {
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    await video.play();
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    video.srcObject = null;
    return await new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("no picture"))),
        "image/jpeg",
        0.92,
      );
    });
  } finally {
    await track.applyConstraints(before);
  }
}
