/**
 * What the clerk's page lets the citizen's screen show: the task, and what is being typed. The
 * server masks it. Sent at most every 300 ms, one after the other, so that over a bad line too the
 * newest arrives last; repeated after a lost line.
 */
import { act } from "portal/api.js";

const EVERY_MS = 300;

/** @typedef {"wait" | "fill" | "read_back" | "promise" | "receipt" | "rate"} Task */

export class CitizenMirror {
  constructor() {
    /** @type {{case: string | null, task: Task, typed: Record<string, string>, about: string}} */
    this.shown = { case: null, task: "wait", typed: {}, about: "" };
    this.timer = 0;
    this.sentAt = 0;
    this.sending = false;
    this.again = false;
    this.last = "";
  }

  /** @returns {Task} */
  get task() {
    return this.shown.task;
  }

  /**
   * @param {string | null} caseId
   * @param {Task} task
   * @param {Record<string, string>} [typed] by `applicant.CODE` and `form.CODE`
   * @param {string} [about] the material of a promise
   */
  show(caseId, task, typed = {}, about = "") {
    const shown = { case: caseId, task, typed, about };
    const text = JSON.stringify(shown);
    if (text === this.last) return;
    this.last = text;
    this.shown = shown;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.repeat(), Math.max(0, this.sentAt + EVERY_MS - performance.now()));
  }

  /** A lost mirror is no loss: the next one, or the line's return, brings it again. */
  async repeat() {
    this.again = true;
    if (this.sending) return;
    this.sending = true;
    while (this.again) {
      this.again = false;
      this.sentAt = performance.now();
      await act("/api/v1/window/mirror", this.shown, { method: "PUT" }).catch(() => undefined);
    }
    this.sending = false;
  }
}
