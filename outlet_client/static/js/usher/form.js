/**
 * The form of the pre-fill desk: says at once which material is missing, and keeps on this machine what is
 * typed and not saved yet, so that a lost line or a sign-in that ended loses nothing.
 */
import { fill, pageData, status } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toast } from "portal/toast.js";
import { Draft } from "../drafts.js";
import { Kept } from "../kept.js";

/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

const page = pageData("page-data");
const form = /** @type {HTMLFormElement} */ (document.querySelector("#pre-fill"));
const place = /** @type {HTMLElement} */ (document.getElementById("lacking"));
const draft = new Draft(new Kept(page.kept), page.draft);

/** @param {Control} control */
function isTick(control) {
  return control instanceof HTMLInputElement && control.type === "checkbox";
}

/** What the person fills in; version and key are the page's own. @returns {Control[]} */
function controls() {
  return /** @type {Control[]} */ ([...form.elements]).filter((one) => /^(form|applicant|at_hand)\./.test(one.name));
}

function tell() {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[data-required]"));
  const names = [...boxes].filter((box) => !box.checked).map((box) => box.dataset["name"] ?? "");
  const words = names.length ? t("Still lacking: %(names)s", { names: names.join(t(", ")) }) : t("Has all the materials with her");
  fill(place, status(words, names.length ? "alert" : "check-circle", names.length ? "warn" : "ok"));
}

/** @param {Event} event */
function changed(event) {
  const control = /** @type {Control} */ (event.target);
  draft.set(control.name, isTick(control) ? (/** @type {HTMLInputElement} */ (control).checked ? "1" : "") : control.value);
  if (isTick(control)) tell();
}

/** Puts back what was typed here and never reached the desk. */
function restore() {
  let restored = false;
  for (const control of controls()) {
    const typed = draft.get(control.name);
    if (typed === undefined) continue;
    if (isTick(control)) {
      const box = /** @type {HTMLInputElement} */ (control);
      restored ||= box.checked !== Boolean(typed);
      box.checked = Boolean(typed);
    } else {
      restored ||= control.value !== typed;
      control.value = typed;
    }
  }
  if (restored) toast(t("What was typed and not saved is back"), "info");
}

await draft.load();
// What was sent and refused stands on the page already, newer than what is kept.
if (!page.refused) restore();
tell();
form.addEventListener("input", changed);
form.dataset["ready"] = "1";
