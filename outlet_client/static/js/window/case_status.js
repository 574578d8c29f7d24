/** The state of a case as icon and word. */
import { t } from "portal/i18n.js";

/**
 * @param {string} state
 * @param {string | null} outcome
 * @returns {{words: string, iconName: string, tone: string}}
 */
export function caseStatus(state, outcome) {
  switch (state) {
    case "draft":
      return { words: t("Filling in"), iconName: "pen", tone: "" };
    case "accepted":
      return { words: t("Accepted, waiting for review"), iconName: "clock", tone: "info" };
    case "in_first_review":
      return { words: t("In review"), iconName: "search", tone: "info" };
    case "returned_to_outlet":
      return { words: t("Returned to the window"), iconName: "return", tone: "warn" };
    case "supplement_required":
      return { words: t("Waiting for the supplement"), iconName: "inbox", tone: "warn" };
    case "approved":
      return { words: t("Approved by the hall"), iconName: "check-circle", tone: "ok" };
    case "refused":
      return { words: t("Refused"), iconName: "stop-circle", tone: "bad" };
    case "handed_back":
      return outcome === "refused"
        ? { words: t("Refused, to be handed over"), iconName: "stop-circle", tone: "bad" }
        : { words: t("Approved, to be issued"), iconName: "stamp", tone: "ok" };
    case "issued":
      return { words: t("Issued"), iconName: "check-circle", tone: "ok" };
    case "completed":
      return { words: t("Case completed"), iconName: "check-circle", tone: "ok" };
    case "withdrawn":
      return { words: t("Withdrawn"), iconName: "close", tone: "" };
    case "lapsed":
      return { words: t("Not supplied in time, deemed withdrawn"), iconName: "hourglass", tone: "" };
    default:
      return { words: state, iconName: "info", tone: "" };
  }
}
