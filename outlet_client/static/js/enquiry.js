/** A scanned paper carries the enquiry code in the address's fragment: taken, forgotten, sent. */
import { byId } from "portal/dom.js";

const code = location.hash.slice(1);
if (/^[0-9A-Za-z-]{4,16}$/.test(code)) {
  history.replaceState(null, "", location.pathname);
  const field = byId("enquiry-code");
  const form = byId("enquiry-form");
  if (field instanceof HTMLInputElement && form instanceof HTMLFormElement) {
    field.value = code;
    form.requestSubmit();
  }
}
