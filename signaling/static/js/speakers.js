/**
 * The sound of a page: every remote microphone that may be heard here, one loudness, one device.
 * A browser may refuse to play before the person has touched the page; then `blocked` is told and
 * `resume` is called from a click.
 */
import { soundTurn } from "./sound_turn.js";

const REMEMBERED = "yunchuang.device.speaker";
const MUTED = "yunchuang.muted";

/** Events: `blocked` (detail: boolean). */
export class Speakers extends EventTarget {
  /** @type {Map<MediaStreamTrack, HTMLAudioElement>} */
  #playing = new Map();
  #blocked = false;
  #muted = sessionStorage.getItem(MUTED) === "1";

  constructor() {
    super();
    soundTurn.addEventListener("change", () => this.#apply());
    soundTurn.join();
    // A loudspeaker that was pulled out leaves silence behind: the computer's own takes over until it is back.
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#follow());
  }

  /** The chosen device, "" for the computer's own choice. */
  get chosen() {
    return localStorage.getItem(REMEMBERED) ?? "";
  }

  async #follow() {
    const there = (await speakerChoices()).some((one) => one.deviceId === this.chosen);
    for (const audio of this.#playing.values()) await sink(audio, there ? this.chosen : "");
  }

  /** By choice, or because another tab of this machine has the sound. */
  get muted() {
    return this.#muted || !soundTurn.mine;
  }

  /** Kept for this tab only: four pages on one machine would howl, so three of them are muted. */
  set muted(muted) {
    this.#muted = muted;
    sessionStorage.setItem(MUTED, muted ? "1" : "0");
    this.#apply();
  }

  #apply() {
    for (const audio of this.#playing.values()) audio.muted = this.muted;
  }

  get blocked() {
    return this.#blocked;
  }

  /** @param {readonly MediaStreamTrack[]} tracks what is to be heard from now on, and nothing else */
  play(tracks) {
    for (const [track, audio] of this.#playing) {
      if (tracks.includes(track)) continue;
      audio.srcObject = null;
      this.#playing.delete(track);
    }
    for (const track of tracks) {
      if (this.#playing.has(track)) continue;
      const audio = new Audio();
      audio.muted = this.muted;
      audio.srcObject = new MediaStream([track]);
      this.#playing.set(track, audio);
      void this.#start(audio);
    }
  }

  /** Called from a click after `blocked`. */
  async resume() {
    await Promise.all([...this.#playing.values()].map((audio) => this.#start(audio)));
  }

  /** @param {string} deviceId "" is the system's choice; kept on this machine */
  async choose(deviceId) {
    localStorage.setItem(REMEMBERED, deviceId);
    for (const audio of this.#playing.values()) await sink(audio, deviceId);
  }

  /** @param {HTMLAudioElement} audio */
  async #start(audio) {
    await sink(audio, localStorage.getItem(REMEMBERED) ?? "");
    try {
      await audio.play();
      this.#tell(false);
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#tell(true);
    }
  }

  /** @param {boolean} blocked */
  #tell(blocked) {
    if (this.#blocked === blocked) return;
    this.#blocked = blocked;
    this.dispatchEvent(new CustomEvent("blocked", { detail: blocked }));
  }
}

/**
 * @param {HTMLAudioElement} audio
 * @param {string} deviceId
 */
async function sink(audio, deviceId) {
  const able = /** @type {any} */ (audio);
  // Firefox lacks it, and a device that was pulled out is refused: the system's own is used.
  if (able.setSinkId && (able.sinkId ?? "") !== deviceId) await able.setSinkId(deviceId).catch(() => undefined);
}

/** Loudspeakers to choose from. */
export async function speakerChoices() {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((device) => device.kind === "audiooutput");
}

/**
 * A short tone, to hear whether a loudspeaker works or to call somebody to the page.
 * @param {{frequency?: number, seconds?: number, times?: number}} [options]
 */
export async function chime(options = {}) {
  const { frequency = 660, seconds = 0.22, times = 2 } = options;
  const context = new AudioContext();
  await context.resume().catch(() => undefined);
  const start = context.currentTime + 0.05;
  for (let n = 0; n < times; n++) {
    const gain = context.createGain();
    const tone = context.createOscillator();
    const at = start + n * (seconds + 0.12);
    tone.frequency.value = frequency * (n % 2 ? 1.26 : 1);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.18, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + seconds);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + seconds);
  }
  window.setTimeout(() => void context.close(), (times * (seconds + 0.12) + 0.5) * 1000);
}
