/** 出件方式: how the result reaches the applicant. Chosen when it is taken in, changed until it is issued. */
import { html, nothing } from "lit";
import { get } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { maskedValue } from "../bits.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {"same_window" | "other_outlet" | "post" | "electronic"} Channel */

const KINDS = Object.freeze({ recipient: "name", phone: "phone", address: "text" });

/** @returns {[Channel, string][]} */
export function channels() {
  return [
    ["same_window", t("At this window")],
    ["other_outlet", t("At another outlet")],
    ["post", t("By post")],
    ["electronic", t("Electronic only")],
  ];
}

/** @param {string} code @param {string} [outlet] */
export function channelWords(code, outlet = "") {
  const words = channels().find(([one]) => one === code)?.[1] ?? code;
  return outlet ? `${words} · ${outlet}` : words;
}

export class ChannelPart {
  /** What the clerk has pressed and not saved yet; "" is what is stored. @type {Channel | ""} */
  chosen = "";
  /** @type {{id: string, name: string}[] | null} */
  outlets = null;
  outlet = "";

  /** @param {Step} step */
  constructor(step) {
    this.step = step;
  }

  view() {
    const stored = this.step.case.channel;
    const now = this.chosen || stored.channel;
    return html`<fieldset class="field channel-part" data-channel=${stored.channel}>
      <legend class="field-label">${t("How the result reaches the applicant")}</legend>
      <div class="row">${channels().map(
        ([code, words]) => html`<label class="choice-card choice-small ${now === code ? "is-chosen" : ""}"><input type="radio" name="channel" value=${code} .checked=${now === code} @change=${() => void this.#press(code)}><span>${words}</span></label>`,
      )}</div>
      ${now === "other_outlet" ? this.#outlets() : now === "post" ? this.#address() : nothing}
    </fieldset>`;
  }

  /** Something was pressed that is not stored: nothing goes on before that. */
  get open() {
    return this.chosen !== "";
  }

  #outlets() {
    const stored = this.step.case.channel;
    if (this.chosen !== "other_outlet") return html`<p><strong>${stored.outlet}</strong></p>`;
    return html`<div class="row"><label class="field"><span class="field-label">${t("Outlet that hands over")}</span>
      <select class="input" name="issue-outlet" @change=${(/** @type {Event} */ event) => {
        this.outlet = /** @type {HTMLSelectElement} */ (event.target).value;
        void this.#save({ channel: "other_outlet", outlet: this.outlet });
      }}><option value="">${t("Please choose")}</option>${(this.outlets ?? []).map((one) => html`<option value=${one.id} ?selected=${one.id === this.outlet}>${one.name}</option>`)}</select></label></div>`;
  }

  #address() {
    const { step } = this;
    const { address } = step.case.channel;
    if (this.chosen !== "post") {
      const line = (/** @type {string} */ code) => maskedValue(address[code] ?? "", `${step.file.path}/reveal/address.${code}`);
      return html`<dl class="summary"><dt>${t("Recipient")}</dt><dd>${line("recipient")}</dd><dt>${t("Telephone")}</dt><dd>${line("phone")}</dd><dt>${t("Postal address")}</dt><dd>${line("address")}</dd></dl>`;
    }
    const field = (/** @type {"recipient" | "phone" | "address"} */ code, /** @type {string} */ label, whole = false) =>
      step.field("address", { code, label, kind: /** @type {any} */ (KINDS[code]), required: true, choices: [], hint: "", value: "", reveal: "" }, { whole });
    return html`<div class="form-grid">${field("recipient", t("Recipient"))}${field("phone", t("Telephone"))}${field("address", t("Postal address"), true)}</div>
      <p>${step.button("channel", { label: t("Save the address"), action: "save-address", icon: "check", run: () => this.#save({ channel: "post", address: step.file.draft.group("address") }) })}</p>`;
  }

  /** @param {Channel} code */
  async #press(code) {
    this.chosen = code === this.step.case.channel.channel ? "" : code;
    this.step.page.draw();
    if (!this.chosen) return;
    if (code === "other_outlet") await this.#readOutlets();
    else if (code !== "post") await this.#save({ channel: code });
  }

  async #readOutlets() {
    this.outlet = "";
    try {
      this.outlets = (await get("/api/v1/window/issuing-outlets")).outlets;
    } catch (error) {
      toastError(error);
    }
    this.step.page.draw();
  }

  /** @param {Record<string, unknown>} body */
  async #save(body) {
    const { step } = this;
    const done = await step.act("channel", () => step.desk.acts.act(`${step.file.path}/channel`, { ...body, version: step.case.version }), KINDS);
    if (done) {
      step.file.draft.drop("address");
      this.chosen = "";
    }
    step.page.draw();
  }
}
