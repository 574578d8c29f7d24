/**
 * Signs acts (docs/evidence-package.md, "Signed acts"): by her security key, where she has one for this
 * site, else by a key in this browser's store, which is weaker. The commitments are made here, from the
 * values that the page shows.
 */
import { act } from "portal/api.js";
import { confirmedBy, hindrance } from "../authenticator.js";
import { canonical } from "./canonical.js";
import { hex, KeyStore, signed } from "portal/key_store.js";

/** @typedef {import("../authenticator.js").Party} Party */
/** @typedef {import("../authenticator.js").Held} Held */
/** @typedef {"off" | "optional" | "required" | "required_webauthn"} Rule */
/** @typedef {{rule: Rule, origin: string, party?: Party | null, authenticators?: number}} Signing */
/** @typedef {{field: string, value: unknown, key: string}} CommittedField */
/**
 * @typedef {object} Asked the answer of GET .../decision/ID/act
 * @property {string} origin
 * @property {string} chain
 * @property {number} seq
 * @property {string} prev
 * @property {string | null} call
 * @property {string} type
 * @property {CommittedField[]} fields
 * @property {Held[]} authenticators her security keys for this site
 */
/** @typedef {{akey: string, asig: string, seq: number, prev: string}} Signature */

/** @typedef {import("portal/key_store.js").KeptKey & {enrolled: boolean}} SigningKey */

/** @type {KeyStore<SigningKey>} */
const keys = new KeyStore("yunchuang.signing", { enrolled: false });

export class Signer {
  /** @type {Promise<SigningKey> | null} */
  #key = null;

  /** @param {Signing} signing @param {string} me */
  constructor(signing, me) {
    this.rule = signing.rule;
    this.origin = signing.origin;
    this.party = signing.party ?? null;
    this.me = me;
    if (this.rule === "off" || this.rule === "required_webauthn") return;
    // While the page is filled in: confirming must not wait for a key.
    if (!signing.authenticators || hindrance(this.party)) this.key().catch(() => undefined);
  }

  /** Whose key it is in this browser: one a log and person. */
  get owner() {
    return `${this.origin} ${this.me}`;
  }

  /** Whether a security key is asked. @param {Asked} asked */
  asks(asked) {
    return asked.authenticators.length > 0 && !hindrance(this.party);
  }

  /** The key, made and made known the first time. A failure is forgotten: the next time tries again. */
  key() {
    if (!this.#key) {
      this.#key = this.#known();
      this.#key.catch(() => (this.#key = null));
    }
    return this.#key;
  }

  /** The desk does not know the key: it is made known again. */
  async enrolAgain() {
    await keys.keep({ ...(await keys.keyOf(this.owner)), enrolled: false });
    this.#key = null;
  }

  /** The key holds no more, or never did. */
  async renew() {
    await keys.forget(this.owner);
    this.#key = null;
  }

  /** By the key in this browser's store. @param {Asked} asked @returns {Promise<Signature>} */
  async sign(asked) {
    const message = await this.#message(asked);
    const { id, key } = await this.key();
    return { akey: id, asig: await signed(key, message), seq: asked.seq, prev: asked.prev };
  }

  /**
   * By a security key: somebody has to touch it, or show face or finger.
   * @param {Asked} asked @param {{timeout: number, signal: AbortSignal}} limits
   * @returns {Promise<Signature>}
   */
  async ask(asked, limits) {
    if (!this.party) throw new Error("no site for security keys");
    const message = await this.#message(asked);
    return { ...(await confirmedBy(this.party, asked.authenticators, message, limits)), seq: asked.seq, prev: asked.prev };
  }

  /** @param {Asked} asked */
  #message(asked) {
    if (asked.origin !== this.origin) {
      // The log was followed by another while the page was open: it has a key of its own.
      this.origin = asked.origin;
      this.#key = null;
    }
    return messageOf(asked);
  }

  async #known() {
    const key = await keys.keyOf(this.owner);
    if (!key.enrolled) {
      await act("/api/v1/review/signing-keys", { kind: "webcrypto-p256", public_key: key.publicKey });
      key.enrolled = true;
      await keys.keep(key);
    }
    return key;
  }
}

/** @param {Asked} asked */
async function messageOf(asked) {
  const lines = ["yunchuang/act/v1", asked.origin, asked.chain, String(asked.seq), asked.prev, asked.call ?? "-", asked.type];
  const fields = [...asked.fields].sort((a, b) => (a.field < b.field ? -1 : 1));
  for (const one of fields) lines.push(`${one.field} ${await commitment(one)}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** @param {CommittedField} one */
async function commitment({ value, key }) {
  const bytes = Uint8Array.from(key.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const hmac = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, encoded(canonical(value)))));
}

/** @param {string} text */
function encoded(text) {
  return new TextEncoder().encode(text);
}
