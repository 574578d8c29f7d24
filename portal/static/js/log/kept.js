/**
 * What this browser keeps of the log, whoever is signed in: the newest checkpoint of each origin, and
 * the first contradiction of each that was ever shown. Nothing here is secret.
 */
import { Store } from "../store.js";

const checkpoints = new Store("yunchuang.log", "checkpoints", "origin", 3_000);
const findings = new Store("yunchuang.log-findings", "findings", "origin");

/** @typedef {import("./judge.js").Kept} Kept */
/**
 * `kept` and `shown` are the two signed notes that do not go together; `shown` alone, of a log that is
 * new here, has the cause `new_origin`, and `kept` is the note of the log before it.
 * @typedef {{origin: string, cause: import("./judge.js").Contradiction | "new_origin", kept: string,
 *            shown: string, vkey: string, at: number}} Finding
 */

/** Of every log, the one looked at last first. @returns {Promise<Kept[]>} */
export async function keptCheckpoints() {
  /** @type {Kept[]} */
  const all = await checkpoints.do("readonly", (store) => store.getAll());
  return all.sort((a, b) => b.at - a.at);
}

/** @param {Kept} kept */
export function keep(kept) {
  return checkpoints.do("readwrite", (store) => store.put(kept));
}

/** @param {string} origin */
export function forget(origin) {
  return checkpoints.do("readwrite", (store) => store.delete(origin));
}

/** @type {Map<string, Finding>} what could not be stored is shown all the same, while the page is open */
const unsaved = new Map();

/** @returns {Promise<Finding[]>} */
export async function found() {
  /** @type {Finding[]} */
  const stored = await findings.do("readonly", (store) => store.getAll());
  return [...stored.filter((one) => !unsaved.has(one.origin)), ...unsaved.values()];
}

/**
 * The first contradiction of an origin stays: what is shown later may be an attempt to mend it. That a log
 * follows another is no contradiction, and gives way to one. Called by one tab at a time.
 * @param {Finding} finding
 */
export async function note(finding) {
  const before = (await found()).find((one) => one.origin === finding.origin);
  if (before && before.cause !== "new_origin") return;
  await findings.do("readwrite", (store) => store.put(finding)).catch(() => unsaved.set(finding.origin, finding));
}

/** @param {string} origin */
export function settle(origin) {
  unsaved.delete(origin);
  return findings.do("readwrite", (store) => store.delete(origin));
}
