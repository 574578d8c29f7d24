/** A small form in a dialog: what is asked for, and one button that answers it. */
import { html, render } from "lit";
import { t } from "portal/i18n.js";
import { icon } from "../bits.js";

/**
 * @typedef {{name: string, label: string, choices?: [string, string][], value?: string, limit?: number, required?: boolean, hint?: string}} Asked
 *   `choices` make it a selection, else it is a line of text
 */

let opened = 0;

/**
 * Asks; null when it was closed without an answer.
 * @param {{title: string, words?: string, yes: string, asked: Asked[]}} what
 * @returns {Promise<Record<string, string> | null>}
 */
export function askForm(what) {
  const dialog = document.createElement("dialog");
  const id = `form-dialog-${(opened += 1)}`;
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", id);
  document.body.append(dialog);
  /** @type {Record<string, string> | null} */
  let answer = null;
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    answer = Object.fromEntries(what.asked.map((one) => [one.name, String(data.get(one.name) ?? "").trim()]));
    dialog.close();
  };
  render(
    html`<form @submit=${send}>
      <div class="dialog-head"><h2 id=${id}>${what.title}</h2></div>
      <div class="dialog-body stack">${what.words ? html`<p>${what.words}</p>` : ""}${what.asked.map((one) => field(id, one))}</div>
      <div class="dialog-foot"><button type="button" class="button" data-action="close-form" @click=${() => dialog.close()}><span>${t("Cancel")}</span></button>
        <button type="submit" class="button button-primary" data-action="send-form">${icon("check")}<span>${what.yes}</span></button></div>
    </form>`,
    dialog,
  );
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        dialog.remove();
        resolve(answer);
      },
      { once: true },
    );
    dialog.showModal();
  });
}

/** @param {string} id @param {Asked} one */
function field(id, one) {
  const own = `${id}-${one.name}`;
  const control = one.choices
    ? html`<select class="input" id=${own} name=${one.name} ?required=${one.required ?? true}>${one.choices.map(([code, words]) => html`<option value=${code} ?selected=${code === one.value}>${words}</option>`)}</select>`
    : html`<input class="input" id=${own} name=${one.name} autocomplete="off" maxlength=${one.limit ?? 120} pattern=".*\\S.*" ?required=${one.required ?? true} .value=${one.value ?? ""}>`;
  return html`<div class="field"><label class="field-label" for=${own}>${one.label}</label>${control}${one.hint ? html`<span class="field-hint">${one.hint}</span>` : ""}</div>`;
}
