/** Proof files, `.tlog-proof` (c2sp.org/tlog-proof): one entry's place in a log. */
import { fromBase64 } from "./bytes.js";
import { parseCheckpoint } from "./checkpoint.js";
import { HASH_SIZE, MAX_PROOF_HASHES } from "./merkle.js";

const HEADER = "c2sp.org/tlog-proof@v1";

/** @typedef {import("./checkpoint.js").Checkpoint} Checkpoint */

/**
 * @typedef {object} ProofFile
 * @property {number} index
 * @property {Uint8Array[]} hashes the leaf's sibling first
 * @property {Checkpoint} checkpoint
 */

/** Nothing in it is verified yet. @param {string} text @returns {ProofFile | null} null for what is none */
export function parseProofFile(text) {
  const gap = text.indexOf("\n\n");
  const [header, ...lines] = text.slice(0, Math.max(gap, 0)).split("\n");
  if (header !== HEADER) return null;
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const [, index] = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? "") ?? [];
  const hashes = lines.map(fromBase64).filter((hash) => hash !== null && hash.length === HASH_SIZE);
  const checkpoint = parseCheckpoint(text.slice(gap + 2));
  if (index === undefined || !checkpoint || hashes.length !== lines.length || hashes.length > MAX_PROOF_HASHES) return null;
  return { index: Number(index), hashes: /** @type {Uint8Array[]} */ (hashes), checkpoint };
}
