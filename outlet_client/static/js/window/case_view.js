/** The case: steps on the left, the present step in the middle, citizen mirror and call on the right. */
import { html, nothing } from "lit";
import { ApiError } from "portal/api.js";
import { t } from "portal/i18n.js";
import "portal/ladder.js";
import { WITH_MEDIA } from "signaling/call_session.js";
import { actButton, banner, clockTime, icon, status } from "../bits.js";
import { counterSide } from "./counter_side.js";
import { launchFacts, launchPart } from "./launch_part.js";
import { openNotice } from "./notice_dialog.js";
import { originalsPart } from "./originals_part.js";
import { PapersList } from "./papers_list.js";
import { PrecheckPart } from "./precheck_part.js";
import { promisesPart } from "./promises_part.js";
import { StepHolder } from "./step_holder.js";
import { doneAt, isDone, mayOpen, presentStep, stepName, stepsOf } from "./steps.js";
import { takeOver } from "./visit_bar.js";
import { askWithdrawal } from "./withdraw_case.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("../types.js").CasePage} CasePage */
/** @typedef {import("../types.js").Step} StepCode */

export class CaseView {
  /** @param {WindowPage} page @param {string} id */
  constructor(page, id) {
    this.page = page;
    this.id = id;
    /** @type {StepCode | ""} the step that stands here until the clerk moves on; "" is the present one */
    this.chosen = "";
    /** @type {StepHolder | null} */
    this.holder = null;
    /** @type {PapersList | null} */
    this.papers = null;
    /** @type {PrecheckPart | null} */
    this.prechecks = null;
  }

  async arrive() {
    await this.page.desk.openCase(this.id);
    this.stepOn();
    this.page.draw();
  }

  get file() {
    return this.page.desk.file;
  }

  /** @returns {StepCode} */
  get step() {
    const data = /** @type {CasePage} */ (this.file?.page);
    // The signature comes from another screen: then, and only then, the step moves on by itself.
    const signed = this.chosen === "sign" && isDone(data, "sign");
    return this.chosen && !signed && mayOpen(data, this.chosen) ? this.chosen : presentStep(data);
  }

  /** The clerk moves on, to the first step with something left to do. Nothing else moves it. */
  stepOn() {
    this.chosen = this.file?.page ? presentStep(this.file.page) : "";
  }

  /** @param {StepCode} step */
  choose(step) {
    this.chosen = step;
    this.page.draw();
  }

  /** The material whose promise stands on the citizen's screen; "" for none. */
  get promising() {
    return this.present?.promising ?? "";
  }

  stopPromise() {
    this.present?.stopPromise();
  }

  /** @returns {import("./step.js").Step | null} */
  get present() {
    if (!this.file?.page) return null;
    this.holder ??= new StepHolder(this.page, this.file);
    return this.holder.of(this.step, this.file.page.state);
  }

  view() {
    const file = this.file;
    if (file?.fault) return this.#fault(file.fault);
    const data = file?.page;
    if (!file || !data) return html`<div class="empty">${icon("hourglass")}<strong>${t("The case is being opened")}</strong></div>`;
    if (data.at_desk) return this.#atDesk(data);
    const present = this.present;
    const call = this.page.desk.callOfCase;
    const talking = call !== null && WITH_MEDIA.includes(call.state);
    return html`<div class="panes case-panes ${talking ? "is-talking" : ""}">
      <aside class="pane case-left" aria-label=${t("Steps of the case")}>${this.#left(data)}</aside>
      <section class="pane card case-middle" data-step=${this.step} id="step">
        ${this.precheck?.call() ?? nothing}
        <header class="step-head"><h2>${stepName(this.step, data)}</h2>${this.#returned(data)}</header>
        ${launchPart(file)}
        ${present?.body() ?? nothing}
      </section>
      <aside class="pane case-right" aria-label=${t("Citizen screen and call")}>${counterSide(this.page)}</aside>
    </div>`;
  }

  /** 预审 is for drafts, and nothing of it is left when the case goes on. */
  get precheck() {
    if (this.file?.page?.state !== "draft") return null;
    this.prechecks ??= new PrecheckPart(this.page, this.file);
    return this.prechecks;
  }

  #papers() {
    if (!this.file) return nothing;
    this.papers ??= new PapersList(this.page, this.file);
    return this.papers.view();
  }

  hint() {
    return this.file?.page?.at_desk ? t("Take it over first; what was filled in stays") : (this.present?.hint() ?? "");
  }

  actions() {
    const data = this.file?.page;
    if (data?.at_desk) return [actButton(this.page.desk.acts, "visit-take-over", { label: t("Take over"), action: "take-over-case", id: "main-action", kind: "primary", size: "large", icon: "transfer", run: () => takeOver(this.page, { case_id: data.id, version: data.version }) })];
    return this.present?.actions() ?? [];
  }

  /** A draft of the pre-fill desk that nobody has taken over: named, and nothing else can be done with it. @param {CasePage} data */
  #atDesk(data) {
    return html`<div class="home"><section class="card stack at-desk">
      <h1>${icon("pen")} ${data.item.name}</h1>
      <p class="number case-number">${data.number}</p>
      <p>${t("Usher %(number)s filled this in at the pre-fill desk.", { number: data.prepared_by })}</p>
      <p class="muted">${t("Who applies is confirmed by you, with the document, as always.")}</p>
    </section></div>`;
  }

  /** What the usher saw, for the clerk who photographs it. @param {CasePage} data */
  #prepared(data) {
    if (!data.prepared_by) return nothing;
    const names = data.materials.filter((one) => data.at_hand.includes(one.code)).map((one) => one.name);
    return html`<div class="case-prepared">${status(t("Prepared by usher %(number)s", { number: data.prepared_by }), "pen")}${names.length ? html`<p class="muted">${t("Seen with her: %(names)s", { names: names.join(t(", ")) })}</p>` : nothing}</div>`;
  }

  /** @param {CasePage} data */
  #left(data) {
    const steps = stepsOf(data);
    const now = this.step;
    return html`<div class="case-facts">
        <h1>${data.item.name}</h1>
        <p class="number case-number" id="case-number">${data.number}</p>
        <p class="row">${data.applicant["name"] ? html`<strong>${data.applicant["name"].value}</strong>` : nothing}${data.item.call_required ? status(t("Video review"), "video", "brand") : nothing}</p>
        ${this.file ? launchFacts(this.file) : nothing}
        ${this.#prepared(data)}
      </div>
      <ol class="steps">${steps.map((step, n) => this.#step(data, step, n, now))}</ol>
      <yc-ladder data-case=${data.id} data-version=${data.version}></yc-ladder>
      ${this.#papers()}
      ${this.file ? [originalsPart(this.page, this.file), promisesPart(this.page, this.file)] : nothing}
      ${this.precheck?.button() ?? nothing}
      ${data.state === "draft" ? html`<button type="button" class="button button-quiet button-small" data-action="tell-missing" @click=${() => openNotice(this.page, /** @type {import("./case_file.js").CaseFile} */ (this.file))}>${icon("inbox")}<span>${t("Tell what is missing")}</span></button>` : nothing}
      ${data.notice_rounds ? html`<p class="muted" id="notice-rounds">${t("Lists told to the citizen: %(n)d", { n: data.notice_rounds })}</p>` : nothing}
      ${["draft", "accepted", "in_first_review", "returned_to_outlet", "supplement_required"].includes(data.state) ? html`<button type="button" class="button button-quiet button-small case-withdraw" data-action="withdraw" aria-busy=${this.page.desk.acts.shows("withdraw") ? "true" : nothing} @click=${() => askWithdrawal(data)}>${icon("return")}<span>${t("The applicant withdraws")}</span></button>` : nothing}`;
  }

  /** @param {CasePage} data @param {StepCode} step @param {number} n @param {StepCode} now */
  #step(data, step, n, now) {
    const fault = data.faults.length > 0 && !isDone(data, step) && ["identity", "fill", "materials", "sign"].includes(step) && step !== now;
    const state = step === now ? "now" : fault ? "fault" : isDone(data, step) ? "done" : "next";
    const words = { done: t("done"), now: t("now"), next: t("to come"), fault: t("needs attention") };
    const note = clockTime(doneAt(data, step)) || (isDone(data, step) ? "" : this.#lacks(data, step));
    const inside = html`<span class="step-mark" aria-hidden="true">${state === "done" ? icon("check") : state === "fault" ? "!" : n + 1}</span>
      <span class="step-words"><span class="step-name">${stepName(step, data)}</span><span class="visually-hidden"> (${words[state]})</span>${note ? html`<small>${note}</small>` : nothing}</span>`;
    const open = step !== now && mayOpen(data, step);
    return html`<li data-state=${state} data-step=${step} class="step" aria-current=${step === now ? "step" : nothing}>${open ? html`<button type="button" class="step-button" data-action="open-step" @click=${() => this.choose(step)}>${inside}</button>` : inside}</li>`;
  }

  /** @param {CasePage} data @param {StepCode} step */
  #lacks(data, step) {
    if (step !== "materials") return "";
    const missing = data.materials.filter((one) => one.required && !one.enough).length;
    return missing ? t("%(n)d missing", { n: missing }) : "";
  }

  /** @param {CasePage} data */
  #returned(data) {
    if (data.state !== "returned_to_outlet") return nothing;
    const open = data.faults.length;
    return status(open ? t("Returned: %(n)d to mend", { n: open }) : t("Returned: all mended"), "return", open ? "warn" : "ok");
  }

  /** @param {Error} fault */
  #fault(fault) {
    const known = fault instanceof ApiError ? fault : null;
    return html`<div class="home">${banner({ title: known?.title ?? t("Something went wrong on this page"), words: known?.detail ?? "", tone: "bad", code: known?.code ?? "" })}
      <p><a class="button" href="/window">${icon("home")}<span>${t("Back to the start")}</span></a></p></div>`;
  }
}
