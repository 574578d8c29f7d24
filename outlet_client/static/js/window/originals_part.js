/** 原件: paper originals that the office took in: where each is, who has it, and the way back to its owner. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { actButton, status } from "../bits.js";
import { askForm } from "./form_dialog.js";
import { AT_THE_WINDOW } from "./steps.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("./case_file.js").CaseFile} CaseFile */
/** @typedef {import("../types.js").OriginalShown} OriginalShown */
/** @typedef {import("../types.js").CasePage} CasePage */

const TAKES = Object.freeze([...AT_THE_WINDOW, "accepted", "in_first_review"]);

/** @param {CasePage} data */
export function heldOriginals(data) {
  return data.originals.filter((one) => one.state === "held");
}

/** @param {WindowPage} page @param {CaseFile} file */
export function originalsPart(page, file) {
  const data = file.page;
  if (!data) return nothing;
  const takes = TAKES.includes(data.state) && data.materials.length > 0;
  if (!data.originals.length && !takes) return nothing;
  return html`<section class="case-papers" id="case-originals" aria-labelledby="case-originals-title">
    <h2 id="case-originals-title">${t("Originals")}</h2>
    ${data.originals.length ? html`<ul>${data.originals.map((one) => line(page, file, one))}</ul>` : nothing}
    ${takes ? actButton(page.desk.acts, "take-original", { label: t("Take an original in"), action: "take-original", size: "small", kind: "quiet", icon: "inbox", run: () => take(page, file, data) }) : nothing}
  </section>`;
}

/** @param {WindowPage} page @param {CaseFile} file @param {OriginalShown} one */
function line(page, file, one) {
  const held = one.state === "held";
  const words = one.state === "given_back" ? status(t("Given back"), "return", "ok") : one.state === "archived" ? status(t("In the archive"), "check-circle", "ok") : status(one.holder ? t("%(place)s, with %(number)s", { place: placeWords(one.place), number: one.holder }) : placeWords(one.place), "documents", "warn");
  const { acts } = page.desk;
  return html`<li data-original=${one.code} data-state=${one.state}><span class="paper-name">${one.name} <small>${one.what}</small></span>${words}
    ${held
      ? html`<span class="row">${actButton(acts, `give-back-${one.id}`, { label: t("Give back"), action: "give-back", size: "small", icon: "return", run: () => giveBack(page, file, one) })}
          ${actButton(acts, `hand-over-${one.id}`, { label: t("Hand over"), action: "hand-over", size: "small", icon: "transfer", run: () => handOver(page, file, one) })}</span>`
      : nothing}</li>`;
}

/** @param {string} place */
export function placeWords(place) {
  const words = /** @type {Record<string, string>} */ ({
    window: t("Kept at the window"),
    outlet_safe: t("In the outlet's safe"),
    on_its_way: t("On its way to somebody"),
    hall: t("Kept in the hall"),
    archive: t("In the archive"),
  });
  return words[place] ?? place;
}

/** @param {string[]} places @returns {[string, string][]} */
function choices(places) {
  return places.map((place) => [place, placeWords(place)]);
}

/** @param {WindowPage} page @param {CaseFile} file @param {CasePage} data */
async function take(page, file, data) {
  const said = await askForm({
    title: t("Take an original in"),
    words: t("The office is answerable for it until it is given back or archived."),
    yes: t("Take in"),
    asked: [
      { name: "code", label: t("Original of"), choices: data.materials.map((one) => [one.code, one.name]) },
      { name: "what", label: t("What paper it is"), hint: t("Name, number of pages") },
      { name: "place", label: t("Where it is kept"), choices: choices(["window", "outlet_safe"]) },
    ],
  });
  if (said) await act(page, file, "take-original", "originals", said);
}

/** @param {WindowPage} page @param {CaseFile} file @param {OriginalShown} one */
async function handOver(page, file, one) {
  const said = await askForm({
    title: t("Hand the original over"),
    words: `${one.name} · ${one.what}`,
    yes: t("Hand over"),
    asked: [
      { name: "place", label: t("Where it is then"), choices: choices(["window", "outlet_safe", "on_its_way", "hall", "archive"]) },
      { name: "to", label: t("Number of who has it then"), limit: 20, required: false, hint: t("For the archive it may stay empty") },
    ],
  });
  if (said) await act(page, file, `hand-over-${one.id}`, `originals/${one.id}/hand-over`, said);
}

/** @param {WindowPage} page @param {CaseFile} file @param {OriginalShown} one */
async function giveBack(page, file, one) {
  const said = await askForm({
    title: t("Give the original back"),
    words: `${one.name} · ${one.what}`,
    yes: t("Given back"),
    asked: [{ name: "note", label: t("Received by, if not the applicant"), limit: 200, required: false }],
  });
  if (said) await act(page, file, `give-back-${one.id}`, `originals/${one.id}/given-back`, said);
}

/** @param {WindowPage} page @param {CaseFile} file @param {string} name @param {string} path @param {Record<string, string>} body */
async function act(page, file, name, path, body) {
  await page.desk.acts.once(name, async () => {
    await page.desk.acts.act(`${file.path}/${path}`, body).catch(toastError);
    await file.refresh();
  });
  page.draw();
}

/**
 * Why originals stay that the office still has; "" where it has none, null when nobody said.
 * @param {CasePage} data
 * @returns {Promise<string | null>}
 */
export async function askStay(data) {
  const held = heldOriginals(data);
  if (!held.length) return "";
  const said = await askForm({
    title: t("The office still has originals"),
    words: t("Not given back yet: %(names)s. Give them back first, or write down why they stay.", { names: held.map((one) => one.name).join(t(", ")) }),
    yes: t("They stay"),
    asked: [{ name: "stay", label: t("Why they stay"), limit: 300 }],
  });
  return said ? (said["stay"] ?? "") : null;
}
