/**
 * Confirming a prepared decision, signed by this browser where it can. What is signed is what the sheet
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
const SIGNED_AGAIN = 3;

export class Confirmation {
  /** @type {Promise<Asked>} */
  #asked;
  #unsigned = false;

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
    /** @type {"off" | "waiting" | "signs" | "unsigned"} */
    this.state = signer.rule === "off" ? "off" : "waiting";
    this.#asked = this.#ask();
    this.#asked.catch(() => undefined);
    if (this.state === "waiting") void this.#prepare().then(changed);
  }

  /**
   * @param {string} key of idempotency
   * @returns {Promise<any>} once it is decided
   */
  async send(key) {
    for (let round = 0; ; round++) {
      const signature = await this.#signature();
      if (signature) this.state = "signs";
      try {
        return await act(`${this.path}/confirm`, signature ? { signature } : {}, { key });
      } catch (error) {
        if (!(error instanceof ApiError) || !signature || !error.code.startsWith("A-")) throw error;
        if (round < SIGNED_AGAIN) await this.#mend(error.code);
        else if (this.signer.rule === "required") throw error;
        else this.#giveUp();
      }
    }
  }

  async #prepare() {
    try {
      take(await this.#asked, this.said);
      await this.signer.key();
      this.state = "signs";
    } catch {
      // The line may have been away for a moment: the press tries once more.
      this.state = "unsigned";
      this.#askAgain();
    }
  }

  /** Without one the desk decides, or says that there must be one. @returns {Promise<Signature | null>} */
  async #signature() {
    if (this.state === "off" || this.#unsigned) return null;
    try {
      const asked = await inTime(this.#asked);
      if (!isShown(asked, this.said, this.item)) throw this.#differs(asked);
      return await inTime(this.signer.sign(asked));
    } catch (error) {
      if (error instanceof Differs) throw error;
      this.state = "unsigned";
      this.#askAgain();
      return null;
    }
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
