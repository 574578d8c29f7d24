/** A usual purpose is written by one press and may be added to. */
import { byId } from "portal/dom.js";

byId("purpose-usual").addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-purpose]") : null;
  const field = byId("field-purpose");
  if (!(field instanceof HTMLTextAreaElement) || !button) return;
  field.value = button.getAttribute("data-purpose") ?? "";
  field.focus();
});
