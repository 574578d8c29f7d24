/**
 * Staff pages hold the log to what this browser saw of it before (docs/evidence.md): each page asks for
 * the newest signed checkpoint with a proof that it extends the kept one, verifies it here, and keeps
 * the newest. What does not go together is kept for good and shown until an auditor has looked.
 */
import { ApiError, get } from "portal/api.js";
import { door } from "portal/dom.js";
import { showFindings } from "./alarm.js";
import { judged, originOf } from "./judge.js";
import { found, keep, keptCheckpoints, note } from "./kept.js";

const AGAIN_MS = 10 * 60_000;
const LOCK = "yunchuang.log";

async function look() {
  await show(); // what was found before needs no answer of the desk
  try {
    // Two tabs at once would each hold the log to another checkpoint.
    await navigator.locks.request(LOCK, compare);
    await show();
  } catch (error) {
    await show(error instanceof ApiError && error.slug === "log_not_proved" ? error : null);
  }
}

async function compare() {
  const [last] = await keptCheckpoints();
  const asked = last ? `?${new URLSearchParams({ origin: last.origin, since: String(last.size) })}` : "";
  /** @type {import("./judge.js").Shown} */
  const shown = await get(`/api/v1/log/checkpoint${asked}`);
  const origin = originOf(shown.checkpoint) || (last?.origin ?? "");
  if (!last || last.origin === origin) {
    await held(last ?? null, shown, origin);
    return;
  }
  // Another log than the last time: one of those kept before, or a new one.
  const known = (await keptCheckpoints()).find((one) => one.origin === origin);
  if (known) {
    const query = new URLSearchParams({ origin, since: String(known.size) });
    await held(known, await get(`/api/v1/log/checkpoint?${query}`), origin);
  } else {
    const whole = await held(null, shown, origin);
    if (whole) await note({ origin, cause: "new_origin", kept: last.note, shown: shown.checkpoint, vkey: last.vkey, at: Date.now() });
  }
}

/**
 * @param {import("./judge.js").Kept | null} kept @param {import("./judge.js").Shown} shown
 * @param {string} origin
 */
async function held(kept, shown, origin) {
  const verdict = await judged(kept, shown, origin);
  if ("kept" in verdict) await keep(verdict.kept);
  else await note({ origin, cause: verdict.contradiction, kept: kept?.note ?? "", shown: shown.checkpoint, vkey: kept?.vkey ?? shown.vkey, at: Date.now() });
  return "kept" in verdict;
}

/** @param {ApiError | null} [unproved] */
async function show(unproved = null) {
  showFindings(await found(), { auditor: door() === "auditor", unproved, changed: look });
}

/** Without an answer, or without a store, nothing is known: neither good nor bad. */
function quietly() {
  look().catch((error) => console.info("the log was not compared", error));
}

// Only a secure context has what it takes to verify anything.
if (window.isSecureContext) {
  quietly();
  window.setInterval(() => document.hidden || quietly(), AGAIN_MS);
}
