/**
 * Checkpoints (c2sp.org/tlog-checkpoint) as signed notes with Ed25519 signatures: of the log itself,
 * and of witnesses (c2sp.org/tlog-cosignature). Keys come from elsewhere; a note never brings its own.
 */
import { fromBase64, toHex } from "./bytes.js";
import { HASH_SIZE } from "./merkle.js";

const MAX_NOTE = 65_536;
const MAX_SIGNATURES = 16;
const KEY_ID = 4;
const TIME = 8;

/**
 * @typedef {object} NoteSignature
 * @property {string} name
 * @property {string} keyId lower hex
 * @property {Uint8Array} signature after the key id
 */

/**
 * @typedef {object} Checkpoint
 * @property {string} body what is signed, with its last newline
 * @property {string} origin
 * @property {number} size
 * @property {Uint8Array} root
 * @property {NoteSignature[]} signatures
 */

/** @param {string} text @returns {Checkpoint | null} null for what is no checkpoint */
export function parseCheckpoint(text) {
  const gap = text.lastIndexOf("\n\n");
  if (text.length > MAX_NOTE || gap < 0 || !text.endsWith("\n")) return null;
  const body = text.slice(0, gap + 1);
  const [origin, size, root] = body.split("\n");
  const hash = fromBase64(root ?? "");
  const signatures = text
    .slice(gap + 2, -1)
    .split("\n")
    .map(parseLine);
  if (!origin || !/^(?:0|[1-9][0-9]{0,15})$/.test(size ?? "") || hash?.length !== HASH_SIZE || signatures.length > MAX_SIGNATURES) return null;
  const known = signatures.filter((line) => line !== null);
  return known.length === signatures.length ? { body, origin, size: Number(size), root: hash, signatures: known } : null;
}

/**
 * Whether this browser verifies Ed25519 (Chromium from 137 on; not in offices' oldest).
 * @returns {Promise<boolean>}
 */
export async function verifiesSignatures() {
  return (await publicKey(new Uint8Array(HASH_SIZE))) !== null;
}

/** @param {Checkpoint} checkpoint @param {NoteSignature} line @param {Uint8Array} key 32 bytes */
export function logSigned(checkpoint, line, key) {
  return verified(key, line.signature, checkpoint.body);
}

/** @param {Checkpoint} checkpoint @param {NoteSignature} line @param {Uint8Array} key 32 bytes */
export function witnessSigned(checkpoint, line, key) {
  const time = witnessTime(line);
  if (time === null) return Promise.resolve(false);
  return verified(key, line.signature.slice(TIME), `cosignature/v1\ntime ${time}\n${checkpoint.body}`);
}

/** When a witness says it signed, in seconds since 1970. @param {NoteSignature} line */
export function witnessTime(line) {
  if (line.signature.length !== TIME + 64) return null;
  const at = new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0);
  return at <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(at) : null;
}

/** @param {Uint8Array} key @param {Uint8Array} signature @param {string} text */
async function verified(key, signature, text) {
  const imported = await publicKey(key);
  return imported !== null && crypto.subtle.verify("Ed25519", imported, own(signature), new TextEncoder().encode(text));
}

/** @param {Uint8Array} key */
async function publicKey(key) {
  try {
    return await crypto.subtle.importKey("raw", own(key), "Ed25519", false, ["verify"]);
  } catch {
    return null;
  }
}

/** A copy of its own memory, as WebCrypto's types ask for. @param {Uint8Array} bytes */
function own(bytes) {
  return Uint8Array.from(bytes);
}

/** @param {string} line @returns {NoteSignature | null} */
function parseLine(line) {
  const [, name, encoded] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = fromBase64(encoded ?? "");
  if (!name || !bytes || bytes.length <= KEY_ID) return null;
  return { name, keyId: toHex(bytes.slice(0, KEY_ID)), signature: bytes.slice(KEY_ID) };
}
