/** Joining the citizen's screen to the window: a code, its QR, or a second monitor of this machine. */
import { html, nothing, render } from "lit";
import { act } from "portal/api.js";
import { openDialog } from "portal/dialog.js";
import { byId } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { button } from "../bits.js";

/** @typedef {import("./desk.js").Desk} Desk */

/**
 * Opens the dialog and closes it when the screen has joined. A screen that is joined already is sent
 * away first: a window has one.
 * @param {Desk} desk
 */
export async function pairScreen(desk) {
  let issued;
  try {
    if (desk.place.data?.screen) await desk.socket.ask("screen.revoke");
    issued = await act("/api/v1/window/pairing");
  } catch (error) {
    toastError(error);
    return;
  }
  const picture = URL.createObjectURL(new Blob([issued.qr], { type: "image/svg+xml" }));
  const remote = desk.window.profile === "remote_citizen";
  const here = () => window.open(`/pair#${issued.code}`, "yunchuang-screen", "popup,width=1280,height=800");
  render(
    html`<div class="pairing">
      <img class="pairing-qr" src=${picture} alt=${t("QR code of the pairing address")}>
      <div class="stack">
        <p class="muted">${remote ? t("The citizen scans this with her own telephone, or opens the address and enters the code:") : t("On the tablet or second monitor open this address and enter the code:")}</p>
        <p class="pairing-address">${issued.address.replace(/#.*/, "")}</p>
        <p class="pairing-code" id="pairing-code">${issued.code.slice(0, 4)} ${issued.code.slice(4)}</p>
        <p class="muted">${t("Valid for five minutes, for one screen")}</p>
        ${remote ? html`<p class="muted">${t("Her camera and microphone are opened after she has agreed to the notice.")}</p>` : button({ label: t("Open on this computer's second monitor"), action: "open-screen-here", icon: "screen", run: here })}
      </div>
    </div>`,
    byId("pairing-body"),
  );
  const dialog = /** @type {HTMLDialogElement} */ (byId("pairing-dialog"));
  const joined = (/** @type {Event} */ event) => {
    if (/** @type {CustomEvent} */ (event).detail?.kind === "window.screen_paired") dialog.close("");
  };
  desk.place.addEventListener("change", joined);
  await openDialog("pairing-dialog");
  desk.place.removeEventListener("change", joined);
  URL.revokeObjectURL(picture);
  render(nothing, byId("pairing-body"));
}
