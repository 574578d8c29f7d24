/**
 * 材料: one slot for each thing the item asks for, a live document camera, and one big button. A still
 * is taken at the sensor's full resolution and sent over HTTP; the next empty slot follows by itself.
 */
import { html, nothing } from "lit";
import { t, tn } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import "signaling/tile.js";
import { button, clockTime, gradeBadge, gradeLegend, icon, status } from "../bits.js";
import { pictureOf } from "../outbox.js";
import { photograph } from "../stills.js";
import { MaterialSources, originWords } from "./material_sources.js";
import { newestOf, notCompared, pagesHere, pagesOf, pageToTake, present, replaced } from "./material_pages.js";
import { noPicture } from "./no_picture.js";
import { opinionLine } from "./precheck_part.js";
import { showPicture } from "./picture_dialog.js";
import { Step } from "./step.js";
import { hasFault } from "./steps.js";

/** @typedef {import("../types.js").SlotShown} SlotShown */
/** @typedef {import("../types.js").VersionShown} VersionShown */

export class MaterialsStep extends Step {
  chosen = "";
  /** The page that the clerk chose to take; 0 is the first that is missing. */
  chosenPage = 0;
  opened = false;
  /** The camera is taking a picture. */
  taking = false;
  /** @type {MaterialSources} */
  sources = new MaterialSources(this);

  /** The slot that the next picture goes to. @returns {SlotShown | undefined} */
  get slot() {
    const slots = this.case.materials;
    return slots.find((one) => one.code === this.chosen) ?? this.#next() ?? slots[0];
  }

  /** The page that the next picture is of. */
  get pageNow() {
    const slot = this.slot;
    return (slot && (this.chosenPage || this.#toTake(slot))) || 1;
  }

  #next() {
    return this.case.materials.find((one) => ((one.required && !one.enough) || hasFault(this.case, one.code)) && !(this.#sending(one) && this.#toTake(one) === 0));
  }

  /** A picture of this page, or any of the slot's, that the server does not have yet. @param {SlotShown} slot @param {number} [page] */
  #sending(slot, page) {
    return this.#waiting.filter((one) => one.about["slot"] === slot.code && (page === undefined || one.about["page"] === page)).at(-1);
  }

  get #waiting() {
    return this.desk.outbox.waiting.filter((one) => one.about["case"] === this.file.id && one.about["slot"]);
  }

  /** @param {SlotShown} slot */
  #toTake(slot) {
    return pageToTake(slot, (page) => this.#sending(slot, page) !== undefined);
  }

  /** @returns {string} */
  get promising() {
    return this.sources.shown;
  }

  stopPromise() {
    this.sources.stop();
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
    const sending = this.#waiting.length;
    if (!next && sending) return tn("%(num)d picture is still on its way", "%(num)d pictures are still on their way", sending);
    if (!next) return t("All required materials are here");
    const page = this.#toTake(next);
    if (!page) return t("Please compare with the original: %(name)s", { name: next.name });
    return next.pages > 1 ? t("Next: %(name)s, page %(page)d of %(pages)d", { name: next.name, page, pages: next.pages }) : t("Next: %(name)s", { name: next.name });
  }

  actions() {
    if (this.case.item.instant || this.signed) {
      return [button({ label: t("Go on"), action: "materials-done", id: "main-action", kind: "primary", size: "large", icon: "arrow-right", disabled: !this.complete, run: () => this.page.stepOn() })];
    }
    return [this.button("read-back", { label: t("Read back and have it signed"), action: "materials-done", id: "main-action", kind: "primary", size: "large", icon: "pen", disabled: !this.complete, run: () => this.main() })];
  }

  /** After a return or a notice: the signature stands as long as nothing it covers was changed. */
  get signed() {
    return this.case.state !== "draft" && Boolean(this.case.moments["signed_ms"]);
  }

  main() {
    if (!this.complete) return;
    if (this.signed) this.page.stepOn();
    else void this.page.readBack();
  }

  #camera() {
    const track = this.desk.capture.track("document_camera");
    const slot = this.slot;
    return html`<h3 class="slot-title">${slot?.name ?? ""}${slot ? gradeBadge(slot.grade) : nothing}</h3>
      ${slot?.note ? html`<p class="muted slot-note">${slot.note}</p>` : nothing}
      <yc-tile class="document-tile" data-fit="whole" .track=${track} .name=${t("Document camera")} .waiting=${t("The document camera gives no picture")} .pictureIcon=${"document"}></yc-tile>
      <div class="row camera-actions">
        ${button({ label: this.#takeWords(), action: "capture", id: "capture", kind: this.complete ? "" : "primary", size: "large", icon: "camera", disabled: !track || !slot, busy: this.taking, run: () => this.still() })}
        <label class="button button-large upload-button" data-action="upload">${icon("upload")}<span>${t("Upload a file")}</span>
          <input class="visually-hidden" type="file" accept="image/jpeg,image/png,application/pdf" ?disabled=${!slot} @change=${(/** @type {Event} */ event) => this.#upload(/** @type {HTMLInputElement} */ (event.target))}></label>
      </div>
      ${track ? nothing : noPicture(this.page)}
      ${gradeLegend()}`;
  }

  #takeWords() {
    const slot = this.slot;
    if (!slot) return t("Take picture");
    const again = (this.#sending(slot, this.pageNow) ?? newestOf(slot, this.pageNow)) !== undefined;
    if (slot.pages === 1) return again ? t("Take again") : t("Take picture");
    return again ? t("Take page %(page)d again", { page: this.pageNow }) : t("Take page %(page)d", { page: this.pageNow });
  }

  /** @param {SlotShown} slot */
  #slot(slot) {
    const newest = present(slot)[0];
    const fault = this.case.faults.find((one) => one.target === slot.code);
    const here = slot.code === this.slot?.code;
    const older = replaced(slot);
    return html`<li class="slot ${here ? "is-here" : ""}" data-material=${slot.code} data-enough=${slot.enough}>
      <div class="slot-row">
        <div class="slot-pages">${pagesOf(slot).map((page) => this.#page(slot, page))}</div>
        <button type="button" class="slot-button" data-action="choose-material" @click=${() => this.#choose(slot.code)} aria-pressed=${here ? "true" : "false"}>
          <span class="slot-words"><strong>${slot.name}</strong>
            ${slot.required ? nothing : html`<small>${t("(optional)")}</small>`}
            <small>${newest ? this.#newestWords(slot, newest) : slot.basis}</small></span>
          <span class="slot-state">${newest ? gradeBadge(newest.grade) : nothing}${this.#state(slot, fault !== undefined)}</span>
        </button>
      </div>
      ${fault ? html`<p class="slot-fault">${icon("return")}${this.desk.data.return_reasons[fault.reason] ?? fault.reason} ${fault.note}</p>` : nothing}
      ${opinionLine(slot.opinion)}
      ${this.sources.of(slot)}
      ${notCompared(slot).map((one) => html`<div class="slot-actions">${this.button(`check-${one.id}`, { label: slot.pages > 1 ? t("Page %(page)d compared with the original", { page: one.page }) : t("Compared with the original"), action: "original-seen", size: "small", icon: "check", run: () => this.#compared(one) })}</div>`)}
      ${older.length ? html`<details class="slot-versions"><summary>${t("Earlier versions")}</summary><div class="row">${older.map((one) => picture(this.file.path, one, slot.name))}</div></details>` : nothing}
    </li>`;
  }

  /** One page: its picture, which opens large, or the place where it is still missing. @param {SlotShown} slot @param {number} page */
  #page(slot, page) {
    const newest = newestOf(slot, page);
    const sending = this.#sending(slot, page);
    if (!sending && newest && newest.page !== page) return nothing;
    const chosen = slot.pages > 1 && slot.code === this.slot?.code && page === this.pageNow;
    const name = slot.pages > 1 ? t("%(name)s, page %(page)d", { name: slot.name, page }) : slot.name;
    return html`<span class="slot-page ${chosen ? "is-here" : ""}" data-page=${page}>
      ${sending ? onItsWay(sending, name) : newest ? picture(this.file.path, newest, name) : html`<button type="button" class="slot-picture" data-action="choose-page" aria-label=${t("Take this page: %(name)s", { name })} @click=${() => this.#choose(slot.code, page)}>${icon("camera")}</button>`}
      ${slot.pages === 1 ? nothing : sending || newest ? html`<button type="button" class="page-choice" data-action="choose-page" aria-pressed=${chosen ? "true" : "false"} @click=${() => this.#choose(slot.code, page)}>${t("Page %(page)d", { page })}</button>` : html`<small>${t("Page %(page)d", { page })}</small>`}
    </span>`;
  }

  /** @param {SlotShown} slot @param {boolean} returned */
  #state(slot, returned) {
    const pages = slot.pages > 1 ? html`<small class="slot-count">${t("%(here)d/%(pages)d pages", { here: pagesHere(slot), pages: slot.pages })}</small>` : nothing;
    if (this.#sending(slot)) return html`${status(t("On its way"), "upload")}${pages}`;
    if (returned) return html`${status(t("Returned"), "return", "warn")}${pages}`;
    if (slot.enough) return html`${status(t("Enough"), "check-circle", "ok")}${pages}`;
    const none = pagesHere(slot) === 0;
    if (none && !slot.required) return pages;
    return html`${pageToTake(slot) === 0 ? status(t("Original not compared"), "alert", "warn") : none ? status(t("Missing"), "inbox") : status(t("Not all pages yet"), "alert", "warn")}${pages}`;
  }

  /** @param {SlotShown} slot @param {VersionShown} newest */
  #newestWords(slot, newest) {
    const origin = originWords(newest);
    if (origin) return origin;
    const time = clockTime(Math.max(...present(slot).map((one) => one.added_ms)));
    return slot.pages > 1 ? t("Newest picture at %(time)s", { time }) : t("Version %(version)d, %(pages)d page(s), %(time)s", { version: newest.version, pages: newest.pages, time });
  }

  /** @param {string} code @param {number} [page] */
  #choose(code, page = 0) {
    this.chosen = code;
    this.chosenPage = page;
    this.page.draw();
  }

  /** Takes a still of the paper under the camera and adds it to the slot. */
  async still() {
    const slot = this.slot;
    const track = this.desk.capture.track("document_camera");
    if (!slot || !track || this.taking) return;
    const page = this.pageNow;
    this.taking = true;
    this.page.draw();
    try {
      await this.#give(slot, page, "still", await photograph(track, slot.name));
    } catch (error) {
      toastError(error);
    } finally {
      this.taking = false;
    }
    // On to the next thing that is missing; when nothing is, the eye stays where it is.
    this.#choose(this.#next()?.code ?? slot.code);
    const call = this.desk.callOfCase;
    if (call && !call.over) this.desk.socket.tell("mark.record", { call: call.call, kind: "material", ref: slot.code });
  }

  /** @param {HTMLInputElement} input */
  async #upload(input) {
    const file = input.files?.[0];
    const slot = this.slot;
    const page = this.pageNow;
    input.value = "";
    if (!file || !slot) return;
    await this.#give(slot, page, "upload", file);
    this.#choose(slot.code);
  }

  /** Keeps a picture on this machine and lets it go its way: nobody waits for it here. @param {SlotShown} slot @param {number} page @param {"still" | "upload"} source @param {Blob} file */
  async #give(slot, page, source, file) {
    const address = `${this.file.path}/materials/${slot.code}?source=${source}&page=${page}`;
    const { sent, kept } = this.desk.outbox.give(address, file, { case: this.file.id, slot: slot.code, page });
    sent.then(
      () => source === "upload" && toast(t("Uploaded. Compare it with the original."), "ok"),
      () => undefined, // told by the desk, whichever page it was given on
    );
    await kept;
  }

  /** @param {VersionShown} version */
  async #compared(version) {
    const body = { check: "good", original_seen: true };
    await this.act(`check-${version.id}`, () => this.desk.acts.act(`${this.file.path}/materials/${version.id}/check`, { ...body, version: this.case.version }));
  }
}

/** @param {import("../outbox.js").Parcel} parcel @param {string} name */
function onItsWay(parcel, name) {
  if (parcel.file.type === "application/pdf") return html`<span class="slot-picture is-on-its-way" role="img" aria-label=${name}>${icon("document")}</span>`;
  return html`<button type="button" class="slot-picture is-on-its-way" data-action="enlarge" title=${t("Show it large")} @click=${() => showPicture(name, pictureOf(parcel))}><img src=${pictureOf(parcel)} alt=${name}></button>`;
}

/** @param {string} path @param {VersionShown} version @param {string} name */
export function picture(path, version, name) {
  const address = `${path}/materials/${version.id}`;
  if (version.media_type === "application/pdf") return html`<a class="slot-picture" href=${address} aria-label=${name} download>${icon("document")}</a>`;
  return html`<button type="button" class="slot-picture" data-action="enlarge" title=${t("Show it large")} @click=${() => showPicture(name, address)}><img src=${address} alt=${name} loading="lazy"></button>`;
}
