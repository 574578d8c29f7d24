/**
 * What the server does not have yet, kept on this machine: a lost line, a reload, a closed page or a
 * sign-in that ended loses nothing.
 *
 * It holds personal values, and the machine is shared. Everything lies in IndexedDB encrypted
 * (AES-256-GCM) under a key that the server gives to nobody but the person it belongs to, when that
 * person is signed in; names and owner are bound to it. It goes as soon as the server has it, and
 * after three days in any case.
 */

const DATABASE = "yunchuang.kept";
const STORE = "kept";
const LONGEST_MS = 3 * 24 * 3_600_000;
const NONCE_BYTES = 12;

/** @typedef {{owner: string, key: string}} Owner `key` in base64 */
/** @typedef {{owner: string, name: string, at: number, nonce: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer}} Row */
/** @typedef {{name: string, at: number, about: any, content: Blob}} Found */

/** Events: `fault` when this machine keeps nothing (private window, full disk). */
export class Kept extends EventTarget {
  /** @type {Promise<IDBDatabase>} */
  #database;
  /** @type {Promise<CryptoKey>} */
  #key;

  /** @param {Owner} owner */
  constructor({ owner, key }) {
    super();
    this.owner = owner;
    this.failed = false;
    this.#database = open();
    this.#key = crypto.subtle.importKey("raw", bytesOf(key), "AES-GCM", false, ["encrypt", "decrypt"]);
    for (const one of [this.#database, this.#key]) one.catch((error) => this.#fail(error));
  }

  /**
   * @param {string} name
   * @param {unknown} about JSON
   * @param {Blob} [content]
   * @returns {Promise<boolean>} whether it is kept
   */
  async put(name, about, content = new Blob()) {
    try {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const plain = await packed({ about, type: content.type }, content);
      const sealed = await crypto.subtle.encrypt(this.#lock(name, nonce), await this.#key, plain);
      await this.#do("readwrite", (store) => store.put({ owner: this.owner, name, at: Date.now(), nonce, sealed }));
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** @param {string} name @returns {Promise<Found | null>} */
  async get(name) {
    try {
      const row = await this.#do("readonly", (store) => store.get([this.owner, name]));
      return row ? await this.#opened(row) : null;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  /** What is kept under names that begin so, oldest first. @param {string} prefix @returns {Promise<Found[]>} */
  async list(prefix) {
    try {
      const range = IDBKeyRange.bound([this.owner, prefix], [this.owner, `${prefix}\uffff`]);
      /** @type {Row[]} */
      const rows = await this.#do("readonly", (store) => store.getAll(range));
      const found = [];
      for (const row of rows.sort((a, b) => a.at - b.at)) found.push(await this.#opened(row));
      return found.filter((one) => one !== null);
    } catch (error) {
      this.#fail(error);
      return [];
    }
  }

  /** Whether it is still there; true where nobody can tell. @param {string} name @returns {Promise<boolean>} */
  has(name) {
    return this.#do("readonly", (store) => store.count([this.owner, name])).then(Boolean, () => true);
  }

  /** @param {string} name */
  async drop(name) {
    await this.#do("readwrite", (store) => store.delete([this.owner, name])).catch((error) => this.#fail(error));
  }

  /** @param {Row} row @returns {Promise<Found | null>} null for what does not open any more */
  async #opened(row) {
    try {
      const plain = await crypto.subtle.decrypt(this.#lock(row.name, row.nonce), await this.#key, row.sealed);
      const length = new DataView(plain).getUint32(0);
      const { about, type } = JSON.parse(new TextDecoder().decode(plain.slice(4, 4 + length)));
      return { name: row.name, at: row.at, about, content: new Blob([plain.slice(4 + length)], { type }) };
    } catch {
      await this.drop(row.name);
      return null;
    }
  }

  /** @param {string} name @param {Uint8Array<ArrayBuffer>} nonce @returns {AesGcmParams} */
  #lock(name, nonce) {
    return { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(`${this.owner}\0${name}`) };
  }

  /**
   * One transaction; resolves when it is done, so that what was put is there.
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest} work
   * @returns {Promise<any>}
   */
  async #do(mode, work) {
    const database = await this.#database;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** @param {unknown} error */
  #fail(error) {
    console.warn("not kept on this machine", error);
    if (this.failed) return;
    this.failed = true;
    this.dispatchEvent(new CustomEvent("fault"));
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["owner", "name"] }).createIndex("at", "at");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      sweep(request.result);
      resolve(request.result);
    };
  });
}

/** Whoever it belongs to has not come back for it. @param {IDBDatabase} database */
function sweep(database) {
  const old = database.transaction(STORE, "readwrite").objectStore(STORE).index("at").openCursor(IDBKeyRange.upperBound(Date.now() - LONGEST_MS));
  old.onsuccess = () => {
    old.result?.delete();
    old.result?.continue();
  };
}

/** Length of the JSON, JSON, content. @param {unknown} head @param {Blob} content */
async function packed(head, content) {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, json.length);
  return new Blob([length, json, content]).arrayBuffer();
}

/** @param {string} base64 */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
}
