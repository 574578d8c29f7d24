/** 告知承诺: promises that stand in the place of materials, which the applicant may take back until the decision. */
import { html, nothing } from "lit";
import { confirmed } from "portal/dialog.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { actButton, status } from "../bits.js";
import { AT_THE_WINDOW } from "./steps.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("./case_file.js").CaseFile} CaseFile */
/** @typedef {import("../types.js").SlotShown} SlotShown */

const UNDECIDED = Object.freeze([...AT_THE_WINDOW, "accepted", "in_first_review"]);

/** @param {WindowPage} page @param {CaseFile} file */
export function promisesPart(page, file) {
  const made = (file.page?.materials ?? []).filter((one) => one.promise?.state);
  if (!made.length) return nothing;
  return html`<section class="case-papers" id="case-promises" aria-labelledby="case-promises-title">
    <h2 id="case-promises-title">${t("Promises")}</h2>
    <ul>${made.map((one) => line(page, file, one))}</ul>
  </section>`;
}

/** @param {WindowPage} page @param {CaseFile} file @param {SlotShown} slot */
function line(page, file, slot) {
  const promise = /** @type {import("../types.js").PromiseShown} */ (slot.promise);
  const name = `withdraw-promise-${promise.commitment_id}`;
  const [words, icon, tone] = stateWords(promise.state ?? "");
  const back = promise.state === "standing" && UNDECIDED.includes(file.page?.state ?? "");
  const day = promise.verify_by_ms ? new Date(promise.verify_by_ms).toLocaleDateString(document.documentElement.lang) : "";
  return html`<li data-promise=${slot.code} data-state=${promise.state ?? ""}><span class="paper-name">${slot.name} <small>${promise.state === "standing" ? t("to be verified by %(day)s", { day }) : nothing}</small></span>
    ${status(words, icon, tone)}
    ${back ? actButton(page.desk.acts, name, { label: t("Take the promise back"), action: "withdraw-promise", size: "small", kind: "quiet", icon: "return", run: () => takeBack(page, file, promise.commitment_id, name) }) : nothing}</li>`;
}

/** @param {string} state @returns {[string, string, string]} */
function stateWords(state) {
  switch (state) {
    case "standing":
      return [t("Promise stands"), "pen", "info"];
    case "verified":
      return [t("Verified"), "check-circle", "ok"];
    case "breached":
      return [t("Broken"), "alert", "bad"];
    default:
      return [t("Taken back"), "return", "warn"];
  }
}

/** @param {WindowPage} page @param {CaseFile} file @param {string} id @param {string} name */
async function takeBack(page, file, id, name) {
  const sure = await confirmed({ title: t("Take the promise back?"), words: t("The signature counts for nothing from then on, and the material itself is needed."), yes: t("Take the promise back"), danger: true });
  if (!sure) return;
  await page.desk.acts.atOnce(name, async () => {
    await page.desk.acts.act(`${file.path}/commitments/${id}/withdrawal`, { reason: "" }).catch(toastError);
    await file.refresh();
  });
  page.draw();
}
