/**
 * Visits of the outlet as the window knows them: the one that stands here, and who waits to be called.
 * Read again whenever something moved at the outlet.
 */
import { get } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";

/** @typedef {{case_id: string, number: string, item_name: string, state: string, version: number, prepared: boolean, rated: boolean}} VisitCase */
/** @typedef {"guide" | "consult" | "fill" | "wait" | "call" | "handle" | "rate"} VisitStep */
/** @typedef {{visit_id: string, number: string, version: number, priority: string | null, step: VisitStep | null, since_ms: number | null, cases: VisitCase[]}} VisitHere */
/** @typedef {{visit_id: string, number: string, version: number, priority: string | null, since_ms: number, misses: number, prepared: number}} WaitingVisit */

const MINUTE_MS = 60_000;
const DRAW_EVERY_MS = 20_000;

/** Events: `change`. */
export class Visits extends EventTarget {
  /** @type {Promise<void> | null} the reading that is under way */
  #reading = null;
  #again = false;

  /** @param {import("../acts.js").Acts} acts of the page */
  constructor(acts) {
    super();
    this.acts = acts;
    /** @type {VisitHere | null} */
    this.here = null;
    /** @type {WaitingVisit[]} */
    this.waiting = [];
    this.inHall = 0;
    /** How far the clock of the desk is ahead of this machine's. */
    this.ahead = 0;
    window.setInterval(() => (this.here || this.waiting.length) && this.#changed(), DRAW_EVERY_MS);
  }

  /** Resolves when what is shown was true at the time of the call. */
  read() {
    if (this.#reading) this.#again = true;
    else this.#reading = this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** Whole minutes since then, by the desk's clock. @param {number | null} since_ms */
  minutes(since_ms) {
    return since_ms === null ? 0 : Math.max(0, Math.floor((Date.now() + this.ahead - since_ms) / MINUTE_MS));
  }

  /** Calls the next who waits, or a number. @param {string} [number] */
  call(number = "") {
    return this.#act("visit-call", "call", { number });
  }

  /** @param {WaitingVisit} visit */
  callThis(visit) {
    return this.#act("visit-call", `${visit.visit_id}/call`, { version: visit.version });
  }

  /** Begins a visit here without a call. */
  begin() {
    return this.#act("visit-begin", "", {});
  }

  /** @param {"call" | "received" | "missed"} act */
  answer(act) {
    return this.#ofHere(`visit-${act}`, act, {});
  }

  /** @param {VisitStep} step */
  step(step) {
    return this.#ofHere(`visit-${step}`, "step", { step });
  }

  /** @param {boolean} left */
  end(left) {
    return this.#ofHere("visit-end", "end", { left });
  }

  /** Takes a draft of the pre-fill desk over; resolves to whether that was done. @param {{case_id: string, version: number}} draft */
  async takeOver(draft) {
    return (await this.#done("visit-take-over", `/api/v1/cases/${draft.case_id}/take-over`, { version: draft.version })) === true;
  }

  /** @param {string} name @param {string} path @param {object} body */
  async #ofHere(name, path, body) {
    const here = this.here;
    return here ? this.#act(name, `${here.visit_id}/${path}`, { ...body, version: here.version }) : undefined;
  }

  /** @param {string} name @param {string} path @param {object} body */
  #act(name, path, body) {
    return this.#done(name, path ? `/api/v1/visits/${path}` : "/api/v1/visits", body);
  }

  /** @param {string} name @param {string} path @param {object} body */
  async #done(name, path, body) {
    return this.acts.once(name, async () => {
      let done = false;
      try {
        await this.acts.act(path, body);
        done = true;
      } catch (error) {
        toastError(error);
      }
      // Within the act: what is pressed next is meant for the visit as it stands now.
      await this.read();
      return done;
    });
  }

  async #read() {
    do {
      this.#again = false;
      try {
        const said = await get("/api/v1/visits");
        const before = this.here;
        this.here = said.here;
        this.waiting = said.waiting;
        this.inHall = said.in_hall;
        this.ahead = said.now_ms - Date.now();
        // Rated to the end by the citizen, on her own screen.
        if (before?.step === "rate" && this.here?.visit_id === before.visit_id && this.here.step === null) toast(t("The citizen has rated; the visit can be ended"), "ok");
      } catch (error) {
        console.info("visits are not read", error);
      }
    } while (this.#again);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
