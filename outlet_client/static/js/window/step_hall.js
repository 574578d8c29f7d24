/** 大厅审核: the case is in the hall. By video the call stands here; at the desk there is time. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { WITH_MEDIA } from "signaling/call_session.js";
import { banner, button, icon, maskedValue } from "../bits.js";
import { afterInterruption, callWords } from "../call_words.js";
import { applicantLabel } from "../field_words.js";
import { caseStatus } from "./case_status.js";
import { MaterialsStep } from "./step_materials.js";

const WAITING = Object.freeze(["requested", "queued", "offered"]);

export class HallStep extends MaterialsStep {
  showMaterials = false;

  /** The call of the review: a pre-check was over before the case came to the hall. */
  get call() {
    const call = this.desk.callOfCase;
    return call?.data?.kind === "precheck" ? null : call;
  }

  get live() {
    const call = this.call;
    return call !== null && !call.over && call.state !== "wrap_up" && call.state !== "";
  }

  body() {
    if (this.showMaterials) return super.body();
    return html`<div class="stack">${this.live ? this.#calling() : this.#waiting()}</div>`;
  }

  #calling() {
    const call = /** @type {import("signaling/call_session.js").CallSession} */ (this.call);
    const ringing = WAITING.includes(call.state);
    const nobody = ringing && this.desk.hall.data?.on_duty === 0;
    const { title, words } = nobody ? { title: t("Nobody is on duty in the hall"), words: t("You are connected as soon as somebody comes. You can also cancel the call.") } : callWords(call.data);
    const after = afterInterruption(call.data);
    const asked = Object.values(call.data?.marks ?? {}).filter((one) => one.kind === "still_asked");
    const newest = asked.sort((a, b) => a.t_ms - b.t_ms).at(-1);
    const slot = newest && this.case.materials.find((one) => one.code === newest.ref);
    const wanted = slot && (slot.versions[0]?.added_ms ?? 0) < newest.t_ms ? slot : null;
    return html`<div class="calling" data-call-state=${call.state} id="calling">
        <span class="calling-icon ${ringing ? "is-ringing" : ""}">${icon(ringing ? "phone" : "video")}</span>
        <div><h2>${title}</h2><p>${words}</p></div></div>
      ${call.replaced ? banner({ title: t("This call is open on another page"), words: t("Picture and sound are there. You can take them back."), tone: "warn", name: "replaced", actions: button({ label: t("Continue here"), action: "take-seat", run: () => call.takeSeat() }) }) : nothing}
      ${after ? banner({ ...after, tone: "warn", name: "after-interruption" }) : nothing}
      ${this.desk.speakers.blocked ? banner({ title: t("The browser holds the sound back"), words: t("Press once, then you hear the hall."), tone: "warn", actions: button({ label: t("Turn the sound on"), action: "resume-sound", icon: "speaker", run: () => this.desk.speakers.resume() }) }) : nothing}
      ${wanted ? banner({ title: t("The reviewer asks for a new picture: %(name)s", { name: wanted.name }), words: "", tone: "brand", name: "still-asked", actions: button({ label: t("Take picture"), action: "open-capture", icon: "camera", run: () => this.#capture(wanted.code) }) }) : nothing}
      ${this.#facts()}`;
  }

  #waiting() {
    const { words, iconName, tone } = caseStatus(this.case.state, this.case.outcome);
    const withdrawn = this.call?.data?.end_reason === "consent_withdrawn";
    const ended = this.call && (withdrawn || (this.call.over && !["ended", ""].includes(this.call.state))) ? callWords(this.call.data) : null;
    return html`${ended ? banner({ ...ended, tone: "warn", name: "call-over" }) : nothing}
      <div class="ready" data-tone=${tone}>${icon(iconName)}<div><h2>${words}</h2>
      <p>${this.case.road === "call" && this.case.state === "accepted" ? t("Call the hall when the citizen is ready.") : t("The result comes to this window by itself, with a sound. The citizen need not wait.")}</p></div></div>
      ${this.#facts()}`;
  }

  /** What is talked about, at hand while it is talked about. */
  #facts() {
    const { applicant, fields } = this.case;
    const lines = [...Object.values(applicant).map((one) => ({ ...one, label: applicantLabel(one.code) })), ...fields.filter((one) => one.value)];
    return html`<dl class="summary">${lines.map((one) => html`<dt>${one.label}</dt><dd>${maskedValue(one.value, one.reveal && `${this.file.path}/reveal/${one.reveal}`)}</dd>`)}</dl>`;
  }

  hint() {
    if (this.showMaterials) return super.hint();
    const call = this.call;
    if (call && WITH_MEDIA.includes(call.state) && call.health && !call.health.ok) return t("Recording interrupted: this item cannot be approved now. Call again, go to desk review or make an appointment.");
    return "";
  }

  actions() {
    if (this.showMaterials) return [button({ label: t("Back to the call"), action: "close-capture", id: "main-action", kind: "primary", size: "large", icon: "arrow-left", run: () => this.#close() })];
    const toDesk = this.case.item.desk_review_allowed && this.case.state === "accepted" && this.case.road === "call";
    const call = this.call;
    if (call && this.live) {
      if (WAITING.includes(call.state)) {
        return [
          ...(toDesk ? [this.button("to-desk", { label: t("Go to desk review"), action: "to-desk", size: "large", icon: "documents", run: () => this.#toDesk(true) })] : []),
          button({ label: t("Cancel the call"), action: "cancel-call", id: "main-action", size: "large", icon: "phone-end", busy: this.desk.acts.shows("cancel-call"), run: () => this.#cancel() }),
        ];
      }
      return [
        button({ label: t("Take a new picture"), action: "open-capture", size: "large", icon: "camera", run: () => this.#capture("") }),
        button({ label: t("End the call"), action: "end-call", id: "main-action", kind: "danger", size: "large", icon: "phone-end", busy: this.desk.acts.shows("end-call"), run: () => void this.page.endCall() }),
      ];
    }
    if (this.case.state === "accepted" || this.case.state === "in_first_review") {
      const { screen } = this.desk;
      return [
        ...(toDesk ? [this.button("to-desk", { label: t("Go to desk review"), action: "to-desk", size: "large", icon: "documents", run: () => this.#toDesk(false) })] : []),
        ...(this.case.road === "call" || this.case.item.call_required
          ? [
              ...(screen ? [] : [button({ label: t("Connect the citizen screen first"), action: "pair-screen", size: "large", icon: "screen", run: () => this.page.pair() })]),
              this.button("call", { label: t("Call the hall"), action: "call-hall", id: "main-action", kind: "primary", size: "large", icon: "phone", disabled: !screen, run: () => this.main() }),
            ]
          : [button({ label: t("Next case"), action: "next-case", id: "main-action", kind: "primary", size: "large", icon: "plus", run: () => this.page.router.go("/window") })]),
      ];
    }
    return [];
  }

  main() {
    void this.act("call", () => this.desk.callTheHall(this.file.id));
  }

  async #cancel() {
    await this.desk.acts.atOnce("cancel-call", () => this.desk.cancelCall("cancelled")).catch(toastError);
  }

  /** @param {boolean} calling */
  async #toDesk(calling) {
    await this.act("to-desk", async () => {
      if (calling) await this.desk.cancelCall("to_desk_review");
      await this.desk.acts.act(`${this.file.path}/road`, { road: "desk" });
    });
  }

  /** @param {string} code */
  #capture(code) {
    this.chosen = code;
    this.showMaterials = true;
    this.page.draw();
  }

  #close() {
    this.showMaterials = false;
    this.page.draw();
  }
}
