/** Canonical JSON, the profile of docs/evidence-package.md: sorted ASCII keys, no spaces, no floats. */

/** @param {unknown} value @returns {string} */
export function canonical(value) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") {
    const members = Object.entries(/** @type {Record<string, unknown>} */ (value));
    return `{${members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
  }
  throw new TypeError("a value without a canonical form");
}
