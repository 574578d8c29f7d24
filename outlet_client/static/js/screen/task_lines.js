/** What is typed, as it is typed; and 请核对: the whole application to be compared before it is signed. */
import { html, nothing } from "lit";
import { act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { button, maskedValue } from "../bits.js";
import { applicantLabel } from "../field_words.js";
import { personCount, personTable } from "../person_table.js";
import { presentList } from "../present_list.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */
/** @typedef {import("./screen_state.js").ScreenCase} ScreenCase */
/** @typedef {import("./screen_state.js").LineShown} LineShown */

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function fillTask(page) {
  const shown = /** @type {ScreenCase} */ (page.state.case);
  const { typed } = page.state.show;
  const lines = new Map(shown.lines.map((line) => [line.field, line]));
  // What is being typed stands over what is stored; a field that is new comes at the end.
  const all = [...new Set([...lines.keys(), ...Object.keys(typed)])];
  return {
    body: html`<section class="screen-card">
      <h1>${shown.item}</h1>
      <p class="screen-lead">${t("The clerk is filling this in for you. Please say if something is wrong.")}</p>
      <dl class="read-back">${all.map((field) => {
        const line = lines.get(field);
        const now = typed[field];
        const value = now === undefined && line ? reveal(shown, line) : now;
        return value ? html`<div><dt>${labelOf(shown, field, line)}</dt><dd data-field=${field}>${value}</dd></div>` : nothing;
      })}</dl>
      ${shown.persons?.rows.length ? html`<p class="person-count">${personCount(shown.persons)}</p>` : nothing}
    </section>`,
    actions: [button({ label: t("I have not understood"), action: "not-understood", size: "large", icon: "help", run: () => void say(page, "not_understood") })],
  };
}

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function readBackTask(page) {
  const { state, aloud } = page;
  const shown = /** @type {ScreenCase} */ (state.case);
  const persons = shown.persons?.rows.length ? shown.persons : null;
  const spoken = () => [...shown.lines.map((line) => `${labelOf(shown, line.field, line)}, ${line.value.replaceAll("*", "")}`), ...(persons ? [personCount(persons)] : [])].join(". ");
  return {
    body: html`<section class="screen-card">
      <h1>${t("Please compare")}</h1>
      <p class="screen-lead">${shown.item}</p>
      <dl class="read-back">${shown.lines.map((line) => html`<div><dt>${labelOf(shown, line.field, line)}</dt><dd>${reveal(shown, line)}</dd></div>`)}</dl>
      ${shown.present.length ? html`<h2 class="person-count">${t("Who came along")}</h2>${presentList(shown.present, `/api/v1/cases/${shown.id}`)}` : nothing}
      ${persons ? html`<h2 class="person-count">${personCount(persons)}</h2>${personTable(persons, `/api/v1/cases/${shown.id}`)}` : nothing}
      ${aloud.able ? html`<p>${button({ label: t("Read it to me"), action: "read-aloud", icon: "speaker", run: () => aloud.read(spoken()) })}</p>` : nothing}
    </section>`,
    actions: [
      button({ label: t("Something is wrong"), action: "mistake", size: "large", icon: "close", run: () => void say(page, "mistake") }),
      button({
        label: t("All is right, sign"),
        action: "compared",
        kind: "primary",
        size: "large",
        icon: "pen",
        run: () => {
          state.compared = shown.digest ?? "";
          page.draw();
        },
      }),
    ],
  };
}

/** @param {ScreenPage} page @param {"mistake" | "not_understood"} said */
async function say(page, said) {
  await act("/api/v1/screen/said", { case: page.state.case?.id ?? null, said }).catch(toastError);
}

/** @param {ScreenCase} shown @param {LineShown} line */
function reveal(shown, line) {
  return maskedValue(line.value, line.reveal && `/api/v1/cases/${shown.id}/reveal/${line.reveal}`);
}

/** @param {ScreenCase} shown @param {string} field @param {LineShown | undefined} line */
function labelOf(shown, field, line) {
  const [group = "", code = ""] = field.split(".");
  return line?.label || (group === "applicant" ? applicantLabel(code) : (shown.labels[code] ?? ""));
}
