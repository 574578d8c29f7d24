/** The list of the windows' computers: enrolled when the codes agree, revoked when one is gone. */
import { act } from "portal/api.js";
import { confirmed } from "portal/dialog.js";
import { byId } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { refresh } from "./fragment.js";

byId("devices").addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-action]") : null;
  const row = button?.closest("tr");
  const key = row?.dataset["key"];
  if (!(button instanceof HTMLButtonElement) || !row || !key) return;
  const code = row.querySelector("code")?.textContent ?? "";
  const enrols = button.dataset["action"] === "enrol-device";
  const question = enrols
    ? { title: t("Does the window show the code %(code)s?", { code }), words: t("From then on this computer signs the calls of that window."), yes: t("The codes agree: enrol") }
    : { title: t("Revoke this computer?"), words: t("It signs no call any more, for ever. What it has signed stays valid."), yes: t("Revoke"), danger: true };
  if (!(await confirmed(question))) return;
  const reason = row.querySelector("select")?.value ?? "doubted";
  try {
    await act(`/api/v1/devices/${key}/${enrols ? "enrol" : "revoke"}`, enrols ? {} : { reason });
  } catch (error) {
    toastError(error);
  }
  await refresh(["devices"]);
});
