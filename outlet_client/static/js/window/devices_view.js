/**
 * Device check: every source with its picture or level, its choice, and what is wrong in words; and
 * the citizen's screen, so that it can be connected in the morning.
 */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { watchLevel } from "signaling/capture.js";
import { chime, speakerChoices } from "signaling/speakers.js";
import "signaling/tile.js";
import { banner, button, icon, status } from "../bits.js";
import { chosen, DRAWN, OFF, sourceName } from "../devices.js";
import { mirrorCard } from "./counter_side.js";
import { hindranceWords } from "./device_words.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("signaling/leg.js").Source} Source */

export class DevicesView {
  /** @param {WindowPage} page */
  constructor(page) {
    this.page = page;
    /** @type {Map<Source, MediaDeviceInfo[]>} */
    this.choices = new Map();
    /** @type {MediaDeviceInfo[]} */
    this.speakers = [];
    this.level = 0;
    this.heard = false;
    /** @type {(() => void) | null} */
    this.stopLevel = null;
    /** @type {MediaStreamTrack | null} */
    this.measured = null;
  }

  async arrive() {
    const desk = this.page.desk;
    await desk.openDevices();
    for (const source of desk.sources) this.choices.set(source, await desk.capture.choices(source));
    this.speakers = await speakerChoices();
    this.page.draw();
  }

  leave() {
    this.stopLevel?.();
    this.stopLevel = null;
    this.measured = null;
  }

  /** @param {Source} source @param {string} value */
  async change(source, value) {
    await this.page.desk.useDevice(source, value);
  }

  measure() {
    const track = this.page.desk.capture.track("microphone");
    if (track === this.measured) return;
    this.stopLevel?.();
    this.measured = track;
    this.stopLevel = track
      ? watchLevel(track, (level) => {
          this.level = level;
          this.heard ||= level > 0.05;
          this.page.draw();
        })
      : null;
  }

  view() {
    this.measure();
    const desk = this.page.desk;
    const videos = desk.sources.filter((source) => source !== "microphone");
    return html`<header class="page-head"><div><h1>${t("Device check")}</h1><p>${t("Choices are kept on this computer")}</p></div></header>
      <div class="device-grid">
        ${videos.map((source) => this.#camera(source))}
        <section class="card stack device" data-source="microphone">
          <h2 class="device-name">${icon("mic")}${sourceName("microphone")}</h2>
          ${this.#select("microphone")}
          <meter class="sound-level" id="microphone-level" min="0" max="1" .value=${this.level} aria-label=${t("Loudness")}></meter>
          <p class="muted" id="microphone-words">${this.heard ? t("Sound is coming in") : t("Please say something")}</p>
          ${this.#fault("microphone")}
          <hr>
          <h2 class="device-name">${icon("speaker")}${t("Loudspeaker")}</h2>
          <select class="input" aria-label=${t("Loudspeaker")} @change=${(/** @type {Event} */ event) => desk.speakers.choose(/** @type {HTMLSelectElement} */ (event.target).value)}>
            <option value="">${t("As the computer chooses")}</option>
            ${this.speakers.map((one, n) => html`<option value=${one.deviceId} ?selected=${localStorage.getItem("yunchuang.device.speaker") === one.deviceId}>${one.label || t("Loudspeaker %(n)d", { n: n + 1 })}</option>`)}
          </select>
          <div class="row">
            ${button({ label: t("Play a tone"), action: "play-tone", icon: "play", run: () => chime({ times: 3 }) })}
            <label class="choice"><input type="checkbox" data-action="mute-page" .checked=${desk.speakers.muted} @change=${(/** @type {Event} */ event) => {
              desk.speakers.muted = /** @type {HTMLInputElement} */ (event.target).checked;
            }}><span>${t("No sound on this page")}<small>${t("When several pages run on one computer")}</small></span></label>
          </div>
        </section>
        ${mirrorCard(this.page)}
        ${this.#computer()}
      </div>`;
  }

  /** This browser as the window's device. */
  #computer() {
    const { device } = this.page.desk;
    if (device.rule === "off") return nothing;
    const states = {
      unknown: status(t("Not known to the hall"), "alert", "warn"),
      waiting: status(t("Waiting for the duty lead"), "hourglass", "warn"),
      enrolled: status(t("Enrolled"), "check-circle", "ok"),
      revoked: status(t("Revoked"), "close", "bad"),
    };
    return html`<section class="card stack device" data-device-state=${device.state}>
      <h2 class="device-name">${icon("shield")}${t("This computer")}</h2>
      <p>${states[device.state]}</p>
      ${device.hindrance ? banner({ title: t("Calls from this computer are not signed"), words: hindranceWords(device), tone: "warn", name: "device-hindrance" }) : nothing}
      ${device.code ? html`<p>${t("Code of this computer")} <strong class="number">${device.code}</strong></p>` : nothing}
      <p class="muted">${t("An enrolled computer signs and numbers each call to the hall, so that a call left out of the log shows. The duty lead compares the code and enrols it.")}</p>
    </section>`;
  }

  /** @param {Source} source */
  #camera(source) {
    const track = this.page.desk.capture.track(source);
    const size = track?.getSettings();
    return html`<section class="card stack device" data-source=${source}>
      <h2 class="device-name">${icon(source === "document_camera" ? "document" : "video")}${sourceName(source)}</h2>
      <yc-tile .track=${track} .waiting=${chosen(source) === OFF ? t("Switched off") : t("No picture")} .pictureIcon=${"video-off"} data-fit="whole"></yc-tile>
      ${this.#select(source)}
      ${track ? html`<p class="row">${status(t("Picture is here"), "check-circle", "ok")}<span class="muted number">${size?.width ?? "?"} × ${size?.height ?? "?"}</span></p>` : nothing}
      ${this.#fault(source)}
    </section>`;
  }

  /** @param {Source} source */
  #select(source) {
    const known = this.choices.get(source) ?? [];
    const present = chosen(source) || this.page.desk.capture.track(source)?.getSettings().deviceId || "";
    return html`<select class="input" data-action="choose-device" aria-label=${sourceName(source)} @change=${(/** @type {Event} */ event) => this.change(source, /** @type {HTMLSelectElement} */ (event.target).value)}>
      ${known.map((one, n) => html`<option value=${one.deviceId} ?selected=${one.deviceId === present}>${one.label || t("Device %(n)d", { n: n + 1 })}</option>`)}
      ${this.page.desk.data.drawn_sources ? html`<option value=${DRAWN} ?selected=${present === DRAWN}>${t("Drawn (demonstration)")}</option>` : nothing}
      <option value=${OFF} ?selected=${present === OFF || (!present && chosen(source) === "")}>${t("Not used")}</option>
    </select>`;
  }

  /** @param {Source} source */
  #fault(source) {
    const words = this.page.desk.deviceFaults.get(source);
    return words ? banner({ title: words, tone: "bad", name: "device-fault", actions: button({ label: t("Try again"), action: "retry-device", size: "small", run: () => this.change(source, chosen(source)) }) }) : nothing;
  }
}
