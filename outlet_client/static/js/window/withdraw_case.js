/** The applicant withdraws: who asks is checked again, and what is given back is listed. */
import { html, nothing, render } from "lit";
import { openDialog } from "portal/dialog.js";
import { byId } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { askStay, heldOriginals } from "./originals_part.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("../types.js").CasePage} CasePage */

/** Opens the dialog with the materials that this case has. @param {CasePage} data */
export function askWithdrawal(data) {
  const held = new Set(heldOriginals(data).map((one) => one.code));
  const brought = data.materials.filter((one) => one.versions.length || held.has(one.code));
  render(
    brought.length
      ? html`<fieldset class="stack"><legend class="field-label">${t("Given back to the applicant")}</legend>${brought.map((one) => html`<label class="choice"><input type="checkbox" name="given_back" value=${one.code} .checked=${held.has(one.code)}><span>${one.name}${held.has(one.code) ? html` <small>${t("the office has the original")}</small>` : nothing}</span></label>`)}</fieldset>`
      : nothing,
    byId("withdraw-materials"),
  );
  void openDialog("withdraw-dialog");
}

/** The dialog lives in the page's template; here it is sent, whatever else is under way. @param {WindowPage} page */
export function wireWithdrawal(page) {
  const form = /** @type {HTMLFormElement} */ (byId("withdraw-form"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = page.desk.file;
    if (!file?.page) return;
    const data = new FormData(form);
    const method = file.page.moments["identity_ms"] ? String(data.get("method")) : null;
    const body = { method, reason: String(data.get("reason") ?? ""), given_back: data.getAll("given_back").map(String) };
    /** @type {HTMLDialogElement} */ (byId("withdraw-dialog")).close("");
    const staying = { ...file.page, originals: file.page.originals.filter((one) => !body.given_back.includes(one.code)) };
    const stay = await askStay(staying);
    if (stay === null) return;
    await page.desk.acts.atOnce("withdraw", async () => {
      await page.desk.acts.act(`${file.path}/withdrawal`, { ...body, originals_stay: stay }).catch(toastError);
      await file.refresh();
    });
    page.draw();
  });
}
