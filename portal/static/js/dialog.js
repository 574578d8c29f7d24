/** Native dialogs: opened by id, closed by their buttons, answering with the pressed button's value. */
import { byId, el } from "portal/dom.js";
import { t } from "portal/i18n.js";

/**
 * Opens the dialog and waits for it to close; "" when it was closed without an answer.
 * @param {string} id
 * @returns {Promise<string>}
 */
export function openDialog(id) {
  const dialog = byId(id);
  if (!(dialog instanceof HTMLDialogElement)) throw new Error(`"${id}" is no dialog`);
  return answerOf(dialog);
}

/**
 * Asks before something that cannot be taken back. The safe button has the focus.
 * @param {{title: string, words: string, yes: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export async function confirmed(question) {
  const no = el("button", { class: "button", value: "", autofocus: true }, t("Cancel"));
  const yes = el("button", { class: `button ${question.danger ? "button-danger" : "button-primary"}`, value: "yes" }, question.yes);
  const form = el("form", { method: "dialog", class: "dialog-foot" }, no, yes);
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-label": question.title },
    el("div", { class: "dialog-head" }, el("h2", {}, question.title)),
    el("div", { class: "dialog-body" }, el("p", {}, question.words)),
    form,
  );
  document.body.append(dialog);
  try {
    return (await answerOf(dialog)) === "yes";
  } finally {
    dialog.remove();
  }
}

/** @param {HTMLDialogElement} dialog @returns {Promise<string>} */
function answerOf(dialog) {
  dialog.returnValue = "";
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const opener = target?.closest("[data-open-dialog]");
  if (opener) void openDialog(opener.getAttribute("data-open-dialog") ?? "");
  else if (target?.closest("[data-close-dialog]")) target.closest("dialog")?.close("");
});
