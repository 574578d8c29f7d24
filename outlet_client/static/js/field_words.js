/** Names and error sentences of fields. */
import { ApiError } from "portal/api.js";
import { t } from "portal/i18n.js";

/** @param {string} code a field of the applicant */
export function applicantLabel(code) {
  switch (code) {
    case "name":
      return t("Name");
    case "id_number":
      return t("ID number");
    case "phone":
      return t("Mobile number");
    case "organisation":
      return t("Organisation");
    case "credit_code":
      return t("Credit code");
    default:
      return code;
  }
}

/** The kind a sentence goes by: a bounded date is one of its own. @param {import("./types.js").FieldShown} field */
export function kindOf(field) {
  return field.not_after === "today" ? "past_date" : field.kind;
}

/** A whole sentence for a value that does not fit. @param {string} kind */
export function wrongValue(kind) {
  switch (kind) {
    case "past_date":
      return t("Please give the date as 2026-11-21, no later than today");
    case "id_number":
      return t("The ID number does not add up, please compare it again");
    case "bank_card":
      return t("The card number does not add up, please compare it again");
    case "phone":
      return t("A mobile number has 11 digits");
    case "credit_code":
      return t("The credit code does not add up, please compare it again");
    case "date":
      return t("Please give the date as 2026-11-21");
    case "money":
      return t("Please give an amount in yuan, such as 1200.00");
    case "name":
      return t("Please fill in the name");
    default:
      return t("Please check what is filled in here");
  }
}

/**
 * Which fields a refusal is about: K-01 names the first or all of them, C-05 all.
 * @param {unknown} error
 * @returns {string[]}
 */
export function refusedFields(error) {
  if (!(error instanceof ApiError)) return [];
  if (!["K-01", "C-05"].includes(error.code)) return [];
  if (Array.isArray(error.details["fields"])) return error.details["fields"];
  return typeof error.details["field"] === "string" ? [error.details["field"]] : [];
}
