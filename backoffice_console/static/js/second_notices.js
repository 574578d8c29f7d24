/** Further lists that are asked for: allowed or not, each with a reason. */
import { act } from "portal/api.js";
import { byId } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { refresh } from "./fragment.js";

byId("second-notices").addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-action]") : null;
  const card = button?.closest("section");
  const id = card?.dataset["case"];
  if (!(button instanceof HTMLButtonElement) || !card || !id || button.getAttribute("aria-busy") === "true") return;
  const field = /** @type {HTMLTextAreaElement} */ (card.querySelector("textarea"));
  const reason = field.value.trim();
  field.setAttribute("aria-invalid", String(!reason));
  if (!reason) {
    toast(t("Please give a reason"), "warn");
    field.focus();
    return;
  }
  button.setAttribute("aria-busy", "true");
  try {
    await act(`/api/v1/lead/second-notices/${id}/${button.dataset["action"]}`, { reason, version: Number(card.dataset["version"]) });
    toast(t("Answered"), "ok");
  } catch (error) {
    // What was typed stays where it is, to be given once more on the case as it now stands.
    toastError(error);
    button.removeAttribute("aria-busy");
    const words = field.value;
    await refresh(["second-notices"]);
    const again = document.getElementById(field.id);
    if (again instanceof HTMLTextAreaElement) again.value = words;
    return;
  }
  await refresh(["second-notices"]);
});
