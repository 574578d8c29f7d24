/** The list of signing keys: a key that is not one's own any more is revoked. */
import { act } from "portal/api.js";
import { confirmed } from "portal/dialog.js";
import { byId, door } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { refresh } from "./fragment.js";
import { openStation } from "./station.js";

if (door() === "reviewer") openStation({ entersCalls: true });

byId("signing-keys").addEventListener("click", async (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-action=revoke-key]") : null;
  const row = target?.closest("tr");
  const reason = row?.querySelector("select")?.value;
  if (!row?.dataset["key"] || !reason) return;
  const question = { title: t("Revoke this key?"), words: t("It signs nothing any more, for ever. What it has signed stays valid."), yes: t("Revoke"), danger: true };
  if (!(await confirmed(question))) return;
  try {
    await act(`/api/v1/signing-keys/${row.dataset["key"]}/revoke`, { reason });
  } catch (error) {
    toastError(error);
  }
  await refresh(["signing-keys"]);
});
