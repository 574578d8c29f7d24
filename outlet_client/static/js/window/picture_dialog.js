/** A picture of a material, large: over the page, closed by Esc, by its button or beside it. */
import { byId, el, icon } from "portal/dom.js";
import { t } from "portal/i18n.js";

/** @param {string} title @param {string} address */
export function showPicture(title, address) {
  const close = () => dialog.close();
  const dialog = el(
    "dialog",
    { class: "dialog picture-dialog", "aria-label": title, "data-dialog": "picture" },
    el("div", { class: "dialog-head" }, el("h2", {}, title), printed(address), el("button", { type: "button", class: "button button-quiet button-icon", "aria-label": t("Close"), "data-action": "close-picture", onclick: close }, icon("close"))),
    el("div", { class: "picture-stage" }, el("img", { src: address, alt: title })),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  dialog.addEventListener("close", () => dialog.remove());
  byId("main").append(dialog);
  dialog.showModal();
}

/** A copy to print says what it may be used for; what is still on its way has none. @param {string} address */
function printed(address) {
  if (!address.startsWith("/api/")) return "";
  return el("a", { class: "button button-small", href: `${address}?copy=1`, target: "_blank", rel: "noopener", "data-action": "print-copy" }, icon("printer"), t("Copy to print"));
}
