/**
 * Security keys and the machine's own authenticator (W3C Web Authentication): one is made known for this
 * site, and asked to confirm an act.
 */
import { base64 } from "portal/key_store.js";

/** @typedef {{id: string, web_origin: string}} Party the site for which keys are made */
/** @typedef {{key: string, credential: string}} Held a key of this person; `credential` in base64url */
/**
 * @typedef {object} Enrolment
 * @property {string} origin of the log
 * @property {Party | null} party
 * @property {{number: string, name: string}} person
 * @property {string} organisation
 * @property {string[]} known credentials that are known already, in base64url
 */

const ES256 = -7;
const ENROL_MS = 120_000;

/**
 * Why this page cannot ask a security key: no address is set up for them, the page was opened at another
 * one, or the browser has no such thing. "" if it can.
 * @param {Party | null | undefined} party
 * @returns {"" | "unset" | "elsewhere" | "browser"}
 */
export function hindrance(party) {
  if (!party) return "unset";
  if (party.web_origin !== location.origin) return "elsewhere";
  return window.isSecureContext && typeof PublicKeyCredential === "function" ? "" : "browser";
}

/**
 * Has a key made for `me` and this site; what the desk is told of it. Throws what the browser throws:
 * `NotAllowedError` when nobody touched a key in time, `InvalidStateError` when this one is known.
 * @param {Enrolment & {party: Party}} enrolment
 * @param {string} me
 */
export async function makeKey({ origin, party, person, organisation, known }, me) {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: await sha256(`yunchuang/enrol/v1\n${origin}\n${me}\n`),
      rp: { id: party.id, name: organisation || party.id },
      user: { id: new TextEncoder().encode(me), name: person.number, displayName: person.name },
      pubKeyCredParams: [{ type: "public-key", alg: ES256 }],
      excludeCredentials: known.map(descriptor),
      authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
      attestation: "none",
      timeout: ENROL_MS,
    },
  });
  if (!(made instanceof PublicKeyCredential) || !(made.response instanceof AuthenticatorAttestationResponse)) throw new TypeError("no credential");
  return {
    credential: base64url(made.rawId),
    attestation_object: base64url(made.response.attestationObject),
    client_data: base64url(made.response.clientDataJSON),
  };
}

/**
 * Asks one of the keys `held` to confirm `message`, after it has verified its owner.
 * @param {Party} party @param {readonly Held[]} held @param {string} message
 * @param {{timeout: number, signal: AbortSignal}} limits milliseconds; aborting closes the browser's dialog
 * @returns {Promise<{akey: string, asig: string}>}
 */
export async function confirmedBy(party, held, message, { timeout, signal }) {
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: await sha256(message),
      rpId: party.id,
      allowCredentials: held.map(({ credential }) => descriptor(credential)),
      userVerification: "required",
      timeout,
    },
    signal,
  });
  if (!(found instanceof PublicKeyCredential) || !(found.response instanceof AuthenticatorAssertionResponse)) throw new TypeError("no assertion");
  const { authenticatorData, clientDataJSON, signature } = found.response;
  const used = held.find(({ credential }) => credential === base64url(found.rawId));
  if (!used) throw new TypeError("another key");
  const parts = [authenticatorData, clientDataJSON, signature];
  return { akey: used.key, asig: parts.map((part) => base64(new Uint8Array(part))).join(".") };
}

/** @param {string} credential @returns {PublicKeyCredentialDescriptor} */
function descriptor(credential) {
  const text = atob(credential.replaceAll("-", "+").replaceAll("_", "/"));
  return { type: "public-key", id: Uint8Array.from(text, (one) => one.charCodeAt(0)) };
}

/** @param {ArrayBuffer} bytes */
function base64url(bytes) {
  return base64(new Uint8Array(bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} text */
function sha256(text) {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
