/** 告知承诺: what is promised in the place of a material, read first; then signed, or not: it is her choice. */
import { html, nothing } from "lit";
import { act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { button } from "../bits.js";
import { signing } from "./task_sign.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */
/** @typedef {import("./screen_state.js").ScreenCase} ScreenCase */

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function promiseTask(page) {
  const { state, aloud } = page;
  const promise = /** @type {import("./screen_state.js").PromiseOffered} */ (state.promise);
  return {
    body: html`<section class="screen-card promise-task">
      <h1>${t("Promise in place of a material")}</h1>
      <p class="screen-lead">${t("Instead of %(name)s you may promise this. You may also bring the material; both are equally good.", { name: promise.material })}</p>
      <blockquote class="promise-words">${promise.text.split("\n").map((line) => html`<p>${line}</p>`)}</blockquote>
      <ul>
        <li>${t("It is verified within %(days)d working days.", { days: promise.verify_days })}</li>
        <li>${t("Until the decision you may take it back.")}</li>
        <li>${t("If it is not true, you answer for it, and can make no further promise.")}</li>
      </ul>
      ${aloud.able ? html`<p>${button({ label: t("Read it to me"), action: "read-aloud", icon: "speaker", run: () => aloud.read(promise.text) })}</p>` : nothing}
    </section>`,
    actions: [
      button({ label: t("I would rather bring the material"), action: "not-promised", size: "large", icon: "close", run: () => void refuse(page) }),
      button({
        label: t("I have read it and promise"),
        action: "promised",
        kind: "primary",
        size: "large",
        icon: "pen",
        run: () => {
          state.compared = promise.digest;
          page.draw();
        },
      }),
    ],
  };
}

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function signPromiseTask(page) {
  const shown = /** @type {ScreenCase} */ (page.state.case);
  const promise = /** @type {import("./screen_state.js").PromiseOffered} */ (page.state.promise);
  return signing(page, {
    title: t("Please sign here"),
    lead: t("You sign the promise in place of: %(name)s", { name: promise.material }),
    send: (picture) => page.state.outbox.send(`/api/v1/cases/${shown.id}/commitments/${promise.code}/signature?digest=${promise.digest}`, picture, { case: shown.id }),
    back: true,
  });
}

/** @param {ScreenPage} page */
async function refuse(page) {
  page.state.refusedPromise = page.state.promise?.digest ?? "";
  page.draw();
  await act("/api/v1/screen/said", { case: page.state.case?.id ?? null, said: "not_promised" }).catch(toastError);
}
