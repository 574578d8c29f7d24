/** Signing keys: a security key is made known, and a key that is not one's own any more is revoked. */
import { act } from "portal/api.js";
import { confirmed } from "portal/dialog.js";
import { byId, door, pageData } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { hindrance, makeKey } from "./authenticator.js";
import { refresh } from "./fragment.js";
import { openStation } from "./station.js";

if (door() === "reviewer") {
  openStation({ entersCalls: true });
  offerSecurityKeys();
}

/** Where the browser and the address allow it; else the page says what stands in the way. */
function offerSecurityKeys() {
  const { enrolment, me } = pageData("page");
  const button = /** @type {HTMLButtonElement} */ (byId("make-key"));
  const words = byId("make-key-words");
  const why = hindrance(enrolment.party);
  button.hidden = why !== "";
  words.dataset["hindrance"] = why;
  if (why) {
    words.textContent = hindranceWords(why, enrolment);
    return;
  }
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      const made = await makeKey(enrolment, me);
      await act("/api/v1/review/authenticators", made);
      enrolment.known.push(made.credential);
      toast(t("The security key is known now; it signs your next decision"), "ok");
    } catch (error) {
      tellFailure(error);
    }
    button.setAttribute("aria-busy", "false");
    await refresh(["signing-keys"]);
  });
}

/**
 * What stands in the way, and what that means for decisions under the rule of this installation.
 * @param {"unset" | "elsewhere" | "browser"} why
 * @param {{party: {web_origin: string} | null, rule: "off" | "optional" | "required" | "required_webauthn"}} enrolment
 */
function hindranceWords(why, { party, rule }) {
  const weaker = t("Until then decisions are signed with a key in this browser, which is weaker.");
  const follows = {
    off: "",
    optional: weaker,
    required: weaker,
    required_webauthn: t("Decisions must be signed with a security key here: until then you can confirm none."),
  };
  const words = {
    unset: t("Security keys cannot be used here: they need an address of https with a name, not a number. The administrator enters it in the settings."),
    elsewhere: t("Security keys can only be used at %(address)s. Open this page there.", { address: party?.web_origin ?? "" }),
    browser: t("This browser has no support for security keys."),
  };
  return `${words[why]} ${follows[rule]}`;
}

/** @param {unknown} error */
function tellFailure(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "InvalidStateError") toast(t("This security key is known already"), "warn");
  else if (name) toast(t("No security key was made known"), "warn", t("None was touched in time, or it was declined. Nothing has changed; try again."));
  else toastError(error);
}

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
