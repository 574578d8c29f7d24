/**
 * The recordings of one call, every leg in step on the call's own clock.
 *
 * Each part is a seekable file; a lane shows the part that covers the present moment, corrected when
 * it runs away. The clock is the player's own, so that gaps pass at their true length.
 */
import { get } from "portal/api.js";
import { el, fill, icon } from "portal/dom.js";
import { duration, t } from "portal/i18n.js";
import { Lane } from "./lane.js";
import { Scale } from "./scale.js";

const TICK_MS = 100;
/** A mark is played from a little before, so that what led to it is heard. */
const LEAD_MS = 2_000;

export class Player {
  /** @param {HTMLElement} stage @param {string} call @param {number} viewing */
  static async open(stage, call, viewing) {
    const base = `/api/v1/audit/calls/${call}/recording`;
    const recording = await get(`${base}?viewing=${viewing}`);
    return new Player(stage, recording, (part) => `${base}/${part}?viewing=${viewing}`);
  }

  /** @param {HTMLElement} stage @param {any} recording @param {(part: string) => string} source */
  constructor(stage, recording, source) {
    this.recording = recording;
    this.at = 0;
    this.rate = 1;
    this.playing = false;
    this.ticked = 0;
    /** @type {Lane[]} */
    this.lanes = recording.lanes.map((/** @type {any} */ lane) => new Lane(lane, source));
    this.scale = new Scale(recording, (ms) => this.seek(ms));
    this.toggle = el("button", { type: "button", class: "button button-primary button-icon", "data-action": "play-pause", onclick: () => this.setPlaying(!this.playing) });
    this.clock = el("output", { class: "player-clock figures" });
    this.speed = el(
      "select",
      { class: "input player-speed", "aria-label": t("Speed"), onchange: () => this.setRate(Number(this.speed.value)) },
      ...[0.5, 1, 1.5, 2].map((rate) => el("option", { value: rate, selected: rate === 1 }, `${rate}×`)),
    );
    const back = el("button", { type: "button", class: "button button-small", "data-action": "back-10", onclick: () => this.seek(this.at - 10_000) }, t("−10 s"));
    const on = el("button", { type: "button", class: "button button-small", "data-action": "on-10", onclick: () => this.seek(this.at + 10_000) }, t("+10 s"));
    fill(
      stage,
      el("div", { class: "player-lanes", "data-lanes": this.lanes.length }, ...this.lanes.map((lane) => lane.figure)),
      this.scale.element,
      el("div", { class: "player-tools" }, this.toggle, back, on, this.clock, el("span", { class: "push" }), this.speed),
    );
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    this.setPlaying(false);
    this.seek(0);
  }

  /** Plays from just before a moment of the monotonic clock; false when it lies outside. @param {number} monoMs */
  playAt(monoMs) {
    const at = monoMs - this.recording.start_mono_ms;
    if (at < -LEAD_MS || at > this.recording.duration_ms + LEAD_MS) return false;
    this.seek(at - LEAD_MS);
    this.setPlaying(true);
    return true;
  }

  /** @param {number} ms from the beginning */
  seek(ms) {
    this.at = Math.max(0, Math.min(ms, this.recording.duration_ms));
    for (const lane of this.lanes) lane.show(this.at, this.playing, this.rate, true);
    this.paint();
  }

  /** @param {boolean} playing */
  setPlaying(playing) {
    if (playing && this.at >= this.recording.duration_ms) this.at = 0;
    this.playing = playing;
    this.ticked = performance.now();
    fill(this.toggle, icon(playing ? "pause" : "play"));
    this.toggle.setAttribute("aria-label", playing ? t("Pause") : t("Play"));
    for (const lane of this.lanes) lane.show(this.at, playing, this.rate, false);
  }

  /** @param {number} rate */
  setRate(rate) {
    this.rate = rate;
    for (const lane of this.lanes) lane.show(this.at, this.playing, rate, false);
  }

  close() {
    window.clearInterval(this.timer);
    for (const lane of this.lanes) lane.close();
  }

  tick() {
    const now = performance.now();
    const passed = now - this.ticked;
    this.ticked = now;
    if (!this.playing) return;
    // While a lane still loads the others wait for it: they stay in step.
    if (this.lanes.some((lane) => lane.loading)) return;
    this.at = Math.min(this.at + passed * this.rate, this.recording.duration_ms);
    for (const lane of this.lanes) lane.show(this.at, true, this.rate, false);
    if (this.at >= this.recording.duration_ms) this.setPlaying(false);
    this.paint();
  }

  paint() {
    this.clock.textContent = `${duration(this.at)} / ${duration(this.recording.duration_ms)}`;
    this.scale.move(this.at);
  }
}
