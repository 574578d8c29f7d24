/** A scanned pairing link carries the code in its fragment: taken, forgotten, sent. */
import { byId } from "portal/dom.js";

const code = location.hash.slice(1);
if (/^[0-9]{8}$/.test(code)) {
  history.replaceState(null, "", location.pathname);
  const field = byId("pair-code");
  const form = byId("pair-form");
  if (field instanceof HTMLInputElement && form instanceof HTMLFormElement) {
    field.value = code;
    form.requestSubmit();
  }
}
