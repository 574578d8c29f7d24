/**
 * This browser as a device of its window: it numbers and signs each request for a call, so that a call
 * that is left out of the log shows (docs/evidence-package.md, "Signed requests").
 *
 * A number is written down before it is sent and never used again. What became of it is told by the
 * next request: `answered` is the last one that this device knows to have become a call.
 */
import { ApiError, act, get } from "portal/api.js";
import { KeyStore, signed } from "portal/key_store.js";
import { parseCheckpoint } from "portal/log/checkpoint.js";
import { keptCheckpoints } from "portal/log/kept.js";
import { toBase64 } from "portal/log/bytes.js";

/** @typedef {{rule: "off" | "optional" | "required", origin: string}} DeviceRule */
/** @typedef {{call: string, key: string, counter: number, answered: number, size: number, root: string, signature: string}} Signed */
/**
 * `open` is the request of which nothing is known yet.
 * @typedef {import("portal/key_store.js").KeptKey & {counter: number, answered: number,
 *           open: {counter: number, call: string} | null}} DeviceKey
 */

const LOCK = "yunchuang.device";
const EMPTY_ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Refusals after which the same key holds no more; a browser that counts anew is another device. */
const GONE = new Set(["device_revoked", "device_taken", "counter_used"]);
/** What an honest desk never says to an honest computer: key and count stay as they are. */
const CONTRADICTED = new Set(["answer_unknown", "checkpoint_unknown"]);
/** Another tab that holds the lock for longer than this does not let go of it. */
const LOCK_MS = 10_000;

/** @type {KeyStore<DeviceKey>} */
const keys = new KeyStore("yunchuang.device", { counter: 0, answered: 0, open: null });

export class WindowDevice {
  /** @param {DeviceRule} device @param {string} window */
  constructor(device, window) {
    this.rule = device.rule;
    this.origin = device.origin;
    this.window = window;
    /** @type {"unknown" | "waiting" | "enrolled" | "revoked"} */
    this.state = "unknown";
    /**
     * Why an enrolled computer signed nothing last: its store does not answer, or the desk
     * contradicts what it knows, or cannot read its log.
     * @type {"" | "store" | "contradicted" | "log"}
     */
    this.hindrance = "";
    this.id = "";
    /** What both screens show when the device is enrolled. */
    this.code = "";
  }

  /** Makes the device known to the desk, if it is not yet, and asks how it stands. */
  async show() {
    // Two tabs that find a key revoked make one new key between them.
    if (this.rule === "off") return;
    try {
      await alone(() => this.#show());
      if (this.hindrance === "store") this.hindrance = "";
    } catch (error) {
      if (!(error instanceof ApiError)) this.hindrance = "store";
      throw error;
    }
  }

  /**
   * Sends one request: `send` is given what is signed, null where nothing is, and sends it. When the
   * answer is lost it is sent once more, the same number and signature. Whatever keeps this browser from
   * signing keeps nobody from calling: the request goes on unsigned, and `hindrance` says so.
   * @template T
   * @param {(device: Signed | null) => Promise<T>} send
   * @returns {Promise<T>}
   */
  async request(send) {
    if (this.state !== "enrolled") await this.show().catch(() => undefined);
    if (this.state !== "enrolled") return send(null);
    const { origin } = this;
    try {
      return await this.#signedRequest(send);
    } catch (error) {
      // Whatever is no answer of the desk's came before anything was sent.
      const slug = error instanceof ApiError ? error.slug : "";
      if (!(error instanceof ApiError)) this.hindrance = "store";
      else if (CONTRADICTED.has(slug)) this.hindrance = "contradicted";
      else if (slug === "log_not_read") this.hindrance = "log";
      else if (GONE.has(slug) || slug === "device_unknown") await this.#again(slug);
      else throw error;
      // The log was followed by another while the page was open, and another tab has been enrolled for it.
      if (this.origin !== origin && this.state === "enrolled") return this.#signedRequest(send);
      if (this.rule === "required" && error instanceof ApiError) throw error;
      return send(null);
    }
  }

  /** A call of this window exists: it may be the one whose answer was lost. @param {string} call */
  async became(call) {
    if (this.rule !== "off") await alone(() => this.#answered(call));
  }

  /** Another key, or another log. @param {string} slug */
  async #again(slug) {
    this.state = "unknown";
    if (GONE.has(slug)) await alone(() => this.#forget(this.id)).catch(() => undefined);
    await this.show().catch(() => undefined);
  }

  /**
   * @template T
   * @param {(device: Signed | null) => Promise<T>} send
   * @returns {Promise<T>}
   */
  async #signedRequest(send) {
    // One request at a time: another tab must not send a higher number before this one.
    return alone(async () => {
      const device = await this.#next();
      let answer;
      try {
        answer = await send(device);
      } catch (error) {
        if (!(error instanceof ApiError) || error.slug !== "line_lost") throw error;
        answer = await send(device);
      }
      this.hindrance = "";
      // There is a call: that it was not written down is told by the next request, and is no fault of this one.
      await this.#answered(device.call).catch(() => undefined);
      return answer;
    });
  }

  /** @returns {Promise<void>} */
  async #show() {
    const key = await keys.keyOf(this.owner);
    this.id = key.id;
    this.code = (key.id.slice(0, 12).match(/..../g) ?? []).join(" ");
    let { origin, state } = await get(`/api/v1/window/device?key=${key.id}`);
    if (origin !== this.origin) {
      // The log was followed by another while this page was open: it has a key of its own.
      this.origin = origin;
      return this.#show();
    }
    if (state === "unknown") state = await proposed(key.publicKey);
    if (state === "revoked") {
      await this.#forget(key.id);
      return this.#show();
    }
    this.state = state;
  }

  /** Whose key it is in this browser: one a log and window. */
  get owner() {
    return `${this.origin} ${this.window}`;
  }

  /** Another tab may have made a new key already. @param {string} id */
  async #forget(id) {
    if ((await keys.keyOf(this.owner)).id === id) await keys.forget(this.owner);
  }

  /** @returns {Promise<Signed>} */
  async #next() {
    const kept = await keys.keyOf(this.owner);
    const counter = kept.counter + 1;
    const call = newCall();
    await keys.keep({ ...kept, counter, open: { counter, call } });
    const { size, root } = await this.#seen();
    const lines = ["yunchuang/request/v1", this.origin, `call:${call}`, "desk.call.requested", counter, kept.answered, size, root];
    const signature = await signed(kept.key, lines.map((line) => `${line}\n`).join(""));
    return { call, key: kept.id, counter, answered: kept.answered, size, root, signature };
  }

  /** @param {string} call */
  async #answered(call) {
    const kept = await keys.keyOf(this.owner);
    if (kept.open?.call === call) await keys.keep({ ...kept, answered: kept.open.counter, open: null });
  }

  /** The newest checkpoint of this log that the browser keeps. */
  async #seen() {
    const kept = await keptCheckpoints().catch(() => []);
    const found = parseCheckpoint(kept.find((one) => one.origin === this.origin)?.note ?? "");
    return found ? { size: found.size, root: toBase64(found.root) } : { size: 0, root: EMPTY_ROOT };
  }
}

/**
 * Under the lock that all tabs share.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function alone(work) {
  const limit = new AbortController();
  const timer = window.setTimeout(() => limit.abort(new DOMException("another tab holds the lock", "TimeoutError")), LOCK_MS);
  return navigator.locks.request(LOCK, { signal: limit.signal }, () => {
    window.clearTimeout(timer);
    return work();
  });
}

/** How the key stands once it is shown; one that somebody else has is as good as revoked. @param {string} publicKey */
async function proposed(publicKey) {
  try {
    return (await act("/api/v1/window/device", { public_key: publicKey })).state;
  } catch (error) {
    if (error instanceof ApiError && GONE.has(error.slug)) return "revoked";
    throw error;
  }
}

/** An id for a call that is to be: a ULID. */
function newCall() {
  const random = crypto.getRandomValues(new Uint8Array(10));
  let number = random.reduce((sum, byte) => sum * 256n + BigInt(byte), BigInt(Date.now()));
  let text = "";
  for (let place = 0; place < 26; place += 1) {
    text = (DIGITS[Number(number % 32n)] ?? "") + text;
    number /= 32n;
  }
  return text;
}
