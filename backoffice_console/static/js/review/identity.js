/** 身份核对 on camera: face, document, one varied question; only all three together count. */
import { html } from "lit";
import { t } from "portal/i18n.js";
import { glyph } from "../glyph.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */

/** What was ticked; begun anew after every confirmation, for the next one is of another moment. */
const seen = { face_matches: false, document_shown: false, name_confirmed: false, question_answered: false };
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
  if (done) {
    forget();
    return html`<div class="row"><span>${t("Identity checked on camera")}</span><span class="push status" data-tone="ok">${glyph("check")}<span>${t("Marked")}</span></span></div>`;
  }
  const question = questionNow();
  const ready = seen.face_matches && seen.document_shown && seen.question_answered && state.running && state.mine && !state.acting;
  const { face_matches, document_shown, question_answered } = seen;
  return html`<span>${t("Check the identity on camera")}</span>
    ${box(state, paint, "face_matches", t("Face matches the document"))}
    ${box(state, paint, "document_shown", t("Document was held up"))}
    ${questionLine(state, paint, question)}
    <button type="button" class="button button-small button-wide${ready ? " button-primary" : ""}" data-action="confirm-identity" ?disabled=${!ready} @click=${() => state.confirmIdentity({ face_matches, document_shown, question_answered, question })}>${glyph("identity")}<span>${t("Confirm the identity")}</span></button>`;
}

/** After an interruption: the name and one varied question. @param {ReviewState} state @param {() => void} paint */
export function recheckStep(state, paint) {
  const question = questionNow();
  const ready = seen.name_confirmed && seen.question_answered && state.callState === "active" && !state.acting;
  const { name_confirmed, question_answered } = seen;
  return html`<span>${t("The call was interrupted: check again who is there")}</span>
    ${box(state, paint, "name_confirmed", t("Said their name, and it is right"))}
    ${questionLine(state, paint, question)}
    <button type="button" class="button button-small button-wide${ready ? " button-primary" : ""}" data-action="recheck" ?disabled=${!ready} @click=${() => state.recheck({ name_confirmed, question_answered, question })}>${glyph("identity")}<span>${t("Checked again")}</span></button>`;
}

function forget() {
  for (const key of /** @type {(keyof typeof seen)[]} */ (Object.keys(seen))) seen[key] = false;
  asked = -1;
}

/** The question that is asked now; another one after every confirmation. */
function questionNow() {
  const all = questions();
  if (asked < 0) asked = Math.floor(Math.random() * all.length);
  return all[asked % all.length] ?? "";
}

/** @param {ReviewState} state @param {() => void} paint @param {keyof typeof seen} key @param {string} words */
function box(state, paint, key, words) {
  return html`<label class="choice"><input type="checkbox" data-seen="${key}" .checked=${seen[key]} ?disabled=${!state.running}
      @change=${(/** @type {Event} */ event) => {
        seen[key] = /** @type {HTMLInputElement} */ (event.target).checked;
        paint();
      }}><span>${words}</span></label>`;
}

/** @param {ReviewState} state @param {() => void} paint @param {string} question */
function questionLine(state, paint, question) {
  return html`<div class="asked">${box(state, paint, "question_answered", question)}<button type="button" class="button button-quiet button-small button-icon" data-action="other-question" title="${t("Another question")}" aria-label="${t("Another question")}" @click=${() => {
      asked += 1;
      seen.question_answered = false;
      paint();
    }}>${glyph("retake")}</button></div>`;
}
