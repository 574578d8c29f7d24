/** A store of objects in this browser (IndexedDB), by a key that each of them holds. */

export class Store {
  /**
   * @param {string} database one database a store @param {string} name @param {string} keyPath
   * @param {number} [limitMs] after which an answer is waited for no longer; 0: as long as it takes
   */
  constructor(database, name, keyPath, limitMs = 0) {
    this.database = database;
    this.name = name;
    this.keyPath = keyPath;
    this.limitMs = limitMs;
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest} ask
   * @returns {Promise<any>} once it is on the disk
   */
  do(mode, ask) {
    if (this.limitMs === 0) return this.#do(mode, ask);
    const limit = AbortSignal.timeout(this.limitMs);
    const late = new Promise((_, reject) => limit.addEventListener("abort", () => reject(limit.reason)));
    return Promise.race([this.#do(mode, ask, limit), late]);
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest} ask
   * @param {AbortSignal} [limit] whoever asked has gone on without the answer: nothing is written then
   * @returns {Promise<any>}
   */
  async #do(mode, ask, limit) {
    const database = await this.#opened();
    try {
      limit?.throwIfAborted();
      return await new Promise((resolve, reject) => {
        // `strict`: a power cut right afterwards must not take back what was promised.
        const transaction = database.transaction(this.name, mode, { durability: "strict" });
        const request = ask(transaction.objectStore(this.name));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error ?? request.error);
        transaction.onerror = () => reject(request.error);
      });
    } finally {
      database.close();
    }
  }

  /** @returns {Promise<IDBDatabase>} */
  #opened() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(this.database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(this.name, { keyPath: this.keyPath });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("blocked"));
    });
  }
}
