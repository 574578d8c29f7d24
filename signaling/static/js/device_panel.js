/**
 * 设备: a page's own devices beside the call's controls, to be changed without leaving the call. What
 * is chosen is sent in the place of what was there before, and kept on this machine.
 */
import { html, nothing } from "lit";
import { icon } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { speakerChoices } from "./speakers.js";

/** @typedef {import("./leg.js").Source} Source */
/** A choice that is no device. */
export const NOT_USED = "off";

export class DevicePanel {
  /**
   * @param {object} own
   * @param {import("./capture.js").Capture} own.capture
   * @param {import("./speakers.js").Speakers | null} own.speakers
   * @param {readonly Source[]} own.sources
   * @param {(source: Source) => string} own.name
   * @param {(source: Source, choice: string) => Promise<unknown>} own.open opens what was chosen: a
   *   device's id, NOT_USED, or one of `extra`
   * @param {() => void} own.draw draws the page again
   * @param {readonly [string, string][]} [own.extra] further choices for cameras: value and words
   * @param {(source: Source) => string} [own.chosen] of `extra` or NOT_USED, what is chosen now
   */
  constructor(own) {
    this.own = own;
    /** @type {Map<Source, MediaDeviceInfo[]>} */
    this.choices = new Map();
    /** @type {MediaDeviceInfo[]} */
    this.speakers = [];
    own.capture.addEventListener("devices", () => void this.refresh());
    own.capture.addEventListener("track", () => own.draw());
  }

  async refresh() {
    const { capture, sources, draw } = this.own;
    for (const source of sources) this.choices.set(source, await capture.choices(source));
    this.speakers = await speakerChoices();
    draw();
  }

  /** @param {Source} source @param {string} choice */
  async #open(source, choice) {
    await this.own.open(source, choice);
    await this.refresh();
  }

  view() {
    const { sources, speakers, capture } = this.own;
    return html`<details class="device-panel" @toggle=${() => this.refresh()}>
      <summary class="button button-small" data-action="device-panel">${icon("mic")}<span>${t("Devices")}</span></summary>
      <div class="device-panel-body stack">
        ${sources.map((source) => this.#source(source))}
        ${speakers && this.speakers.length ? this.#speaker(speakers) : nothing}
        ${capture.lost.length ? html`<p class="muted">${t("A device that is plugged in again is taken by itself.")}</p>` : nothing}
      </div>
    </details>`;
  }

  /** @param {Source} source */
  #source(source) {
    const { capture, name, extra = [], chosen } = this.own;
    const track = capture.track(source);
    const special = chosen?.(source) ?? "";
    const present = special || track?.getSettings().deviceId || "";
    const further = source === "microphone" ? [] : extra;
    return html`<label class="field"><span class="field-label">${name(source)}</span>
      <select class="input" data-device=${source} @change=${(/** @type {Event} */ event) => this.#open(source, /** @type {HTMLSelectElement} */ (event.target).value)}>
        ${(this.choices.get(source) ?? []).map((one, n) => html`<option value=${one.deviceId} ?selected=${one.deviceId === present}>${one.label || t("Device %(n)d", { n: n + 1 })}</option>`)}
        ${further.map(([value, words]) => html`<option value=${value} ?selected=${value === present}>${words}</option>`)}
        <option value=${NOT_USED} ?selected=${!track}>${t("Not used")}</option>
      </select></label>`;
  }

  /** @param {import("./speakers.js").Speakers} speakers */
  #speaker(speakers) {
    return html`<label class="field"><span class="field-label">${t("Loudspeaker")}</span>
      <select class="input" data-device="speaker" @change=${(/** @type {Event} */ event) => speakers.choose(/** @type {HTMLSelectElement} */ (event.target).value)}>
        <option value="">${t("As the computer chooses")}</option>
        ${this.speakers.map((one, n) => html`<option value=${one.deviceId} ?selected=${one.deviceId === speakers.chosen}>${one.label || t("Loudspeaker %(n)d", { n: n + 1 })}</option>`)}
      </select></label>`;
  }
}
