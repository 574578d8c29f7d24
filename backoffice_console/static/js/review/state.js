/**
 * One case under review as its page knows it: the case, its lock, what stands in the way of an
 * approval, and the call if there is one. Every change is told by the event `change`.
 */
import { ApiError, act, get } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { StreamState } from "signaling/stream_state.js";
import { merged } from "../fragment.js";
import { start } from "../station.js";

/** @typedef {import("portal/socket.js").Socket} Socket */
/** @typedef {import("signaling/call_session.js").CallSession} CallSession */
/** @typedef {import("../station.js").Page} Page */
/**
 * @typedef {object} Evidence
 * @property {boolean} call_required
 * @property {{code: string, slug: string, title: string, detail: string} | null} blocked
 * @property {string[]} marks
 * @property {{ok: boolean, cause: string | null, durable_ago_ms: number | null, ended: boolean} | null} recording
 */

const LEASE_EVERY_MS = 40_000;
const EVIDENCE_EVERY_MS = 2_000;
/** A new part of the recording is known to the log after its first segment, and some. */
const SETTLED_MS = 6_000;
const MARKED = ["notice", "identity", "declaration"];
const OPEN = new Set(["accepted", "in_first_review"]);

export class ReviewState extends EventTarget {
  /** @param {Page} page @param {Socket} socket */
  constructor(page, socket) {
    super();
    this.page = page;
    this.socket = socket;
    /** @type {any} the answer of GET /api/v1/review/cases/ID, null before it came or without a case */
    this.case = null;
    /** @type {Evidence | null} */
    this.evidence = null;
    /** @type {CallSession | null} */
    this.session = null;
    /** @type {any} what the call is about, in words */
    this.about = null;
    /** @type {ApiError | null} why the case cannot be worked on */
    this.refused = null;
    this.acting = "";
    /** @type {Map<string, number>} since when a mark is missed in a recording that runs, by its kind */
    this.missed = new Map();
    this.look = merged(() => this.load(), 150);
  }

  get caseId() {
    return this.page.case ?? null;
  }

  /** The call a decision is bound to: the running one, or one of this reviewer that ended in order. */
  get decisionCall() {
    return this.page.call ?? this.page.decision_call ?? null;
  }

  /** State of the call, "" without one. */
  get callState() {
    return this.session?.state ?? "";
  }

  get inCall() {
    return ["connecting", "consent", "active", "held", "interrupted"].includes(this.callState);
  }

  /** Whether the parties are joined: only then marks count and identity can be confirmed. */
  get running() {
    return this.callState === "active" || this.callState === "held";
  }

  get mine() {
    return Boolean(this.case?.mine) && this.case.state === "in_first_review";
  }

  async open() {
    if (this.page.call) this.about = await get(`/api/v1/review/calls/${this.page.call}`).catch(() => null);
    if (!this.caseId) {
      this.tell();
      return;
    }
    await this.load();
    const stream = new StreamState(this.socket, `case:${this.caseId}`);
    stream.addEventListener("change", this.look);
    this.socket.addEventListener("resumed", this.look);
    void start(stream);
    window.setInterval(() => void this.renew(), LEASE_EVERY_MS);
    window.setInterval(() => void this.check(), EVIDENCE_EVERY_MS);
    void this.check();
  }

  async load() {
    try {
      this.case = await get(this.path(""));
      if (this.case.mine) this.refused = null;
    } catch (error) {
      if (error instanceof ApiError && error.status === 0) return; // the line: what is shown stays
      toastError(error);
    }
    this.tell();
  }

  /** Takes the case, or takes it again after the lock ran out. */
  async take() {
    await this.run("take", async () => {
      await act(this.path("/take"));
      this.refused = null;
    });
  }

  /** Keeps the lock while the page lives. */
  async renew() {
    if (!this.mine) return;
    try {
      await act(this.path("/lease"));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 0) return; // the lock outlives a short cut
      this.refused = error;
      this.look();
    }
  }

  async check() {
    if (!this.case || !OPEN.has(this.case.state)) return;
    const call = this.decisionCall ? `?call=${this.decisionCall}` : "";
    const found = await get(this.path(`/evidence${call}`)).catch(() => null);
    if (found === null || JSON.stringify(found) === JSON.stringify(this.evidence)) return;
    this.evidence = found;
    this.missMarks();
    this.tell();
  }

  /** Notes which marks the recording does not show: placed before it ran, or into a gap. */
  missMarks() {
    const light = this.evidence?.recording;
    const runs = Boolean(light?.ok) && light?.durable_ago_ms !== null;
    for (const kind of MARKED) {
      const missed = runs && this.isPlaced(kind) && !this.evidence?.marks.includes(kind);
      if (!missed) this.missed.delete(kind);
      else if (!this.missed.has(kind)) this.missed.set(kind, performance.now());
    }
  }

  /** Whether such a mark is missing in the recording for good, and must be placed again. @param {string} kind */
  isMissed(kind) {
    const since = this.missed.get(kind);
    return since !== undefined && performance.now() - since >= SETTLED_MS;
  }

  /** Whether such a mark stands: what lies before the evidence began anew does not. @param {string} kind */
  isPlaced(kind) {
    return Object.values(this.session?.data?.marks ?? {}).some((/** @type {any} */ one) => one.kind === kind && one.stands);
  }

  /** @param {string} kind @param {string | null} [ref] */
  async mark(kind, ref = null) {
    this.missed.delete(kind);
    await this.run(`mark-${kind}`, async () => {
      /** @type {Record<string, unknown>} */
      const members = { call: this.page.call, kind, case: this.caseId };
      if (ref) members["ref"] = ref;
      await this.socket.ask("mark.record", members);
      await this.check();
    });
  }

  /** @param {{face_matches: boolean, document_shown: boolean, question: string, question_answered: boolean}} seen */
  async confirmIdentity(seen) {
    this.missed.delete("identity");
    await this.run("identity", async () => {
      await act(this.path("/identity"), { ...seen, call: this.page.call, version: this.case.version });
      toast(t("Identity confirmed, the recording is marked"), "ok");
      await this.check();
    });
  }

  /** @param {{name_confirmed: boolean, question: string, question_answered: boolean}} asked */
  async recheck(asked) {
    await this.run("recheck", async () => {
      await this.socket.ask("call.recheck", { ...asked, call: this.page.call });
      toast(t("Checked again, the recording is marked"), "ok");
      await this.check();
    });
  }

  /** @param {string} material @param {"good" | "faulty"} check @param {string | null} [fault] */
  async checkMaterial(material, check, fault = null) {
    const body = { check, version: this.case.version, ...(fault ? { fault } : {}) };
    await this.run("check", () => act(this.path(`/materials/${material}/check`), body));
  }

  async release() {
    await this.run("release", async () => {
      await act(this.path("/release"), { version: this.case.version });
      location.assign("/hall");
    });
  }

  async handBack() {
    await this.run("hand-back", () => act(this.path("/hand-back")));
  }

  /** Calls the window of the case; its page carries the call from then on. */
  async callWindow() {
    await this.run("call-window", async () => {
      const { call } = await this.socket.ask("call.request", { kind: "review", case: this.caseId });
      location.assign(`/hall/call/${call}`);
    });
  }

  /**
   * One act at a time; its refusal is told and nothing is lost.
   * @param {string} name
   * @param {() => Promise<unknown>} work
   * @returns {Promise<boolean>} whether it was done
   */
  async run(name, work) {
    if (this.acting) return false;
    this.acting = name;
    this.tell();
    try {
      await work();
      if (this.caseId) await this.load();
      return true;
    } catch (error) {
      toastError(error);
      if (this.caseId) this.look();
      return false;
    } finally {
      this.acting = "";
      this.tell();
    }
  }

  /** @param {string} rest */
  path(rest) {
    return `/api/v1/review/cases/${this.caseId}${rest}`;
  }

  tell() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
