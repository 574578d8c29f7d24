/**
 * The clerk's page: one frame, and in it the view that the path asks for. It draws itself again
 * whenever something changed, at most once a frame.
 */
import { html, nothing, render } from "lit";
import { confirmed } from "portal/dialog.js";
import { byId } from "portal/dom.js";
import { t, tn } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { recordingLight } from "signaling/recording_light.js";
import { WITH_MEDIA } from "signaling/call_session.js";
import { DevicePanel } from "signaling/device_panel.js";
import { banner, button, icon, status } from "../bits.js";
import { about, both } from "../call_words.js";
import { chosen, DRAWN, sourceName } from "../devices.js";
import { CaseView } from "./case_view.js";
import { Desk } from "./desk.js";
import { DevicesView } from "./devices_view.js";
import { FindView } from "./find_view.js";
import { HomeView } from "./home_view.js";
import { LaunchView } from "./launch_view.js";
import { ListView } from "./list_view.js";
import { pairScreen } from "./pairing.js";
import { Router } from "./router.js";
import { AT_THE_WINDOW } from "./steps.js";
import { visitBar } from "./visit_bar.js";

/** @typedef {HomeView | ListView | FindView | DevicesView | LaunchView | CaseView} View */

export class WindowPage {
  /** @param {import("./desk.js").PageData} data */
  constructor(data) {
    this.desk = new Desk(data);
    this.router = new Router();
    const { capture, speakers, sources } = this.desk;
    this.devicePanel = new DevicePanel({
      capture,
      speakers,
      sources,
      name: sourceName,
      open: (source, choice) => this.desk.useDevice(source, choice),
      draw: () => this.draw(),
      extra: data.drawn_sources ? [[DRAWN, t("Drawn (demonstration)")]] : [],
      chosen: (source) => (chosen(source) === DRAWN ? DRAWN : ""),
    });
    /** @type {View} */
    this.view = this.#make();
    this.waiting = false;
    this.router.addEventListener("change", () => void this.#arrive());
    this.desk.addEventListener("change", () => this.draw());
    this.desk.addEventListener("mistake", () => this.view instanceof CaseView && this.view.choose("fill"));
    this.desk.addEventListener("not_promised", () => this.view instanceof CaseView && this.view.stopPromise());
    window.setInterval(() => this.desk.call && this.draw(), 1000);
  }

  async start() {
    this.draw();
    await this.desk.start();
    // The view stands since the first drawing, and somebody may have typed in it meanwhile.
    await this.view.arrive();
  }

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.#draw();
    });
  }

  async pair() {
    await pairScreen(this.desk);
  }

  async endCall() {
    const sure = await confirmed({ title: t("End the call?"), words: t("The hall and the citizen are cut off. The case is kept as it is."), yes: t("End the call"), danger: true });
    if (sure) await this.desk.acts.atOnce("end-call", () => this.desk.endCall()).catch(toastError);
  }

  /** Shows the application on the citizen's screen; the step waits for the signature. */
  async readBack() {
    const file = this.desk.file;
    const view = this.view;
    if (!file?.page || !(view instanceof CaseView)) return;
    const done = await view.present?.act("read-back", () => this.desk.acts.act(`${file.path}/read-back`, { version: file.page?.version }));
    if (done) view.stepOn();
    this.draw();
  }

  /** @param {import("../types.js").Step} step */
  openStep(step) {
    if (this.view instanceof CaseView) this.view.choose(step);
  }

  stepOn() {
    if (this.view instanceof CaseView) this.view.stepOn();
    this.draw();
  }

  /** What is being typed goes to the citizen's screen, masked by the server. */
  mirrorTyping() {
    const file = this.desk.file;
    if (!file?.page) return;
    const typed = Object.fromEntries(Object.entries(file.draft.values).filter(([name]) => /^(applicant|form)\./.test(name)));
    this.desk.mirror.show(file.id, "fill", typed);
  }

  async #arrive() {
    if (this.view instanceof DevicesView) this.view.leave();
    this.view = this.#make();
    this.draw();
    await this.view.arrive();
  }

  /** @returns {View} */
  #make() {
    const { view, id } = this.router.place;
    switch (view) {
      case "case":
        return new CaseView(this, id);
      case "todo":
      case "today":
        return new ListView(this, view);
      case "find":
        return new FindView(this);
      case "devices":
        return new DevicesView(this);
      case "launch":
        return new LaunchView(this, id);
      default:
        return new HomeView(this);
    }
  }

  #draw() {
    const main = byId("main");
    main.classList.toggle("is-filled", this.view instanceof CaseView);
    this.#mirror();
    render(this.view.view(), byId("view"));
    render(this.#banners(), byId("banners"));
    render(this.#top(), byId("top"));
    render(this.#light(), byId("top-end"));
    const inCase = this.view instanceof CaseView ? this.view : null;
    byId("action-bar").hidden = !inCase;
    render(inCase ? inCase.hint() : nothing, byId("action-hint"));
    render(inCase ? inCase.actions() : nothing, byId("action-buttons"));
    this.#rail();
  }

  /** The citizen's task follows from where the case stands. */
  #mirror() {
    const file = this.desk.file;
    const page = file?.page;
    if (!file || !page || !(this.view instanceof CaseView)) return;
    const step = this.view.step;
    if (page.state === "handed_back" && page.moments["receiver_ms"] && !file.receiptSigned) this.desk.mirror.show(file.id, "receipt");
    else if (page.state === "issued" || page.state === "completed") this.desk.mirror.show(file.id, "rate");
    else if (AT_THE_WINDOW.includes(page.state) && step === "sign" && page.digest) this.desk.mirror.show(file.id, "read_back");
    else if (AT_THE_WINDOW.includes(page.state) && ["identity", "fill"].includes(step)) this.mirrorTyping();
    else if (AT_THE_WINDOW.includes(page.state) && this.view.promising) this.desk.mirror.show(file.id, "promise", {}, this.view.promising);
    else this.desk.mirror.show(file.id, "wait");
  }

  #banners() {
    const { desk } = this;
    const offer = desk.me.data?.offer;
    const elsewhere = desk.call && !desk.call.over && desk.call.state !== "wrap_up" && desk.call.state !== "" && !desk.callOfCase;
    return html`${desk.socket.state === "open" ? nothing : banner(desk.socket.state === "closed" ? { title: t("This page has been signed out"), words: t("Sign in again; what was saved is kept, and what you typed and took on this machine as well."), tone: "bad", code: "P-01", name: "signed-out", actions: html`<a class="button" href="/sign-in/clerk?onward=${encodeURIComponent(location.pathname)}">${t("Sign in")}</a>` } : { title: t("The line is interrupted"), words: t("Go on: what you type and take is kept on this machine and sent by itself when the line is back."), tone: "bad", code: "N-03", name: "line-lost" })}
      ${desk.outbox.waiting.length && (desk.outbox.stuck || desk.socket.state !== "open") ? banner({ title: tn("%(num)d picture is kept on this machine and not sent yet", "%(num)d pictures are kept on this machine and not sent yet", desk.outbox.waiting.length), words: desk.socket.state === "closed" ? t("They are sent when you have signed in again.") : t("They are sent by themselves when the line is back; do not take them again."), tone: "warn", name: "pictures-kept" }) : nothing}
      ${desk.kept.failed ? banner({ title: t("This machine keeps nothing"), words: t("What is not saved is lost when the page is closed or loaded again. Do neither while the line is down."), tone: "warn", name: "keeps-nothing" }) : nothing}
      ${desk.acts.waiting ? banner({ title: t("Waiting for the line"), words: t("What you pressed is done as soon as it is back. You need not press again."), tone: "warn", name: "act-waiting" }) : nothing}
      ${offer ? this.#ring(offer.offer) : nothing}
      ${elsewhere && desk.call?.data?.cases?.[0] ? banner({ title: t("A call is going on"), words: "", tone: "brand", name: "call-elsewhere", actions: button({ label: t("Back to the call"), action: "open-call", icon: "video", run: () => this.router.go(`/window/cases/${desk.call?.data.cases[0]}`) }) }) : nothing}
      ${desk.news ? banner({ title: desk.news.title, words: desk.news.words, tone: desk.news.tone, name: "news", actions: button({ label: t("Open"), action: "open-news", kind: "primary", run: () => this.router.go(`/window/cases/${desk.news?.case}`) }) }) : nothing}
      ${visitBar(this)}`;
  }

  /** It rings for so long and no longer: neither answer waits for what else is under way. @param {string} offer */
  #ring(offer) {
    const { desk } = this;
    const yes = `accept-${offer}`;
    const no = `decline-${offer}`;
    return banner({
      title: t("A reviewer calls this window"),
      words: "",
      tone: "brand",
      name: "offer",
      actions: html`${button({ label: t("Answer"), action: "accept-offer", kind: "primary", icon: "phone", busy: desk.acts.shows(yes), held: desk.acts.shows(no), run: () => desk.acts.atOnce(yes, () => desk.acceptOffer(offer)).catch(toastError) })}
        ${button({ label: t("Not now"), action: "decline-offer", busy: desk.acts.shows(no), run: () => desk.acts.atOnce(no, () => desk.declineOffer(offer)).catch(toastError) })}`,
    });
  }

  #top() {
    const presence = this.desk.me.data?.presence;
    const set = (/** @type {"free" | "away"} */ state) => () => this.desk.setPresence(state);
    // Who is being served need not read how long others would wait.
    const { call } = this.desk;
    const served = call?.state && !call.over && call.state !== "wrap_up";
    const hall = served ? null : this.desk.hall.data;
    return html`<span class="switch" id="presence">
        <button type="button" data-action="on-duty" data-tone="ok" aria-pressed=${String(presence === "free")} @click=${set("free")}>${presence === "free" ? icon("check-circle") : nothing}${t("On duty")}</button>
        <button type="button" data-action="away" data-tone="warn" aria-pressed=${String(presence === "away")} @click=${set("away")}>${t("Away from the window")}</button>
      </span>
      <span id="hall-state">${call?.state === "offered" ? status(t("A reviewer is being called"), "bell", "brand") : hall ? (hall.on_duty ? status(both(tn("Hall: %(num)d reviewer free", "Hall: %(num)d reviewers free", hall.free), about(hall.expected_wait_ms)), "users", hall.free ? "ok" : "warn") : status(t("Hall: nobody on duty"), "users", "warn")) : nothing}</span>`;
  }

  #light() {
    const call = this.desk.call;
    if (!call || !WITH_MEDIA.includes(call.state)) return nothing;
    return html`<yc-recording .light=${recordingLight(call.health, { recovering: call.recovering })}></yc-recording>`;
  }

  #rail() {
    const { counts } = this.desk;
    const place = this.router.place.view;
    const todo = (counts["results"] ?? 0) + (counts["returned"] ?? 0) + (counts["to_issue"] ?? 0);
    for (const link of document.querySelectorAll("[data-rail]")) {
      const name = link.getAttribute("data-rail");
      const current = name === place || (name === "home" && (place === "case" || place === "launch"));
      if (current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      const number = name === "todo" ? todo : name === "today" ? (counts["today"] ?? 0) : 0;
      let badge = link.querySelector(".count");
      if (!number) badge?.remove();
      else {
        badge ??= link.appendChild(Object.assign(document.createElement("span"), { className: name === "todo" ? "count" : "count count-quiet" }));
        badge.textContent = number < 100 ? String(number) : "99+";
      }
    }
  }
}
