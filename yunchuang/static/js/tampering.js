/** One byte of a copy is changed on the server; what the verification says of it is shown here. */
import { act } from "portal/api.js";
import { byId, el, fill, status } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";

/**
 * @typedef {object} Tampering
 * @property {{path: string, offset: number, before: number, after: number}} changed
 * @property {string} verdict_before
 * @property {string} verdict_after
 * @property {{code: string, path: string, record: string, expected: string, found: string}[]} problems
 * @property {number} count
 */

const form = document.getElementById("tamper");
if (form instanceof HTMLFormElement) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void tamper(form);
  });
}

/** @param {HTMLFormElement} asked */
async function tamper(asked) {
  const go = asked.querySelector("[data-action=tamper]");
  go?.setAttribute("aria-busy", "true");
  const query = new URLSearchParams(/** @type {any} */ (new FormData(asked)));
  try {
    show(await act(`/demo/tampering?${query}`));
  } catch (error) {
    toastError(error);
  } finally {
    go?.removeAttribute("aria-busy");
  }
}

/** @param {Tampering} done */
function show(done) {
  const place = byId("outcome");
  const { changed } = done;
  fill(
    place,
    el("p", {}, status(t("Before: whole, no change found"), "shield-check", done.verdict_before === "good" ? "ok" : "bad")),
    el("p", {}, t("Byte %(offset)d of %(path)s: %(before)s became %(after)s", { ...changed, before: hex(changed.before), after: hex(changed.after) })),
    el("p", { "data-verdict": done.verdict_after }, verdict(done)),
    el("ul", { class: "demo-problems" }, ...done.problems.map(problem)),
  );
  place.hidden = false;
}

/** @param {Tampering} done */
function verdict(done) {
  if (done.verdict_after === "good") return status(t("After: no change found"), "shield-check", "ok");
  return status(t("After: changed or incomplete, %(count)d findings", { count: done.count }), "alert", "bad");
}

/** @param {Tampering["problems"][number]} one */
function problem(one) {
  return el("li", { "data-record": one.record }, el("strong", {}, one.record || t("The package itself")), " ", el("code", {}, `${one.code} · ${one.path}`), el("br"), el("small", {}, t("expected %(expected)s, found %(found)s", one)));
}

/** @param {number} byte */
function hex(byte) {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
