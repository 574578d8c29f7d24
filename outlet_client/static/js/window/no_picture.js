/** The document camera gives nothing: what is wrong, and the way to the page on which it is mended. */
import { t } from "portal/i18n.js";
import { banner, button } from "../bits.js";

/** @param {import("./window_page.js").WindowPage} page */
export function noPicture(page) {
  const title = page.desk.deviceFaults.get("document_camera") ?? t("The document camera gives no picture");
  return banner({
    title,
    words: t("Check it on the device page; the case is kept. A file can be uploaded meanwhile."),
    tone: "warn",
    name: "device-fault",
    actions: button({ label: t("Check the devices"), action: "open-devices", icon: "camera", run: () => page.router.go("/window/devices") }),
  });
}
