/** 补正: the list as it was told, the paper signed for it, and an answer to every point. */
import { html, nothing } from "lit";
import { t, tn } from "portal/i18n.js";
import { button, dayOf, icon, status } from "../bits.js";
import { photograph } from "../stills.js";
import { noPicture } from "./no_picture.js";
import { Step } from "./step.js";

/** @typedef {import("../types.js").PointShown} PointShown */

export class SupplementStep extends Step {
  opened = false;

  body() {
    const { notice } = this.case;
    if (!notice) return nothing;
    return html`<div class="stack">
      <p class="row">${status(notice.round > 1 ? t("List %(n)d", { n: notice.round }) : t("Told once"), "inbox", "warn")}<span class="muted">${t("To be brought by %(day)s", { day: dayOf(notice.due_ms) })}</span></p>
      <ol class="notice-points">${notice.points.map((point) => this.#point(point))}</ol>
      ${notice.channel ? html`<p class="row">${status(notice.channel === "in_call" ? t("Told in the call") : t("Handed over and signed for"), "check-circle", "ok")}</p>` : this.#handOver()}
    </div>`;
  }

  /** @param {PointShown} point */
  #point(point) {
    const number = `answer.${point.number}`;
    const where = stepOf(point.target);
    const what = point.label || (point.target === "identity" ? t("Identity of the applicant") : t("Something else"));
    return html`<li data-point=${point.number} data-answered=${point.answered ?? ""} class="stack">
      <div><strong>${what}</strong> ${this.desk.data.notice_reasons[point.reason] ?? point.reason}${t(": ")}${point.words}${point.bring ? html`<br><span class="muted">${t("To bring: %(what)s", { what: point.bring })}</span>` : nothing}</div>
      ${point.answered
        ? status(t("Supplied"), "check-circle", "ok")
        : html`${where ? button({ label: t("Supply: %(what)s", { what }), action: "supply-point", size: "small", icon: "arrow-right", run: () => this.#open(where) }) : nothing}
          <div class="field"><label class="field-label" for=${`field-${number}`}>${t("Point %(n)d: explanation, if nothing is brought", { n: point.number })}</label>
            <input class="input" id=${`field-${number}`} maxlength="300" autocomplete="off" .value=${this.file.draft.get(number) ?? ""} @input=${(/** @type {Event} */ event) => this.#explain(number, /** @type {HTMLInputElement} */ (event.target).value)}></div>`}
    </li>`;
  }

  /** Kept with the draft; none of the citizen's screen's business. @param {string} name @param {string} words */
  #explain(name, words) {
    this.file.draft.set(name, words);
    this.page.draw();
  }

  /** @param {import("../types.js").Step} step */
  #open(step) {
    this.page.openStep(step);
  }

  #handOver() {
    if (!this.opened) {
      this.opened = true;
      void this.desk.openDevices();
    }
    const track = this.desk.capture.track("document_camera");
    return html`<section class="stack" data-part="hand-over"><h3>${t("Hand the list over")}</h3>
      <p class="soft">${t("Print the list, explain it, and let the citizen sign. Lay the signed paper under the document camera, or choose its picture.")}</p>
      <p class="row">${this.button("notice-receipt", { label: t("Capture the signed list"), action: "capture-notice", icon: "camera", disabled: !track, run: () => this.#capture() })}
        <label class="button upload-button" data-action="upload-notice">${icon("upload")}<span>${t("Choose a picture of the signed list")}</span><input class="visually-hidden" type="file" accept="image/jpeg,image/png,application/pdf" @change=${(/** @type {Event} */ event) => this.#choose(/** @type {HTMLInputElement} */ (event.target))}></label></p>
      ${track ? nothing : noPicture(this.page)}</section>`;
  }

  /** Points that are neither supplied nor explained. */
  get open() {
    return (this.case.notice?.points ?? []).filter((point) => !point.answered && !(this.file.draft.get(`answer.${point.number}`) ?? "").trim());
  }

  hint() {
    if (!this.case.notice?.channel) return t("First hand the list over and have it signed");
    const open = this.open.length;
    return open ? tn("%(num)d point is still open", "%(num)d points are still open", open) : t("Every point is answered");
  }

  actions() {
    const ready = Boolean(this.case.notice?.channel) && !this.open.length;
    return [this.button("supplement", { label: t("Submit the supplement"), action: "submit-supplement", id: "main-action", kind: "primary", size: "large", icon: "send", disabled: !ready, run: () => this.main() })];
  }

  async main() {
    const answers = Object.entries(this.file.draft.group("answer"))
      .map(([number, words]) => ({ number: Number(number), words: words.trim() }))
      .filter((one) => one.words);
    const done = await this.act("supplement", () => this.desk.acts.act(`${this.file.path}/supplement`, { answers, version: this.case.version }));
    if (!done) return;
    this.file.draft.drop("answer");
    this.page.stepOn();
  }

  async #capture() {
    const track = this.desk.capture.track("document_camera");
    if (track) await this.#give(() => photograph(track, t("Signed list")));
  }

  /** @param {HTMLInputElement} input */
  async #choose(input) {
    const file = input.files?.[0];
    input.value = "";
    if (file) await this.#give(async () => file);
  }

  /** @param {() => Promise<Blob>} picture */
  async #give(picture) {
    await this.act("notice-receipt", async () => this.desk.outbox.send(`${this.file.path}/notice-receipt`, await picture(), { case: this.file.id }));
  }
}

/** Where a point is answered by what is brought. @param {string} target @returns {import("../types.js").Step | ""} */
function stepOf(target) {
  if (target === "general") return "";
  if (target === "identity") return "identity";
  return target.startsWith("form:") ? "fill" : "materials";
}
