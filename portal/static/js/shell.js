/** What every page has: toasts, dialogs, masked values, and forms that are not sent twice. */
import "portal/dialog.js";
import "portal/masked.js";
import "portal/toast.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (form.dataset["sent"] !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset["sent"] = "";
  if (event.submitter instanceof HTMLButtonElement) event.submitter.setAttribute("aria-busy", "true");
});

// A page taken from the browser's memory by "back" must be usable again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) delete form.dataset["sent"];
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});
