/**
 * `<yc-tile>`: one picture of a call, with the name of who is in it. Never has sound: sound belongs
 * to `Speakers`, so that a page's loudness is switched in one place.
 *
 * Properties: `track` (MediaStreamTrack or null), `name`, `waiting` (words while there is no
 * picture), `pictureIcon`, `speaking`. Attributes for looks: class `tile-small`, `data-fit="whole"`,
 * `data-mirrored`.
 */
import { el, fill, icon } from "portal/dom.js";

/** With the half second between two looks: whoever is gone is shown so within three. */
const FROZEN_MS = 2_000;

export class Tile extends HTMLElement {
  constructor() {
    super();
    /** @type {MediaStreamTrack | null} */
    this.shown = null;
    this.video = el("video", { autoplay: true, playsinline: true, "aria-hidden": "true" });
    this.video.muted = true;
    this.wait = el("div", { class: "tile-wait" });
    this.caption = el("div", { class: "tile-name" });
    this.words = "";
    this.symbol = "video";
    this.label = "";
    this.timer = 0;
    this.lastFrame = 0;
    this.painted = -1;
  }

  connectedCallback() {
    this.classList.add("tile");
    if (!this.wait.isConnected) this.append(this.video, this.wait, this.caption);
    this.timer = window.setInterval(() => this.look(), 500);
    this.paint();
    if (this.shown) void this.video.play().catch(() => undefined);
  }

  disconnectedCallback() {
    window.clearInterval(this.timer);
  }

  get track() {
    return this.shown;
  }

  /** @param {MediaStreamTrack | null} track */
  set track(track) {
    if (track === this.shown) return;
    this.shown = track;
    this.painted = -1;
    this.video.srcObject = track ? new MediaStream([track]) : null;
    if (track) void this.video.play().catch(() => undefined); // an interrupted play() is repeated by the next
    this.paint();
  }

  /** @param {string} name */
  set name(name) {
    if (name === this.label) return;
    this.label = name;
    this.paint();
  }

  /** @param {string} words */
  set waiting(words) {
    if (words === this.words) return;
    this.words = words;
    this.paint();
  }

  /** @param {string} name */
  set pictureIcon(name) {
    if (name === this.symbol) return;
    this.symbol = name;
    this.paint();
  }

  /** @param {boolean} speaking */
  set speaking(speaking) {
    this.toggleAttribute("data-speaking", speaking);
  }

  /** Whether frames have been painted lately: a picture that stands still is no picture. */
  get live() {
    return this.shown !== null && performance.now() - this.lastFrame < FROZEN_MS;
  }

  look() {
    const frames = this.video.getVideoPlaybackQuality().totalVideoFrames;
    if (frames !== this.painted) this.lastFrame = performance.now();
    this.painted = frames;
    this.wait.hidden = this.live && this.video.videoWidth > 0;
  }

  paint() {
    this.caption.textContent = this.label;
    this.caption.hidden = !this.label;
    fill(this.wait, icon(this.symbol), el("span", {}, this.words));
    this.look();
  }
}

customElements.define("yc-tile", Tile);
