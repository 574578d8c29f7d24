/** What lanes, gaps and marks are called. */
import { t } from "portal/i18n.js";

/** @param {{seat: string, source: string}} lane */
export function laneWords(lane) {
  if (lane.source === "screen") return lane.seat === "hall" ? t("Reviewer's screen") : t("Clerk's screen");
  if (lane.seat === "hall") return lane.source === "microphone" ? t("Reviewer, sound") : t("Reviewer");
  if (lane.seat === "citizen" && lane.source === "microphone") return t("Citizen, sound");
  if (lane.source === "camera") return lane.seat === "citizen" ? t("Citizen's screen") : t("Clerk");
  return lane.source === "microphone" ? t("Counter, sound") : sourceWords(lane.source);
}

/** @param {string} source */
export function sourceWords(source) {
  switch (source) {
    case "microphone":
      return t("Sound");
    case "citizen_camera":
      return t("Citizen");
    case "document_camera":
      return t("Document camera");
    case "screen":
      return t("Shared screen");
    default:
      return t("Picture");
  }
}

/** @param {string} cause */
export function causeWords(cause) {
  switch (cause) {
    case "loss":
      return t("Packets lost on the line");
    case "tap_overflow":
      return t("Recorder could not keep up");
    case "socket_overflow":
      return t("System could not keep up");
    case "leg_gone":
      return t("Page or line was gone");
    case "worker_restart":
      return t("Recording service restarted");
    case "store_fault":
      return t("Disk fault");
    case "clock_step":
      return t("System clock was set");
    case "pause":
      return t("Paused on request");
    case "bad_line":
      return t("Line too poor, picture paused for the sound");
    case "consent_withdrawn":
      return t("Consent withdrawn");
    default:
      return cause;
  }
}

/** @param {string} kind */
export function markWords(kind) {
  switch (kind) {
    case "notice":
      return t("Recording notice spoken");
    case "identity":
      return t("Identity confirmed on camera");
    case "declaration":
      return t("Declaration given");
    case "recheck":
      return t("Identity checked again");
    case "material":
      return t("Material looked at");
    case "still_asked":
      return t("New still asked for");
    case "not_understood":
      return t("Citizen did not understand");
    case "decision":
      return t("Decision");
    case "joined":
      return t("Joined");
    case "gone":
      return t("Connection lost");
    case "left":
      return t("Left");
    case "consent_withdrawn":
      return t("Consent withdrawn");
    case "content":
      return t("Picture or sound looks odd");
    default:
      return kind;
  }
}
