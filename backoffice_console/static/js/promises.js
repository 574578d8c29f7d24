/** Promises that wait to be verified: kept or broken, each with what was found. */
import { act } from "portal/api.js";
import { confirmed } from "portal/dialog.js";
import { byId } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { refresh } from "./fragment.js";

byId("promises").addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-action]") : null;
  const card = button?.closest("section");
  const { case: id, commitment, version } = card?.dataset ?? {};
  if (!(button instanceof HTMLButtonElement) || !card || !id || button.getAttribute("aria-busy") === "true") return;
  const field = /** @type {HTMLTextAreaElement} */ (card.querySelector("textarea"));
  const finding = field.value.trim();
  field.setAttribute("aria-invalid", String(!finding));
  if (!finding) {
    toast(t("Please say what was found"), "warn");
    field.focus();
    return;
  }
  const result = button.dataset["action"];
  const question = { title: t("Record a broken promise?"), words: t("This applicant can make no further promise. The decided case is not changed by it."), yes: t("Record it"), danger: true };
  if (result === "breached" && !(await confirmed(question))) return;
  button.setAttribute("aria-busy", "true");
  try {
    await act(`/api/v1/lead/promises/${id}/${commitment}/check`, { result, finding, version: Number(version) });
    toast(t("Recorded"), "ok");
  } catch (error) {
    // What was typed stays where it is, to be given once more on the case as it now stands.
    toastError(error);
    button.removeAttribute("aria-busy");
    const words = field.value;
    await refresh(["promises"]);
    const again = document.getElementById(field.id);
    if (again instanceof HTMLTextAreaElement) again.value = words;
    return;
  }
  await refresh(["promises"]);
});
