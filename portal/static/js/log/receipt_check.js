/** A receipt held against the log: everything that a server says here is worked out again. */
import { fromBase64, fromHex, sameBytes } from "./bytes.js";
import { logSigned, verifiesSignatures, witnessSigned } from "./checkpoint.js";
import { HASH_SIZE, verifyInclusion } from "./merkle.js";
import { parseProofFile } from "./proof_file.js";
import { tileOf } from "./tiles.js";

const WAIT_MS = 15_000;

/** @typedef {import("./checkpoint.js").Checkpoint} Checkpoint */
/** @typedef {{name: string, id: string, public: string}} Key `id` in lower hex, `public` in base64 */
/** @typedef {{origin: string, key: Key, witnesses: Key[]}} Log */
/** @typedef {{origin: string, index: number, leaf: Uint8Array}} Receipt */

/**
 * @typedef {object} Result
 * @property {"included" | "other_leaf" | "beyond" | "other_origin" | "behind" | "broken" | "busy" | "unreachable" | "insecure"} verdict
 * @property {Checkpoint} [checkpoint] under which the entry stands
 * @property {string[]} [signers] names of the witnesses who signed it
 * @property {boolean} [signatures] whether they were verified here
 * @property {Record<string, string | number>} [facts] what the server told
 */

// Before the origin its label may stand, behind the hash a full stop; the hash may go over two lines.
const LINE = /(?:^|[^\x21-\x7e]):*([\x21-\x7e]+?)\s+(0|[1-9][0-9]{0,14})\s+([0-9a-f\s]+)[^0-9a-z]*$/i;
const UNSEEN = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

/**
 * `ORIGIN INDEX LEAFHASH` as it is printed, or the address in the code, which has it after the `#` with
 * `+` between the parts; also as it is typed, in full-width characters or in capitals.
 * @param {string} text
 * @param {string} known the origin of the log here, told as it is written
 * @returns {Receipt | null}
 */
export function parseReceipt(text, known) {
  const typed = text.normalize("NFKC").replace(UNSEEN, "").trim();
  const found = LINE.exec(/\s/.test(typed) ? typed : typed.slice(typed.indexOf("#") + 1).replaceAll("+", " "));
  const [, origin = "", index = "", hash = ""] = found ?? [];
  const leaf = fromHex(hash.replace(/\s/g, "").toLowerCase());
  if (!found || leaf?.length !== HASH_SIZE) return null;
  return { origin: origin.toLowerCase() === known.toLowerCase() ? known : origin, index: Number(index), leaf };
}

/** @param {Receipt} receipt */
export function proofUrl(receipt) {
  return `/log/proof/${receipt.index}.tlog-proof`;
}

/** @param {Receipt} receipt @param {Log} log @returns {Promise<Result>} */
export async function checkReceipt(receipt, log) {
  if (receipt.origin !== log.origin) return { verdict: "other_origin" };
  if (!globalThis.crypto?.subtle) return { verdict: "insecure" };
  const answer = await get(proofUrl(receipt));
  if (!answer?.ok) return refused(answer);
  const proof = parseProofFile(await answer.text());
  if (!proof || proof.index !== receipt.index || proof.checkpoint.origin !== log.origin) return { verdict: "broken" };
  const { checkpoint, hashes } = proof;
  const signatures = await verifiesSignatures();
  if (!(await signedByLog(checkpoint, log.key, signatures))) return { verdict: "broken" };
  const stands = (/** @type {Uint8Array} */ leaf) => verifyInclusion(leaf, receipt.index, checkpoint.size, hashes, checkpoint.root);
  if (await stands(receipt.leaf)) {
    return { verdict: "included", checkpoint, signatures, signers: await signersOf(checkpoint, log.witnesses, signatures) };
  }
  // Whether another entry is proved to stand there, or the proof proves nothing at all.
  const there = await leafAt(receipt.index, checkpoint.size);
  const other = there && !sameBytes(there, receipt.leaf) && (await stands(there));
  return { verdict: other ? "other_leaf" : "broken", checkpoint };
}

/** @param {Checkpoint} checkpoint @param {Key} key @param {boolean} verifying */
async function signedByLog(checkpoint, key, verifying) {
  const line = checkpoint.signatures.find((one) => one.name === key.name && one.keyId === key.id);
  const bytes = fromBase64(key.public);
  return Boolean(line && bytes && (!verifying || (await logSigned(checkpoint, line, bytes))));
}

/** @param {Checkpoint} checkpoint @param {Key[]} witnesses @param {boolean} verifying */
async function signersOf(checkpoint, witnesses, verifying) {
  const names = [];
  for (const { name, id, public: encoded } of witnesses) {
    const line = checkpoint.signatures.find((one) => one.name === name && one.keyId === id);
    const key = fromBase64(encoded);
    if (line && key && (!verifying || (await witnessSigned(checkpoint, line, key)))) names.push(name);
  }
  return names;
}

/** The leaf hash that the log's own tile has at `index`. @param {number} index @param {number} size */
async function leafAt(index, size) {
  const { path, position } = tileOf(index, size);
  const answer = await get(`/log/${path}`);
  if (!answer?.ok) return null;
  return new Uint8Array(await answer.arrayBuffer()).slice(position * HASH_SIZE, (position + 1) * HASH_SIZE);
}

/** @param {Response | null} answer @returns {Promise<Result>} */
async function refused(answer) {
  const problem = await answer?.json().catch(() => null);
  const facts = { code: problem?.code ?? "", ...problem?.details };
  switch (problem?.slug) {
    case "not_in_log":
      return { verdict: "beyond", facts };
    case "log_behind_witnesses":
      return { verdict: "behind", facts };
    case "too_many_tries":
      return { verdict: "busy", facts };
    default:
      return { verdict: "unreachable", facts };
  }
}

/** @param {string} url null if nothing came, or not in time */
async function get(url) {
  try {
    return await fetch(url, { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(WAIT_MS) });
  } catch {
    return null;
  }
}
