/** The steps of a case at the window, and which of them is to be done now. */
import { t } from "portal/i18n.js";

/** @typedef {import("../types.js").CasePage} CasePage */
/** @typedef {import("../types.js").Step} Step */

/** The clerk works at the case: before acceptance, after a return, and when something is supplied. */
export const AT_THE_WINDOW = Object.freeze(["draft", "returned_to_outlet", "supplement_required"]);
/** It lies with the hall, decided or not; the decision is not back yet. */
export const IN_THE_HALL = Object.freeze(["accepted", "in_first_review", "approved", "refused"]);
const FILLING = /** @type {readonly Step[]} */ (Object.freeze(["identity", "fill", "materials", "sign", "accept"]));

/** @param {Step} step @param {CasePage} [page] a refusal is not issued, it is handed over */
export function stepName(step, page) {
  if (step === "issue" && page?.outcome === "refused") return t("Hand over the decision");
  switch (step) {
    case "identity":
      return t("Identity check");
    case "fill":
      return t("Fill in");
    case "materials":
      return t("Materials");
    case "sign":
      return t("Read back and sign");
    case "accept":
      return t("Acceptance");
    case "hall":
      return t("Review in the hall");
    case "issue":
      return t("Issue");
    case "done":
      return t("Done");
    case "supplement":
      return t("Supplement");
  }
}

/** @param {CasePage} page @returns {Step[]} */
export function stepsOf(page) {
  if (page.state === "supplement_required") return ["supplement", "identity", "fill", "materials", "sign"];
  if (page.item.instant) return ["identity", "fill", "materials", "accept", "done"];
  return [...FILLING, "hall", "issue"];
}

/** @param {CasePage} page @param {Step} step whether nothing of it is missing */
export function isDone(page, step) {
  const at = page.moments;
  const beyond = !AT_THE_WINDOW.includes(page.state);
  switch (step) {
    case "identity":
      return Boolean(at["identity_ms"]) && !hasFault(page, "identity");
    case "fill":
      return Boolean(at["identity_ms"]) && missingFields(page).length === 0 && !lacksPersons(page) && !page.faults.some((one) => one.target.startsWith("form:") || one.target === "persons");
    case "materials":
      return page.materials.every((slot) => (!slot.required || slot.enough) && !hasFault(page, slot.code));
    case "sign":
      return Boolean(at["signed_ms"]) && !hasFault(page, "application_signature");
    case "accept":
      return beyond && page.state !== "withdrawn" && page.state !== "lapsed";
    case "hall":
      return Boolean(at["decided_ms"]) && !IN_THE_HALL.includes(page.state);
    case "issue":
      return page.state === "completed" || page.state === "issued";
    case "done":
      return page.state === "completed";
    case "supplement":
      return false;
  }
}

/** The first step with something left to do. @param {CasePage} page @returns {Step} */
export function presentStep(page) {
  if (AT_THE_WINDOW.includes(page.state)) return stepsOf(page).find((step) => !isDone(page, step)) ?? "accept";
  if (page.item.instant) return "done";
  if (IN_THE_HALL.includes(page.state)) return "hall";
  return "issue";
}

/** Steps a clerk may go back to now. @param {CasePage} page @param {Step} step */
export function mayOpen(page, step) {
  if (page.state === "supplement_required") return stepsOf(page).includes(step);
  if (!AT_THE_WINDOW.includes(page.state) || !FILLING.includes(step)) return step === presentStep(page);
  const steps = stepsOf(page);
  return steps.indexOf(step) <= steps.indexOf(presentStep(page));
}

/** @param {CasePage} page */
export function missingFields(page) {
  return page.fields.filter((field) => field.required && !field.value);
}

/** The item is about a table of persons, and none has been taken over. @param {CasePage} page */
export function lacksPersons(page) {
  return page.persons !== null && page.persons.rows.length === 0;
}

/** @param {CasePage} page @param {string} target */
export function hasFault(page, target) {
  return page.faults.some((one) => one.target === target);
}

/** When a step was done, in wall milliseconds. @param {CasePage} page @param {Step} step */
export function doneAt(page, step) {
  const at = page.moments;
  const moment = { identity: "identity_ms", sign: "signed_ms", accept: "accepted_ms", hall: "decided_ms", issue: "issued_ms" };
  return step in moment ? at[/** @type {Record<string, string>} */ (moment)[step] ?? ""] : null;
}
