/**
 * Signing keys of this browser: P-256, made here, kept in IndexedDB, and not to be taken out by any
 * script. Beside its key an owner may keep what belongs to it.
 */
import { Store } from "./store.js";

/** A store that is slower than this is out of order; whoever waits for it signs nothing. */
const LIMIT_MS = 3_000;

/** @typedef {{owner: string, id: string, publicKey: string, key: CryptoKey}} KeptKey */

/** @template {KeptKey} K */
export class KeyStore {
  /** @param {string} database @param {Omit<K, keyof KeptKey>} fresh what stands beside a key that was made just now */
  constructor(database, fresh) {
    this.fresh = fresh;
    this.store = new Store(database, "keys", "owner", LIMIT_MS);
  }

  /**
   * The key of `owner`, made now if there is none. Two tabs that begin at once end with the same.
   * @param {string} owner
   * @returns {Promise<K>}
   */
  async keyOf(owner) {
    const found = await this.store.do("readonly", (store) => store.get(owner));
    if (found) return found;
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
    const id = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", spki)));
    const made = /** @type {K} */ ({ owner, id, publicKey: base64(spki), key: pair.privateKey, ...this.fresh });
    try {
      await this.store.do("readwrite", (store) => store.add(made));
      return made;
    } catch {
      return this.store.do("readonly", (store) => store.get(owner));
    }
  }

  /** @param {K} key */
  keep(key) {
    return this.store.do("readwrite", (store) => store.put(key));
  }

  /** @param {string} owner */
  forget(owner) {
    return this.store.do("readwrite", (store) => store.delete(owner));
  }
}

/**
 * r and s, 32 bytes each, of ECDSA with SHA-256, in base64.
 * @param {CryptoKey} key @param {string} message
 */
export async function signed(key, message) {
  const bytes = new TextEncoder().encode(message);
  return base64(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, bytes)));
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
