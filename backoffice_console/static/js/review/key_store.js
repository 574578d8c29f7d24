/**
 * The signing key of one person in this browser: P-256, made here, kept in IndexedDB, and not to be
 * taken out by any script.
 */
const DATABASE = "yunchuang.signing";
const STORE = "keys";

/** @typedef {{owner: string, id: string, publicKey: string, key: CryptoKey, enrolled: boolean}} SigningKey */

/**
 * The key of `owner`, made now if there is none. Two tabs that begin at once end with the same.
 * @param {string} owner
 * @returns {Promise<SigningKey>}
 */
export async function keyOf(owner) {
  const found = await inStore("readonly", (store) => store.get(owner));
  if (found) return found;
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const id = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", spki)));
  /** @type {SigningKey} */
  const made = { owner, id, publicKey: base64(spki), key: pair.privateKey, enrolled: false };
  try {
    await inStore("readwrite", (store) => store.add(made));
    return made;
  } catch {
    return inStore("readonly", (store) => store.get(owner));
  }
}

/** @param {SigningKey} key */
export function keep(key) {
  return inStore("readwrite", (store) => store.put(key));
}

/** @param {string} owner */
export function forget(owner) {
  return inStore("readwrite", (store) => store.delete(owner));
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} ask
 * @returns {Promise<any>} once it is on the disk
 */
async function inStore(mode, ask) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
      transaction.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "owner" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}
