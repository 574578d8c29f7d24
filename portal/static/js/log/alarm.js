/** Shows what the log was found to be. Nobody but an auditor closes a contradiction. */
import { confirmed } from "portal/dialog.js";
import { byId, el, fill, icon } from "portal/dom.js";
import { language, t } from "portal/i18n.js";
import { parseCheckpoint } from "./checkpoint.js";
import { forget, settle } from "./kept.js";

/** @typedef {import("./kept.js").Finding} Finding */
/**
 * @typedef {object} Reader
 * @property {boolean} auditor
 * @property {import("portal/api.js").ApiError | null} unproved the desk has no proof at this moment
 * @property {() => unknown} changed called when a finding was closed
 */

/** @param {Finding[]} findings @param {Reader} reader */
export function showFindings(findings, reader) {
  fill(byId("log-findings"), ...findings.map((one) => banner(one, reader)), reader.unproved && unprovedBanner(reader.unproved));
}

/** @param {Finding} finding @param {Reader} reader */
function banner(finding, reader) {
  const isNew = finding.cause === "new_origin";
  const titles = {
    rollback: t("The log is shorter than this browser has seen it"),
    fork: t("The log is not the one that this browser has seen before"),
    key: t("The log is signed by another key than this browser knows"),
    signature: t("The log is not signed by the key that this browser knows"),
    unreadable: t("The log's checkpoint cannot be read"),
    new_origin: t("This system writes a new log now"),
  };
  const words = isNew
    ? t("Until now it was %(old)s, now it is %(new)s. That is announced beforehand. Who knows of no announcement tells the auditor.", names(finding))
    : t("Entries of the past may have been changed or left out. Go on serving people. Save both checkpoints and give them to the auditor, tell the duty lead, and do not clear the data of this browser.");
  return el(
    "div",
    { class: "banner", "data-tone": isNew ? "warn" : "bad", "data-finding": finding.cause, role: isNew ? "status" : "alert" },
    icon("chain"),
    el("div", { class: "banner-words" }, el("p", { class: "banner-title" }, titles[finding.cause]), el("p", {}, words), el("p", { class: "muted" }, new Date(finding.at).toLocaleString(language))),
    el("div", { class: "banner-actions" }, ...actions(finding, reader)),
  );
}

/** @param {Finding} finding @param {Reader} reader */
function actions(finding, reader) {
  const buttons = [saving(t("Save the kept checkpoint"), "kept", finding.kept)];
  if (finding.cause === "new_origin") {
    buttons.push(button(t("Understood"), "understood", () => close(finding, reader)));
    return buttons;
  }
  buttons.push(saving(t("Save the checkpoint shown"), "shown", finding.shown));
  if (reader.auditor) buttons.push(button(t("Examined"), "examined", () => examined(finding, reader)));
  return buttons;
}

/** @param {Finding} finding @param {Reader} reader */
async function examined(finding, reader) {
  const question = {
    title: t("Have both checkpoints been saved and examined?"),
    words: t("This browser then forgets what it kept of this log, and begins anew with the log as it is shown now."),
    yes: t("Examined: begin anew"),
    danger: true,
  };
  if (!(await confirmed(question))) return;
  await forget(finding.origin);
  await close(finding, reader);
}

/** @param {Finding} finding @param {Reader} reader */
async function close(finding, reader) {
  await settle(finding.origin);
  await reader.changed();
}

/** @param {string} label @param {string} which @param {string} note */
function saving(label, which, note) {
  if (!note) return null;
  return button(label, `save-${which}`, () => {
    const url = URL.createObjectURL(new Blob([note], { type: "text/plain" }));
    el("a", { href: url, download: `checkpoint-${which}-${parseCheckpoint(note)?.size ?? 0}.txt` }).click();
    window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
  });
}

/** @param {string} label @param {string} action @param {() => unknown} run */
function button(label, action, run) {
  return el("button", { type: "button", class: "button button-small", "data-action": action, onclick: () => void run() }, label);
}

/** @param {Finding} finding */
function names(finding) {
  return { old: parseCheckpoint(finding.kept)?.origin ?? "", new: finding.origin };
}

/** @param {import("portal/api.js").ApiError} refusal */
function unprovedBanner(refusal) {
  return el(
    "div",
    { class: "banner", "data-tone": "warn", "data-finding": "unproved", role: "status" },
    icon("alert"),
    el("div", { class: "banner-words" }, el("p", { class: "banner-title" }, refusal.title), el("p", {}, refusal.detail)),
    el("span", { class: "banner-code" }, refusal.code),
  );
}
