/** One leg and picture of a recording: shows the part that covers a moment, or says why there is none. */
import { el, fill, icon } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { causeWords, laneWords } from "./words.js";

/** Beyond this a lane is set right by a jump; below it by playing a little faster or slower. */
const JUMP_MS = 400;
const NEAR_MS = 60;
const NUDGE = 0.06;

export class Lane {
  /** @param {any} lane @param {(part: string) => string} source */
  constructor(lane, source) {
    this.lane = lane;
    this.source = source;
    this.part = "";
    this.sound = lane.source === "microphone";
    this.media = el(this.sound ? "audio" : "video", { preload: "auto", "data-lane": `${lane.seat}/${lane.source}` });
    this.note = el("div", { class: "tile-wait" });
    this.figure = el(
      "figure",
      { class: `tile player-lane${this.sound ? " is-sound" : ""}`, "data-source": lane.source, "data-seat": lane.seat, "data-fit": ["document_camera", "screen"].includes(lane.source) ? "whole" : null },
      this.media,
      this.note,
      el("figcaption", { class: "tile-name" }, laneWords(lane)),
    );
  }

  /** Whether its picture of the present moment is still on the way. */
  get loading() {
    return this.part !== "" && !this.media.error && this.media.readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
  }

  /**
   * @param {number} at ms from the beginning
   * @param {boolean} playing
   * @param {number} rate
   * @param {boolean} exact whether to jump to it however near it is
   */
  show(at, playing, rate, exact) {
    const part = this.lane.parts.find((/** @type {any} */ one) => one.from_ms <= at && at < one.to_ms);
    if (!part) {
      this.rest(at);
      return;
    }
    this.note.hidden = !this.sound && !this.media.error;
    if (this.note.hidden === false) fill(this.note, icon(this.media.error ? "alert" : "speaker"), el("span", {}, this.media.error ? t("Cannot be played from here on") : t("Sound")));
    const wanted = (at - part.from_ms) / 1000;
    if (part.part !== this.part) {
      this.part = part.part;
      this.media.src = this.source(part.part);
      this.media.currentTime = wanted;
    } else if (this.media.readyState >= HTMLMediaElement.HAVE_METADATA) {
      this.keep(wanted, playing, rate, exact);
    }
    if (playing && this.media.paused && !this.media.ended) void this.media.play().catch(() => undefined);
    if (!playing && !this.media.paused) this.media.pause();
  }

  /** @param {number} wanted seconds @param {boolean} playing @param {number} rate @param {boolean} exact */
  keep(wanted, playing, rate, exact) {
    const behind = (wanted - this.media.currentTime) * 1000;
    if (this.media.seeking) return;
    if ((exact && Math.abs(behind) > 1) || Math.abs(behind) > JUMP_MS) {
      this.media.currentTime = wanted;
      this.media.playbackRate = rate;
    } else if (playing) {
      this.media.playbackRate = rate * (Math.abs(behind) < NEAR_MS ? 1 : 1 + Math.sign(behind) * NUDGE);
    }
  }

  /** @param {number} at */
  rest(at) {
    if (!this.media.paused) this.media.pause();
    if (this.part) {
      this.part = "";
      this.media.removeAttribute("src");
      this.media.load();
    }
    const gap = this.lane.gaps.find((/** @type {any} */ one) => one.from_ms <= at && at < one.to_ms);
    this.note.hidden = false;
    fill(this.note, icon(gap ? "alert" : "video-off"), el("span", {}, gap ? causeWords(gap.cause) : t("Not there at this time")));
  }

  close() {
    this.media.pause();
    this.media.removeAttribute("src");
    this.media.load();
  }
}
