/**
 * 材料: one slot for each thing the item asks for, a live document camera, and one big button. A still
 * is taken at the sensor's full resolution and sent over HTTP; the next empty slot follows by itself.
 */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { takeStill } from "signaling/capture.js";
import { drawnStill, isDrawn } from "signaling/drawn_source.js";
import "signaling/tile.js";
import { banner, button, clockTime, gradeBadge, icon, status } from "../bits.js";
import { Step } from "./step.js";
import { hasFault } from "./steps.js";

/** @typedef {import("../types.js").SlotShown} SlotShown */
/** @typedef {import("../types.js").VersionShown} VersionShown */

export class MaterialsStep extends Step {
  chosen = "";
  opened = false;

  /** The slot that the next picture goes to. @returns {SlotShown | undefined} */
  get slot() {
    const slots = this.case.materials;
    return slots.find((one) => one.code === this.chosen) ?? this.#next() ?? slots[0];
  }

  #next() {
    return this.case.materials.find((one) => (one.required && !one.enough) || hasFault(this.case, one.code));
  }

  get complete() {
    return this.case.materials.every((one) => !one.required || one.enough);
  }

  body() {
    if (!this.opened) {
      this.opened = true;
      void this.desk.openDevices();
    }
    const slots = this.case.materials;
    if (!slots.length) return html`<div class="empty">${icon("documents")}<strong>${t("This item needs no materials")}</strong></div>`;
    return html`<div class="materials">
      <div class="materials-camera">${this.#camera()}</div>
      <ul class="slot-list" role="list">${slots.map((slot) => this.#slot(slot))}</ul>
    </div>`;
  }

  hint() {
    const next = this.#next();
    const newest = next?.versions[0];
    if (next && newest && newest.check !== "faulty") return t("Please compare with the original: %(name)s", { name: next.name });
    return next ? t("Next: %(name)s", { name: next.name }) : t("All required materials are here");
  }

  actions() {
    if (this.case.item.instant) {
      return [button({ label: t("Go on"), action: "materials-done", id: "main-action", kind: "primary", size: "large", icon: "arrow-right", disabled: !this.complete, run: () => this.page.stepOn() })];
    }
    return [button({ label: t("Read back and have it signed"), action: "materials-done", id: "main-action", kind: "primary", size: "large", icon: "pen", disabled: !this.complete, busy: this.busy("read-back"), run: () => this.main() })];
  }

  main() {
    if (this.complete) void this.page.readBack();
  }

  #camera() {
    const track = this.desk.capture.track("document_camera");
    const fault = this.desk.deviceFaults.get("document_camera");
    const slot = this.slot;
    const newest = slot?.versions[0];
    return html`<h3 class="slot-title">${slot?.name ?? ""}${slot ? gradeBadge(slot.grade) : nothing}</h3>
      ${slot?.note ? html`<p class="muted slot-note">${slot.note}</p>` : nothing}
      <yc-tile class="document-tile" data-fit="whole" .track=${track} .name=${t("Document camera")} .waiting=${t("The document camera gives no picture")} .pictureIcon=${"document"}></yc-tile>
      <div class="row camera-actions">
        ${button({ label: newest ? t("Take again") : t("Take picture"), action: "capture", id: "capture", kind: this.complete ? "" : "primary", size: "large", icon: "camera", disabled: !track || !slot, busy: this.busy("still"), run: () => this.still() })}
        <label class="button button-large upload-button" data-action="upload">${icon("upload")}<span>${t("Upload a file")}</span>
          <input class="visually-hidden" type="file" accept="image/jpeg,image/png,application/pdf" ?disabled=${!slot} @change=${(/** @type {Event} */ event) => this.#upload(/** @type {HTMLInputElement} */ (event.target))}></label>
      </div>
      ${!track && fault ? banner({ title: fault, tone: "warn", name: "device-fault" }) : nothing}`;
  }

  /** @param {SlotShown} slot */
  #slot(slot) {
    const newest = slot.versions[0];
    const fault = this.case.faults.find((one) => one.target === slot.code);
    const here = slot.code === this.slot?.code;
    return html`<li class="slot ${here ? "is-here" : ""}" data-material=${slot.code} data-enough=${slot.enough}>
      <button type="button" class="slot-button" data-action="choose-material" @click=${() => this.#choose(slot.code)} aria-pressed=${here ? "true" : "false"}>
        ${newest ? picture(this.file.path, newest) : html`<span class="slot-picture">${icon("camera")}</span>`}
        <span class="slot-words"><strong>${slot.name}</strong>
          ${slot.required ? nothing : html`<small>${t("(optional)")}</small>`}
          <small>${newest ? t("Version %(version)d, %(pages)d page(s), %(time)s", { version: newest.version, pages: newest.pages, time: clockTime(newest.added_ms) }) : slot.basis}</small></span>
        <span class="slot-state">${newest ? gradeBadge(newest.grade) : nothing}
          ${fault ? status(t("Returned"), "return", "warn") : slot.enough ? status(t("Enough"), "check-circle", "ok") : newest ? status(t("Original not compared"), "alert", "warn") : slot.required ? status(t("Missing"), "inbox") : nothing}</span>
      </button>
      ${fault ? html`<p class="slot-fault">${icon("return")}${this.desk.data.return_reasons[fault.reason] ?? fault.reason} ${fault.note}</p>` : nothing}
      ${newest && !slot.enough && newest.check !== "faulty"
        ? html`<div class="slot-actions">${button({ label: t("Compared with the original"), action: "original-seen", size: "small", icon: "check", busy: this.busy(`check-${newest.id}`), run: () => this.#compared(newest) })}</div>`
        : nothing}
      ${slot.versions.length > 1 ? html`<details class="slot-versions"><summary>${t("Earlier versions")}</summary><div class="row">${slot.versions.slice(1).map((one) => picture(this.file.path, one))}</div></details>` : nothing}
    </li>`;
  }

  /** @param {string} code */
  #choose(code) {
    this.chosen = code;
    this.page.draw();
  }

  /** Takes a still of the paper under the camera and adds it to the slot. */
  async still() {
    const slot = this.slot;
    const track = this.desk.capture.track("document_camera");
    if (!slot || !track) return;
    await this.act("still", async () => {
      const picture = isDrawn(track) ? await drawnStill(slot.name) : await takeStill(track);
      await this.desk.acts.send(`${this.file.path}/materials/${slot.code}?source=still`, picture);
    });
    // On to the next thing that is missing; when nothing is, the eye stays where it is.
    this.chosen = this.#next()?.code ?? slot.code;
    this.page.draw();
    const call = this.desk.callOfCase;
    if (call && !call.over) this.desk.socket.tell("mark.record", { call: call.call, kind: "material", ref: slot.code });
  }

  /** @param {HTMLInputElement} input */
  async #upload(input) {
    const file = input.files?.[0];
    const slot = this.slot;
    input.value = "";
    if (!file || !slot) return;
    await this.act("upload", async () => {
      await this.desk.acts.send(`${this.file.path}/materials/${slot.code}?source=upload`, file);
      toast(t("Uploaded. Compare it with the original."), "ok");
    }).catch(toastError);
  }

  /** @param {VersionShown} version */
  async #compared(version) {
    const body = { check: "good", original_seen: true, version: this.case.version };
    await this.act(`check-${version.id}`, () => this.desk.acts.act(`${this.file.path}/materials/${version.id}/check`, body));
  }
}

/** @param {string} path @param {VersionShown} version */
export function picture(path, version) {
  const address = `${path}/materials/${version.id}`;
  if (version.media_type === "application/pdf") return html`<a class="slot-picture" href=${address} download @click=${(/** @type {Event} */ event) => event.stopPropagation()}>${icon("document")}</a>`;
  return html`<img class="slot-picture" src=${address} alt=${t("Version %(version)d", { version: version.version })} loading="lazy">`;
}
