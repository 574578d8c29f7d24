/**
 * What was typed and not saved yet, kept on this machine for who typed it (`kept.js`): a lost line, a
 * reload or a new sign-in loses nothing. A group goes as soon as the server has it.
 */

/** @typedef {import("./kept.js").Kept} Kept */

const PREFIX = "draft.";

export class Draft {
  /** @type {Promise<unknown> | null} the keeping that is under way */
  #keeping = null;
  #again = false;

  /** @param {Kept} kept @param {string} caseId */
  constructor(kept, caseId) {
    this.kept = kept;
    this.name = PREFIX + caseId;
    /** @type {Record<string, string>} typed values by `applicant.CODE`, `form.CODE`, `identity.method` ... */
    this.values = {};
  }

  /** Reads what was typed before; to be waited for before anything is typed. */
  async load() {
    this.values = (await this.kept.get(this.name))?.about ?? {};
  }

  /** @param {string} field @param {string} value */
  set(field, value) {
    this.values[field] = value;
    this.#keep();
  }

  /** @param {string} field @returns {string | undefined} */
  get(field) {
    return this.values[field];
  }

  /** Forgets the fields of a group that the server has now. @param {string} group */
  drop(group) {
    for (const field of Object.keys(this.values)) if (field.startsWith(`${group}.`)) delete this.values[field];
    this.#keep();
  }

  /** Nothing of the case is typed any more. */
  forget() {
    if (!Object.keys(this.values).length) return;
    this.values = {};
    this.#keep();
  }

  /** What was typed of a group, by code. @param {string} group @returns {Record<string, string>} */
  group(group) {
    return Object.fromEntries(
      Object.entries(this.values)
        .filter(([field]) => field.startsWith(`${group}.`))
        .map(([field, value]) => [field.slice(group.length + 1), value]),
    );
  }

  /** The newest values are the last that are written, whoever types how fast. */
  #keep() {
    if (this.#keeping) this.#again = true;
    else this.#keeping = this.#write().finally(() => (this.#keeping = null));
  }

  async #write() {
    do {
      this.#again = false;
      await (Object.keys(this.values).length ? this.kept.put(this.name, this.values) : this.kept.drop(this.name));
    } while (this.#again);
  }
}
