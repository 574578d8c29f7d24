/** What the four letters of a material's trust mean, in the words of every page that shows one. */
import { t } from "portal/i18n.js";

/** @param {string} grade */
export function gradeWords(grade) {
  switch (grade) {
    case "A":
      return t("A: from the issuing authority");
    case "B":
      return t("B: original checked at the window");
    case "C":
      return t("C: uploaded, original not yet seen");
    default:
      return t("D: promised by the applicant");
  }
}
