/** 签名: an empty field, 重写 and 确认. Once for the application, once for the receipt of the result. */
import { html } from "lit";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { actButton } from "../bits.js";
import "./signature_pad.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */
/** @typedef {import("./screen_state.js").ScreenCase} ScreenCase */
/** @typedef {import("./signature_pad.js").SignaturePad} SignaturePad */

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function signTask(page) {
  const shown = /** @type {ScreenCase} */ (page.state.case);
  return signing(page, {
    title: t("Please sign here"),
    lead: t("You sign that what you have compared is right: %(item)s", { item: shown.item }),
    send: (picture) => page.state.outbox.send(`/api/v1/cases/${shown.id}/signature?digest=${shown.digest}`, picture, { case: shown.id }),
    back: true,
  });
}

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function receiptTask(page) {
  const shown = /** @type {ScreenCase} */ (page.state.case);
  return signing(page, {
    title: t("Please sign for receipt"),
    lead: t("You sign that you have received: %(result)s", { result: shown.outcome === "refused" ? t("the decision on your application") : shown.result }),
    send: async (picture) => {
      await page.state.outbox.send(`/api/v1/cases/${shown.id}/receipt-signature`, picture, { case: shown.id });
      page.state.receiptSigned = shown.id;
    },
    back: false,
  });
}

/**
 * @param {ScreenPage} page
 * @param {{title: string, lead: string, send: (picture: Blob) => Promise<unknown>, back: boolean}} what
 * @returns {import("./screen_page.js").Task}
 */
export function signing(page, what) {
  const { state } = page;
  const pad = () => /** @type {SignaturePad | null} */ (document.querySelector("yc-signature"));
  const confirm = async () => {
    const drawn = pad();
    if (!drawn?.drawn) return;
    await state.acts.once("sign", async () => {
      try {
        await what.send(await drawn.blob());
        drawn.clear();
      } catch (error) {
        toastError(error);
        state.compared = "";
      }
      await state.read();
    });
    page.draw();
  };
  return {
    body: html`<section class="screen-card sign-task"><h1>${what.title}</h1><p class="screen-lead">${what.lead}</p>
      <yc-signature @signed=${() => page.draw()}></yc-signature></section>`,
    actions: [
      actButton(state.acts, "clear", { label: t("Write again"), action: "clear-signature", size: "large", icon: "retake", run: () => pad()?.clear() }),
      actButton(state.acts, "sign", { label: t("Confirm"), action: "confirm-signature", kind: "primary", size: "large", icon: "check", disabled: !pad()?.drawn, run: confirm }),
    ],
  };
}
