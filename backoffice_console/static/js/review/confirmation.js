/**
 * Confirming a prepared decision, signed by a security key or by this browser where it can. What is signed is what the sheet
 * shows: the values in the form in which they will be recorded are shown as soon as they are known, and
 * nothing is decided that differs from them.
 */
import { ApiError, act, get } from "portal/api.js";
import { t } from "portal/i18n.js";

/** @typedef {import("./signer.js").Asked} Asked */
/** @typedef {import("./signer.js").Signature} Signature */
/** @typedef {import("./decide.js").Said} Said */

/** What a press waits for a signature before it decides without one, where that is allowed. */
const PATIENCE_MS = 2_000;
/** What somebody gets to take out her key and touch it, if the decision stands so long. */
const TOUCH_MS = 60_000;
const SIGNED_AGAIN = 3;
const ASKED_AGAIN = 1;
/** After these refusals another signature may do: the key was revoked, or the chain has moved. */
const ASK_AGAIN = ["A-01", "A-02", "A-05"];

export class Confirmation {
  /** @type {Promise<Asked>} */
  #asked;
  #unsigned = false;
  #cancelled = new AbortController();
  /** She took the weaker way, as her security key was not at hand. */
  #weaker = false;
  /** A security key was asked and did not confirm. */
  untouched = false;

  /**
   * @param {import("./signer.js").Signer} signer
   * @param {{path: string, item: string, said: Said}} decision `path` of the prepared decision, `item` the
   *   item's code; `said` takes on the form in which it will be recorded
   * @param {() => void} changed called when more is known: what is shown, or whether it will be signed
   */
  constructor(signer, { path, item, said }, changed) {
    this.signer = signer;
    this.path = path;
    this.item = item;
    this.said = said;
    /** @type {"off" | "waiting" | "asks" | "signs" | "lacking" | "unsigned"} */
    this.state = signer.rule === "off" ? "off" : "waiting";
    this.#asked = this.#ask();
    this.#asked.catch(() => undefined);
    if (this.state === "waiting") void this.#prepare().then(changed);
  }

  /**
   * @param {string} key of idempotency
   * @param {number} left milliseconds for which the decision stands
   * @returns {Promise<any>} once it is decided
   */
  async send(key, left) {
    const until = performance.now() + left;
    for (let round = 0; ; round++) {
      const signature = await this.#signature(until);
      try {
        return await act(`${this.path}/confirm`, signature ? { signature } : {}, { key });
      } catch (error) {
        if (!(error instanceof ApiError) || !signature || !error.code.startsWith("A-")) throw error;
        if (this.state === "asks") this.#askedInVain(error, round);
        else if (round < SIGNED_AGAIN) await this.#mend(error.code);
        else if (this.signer.rule !== "optional") throw error;
        else this.#giveUp();
      }
    }
  }

  /** The sheet was closed: a security key that is being asked need not answer any more. */
  cancel() {
    this.#cancelled.abort();
  }

  /** Whether this browser's own key may take the place of a security key that did not confirm. */
  get mayWeaken() {
    return this.untouched && this.signer.rule !== "required_webauthn";
  }

  /** From now on this browser's own key signs. */
  weaken() {
    this.#weaker = true;
    this.untouched = false;
    this.state = "signs";
  }

  async #prepare() {
    try {
      const asked = await this.#asked;
      take(asked, this.said);
      if (this.signer.asks(asked)) this.state = "asks";
      else if (this.signer.rule === "required_webauthn") this.state = "lacking";
      else {
        await this.signer.key();
        this.state = "signs";
      }
    } catch {
      // The line may have been away for a moment: the press tries once more.
      this.state = "unsigned";
      this.#askAgain();
    }
  }

  /**
   * Without one the desk decides, or says that there must be one.
   * @param {number} until @returns {Promise<Signature | null>}
   */
  async #signature(until) {
    if (this.state === "off" || this.#unsigned) return null;
    try {
      const asked = await inTime(this.#asked);
      if (!isShown(asked, this.said, this.item)) throw this.#differs(asked);
      if (!this.#weaker && this.signer.asks(asked)) return await this.#touched(asked, until);
      if (this.signer.rule === "required_webauthn") return null;
      const signature = await inTime(this.signer.sign(asked));
      this.state = "signs";
      return signature;
    } catch (error) {
      if (error instanceof Differs || error instanceof Untouched) throw error;
      this.state = "unsigned";
      this.#askAgain();
      return null;
    }
  }

  /** @param {Asked} asked @param {number} until @returns {Promise<Signature>} */
  async #touched(asked, until) {
    this.state = "asks";
    this.untouched = false;
    const timeout = Math.max(1, Math.min(TOUCH_MS, until - performance.now()));
    try {
      return await this.signer.ask(asked, { timeout, signal: this.#cancelled.signal });
    } catch {
      // The browser does not tell a key that is absent from a person who waved it away.
      this.untouched = true;
      throw new Untouched();
    }
  }

  /** @param {ApiError} error @param {number} round */
  #askedInVain(error, round) {
    if (round >= ASKED_AGAIN || !ASK_AGAIN.includes(error.code)) throw error;
    this.#askAgain();
  }

  /** @param {Asked} asked */
  #differs(asked) {
    take(asked, this.said);
    return new Differs();
  }

  /** @param {string} code */
  async #mend(code) {
    try {
      if (code === "A-01") await this.signer.enrolAgain();
      if (code === "A-02" || code === "A-03") await this.signer.renew();
    } catch {
      if (this.signer.rule === "optional") this.#giveUp();
    }
    this.#askAgain();
  }

  #giveUp() {
    this.#unsigned = true;
    this.state = "unsigned";
  }

  #askAgain() {
    this.#asked = this.#ask();
    this.#asked.catch(() => undefined);
  }

  /** @returns {Promise<Asked>} */
  #ask() {
    return this.state === "off" ? Promise.reject(new Error("off")) : get(`${this.path}/act`);
  }
}

/** What would be recorded is not what the sheet shows; nothing was decided. */
class Differs extends ApiError {
  constructor() {
    super({
      status: 409,
      code: "N-05",
      slug: "recorded_otherwise",
      title: t("What would be recorded differs from what stood here"),
      detail: t("Nothing was decided. Look once more at what stands here now, then confirm or go back."),
    });
  }
}

/** The security key did not confirm; nothing was decided. */
class Untouched extends ApiError {
  constructor() {
    super({
      status: 409,
      code: "N-06",
      slug: "key_not_touched",
      title: t("The security key did not confirm"),
      detail: t("Nothing was decided, and all of it is kept. Have the key at hand and confirm once more."),
    });
  }
}

/** The recorded form of what was typed. @param {Asked} asked @param {Said} said */
function take(asked, said) {
  for (const { field, value } of asked.fields) {
    const [group, code] = field.split(/\.(.*)/s);
    if (typeof value !== "string") continue;
    if ((group === "before" || group === "after") && code !== undefined) said[group][code] = value;
    else if (field === "transaction_number" || field === "text") said[field] = value;
  }
}

/** Whether the entry commits to what is shown, all of it and nothing else. @param {Asked} asked @param {Said} said @param {string} item */
function isShown(asked, said, item) {
  const shown = shownFields(said);
  const given = new Map(asked.fields.map((one) => [one.field, one.value]));
  const version = given.get("item");
  if (typeof version !== "string" || !version.startsWith(item)) return false;
  for (const name of ["item", "item_sha256"]) given.delete(name);
  return given.size === shown.size && [...shown].every(([field, value]) => JSON.stringify(given.get(field)) === JSON.stringify(value));
}

/** @param {Said} said @returns {Map<string, unknown>} */
function shownFields(said) {
  /** @type {Map<string, unknown>} */
  const fields = new Map([["outcome", said.outcome]]);
  if (said.outcome === "refused") return fields.set("reasons", said.reasons).set("text", said.text).set("remedy", said.remedy);
  fields.set("transaction_number", said.transaction_number || null);
  for (const when of /** @type {const} */ (["before", "after"])) {
    for (const [code, value] of Object.entries(said[when])) if (value) fields.set(`${when}.${code}`, value);
  }
  return fields;
}

/** @template T @param {Promise<T>} promise @returns {Promise<T>} */
function inTime(promise) {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(() => reject(new Error("no signature in time")), PATIENCE_MS);
    promise.then(resolve, reject).finally(() => window.clearTimeout(timer));
  });
}
