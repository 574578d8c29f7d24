// Asks @sigstore/verify about inclusion proofs. stdin: [{leaf, index, hashes, checkpoint, origin, key}],
// bytes in base64 (key: Ed25519, SPKI DER); stdout: for each "ok" or what the library says.
const { createHash, createPublicKey } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { verifyCheckpoint } = require("@sigstore/verify/dist/tlog/checkpoint");
const { verifyMerkleInclusion } = require("@sigstore/verify/dist/tlog/merkle");

const bytes = (/** @type {string} */ text) => Buffer.from(text, "base64");

/** @param {any} one */
function check(one) {
  const raw = bytes(one.key).subarray(-32);
  const id = createHash("sha256").update(`${one.origin}\n\x01`).update(raw).digest();
  const log = { logID: id, baseURL: one.origin, publicKey: createPublicKey({ key: bytes(one.key), format: "der", type: "spki" }) };
  const entry = {
    canonicalizedBody: bytes(one.leaf),
    inclusionProof: { logIndex: String(one.index), hashes: one.hashes.map(bytes), checkpoint: { envelope: one.checkpoint } },
  };
  verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log]));
}

const answers = JSON.parse(readFileSync(0, "utf8")).map((/** @type {any} */ one) => {
  try {
    check(one);
    return "ok";
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
});
process.stdout.write(JSON.stringify(answers));
