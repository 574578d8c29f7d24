/** 一次性告知 before acceptance: the clerk lists everything that is missing, once. */
import { html, nothing, render } from "lit";
import { ApiError } from "portal/api.js";
import { t } from "portal/i18n.js";
import { banner, button, icon } from "../bits.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("./case_file.js").CaseFile} CaseFile */

/** @param {WindowPage} page @param {CaseFile} file */
export function openNotice(page, file) {
  const data = /** @type {import("../types.js").CasePage} */ (file.page);
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog-wide";
  dialog.id = "notice-dialog";
  dialog.setAttribute("aria-labelledby", "notice-title");
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
  /** @type {Map<string, {reason: string, words: string, bring: string}>} */
  const points = new Map(toldBefore(data));
  const { supplement_days: own, lapses } = data.item;
  const rest = { days: own ?? page.desk.data.supplement_days, reason: "" };
  /** @type {ApiError | null} */
  let wrong = null;
  let busy = false;
  const sends = data.notice_rounds === 0 || data.further_notice === "allowed";
  const waits = data.further_notice === "asked";

  const paint = () =>
    render(
      html`<form @submit=${send}>
        <div class="dialog-head"><h2 id="notice-title">${t("Tell what is missing")}</h2></div>
        <div class="dialog-body stack">
          ${wrong ? banner({ title: wrong.title, words: wrong.detail, tone: "bad", code: wrong.code }) : nothing}
          ${waits ? html`<p>${t("The duty lead has been asked and has not answered yet.")}</p>` : sends ? list() : leave()}
        </div>
        <div class="dialog-foot">${button({ label: t("Cancel"), action: "close-notice", run: () => dialog.close() })}
          ${waits ? nothing : html`<button type="submit" class="button button-primary" data-action="send-notice" aria-busy=${String(busy)} ?disabled=${sends && points.size === 0}>${icon("send")}<span>${sends ? t("Send the list") : t("Ask the duty lead")}</span></button>`}</div>
      </form>`,
      dialog,
    );

  const list = () => html`<p class="soft">${t("Name everything at once: what is missing is told once.")}</p>
    <ul class="notice-targets" role="list">${targets().map(([target, label]) => line(target, label))}</ul>
    <div class="field"><label class="field-label" for="notice-days">${t("Term in working days")}</label><input class="input input-figures" id="notice-days" type="number" min=${own ?? 1} max="60" required .value=${String(rest.days)} @input=${(/** @type {Event} */ event) => (rest.days = Number(valueOf(event)))}></div>
    ${lapses ? html`<p class="soft">${t("What does not come within the term counts as withdrawn (%(rule)s). Please say so.", { rule: lapses })}</p>` : nothing}`;

  const leave = () => html`<p>${t("The citizen was told once already. A further list needs the duty lead's leave.")}</p>
    <div class="field"><label class="field-label" for="second-reason">${t("Why a further list")}</label><textarea class="input" id="second-reason" maxlength="300" rows="3" required .value=${rest.reason} @input=${(/** @type {Event} */ event) => (rest.reason = valueOf(event))}></textarea></div>`;

  /** @returns {[string, string][]} */
  const targets = () => [
    ...data.materials.map((one) => /** @type {[string, string]} */ ([one.code, one.name])),
    ...data.fields.map((one) => /** @type {[string, string]} */ ([`form:${one.code}`, one.label])),
    ["identity", t("Identity of the applicant")],
    ["general", t("Something else")],
  ];

  const line = (/** @type {string} */ target, /** @type {string} */ label) => {
    const point = points.get(target);
    return html`<li class="stack" data-target=${target}>
      <label class="choice"><input type="checkbox" .checked=${point !== undefined} @change=${(/** @type {Event} */ event) => {
        if (/** @type {HTMLInputElement} */ (event.target).checked) points.set(target, { reason: "", words: "", bring: "" });
        else points.delete(target);
        paint();
      }}><span>${label}</span></label>
      ${point
        ? html`<select class="input" aria-label=${t("%(what)s: reason", { what: label })} required @change=${(/** @type {Event} */ event) => (point.reason = valueOf(event))}><option value="">${t("Choose a reason")}</option>${Object.entries(page.desk.data.notice_reasons).map(([code, words]) => html`<option value=${code} ?selected=${point.reason === code}>${words}</option>`)}</select>
            <input class="input" maxlength="300" required aria-label=${t("%(what)s: what is the matter", { what: label })} placeholder=${t("What is the matter, in plain words")} .value=${point.words} @input=${(/** @type {Event} */ event) => (point.words = valueOf(event))}>
            <input class="input" maxlength="300" aria-label=${t("%(what)s: what to bring", { what: label })} placeholder=${t("What to bring")} .value=${point.bring} @input=${(/** @type {Event} */ event) => (point.bring = valueOf(event))}>`
        : nothing}
    </li>`;
  };

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    if (busy) return;
    busy = true;
    wrong = null;
    paint();
    try {
      const version = file.page?.version;
      if (sends) await page.desk.acts.act(`${file.path}/notice`, { points: [...points].map(([target, point]) => ({ target, ...point })), days: rest.days, version });
      else await page.desk.acts.act(`${file.path}/second-notice`, { reason: rest.reason, version });
      // The page knows what was done before the dialog goes: whoever opens it again at once sees it.
      await file.refresh();
      dialog.close();
      page.stepOn();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      wrong = error;
      await file.refresh();
    } finally {
      busy = false;
      if (dialog.open) paint();
    }
  }

  paint();
  dialog.showModal();
}

/**
 * What the pre-check found wanting and nobody has brought since: the list begins with it.
 * @param {import("../types.js").CasePage} data
 * @returns {[string, {reason: string, words: string, bring: string}][]}
 */
function toldBefore(data) {
  const wanting = data.materials.filter(({ opinion, versions }) => opinion && opinion.opinion !== "meets" && (versions[0]?.added_ms ?? 0) <= opinion.noted_ms);
  return wanting.map(({ code, opinion }) => [code, { reason: opinion?.opinion === "missing" ? "missing" : "", words: opinion?.words ?? "", bring: "" }]);
}

/** @param {Event} event */
function valueOf(event) {
  return /** @type {HTMLInputElement} */ (event.target).value;
}
