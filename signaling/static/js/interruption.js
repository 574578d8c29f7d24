/** What an interruption of a call costs, as its snapshot says (docs/protocol.md, "States of a call"). */

/** @typedef {{kind: string, stands: boolean}} Mark */

const REDONE = Object.freeze(["notice", "identity", "declaration"]);

/**
 * What the reviewer has yet to do since the call was interrupted: ask again who is there, or begin
 * all over; "" when there is nothing, or nothing any more.
 * @param {any} call snapshot of `call:ID`
 * @returns {"" | "recheck" | "restart"}
 */
export function asksFor(call) {
  if (call?.recheck_due) return "recheck";
  if (!call?.evidence_from_ms) return "";
  return REDONE.every((kind) => marks(call, kind).some((one) => one.stands)) ? "" : "restart";
}

/**
 * Whether such a step was done, but before an interruption that took it away.
 * @param {any} call
 * @param {string} kind
 */
export function tookAway(call, kind) {
  const placed = marks(call, kind);
  return placed.length > 0 && !placed.some((one) => one.stands);
}

/** @param {any} call @param {string} kind @returns {Mark[]} */
function marks(call, kind) {
  return /** @type {Mark[]} */ (Object.values(call?.marks ?? {})).filter((one) => one.kind === kind);
}
