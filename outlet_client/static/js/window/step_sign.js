/** 宣读签名: the application stands on the citizen's screen, is read there and signed there. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { banner, button, icon, maskedValue } from "../bits.js";
import { applicantLabel } from "../field_words.js";
import { personCount, personTable } from "../person_table.js";
import { presentList } from "../present_list.js";
import { photograph } from "../stills.js";
import { noPicture } from "./no_picture.js";
import { Step } from "./step.js";

export class SignStep extends Step {
  onPaper = false;

  /** Something was read back and is still what the form says. */
  get read() {
    return Boolean(this.case.digest);
  }

  body() {
    const lines = [...Object.values(this.case.applicant).map((one) => ({ ...one, label: applicantLabel(one.code) })), ...this.case.fields.filter((one) => one.value)];
    const { screen } = this.desk;
    return html`<div class="stack">
      ${screen || !this.read ? nothing : banner({ title: t("No citizen screen is connected"), words: t("Connect one, or print, sign and capture."), tone: "warn", actions: button({ label: t("Connect"), action: "pair-screen", icon: "screen", run: () => this.page.pair() }) })}
      ${this.read
        ? html`<p class="sign-lead">${icon("screen")} ${t("Read this aloud. The citizen compares it on the citizen screen and signs there.")}</p>`
        : html`<p class="sign-lead">${t("The application is shown on the citizen screen to be compared and signed.")}</p>`}
      <dl class="summary">${lines.map((one) => html`<dt>${one.label}</dt><dd>${maskedValue(one.value, one.reveal && `${this.file.path}/reveal/${one.reveal}`)}</dd>`)}</dl>
      ${this.case.present.length ? html`<h3>${t("Who came along")}</h3>${presentList(this.case.present, this.file.path)}` : nothing}
      ${this.case.persons?.rows.length ? html`<h3>${personCount(this.case.persons)}</h3>${personTable(this.case.persons, this.file.path)}` : nothing}
      ${this.onPaper ? this.#paper() : nothing}
    </div>`;
  }

  hint() {
    return this.read ? t("Waiting for the citizen's signature") : "";
  }

  actions() {
    if (!this.read) return [this.button("read-back", { label: t("Show on the citizen screen"), action: "read-back", id: "main-action", kind: "primary", size: "large", icon: "screen", run: () => this.main() })];
    return [
      button({ label: t("Sign on paper"), action: "sign-on-paper", size: "large", icon: "printer", run: () => this.#togglePaper() }),
      button({ label: t("Waiting for the signature"), action: "waiting-signature", id: "main-action", kind: "primary", size: "large", icon: "hourglass", disabled: true, run: () => undefined }),
    ];
  }

  main() {
    void this.page.readBack();
  }

  #togglePaper() {
    this.onPaper = !this.onPaper;
    this.page.draw();
  }

  #paper() {
    const track = this.desk.capture.track("document_camera");
    return html`<section class="card stack paper-sign">
      <p>${t("Print this page, have it signed, lay it under the document camera.")}</p>
      <div class="row">
        ${button({ label: t("Print"), action: "print-application", icon: "printer", run: () => window.print() })}
        ${this.button("paper", { label: t("Capture the signed paper"), action: "capture-signature", icon: "camera", disabled: !track, run: () => this.#capture() })}
      </div>
      ${track ? nothing : noPicture(this.page)}</section>`;
  }

  async #capture() {
    const track = this.desk.capture.track("document_camera");
    if (!track) return;
    const done = await this.act("paper", async () => {
      const picture = await photograph(track, t("Signed application"));
      await this.desk.outbox.send(`${this.file.path}/paper-signature?digest=${this.case.digest}`, picture, { case: this.file.id });
    });
    if (done) this.page.stepOn();
  }
}
