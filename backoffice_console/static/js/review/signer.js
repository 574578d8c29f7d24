/**
 * Signs acts in this browser (docs/evidence-package.md, "Signed acts"). The commitments are made here,
 * from the values that the page shows.
 */
import { act } from "portal/api.js";
import { canonical } from "./canonical.js";
import { base64, forget, hex, keep, keyOf } from "./key_store.js";

/** @typedef {{rule: "off" | "optional" | "required", origin: string}} Signing */
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
 */
/** @typedef {{akey: string, asig: string, seq: number, prev: string}} Signature */

export class Signer {
  /** @type {Promise<import("./key_store.js").SigningKey> | null} */
  #key = null;

  /** @param {Signing} signing @param {string} me */
  constructor(signing, me) {
    this.rule = signing.rule;
    this.origin = signing.origin;
    this.owner = `${signing.origin} ${me}`;
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
    await keep({ ...(await keyOf(this.owner)), enrolled: false });
    this.#key = null;
  }

  /** The key holds no more, or never did. */
  async renew() {
    await forget(this.owner);
    this.#key = null;
  }

  /** @param {Asked} asked @returns {Promise<Signature>} */
  async sign(asked) {
    if (asked.origin !== this.origin) throw new Error("another log than the page's");
    const { id, key } = await this.key();
    const message = encoded(await messageOf(asked));
    const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, message);
    return { akey: id, asig: base64(new Uint8Array(raw)), seq: asked.seq, prev: asked.prev };
  }

  async #known() {
    const key = await keyOf(this.owner);
    if (!key.enrolled) {
      await act("/api/v1/review/signing-keys", { kind: "webcrypto-p256", public_key: key.publicKey });
      key.enrolled = true;
      await keep(key);
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
