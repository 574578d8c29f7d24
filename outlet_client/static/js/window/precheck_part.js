/** 预审: the hall is asked what it thinks of a draft's materials; the clerk goes on with any step meanwhile. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { actButton, banner, button, clockTime, icon, status } from "../bits.js";
import { callWords, precheckOver } from "../call_words.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("./case_file.js").CaseFile} CaseFile */
/** @typedef {import("../types.js").OpinionShown} OpinionShown */

const WAITING = Object.freeze(["requested", "queued", "offered"]);

export class PrecheckPart {
  /** @param {WindowPage} page @param {CaseFile} file */
  constructor(page, file) {
    this.page = page;
    this.file = file;
  }

  /** The pre-check of this draft, waiting, running or over. */
  get session() {
    const call = this.page.desk.callOfCase;
    return call?.data?.kind === "precheck" ? call : null;
  }

  get live() {
    const call = this.session;
    return call !== null && !call.over && call.state !== "wrap_up" && call.state !== "";
  }

  button() {
    const { desk } = this.page;
    const busy = desk.call !== null && !desk.call.over && !["", "wrap_up"].includes(desk.call.state);
    if (busy || !this.file.page?.materials.length) return nothing;
    if (!desk.screen) return button({ label: t("Pre-check: connect the citizen screen first"), action: "pair-for-precheck", kind: "quiet", size: "small", icon: "screen", run: () => this.page.pair() });
    return actButton(desk.acts, "call", { label: t("Pre-check with the hall"), action: "call-precheck", kind: "quiet", size: "small", icon: "video", run: () => this.#call() });
  }

  /** Above the step, whichever it is. */
  call() {
    const call = this.session;
    if (!call) return nothing;
    const { desk } = this.page;
    if (!this.live) return banner({ ...precheckOver(call.data), tone: call.data?.active_ms ? "ok" : "warn", name: "precheck-over" });
    const waiting = WAITING.includes(call.state);
    const nobody = waiting && desk.hall.data?.on_duty === 0;
    const { title, words } = nobody ? { title: t("Nobody is on duty in the hall"), words: t("You are connected as soon as somebody comes. You can also cancel the call.") } : callWords(call.data);
    return html`<section class="calling precheck-call" id="calling" data-call-state=${call.state}>
      <span class="calling-icon ${waiting ? "is-ringing" : ""}">${icon(waiting ? "phone" : "video")}</span>
      <div><h3>${t("Pre-check")}${t(": ")}${title}</h3><p>${call.state === "active" ? t("Lay each paper under the document camera. What the reviewer thinks of it appears at the materials.") : words}</p>
        ${call.replaced ? banner({ title: t("This call is open on another page"), words: t("Picture and sound are there. You can take them back."), tone: "warn", name: "replaced", actions: button({ label: t("Continue here"), action: "take-seat", run: () => call.takeSeat() }) }) : nothing}
        ${desk.speakers.blocked ? banner({ title: t("The browser holds the sound back"), words: t("Press once, then you hear the hall."), tone: "warn", actions: button({ label: t("Turn the sound on"), action: "resume-sound", icon: "speaker", run: () => desk.speakers.resume() }) }) : nothing}
        <p class="row">${waiting ? button({ label: t("Cancel the call"), action: "cancel-call", icon: "phone-end", busy: desk.acts.shows("cancel-call"), run: () => void this.#cancel() }) : button({ label: t("End the call"), action: "end-call", kind: "danger", icon: "phone-end", busy: desk.acts.shows("end-call"), run: () => void this.page.endCall() })}</p></div></section>`;
  }

  async #call() {
    const { desk } = this.page;
    try {
      await desk.acts.once("call", () => desk.callTheHall(this.file.id, "precheck"));
    } catch (error) {
      toastError(error);
    }
    this.page.openStep("materials");
    this.page.draw();
  }

  async #cancel() {
    const { desk } = this.page;
    await desk.acts.atOnce("cancel-call", () => desk.cancelCall("cancelled")).catch(toastError);
  }
}

/** What a reviewer thought of a material before acceptance, for the clerk. @param {OpinionShown | null} opinion */
export function opinionLine(opinion) {
  if (!opinion) return nothing;
  const [words, name, tone] = said(opinion.opinion);
  return html`<p class="slot-opinion" data-opinion=${opinion.opinion}>${status(t("Pre-check: %(opinion)s", { opinion: words }), name, tone)} ${opinion.words} <small class="muted">${t("Reviewer No. %(number)s", { number: opinion.reviewer })} ${clockTime(opinion.noted_ms)}</small></p>`;
}

/** @param {OpinionShown["opinion"]} opinion @returns {[string, string, "ok" | "warn"]} */
function said(opinion) {
  switch (opinion) {
    case "meets":
      return [t("meets what is asked"), "check-circle", "ok"];
    case "replace":
      return [t("must be replaced"), "return", "warn"];
    case "missing":
      return [t("is missing"), "inbox", "warn"];
  }
}
