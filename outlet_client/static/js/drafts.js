/**
 * What was typed and not saved yet, kept for this tab: a reload or a lost line loses nothing. It
 * holds personal values, so it is dropped as soon as the server has them.
 */

const PREFIX = "yunchuang.draft.";

export class Draft {
  /** @param {string} caseId */
  constructor(caseId) {
    this.name = PREFIX + caseId;
    /** @type {Record<string, string>} typed values by `applicant.CODE`, `form.CODE`, `identity.method` ... */
    this.values = JSON.parse(sessionStorage.getItem(this.name) ?? "{}");
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

  /** What was typed of a group, by code. @param {string} group @returns {Record<string, string>} */
  group(group) {
    return Object.fromEntries(
      Object.entries(this.values)
        .filter(([field]) => field.startsWith(`${group}.`))
        .map(([field, value]) => [field.slice(group.length + 1), value]),
    );
  }

  #keep() {
    if (Object.keys(this.values).length) sessionStorage.setItem(this.name, JSON.stringify(this.values));
    else sessionStorage.removeItem(this.name);
  }
}
