/** 身份核对 on camera: face, document, one varied question; only all three together count. */
import { html } from "lit";
import { t } from "portal/i18n.js";
import { glyph } from "../glyph.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */

const seen = { face_matches: false, document_shown: false, question_answered: false };
let asked = -1;

/** Varied, so that an answer cannot be learnt by heart. */
function questions() {
  return [
    t("On which day is your birthday?"),
    t("What are the last four digits of your telephone number?"),
    t("In which street do you live now?"),
    t("Which bank issued the card you brought?"),
    t("Why do you apply for this today?"),
    t("Who came with you today?"),
  ];
}

/** @param {ReviewState} state @param {boolean} done @param {() => void} paint */
export function identityStep(state, done, paint) {
  if (done) return html`<div class="row"><span>${t("Identity checked on camera")}</span><span class="push status" data-tone="ok">${glyph("check")}<span>${t("Marked")}</span></span></div>`;
  const all = questions();
  if (asked < 0) asked = Math.floor(Math.random() * all.length);
  const question = all[asked % all.length] ?? "";
  const ready = seen.face_matches && seen.document_shown && seen.question_answered && state.running && state.mine && !state.acting;
  const box = (/** @type {keyof typeof seen} */ key, /** @type {string} */ words) => html`<label class="choice"><input type="checkbox" data-seen="${key}" .checked=${seen[key]} ?disabled=${!state.running}
      @change=${(/** @type {Event} */ event) => {
        seen[key] = /** @type {HTMLInputElement} */ (event.target).checked;
        paint();
      }}><span>${words}</span></label>`;
  return html`<span>${t("Check the identity on camera")}</span>
    ${box("face_matches", t("Face matches the document"))}
    ${box("document_shown", t("Document was held up"))}
    <div class="asked">${box("question_answered", question)}<button type="button" class="button button-quiet button-small button-icon" data-action="other-question" title="${t("Another question")}" aria-label="${t("Another question")}" @click=${() => {
      asked += 1;
      seen.question_answered = false;
      paint();
    }}>${glyph("retake")}</button></div>
    <button type="button" class="button button-small button-wide${ready ? " button-primary" : ""}" data-action="confirm-identity" ?disabled=${!ready} @click=${() => state.confirmIdentity({ ...seen, question })}>${glyph("identity")}<span>${t("Confirm the identity")}</span></button>`;
}
