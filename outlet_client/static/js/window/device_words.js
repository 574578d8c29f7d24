/** What keeps this computer from signing its calls, for whoever sits at it. */
import { t } from "portal/i18n.js";

/** @param {import("./device.js").WindowDevice} device "" if it signs */
export function hindranceWords(device) {
  const words = {
    "": "",
    store: t("This browser cannot use its key: its storage is full or does not answer. Tell the administrator."),
    contradicted: t("The desk contradicts what this computer knows of its calls or of the log. Tell the duty lead, who has the log audited."),
    log: t("The desk cannot read its log at the moment and takes no signed calls. If this stays so, tell the administrator."),
  };
  return words[device.hindrance];
}
