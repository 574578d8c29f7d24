/** Notes during the call, which become its wrap-up; kept in this tab until they are handed in. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */
/** @typedef {"topic" | "answer" | "basis"} Line */

const KEPT = "yunchuang.notes.";

/** @param {ReviewState} state @param {Line} line */
function key(state, line) {
  return `${KEPT}${state.page.call ?? state.caseId}.${line}`;
}

/** @param {ReviewState} state */
export function wrapUpOf(state) {
  const read = (/** @type {Line} */ line) => sessionStorage.getItem(key(state, line)) ?? "";
  return { topic: read("topic"), answer: read("answer"), basis: read("basis") };
}

/** @param {ReviewState} state */
export function forgetNotes(state) {
  for (const line of /** @type {Line[]} */ (["topic", "answer", "basis"])) sessionStorage.removeItem(key(state, line));
}

/** @param {ReviewState} state */
export function notes(state) {
  if (!state.session) return nothing;
  const consult = state.session.data?.kind === "consult";
  const wrapUp = state.callState === "wrap_up";
  const kept = wrapUpOf(state);
  const line = (/** @type {Line} */ name, /** @type {string} */ label, /** @type {number} */ rows) => html`<label class="field"><span class="field-label">${label}</span>
    <textarea class="input" rows="${rows}" maxlength="2000" data-note="${name}" .value=${kept[name]} @input=${(/** @type {Event} */ event) => {
      sessionStorage.setItem(key(state, name), /** @type {HTMLTextAreaElement} */ (event.target).value);
    }}></textarea></label>`;
  return html`<section class="card fact-card${wrapUp ? " is-now" : ""}" data-card="notes">
    <h2 class="side-title">${wrapUp ? t("Wrap-up") : t("Notes")}</h2>
    ${consult ? html`${line("topic", t("Topic"), 1)}${line("answer", t("Answer given"), 3)}${line("basis", t("Legal basis"), 1)}` : line("answer", t("What was said and settled"), wrapUp ? 5 : 3)}
  </section>`;
}
