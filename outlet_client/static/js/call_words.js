/** What a call is doing, in words for the counter. */
import { duration, t, tn } from "portal/i18n.js";
import { asksFor } from "signaling/interruption.js";

/** @param {number | undefined | null} ms rounded up to whole minutes */
export function about(ms) {
  if (ms === undefined || ms === null) return t("waiting time not known yet");
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  return tn("about %(num)d minute", "about %(num)d minutes", minutes);
}

/**
 * @param {any} call snapshot of `call:ID`
 * @returns {{title: string, words: string}}
 */
export function callWords(call) {
  switch (call?.state) {
    case "requested":
    case "queued": {
      const ahead = Math.max(0, (call.place ?? 1) - 1);
      const place = ahead ? tn("%(num)d call before you", "%(num)d calls before you", ahead) : t("you are next");
      return { title: t("Connecting you with a reviewer"), words: both(place, about(call.expected_wait_ms)) };
    }
    case "offered":
      return { title: t("Ringing at the reviewer"), words: t("Please wait, the hall is answering") };
    case "connecting":
      return { title: t("The reviewer has answered"), words: t("Picture and sound are being connected") };
    case "consent":
      return { title: t("Waiting for the notice to be answered"), words: t("The citizen agrees or declines on the citizen screen") };
    case "active":
      return { title: t("Connected"), words: "" };
    case "held":
      return { title: t("The reviewer has put the call on hold"), words: t("Recording goes on. Please wait a moment.") };
    case "interrupted":
      return { title: t("The connection is interrupted"), words: t("It comes back by itself; the case is kept as it is") };
    default:
      return ended(call);
  }
}

/**
 * What an interruption still asks of the people at the counter, for the clerk.
 * @param {any} call
 * @returns {{title: string, words: string} | null}
 */
export function afterInterruption(call) {
  if (call?.state !== "active" && call?.state !== "held") return null;
  switch (asksFor(call)) {
    case "recheck":
      return { title: t("The call was interrupted"), words: t("The reviewer asks once more for the name and one question. The citizen please stays in front of the camera; what was said before stands.") };
    case "restart":
      return { title: t("The call was interrupted: this item begins anew"), words: t("The reviewer says the notice, checks the identity and asks for the wish once more. The citizen please stays in front of the camera and keeps the document ready.") };
    default:
      return null;
  }
}

/**
 * The same for the citizen, and what happens while the call is interrupted.
 * @param {any} call
 * @returns {{title: string, words: string} | null}
 */
export function interruptionForCitizen(call) {
  if (call?.state === "interrupted") return { title: t("The connection is interrupted"), words: t("It comes back by itself. Please stay here; nothing is lost.") };
  const after = afterInterruption(call);
  if (!after) return null;
  const again = asksFor(call) === "recheck" ? t("The reviewer asks you once more for your name and one question.") : t("The reviewer asks you for everything once more. Please keep your document ready and say again what you want.");
  return { title: t("The line was interrupted a moment ago"), words: again };
}

/** Two short remarks as one. @param {string} first @param {string} second */
export function both(first, second) {
  return t("%(first)s, %(second)s", { first, second });
}

/** @param {any} call @returns {{title: string, words: string}} */
function ended(call) {
  if (call?.end_reason === "consent_withdrawn") return { title: t("The citizen has taken back the agreement to be recorded"), words: t("The call has ended; what was recorded until then is kept. Send the case to desk review or make an appointment; both count the same") };
  switch (call?.state) {
    case "wrap_up":
    case "ended":
      return { title: t("The call is over"), words: t("The result comes to this window by itself") };
    case "declined_consent":
      return { title: t("The citizen does not agree to be recorded"), words: t("Send the case to desk review or make an appointment; both count the same") };
    case "missed":
      return { title: t("Nobody answered"), words: t("Call again or send the case to desk review") };
    case "failed":
      return { title: t("The call could not be connected"), words: t("The case is kept. Call again or send it to desk review") };
    default:
      return { title: t("The call was given up"), words: t("The case is kept as it is") };
  }
}

/**
 * How a pre-check ended, for the clerk: nothing was decided, so nothing comes to the window by itself.
 * @param {any} call
 * @returns {{title: string, words: string}}
 */
export function precheckOver(call) {
  if (call?.active_ms) return { title: t("The pre-check is over"), words: t("What the reviewer thought stands at the materials and is kept with the case. Accept it, or tell the citizen once what is missing.") };
  switch (call?.state) {
    case "declined_consent":
      return { title: t("The citizen does not agree to be recorded"), words: t("Nothing was looked at. Go on without a pre-check.") };
    default:
      return { title: t("Nobody looked at the materials"), words: t("The case is kept as it is. Call again, or go on without a pre-check.") };
  }
}

/** How long the parties have been talking. @param {any} call @param {number} nowMs */
export function talkedFor(call, nowMs) {
  return call?.active_ms ? duration(nowMs - call.active_ms) : "";
}
