/**
 * Merkle trees of RFC 9162 section 2.1 with SHA-256: proofs are verified here, in the reader's own
 * browser. Hashes are 32 bytes; sizes and positions are whole numbers below 2^53, so no bit operator
 * (32 bits) touches them. Needs a secure context (https or localhost), which alone has WebCrypto.
 */
import { sameBytes } from "./bytes.js";

export const HASH_SIZE = 32;
export const MAX_PROOF_HASHES = 63;

/** @param {Uint8Array} entry @returns {Promise<Uint8Array>} */
export function leafHash(entry) {
  return sha256([0], entry);
}

/** @param {Uint8Array} left @param {Uint8Array} right @returns {Promise<Uint8Array>} */
export function nodeHash(left, right) {
  return sha256([1], left, right);
}

/**
 * RFC 9162 section 2.1.3.2: whether `leaf` stands at `index` of the tree of `size` under `root`.
 * @param {Uint8Array} leaf @param {number} index @param {number} size
 * @param {Uint8Array[]} proof the leaf's sibling first @param {Uint8Array} root
 * @returns {Promise<boolean>}
 */
export async function verifyInclusion(leaf, index, size, proof, root) {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  const path = climb(index, size - 1, proof);
  if (!path) return false;
  let running = leaf;
  for (const [sibling, onTheLeft] of path) running = onTheLeft ? await nodeHash(sibling, running) : await nodeHash(running, sibling);
  return sameBytes(running, root);
}

/**
 * RFC 9162 section 2.1.4.2: whether the tree of `size` begins with the whole tree of `old`. A proof
 * from size 0 says nothing and is refused.
 * @param {number} old @param {number} size @param {Uint8Array[]} proof
 * @param {Uint8Array} oldRoot @param {Uint8Array} root
 * @returns {Promise<boolean>}
 */
export async function verifyConsistency(old, size, proof, oldRoot, root) {
  if (!isSize(old) || !isSize(size) || old < 1 || old > size || !areHashes([oldRoot, root, ...proof])) return false;
  if (old === size) return proof.length === 0 && sameBytes(oldRoot, root);
  // The climb begins at the last complete subtree of the old tree; where that is the whole old
  // tree, the proof leaves its hash out.
  let width = 1;
  while (Math.floor((old - 1) / width) % 2 === 1) width *= 2;
  const [first, ...rest] = old === width ? [oldRoot, ...proof] : proof;
  const path = first && climb(Math.floor((old - 1) / width), Math.floor((size - 1) / width), rest);
  if (!first || !path) return false;
  let [before, now] = [first, first];
  for (const [sibling, onTheLeft] of path) {
    if (onTheLeft) before = await nodeHash(sibling, before);
    now = onTheLeft ? await nodeHash(sibling, now) : await nodeHash(now, sibling);
  }
  return sameBytes(before, oldRoot) && sameBytes(now, root);
}

/**
 * Each hash of `path` with whether it stands to the left, from the node at `position` up; `last` is the
 * rightmost position of that level. Null if the path ends before the root or goes on after it.
 * @param {number} position @param {number} last @param {Uint8Array[]} path
 * @returns {[Uint8Array, boolean][] | null}
 */
function climb(position, last, path) {
  /** @type {[Uint8Array, boolean][]} */
  const sides = [];
  for (const sibling of path) {
    if (last === 0) return null;
    const onTheLeft = position % 2 === 1 || position === last;
    if (onTheLeft) {
      // A node without a right neighbour rises until it has one on its left.
      while (position % 2 === 0) [position, last] = [position / 2, Math.floor(last / 2)];
    }
    sides.push([sibling, onTheLeft]);
    [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  }
  return last === 0 ? sides : null;
}

/** @param {number} number */
function isSize(number) {
  return Number.isSafeInteger(number) && number >= 0;
}

/** @param {Uint8Array[]} hashes */
function areHashes(hashes) {
  return hashes.length <= MAX_PROOF_HASHES + 2 && hashes.every((hash) => hash.length === HASH_SIZE);
}

/** @param {...(Uint8Array | number[])} parts */
async function sha256(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
