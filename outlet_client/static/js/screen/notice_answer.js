/**
 * The citizen's answer to the recording notice. A refusal wins over an agreement that is still under
 * way: what that was to begin - cameras, the seat in the call - does not go on after it.
 */
import { unlessOver } from "../call_over.js";

/** @typedef {import("./screen_state.js").ScreenState} ScreenState */

export class NoticeAnswer {
  /** The call to which the citizen agrees now. */
  #agreeing = "";
  /** The call that was refused on this page. */
  #refused = "";
  /** The call for which the agreement was taken back on this page. */
  #withdrawn = "";
  /** Who was asked last. */
  #person = "";
  /** Ends the waiting for devices that are not wanted any more. */
  #giveUp = () => {};

  /** @param {ScreenState} state */
  constructor(state) {
    this.state = state;
  }

  /** The person of the call who has not answered yet. @returns {string} */
  get unanswered() {
    return this.#asked.find(([, one]) => !one.answer)?.[0] ?? "";
  }

  /** She has refused, and the call does not show it yet. */
  get refusing() {
    const { call } = this.state;
    return call !== null && this.#refused === call.call && !this.#saidNo;
  }

  /** She has taken the agreement back, and the call does not show it yet. */
  get withdrawing() {
    const { call } = this.state;
    return call !== null && this.#withdrawn === call.call && !this.#saidNo;
  }

  /** Whether devices may be open now: somebody has agreed, or is about to, and nobody said no. */
  get allows() {
    const { call } = this.state;
    if (!call?.data || call.over || call.state === "wrap_up" || [this.#refused, this.#withdrawn].includes(call.call)) return false;
    if (this.#agreeing === call.call) return true;
    const answers = this.#asked.map(([, one]) => one.answer);
    return !this.#saidNo && (answers.length === 0 || answers.includes("agreed"));
  }

  /** Her devices are there before the desk hears of it: the recording expects what is open then. */
  async agree() {
    const { call } = this.state;
    const person = this.unanswered;
    if (!call || !person || this.refusing) return;
    this.#agreeing = call.call;
    this.#person = person;
    const given = new Promise((resolve) => (this.#giveUp = () => resolve(undefined)));
    try {
      // The browser may ask for the camera, and nobody need answer it.
      await Promise.race([this.state.openDevices(), given]);
      if (this.allows && this.state.call === call) await this.#say(call.call, person, "agreed");
    } catch (error) {
      if (this.#refused !== call.call) throw error;
    } finally {
      if (this.#agreeing === call.call) this.#agreeing = "";
    }
  }

  /** Said until it is heard. */
  async refuse() {
    const { call } = this.state;
    const person = this.unanswered || this.#person;
    if (!call || !person) return;
    this.#refused = call.call;
    this.giveUp();
    try {
      await this.state.acts.untilHeard(() => this.#say(call.call, person, "refused")).catch(unlessOver);
    } catch (error) {
      this.#refused = "";
      throw error;
    }
  }

  /**
   * Said until it is heard; her devices are shut before. Whoever agrees anew does so in another call.
   * @param {import("signaling/call_session.js").CallSession} call @param {string} person
   */
  async withdraw(call, person) {
    this.#withdrawn = call.call;
    this.giveUp();
    try {
      await this.state.acts.untilHeard(() => this.state.socket.ask("consent.withdraw", { call: call.call, person })).catch(unlessOver);
    } catch (error) {
      this.#withdrawn = "";
      // The agreement stands, and the call goes on with her.
      if (this.state.call === call && !call.over) await this.state.retryDevices();
      throw error;
    }
  }

  /** Nothing that an agreement was to begin goes on. */
  giveUp() {
    this.#agreeing = "";
    this.#giveUp();
    this.state.closeDevices();
  }

  /** @returns {[string, any][]} whoever answers a notice in this call */
  get #asked() {
    return Object.entries(this.state.call?.data?.persons ?? {}).filter(([, one]) => one.kind === "citizen" || one.kind === "agent");
  }

  get #saidNo() {
    return this.#asked.some(([, one]) => one.answer && one.answer !== "agreed");
  }

  /** @param {string} call @param {string} person @param {"agreed" | "refused"} answer */
  #say(call, person, answer) {
    const { version, sha256 } = this.state.notice;
    return this.state.socket.ask("notice.answer", { call, person, answer, notice: version, sha256 });
  }
}
