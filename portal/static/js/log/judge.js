/** What a checkpoint that is shown now is, held against the one that this browser kept. */
import { fromBase64, toHex } from "./bytes.js";
import { logSigned, parseCheckpoint, verifiesSignatures } from "./checkpoint.js";
import { verifyConsistency } from "./merkle.js";

const ED25519 = 1;

/**
 * What the desk answers. `proof` leads from the tree of the size that was asked for to this one.
 * @typedef {{vkey: string, checkpoint: string, cosigned: string | null, proof: string[] | null}} Shown
 */
/**
 * The newest checkpoint of one log that was found in order. `checked`: its signature was, too.
 * @typedef {{origin: string, vkey: string, size: number, note: string, cosigned: string | null,
 *            checked: boolean, at: number}} Kept
 */
/** @typedef {"unreadable" | "key" | "signature" | "rollback" | "fork"} Contradiction */

/**
 * @param {Kept | null} kept of the same origin
 * @param {Shown} shown
 * @param {string} origin that it must be of
 * @returns {Promise<{kept: Kept} | {contradiction: Contradiction}>}
 */
export async function judged(kept, shown, origin) {
  const now = parseCheckpoint(shown.checkpoint);
  if (!now || now.origin !== origin) return { contradiction: "unreadable" };
  // The key that was seen first: one that is told later may belong to whoever shows another log.
  const vkey = kept?.vkey ?? shown.vkey;
  if (shown.vkey !== vkey) return { contradiction: "key" };
  const checked = await verifiesSignatures();
  if (!(await signed(now, vkey, checked))) return { contradiction: "signature" };
  const before = kept && parseCheckpoint(kept.note);
  if (before) {
    if (now.size < before.size) return { contradiction: "rollback" };
    const proof = (shown.proof ?? []).map((hash) => fromBase64(hash) ?? new Uint8Array());
    // Every tree extends the empty one; of that there is no proof.
    if (before.size > 0 && !(await verifyConsistency(before.size, now.size, proof, before.root, now.root))) return { contradiction: "fork" };
  }
  const cosigned = originOf(shown.cosigned ?? "") === origin ? shown.cosigned : (kept?.cosigned ?? null);
  return { kept: { origin, vkey, size: now.size, note: shown.checkpoint, cosigned, checked, at: Date.now() } };
}

/** @param {string} note @returns {string} "" if it is no checkpoint */
export function originOf(note) {
  return parseCheckpoint(note)?.origin ?? "";
}

/**
 * @param {import("./checkpoint.js").Checkpoint} checkpoint @param {string} vkey
 * @param {boolean} verifies without it the line of this key must be there, and is not verified
 */
async function signed(checkpoint, vkey, verifies) {
  const [name, id, ...encoded] = vkey.split("+");
  const key = fromBase64(encoded.join("+"));
  if (key?.length !== 33 || key[0] !== ED25519 || toHex(await keyId(name ?? "", key)) !== id) return false;
  const line = checkpoint.signatures.find((one) => one.name === name && one.keyId === id);
  if (!line || name !== checkpoint.origin) return false;
  return !verifies || logSigned(checkpoint, line, key.slice(1));
}

/** C2SP signed-note. @param {string} name @param {Uint8Array} key with its type */
async function keyId(name, key) {
  const bytes = Uint8Array.from([...new TextEncoder().encode(`${name}\n`), ...key]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 4);
}
