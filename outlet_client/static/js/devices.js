/**
 * Which devices a page of the counter opens, and what is said when one fails.
 *
 * Each source may be given a device, left to the machine, switched off, or, in demonstrations,
 * drawn (`signaling/drawn_source.js`). The choice is kept on the machine, by source.
 */
import { t } from "portal/i18n.js";
import { drawnTrack } from "signaling/drawn_source.js";

/** @typedef {import("signaling/capture.js").Capture} Capture */
/** @typedef {import("signaling/leg.js").Source} Source */
/** @typedef {import("signaling/capture.js").Fault} Fault */

const CHOSEN = "yunchuang.source.";
export const OFF = "off";
export const DRAWN = "drawn";

/** @type {Readonly<Record<string, {window: readonly Source[], screen: readonly Source[]}>>} */
export const SOURCES = Object.freeze({
  one_pc: { window: ["microphone", "camera", "citizen_camera", "document_camera"], screen: [] },
  tablet: { window: ["microphone", "camera", "document_camera"], screen: ["citizen_camera"] },
  remote_citizen: { window: ["microphone", "camera", "document_camera"], screen: ["microphone", "citizen_camera"] },
});

/** @param {Source} source @returns {string} "", a device id, OFF or DRAWN */
export function chosen(source) {
  return localStorage.getItem(CHOSEN + source) ?? "";
}

/** @param {Source} source @param {string} choice */
export function choose(source, choice) {
  localStorage.setItem(CHOSEN + source, choice);
}

/**
 * Opens a source as it was chosen; one that was never chosen takes a device that is still unused,
 * so that two pictures of one camera are never sent as two.
 * @param {Capture} capture
 * @param {Source} source
 * @param {{drawn: boolean}} allowed
 */
export async function openSource(capture, source, allowed) {
  const choice = chosen(source);
  if (choice === OFF) {
    capture.stop(source);
    return;
  }
  if (choice === DRAWN && allowed.drawn) {
    capture.adopt(source, drawnTrack(source));
    return;
  }
  if (!choice && source !== "microphone" && !(await hasUnused(capture, source))) return;
  await capture.start(source, choice || undefined);
}

/**
 * Opens what is not open yet, one after the other: the first permission gives the others their names.
 * @param {Capture} capture
 * @param {readonly Source[]} sources
 * @param {{drawn: boolean}} allowed
 * @param {() => boolean} [wanted] false once no more is to be opened
 */
export async function openSources(capture, sources, allowed, wanted = () => true) {
  for (const source of sources) {
    if (wanted() && !capture.track(source)) await openSource(capture, source, allowed);
  }
}

/** @param {Capture} capture @param {Source} source */
async function hasUnused(capture, source) {
  const known = await capture.choices(source);
  const used = new Set(capture.open.map((one) => capture.track(one)?.getSettings().deviceId));
  return capture.open.every((one) => one === "microphone") || known.some((one) => !used.has(one.deviceId));
}

/** @param {Source} source */
export function sourceName(source) {
  switch (source) {
    case "microphone":
      return t("Microphone");
    case "camera":
      return t("Clerk's camera");
    case "citizen_camera":
      return t("Citizen's camera");
    case "document_camera":
      return t("Document camera");
    case "screen":
      return t("Shared screen");
  }
}

/** Another device has taken the place of one that went away. @param {Source} source @param {string} label */
export function replacedWords(source, label) {
  return t("The %(name)s was unplugged. In use now: %(label)s", { name: sourceName(source), label: label || t("another device") });
}

/** A device as its owner calls it, who has one of each. @param {Source} source */
export function ownName(source) {
  return source === "microphone" ? t("Microphone") : t("Camera");
}

/**
 * By the error guide: what happened, what to do.
 * @param {Fault} fault
 * @param {string} [name] what the device is called
 */
export function faultWords(fault, name = sourceName(fault.source)) {
  switch (fault.code) {
    case "D-01":
      return t("The browser may not use the %(name)s. Allow it at the lock beside the address, then try again. (D-01)", { name });
    case "D-02":
      return t("The %(name)s gives nothing. Check its plug or choose another device. (D-02)", { name });
    case "D-03":
      return t("Another program is using the %(name)s. Close that program, then try again. (D-03)", { name });
    case "D-04":
      return t("No %(name)s was found. Plug one in; what needs none still works. (D-04)", { name });
  }
}
