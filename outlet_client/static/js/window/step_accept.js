/** 受理: the road on which the case goes on is chosen by the button that is pressed. */
import { html, nothing } from "lit";
import { t, tn } from "portal/i18n.js";
import { banner, button, icon } from "../bits.js";
import { about, both } from "../call_words.js";
import { ChannelPart } from "./channel_part.js";
import { askStay } from "./originals_part.js";
import { Step } from "./step.js";

export class AcceptStep extends Step {
  channel = new ChannelPart(this);

  body() {
    const { item, faults } = this.case;
    const days = item.promised_days ? tn("%(num)d working day", "%(num)d working days", item.promised_days) : t("on the spot");
    return html`<div class="stack">
      ${faults.length ? banner({ title: t("Something is still to be mended"), words: t("Go back to the marked steps."), tone: "warn" }) : nothing}
      <div class="ready">${icon("check-circle")}<div><h2>${this.returned ? t("Everything is mended") : t("Everything is here")}</h2>
        <p>${this.#road()}</p></div></div>
      ${item.instant || item.no_output ? nothing : this.channel.view()}
      <dl class="summary"><dt>${t("Item")}</dt><dd>${item.name}</dd><dt>${t("Promised")}</dt><dd>${days}</dd><dt>${t("Result")}</dt><dd>${item.result}</dd></dl>
    </div>`;
  }

  get returned() {
    return this.case.state === "returned_to_outlet";
  }

  #road() {
    const { item } = this.case;
    if (item.instant) return t("This item is closed at the window; nobody has to review it.");
    if (item.call_required) return t("This item is reviewed by video: the hall sees the citizen and hears what is wanted.");
    return t("This item is reviewed at the desk; the citizen need not wait.");
  }

  hint() {
    const hall = this.desk.hall.data;
    if (this.case.item.instant || !hall) return "";
    return hall.on_duty ? both(tn("%(num)d reviewer free", "%(num)d reviewers free", hall.free), about(hall.expected_wait_ms)) : t("Nobody is on duty in the hall");
  }

  actions() {
    const { item } = this.case;
    const { screen } = this.desk;
    if (this.returned) return [this.button("accept", { label: t("Send to the hall again"), action: "send-mended", id: "main-action", kind: "primary", size: "large", icon: "send", run: () => this.#mended() })];
    if (item.instant) return [this.button("accept", { label: t("Accept and complete"), action: "accept-window", id: "main-action", kind: "primary", size: "large", icon: "check", run: () => this.#accept("window") })];
    const call = (/** @type {string} */ kind) =>
      this.button("call", { label: t("Accept and call the hall"), action: "accept-and-call", id: kind ? "main-action" : "", kind, size: "large", icon: "phone", disabled: !screen, run: () => this.#accept("call") });
    if (!item.desk_review_allowed) return [...(screen ? [] : [this.#pair()]), call("primary")];
    return [
      ...(screen ? [call("")] : []),
      this.button("accept", { label: t("Accept and send to the hall"), action: "accept-desk", id: "main-action", kind: "primary", size: "large", icon: "send", run: () => this.#accept("desk") }),
    ];
  }

  #pair() {
    return button({ label: t("Connect the citizen screen first"), action: "pair-screen", size: "large", icon: "screen", run: () => this.page.pair() });
  }

  /** @param {"desk" | "call" | "window"} road */
  async #accept(road) {
    const stay = road === "window" ? await askStay(this.case) : "";
    if (stay === null) return;
    const done = await this.act(road === "call" ? "call" : "accept", async () => {
      await this.desk.acts.act(`${this.file.path}/accept`, { road, version: this.case.version });
      if (road === "window") await this.desk.acts.act(`${this.file.path}/completion`, { originals_stay: stay });
      if (road === "call") await this.desk.callTheHall(this.file.id);
    });
    if (done) this.page.stepOn();
  }

  async #mended() {
    const road = this.case.road;
    const done = await this.act("accept", async () => {
      await this.desk.acts.act(`${this.file.path}/mended`, { version: this.case.version });
      if (road === "call") await this.desk.callTheHall(this.file.id);
    });
    if (done) this.page.stepOn();
  }
}
