/** The citizen's screen: one task at a time, large, with at most two buttons. */
import { nothing, render } from "lit";
import { byId } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { banner, button } from "../bits.js";
import { DevicePanel } from "signaling/device_panel.js";
import { ownName } from "../devices.js";
import { withdrawButtons } from "../withdrawal.js";
import { ReadingAloud } from "./reading_aloud.js";
import { ScreenState } from "./screen_state.js";
import { callTask } from "./task_call.js";
import { doneTask, rateTask, thanksTask } from "./task_done.js";
import { fillTask, readBackTask } from "./task_lines.js";
import { noticeTask } from "./task_notice.js";
import { promiseTask, signPromiseTask } from "./task_promise.js";
import { receiptTask, signTask } from "./task_sign.js";
import { pairTask, waitTask } from "./task_wait.js";

/** @typedef {{body: unknown, actions?: unknown[]}} Task */

const TASKS = Object.freeze({
  pair: pairTask,
  wait: waitTask,
  notice: noticeTask,
  call: callTask,
  fill: fillTask,
  read_back: readBackTask,
  sign: signTask,
  promise: promiseTask,
  sign_promise: signPromiseTask,
  receipt: receiptTask,
  done: doneTask,
  rate: rateTask,
  thanks: thanksTask,
});

export class ScreenPage {
  /** @param {{kept: import("../kept.js").Owner, window: any, drawn_sources: boolean}} data */
  constructor(data) {
    this.state = new ScreenState(data);
    /** Only a device of the citizen's own has anything to choose. */
    this.devicePanel = this.state.remote
      ? new DevicePanel({
          capture: this.state.capture,
          speakers: this.state.speakers,
          sources: this.state.sources,
          name: ownName,
          open: (source, choice) => this.state.useDevice(source, choice),
          draw: () => this.draw(),
        })
      : null;
    this.aloud = new ReadingAloud();
    /** Reasons that were ticked for the rating. @type {Set<string>} */
    this.reasons = new Set();
    this.level = 0;
    this.waiting = false;
    this.before = "";
    this.state.addEventListener("change", () => this.draw());
    this.aloud.addEventListener("change", () => this.draw());
    window.setInterval(() => this.state.call && this.draw(), 1000);
  }

  async start() {
    this.draw();
    await this.state.start();
  }

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.#draw();
    });
  }

  #draw() {
    const name = this.state.signedOut ? "pair" : this.state.task;
    const task = TASKS[name](this);
    const place = byId("task");
    place.dataset["task"] = name;
    render(task.body, place);
    const actions = [...this.#withdrawal(name), ...(task.actions ?? [])];
    render(actions.length ? actions : nothing, byId("actions"));
    byId("actions").hidden = !actions.length;
    render(this.#line(), byId("line"));
    document.body.classList.toggle("recording-frame", name === "call" && this.state.call?.health?.ok === true);
    if (name === this.before) return;
    this.before = name;
    this.aloud.stop();
    byId("main").scrollTop = 0;
  }

  /**
   * Whatever else the screen shows while a call lasts or waits, the agreement can be taken back on it;
   * with the notice itself stands the refusal, which wins as well.
   * @param {string} task
   */
  #withdrawal(task) {
    if (task === "notice" || task === "pair") return [];
    const { acts, call, answer } = this.state;
    const question = t("The call ends at once and nothing more is recorded. What was recorded until now is kept as evidence. The clerk goes on with your case in another way.");
    return withdrawButtons({ acts, call, question, size: "large", withdraw: (now, person) => answer.withdraw(now, person) });
  }

  #line() {
    const { socket, acts, outbox } = this.state;
    if (socket.state === "waiting") return banner({ title: t("The line is interrupted"), words: t("It comes back by itself, please wait."), tone: "warn", name: "line-lost" });
    if (this.state.deviceFaults.size) return banner({ title: [...this.state.deviceFaults.values()].join(" "), tone: "bad", name: "device-fault", actions: button({ label: t("Try again"), action: "retry-device", run: () => this.state.retryDevices() }) });
    if (this.state.speakers?.blocked) return banner({ title: t("The browser holds the sound back"), words: t("Press once, then you hear the others."), tone: "warn", name: "sound-blocked", actions: button({ label: t("Turn the sound on"), action: "resume-sound", icon: "speaker", run: () => this.state.speakers?.resume() }) });
    return acts.waiting || outbox.stuck ? banner({ title: t("Waiting for the line"), words: t("You need not press again."), tone: "warn", name: "act-waiting" }) : nothing;
  }
}
