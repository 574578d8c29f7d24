/**
 * A decision in two phases. First everything is said and the server checks it; then it is shown once
 * more and confirmed within two minutes, in the same call, signed by whoever decides. Closing the sheet
 * takes it back.
 */
import { html, nothing } from "lit";
import { ApiError, act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { glyph } from "../glyph.js";
import { Confirmation } from "./confirmation.js";
import { Sheet } from "./sheet.js";
import { Signer } from "./signer.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */
/**
 * @typedef {object} Said
 * @property {"approved" | "refused"} outcome
 * @property {string} transaction_number
 * @property {Record<string, string>} before
 * @property {Record<string, string>} after
 * @property {string[]} reasons
 * @property {string} text
 * @property {string} remedy
 */
/** @typedef {{decision_id: string, expires_at_ms: number, prepared_at: number}} Prepared */

const LEASE_MS = 120_000;

/** @param {ReviewState} state */
export function approve(state) {
  return decide(state, { outcome: "approved", transaction_number: "", before: {}, after: {}, reasons: [], text: "", remedy: "" });
}

/** @param {ReviewState} state */
export function refuse(state) {
  return decide(state, { outcome: "refused", transaction_number: "", before: {}, after: {}, reasons: [], text: "", remedy: state.page.words.remedies[0][0] });
}

/** @param {ReviewState} state @param {Said} said */
async function decide(state, said) {
  const sheet = new Sheet("decision", { wide: true });
  /** @type {Prepared | null} */
  let prepared = null;
  /** @type {Confirmation | null} */
  let confirmation = null;
  /** @type {ApiError | null} */
  let wrong = null;
  let busy = false;
  let decided = false;
  let sent = false;
  const signer = new Signer(state.page.signing ?? { rule: "off", origin: "" }, state.page.me);

  const paint = () => {
    if (prepared) {
      const left = Math.max(0, Math.ceil((prepared.prepared_at + LEASE_MS - performance.now()) / 1000));
      sheet.paint({ title: said.outcome === "approved" ? t("Confirm the approval") : t("Confirm the refusal"), body: onceMore(state, said, left, { wrong, sent }, confirmation, paint), foot: confirming(left) });
    } else {
      sheet.paint({ title: said.outcome === "approved" ? t("Approve") : t("Refuse"), body: form(), foot: preparing() });
    }
  };

  const form = () => html`<form id="decision-form" class="form" @submit=${prepare}>
    ${wrong ? html`<div class="banner" data-tone="bad" role="alert">${glyph("alert")}<div class="banner-words"><p class="banner-title">${wrong.title}</p><p>${fieldWords(state, wrong)}</p></div><span class="banner-code">${wrong.code}</span></div>` : nothing}
    ${said.outcome === "approved" ? approval(state, said, paint) : refusal(state, said)}
  </form>`;

  const preparing = () => html`<button type="button" class="button" data-action="close-sheet" @click=${() => sheet.close()}>${t("Cancel")}</button>
    <button type="submit" form="decision-form" class="button button-primary" data-action="prepare" aria-busy="${busy}">${t("Check and show once more")}</button>`;

  const confirming = (/** @type {number} */ left) => html`<button type="button" class="button" data-action="back" ?disabled=${busy} @click=${back}>${t("Back, change something")}</button>
    <button type="button" class="button ${said.outcome === "approved" ? "button-primary" : "button-danger"} button-large" data-action="confirm-decision" aria-busy="${busy}" ?disabled=${left === 0} @click=${confirm}>${glyph("stamp")}<span>${said.outcome === "approved" ? t("Confirm approval") : t("Confirm refusal")}</span></button>`;

  /** @param {Event} event */
  const prepare = async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    wrong = null;
    paint();
    try {
      const body = { ...said, call: state.decisionCall, remedy: said.outcome === "refused" ? said.remedy : null, version: state.case.version };
      const found = await act(state.path("/decision"), body);
      prepared = { ...found, prepared_at: performance.now() };
      const decision = { path: state.path(`/decision/${found.decision_id}`), item: state.case.item.code, said };
      confirmation = new Confirmation(signer, decision, () => prepared && paint());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      wrong = error;
      if (error.code === "K-04") await state.load();
    } finally {
      busy = false;
      paint();
    }
  };

  const back = async () => {
    const pending = prepared;
    if (!pending || busy) return;
    prepared = null;
    wrong = null;
    busy = true;
    paint(); // at once: a form that comes later would move under the hand that already reaches for it
    try {
      await act(state.path(`/decision/${pending.decision_id}/revert`)).catch((error) => (error.code === "C-14" ? undefined : toastError(error)));
      await state.load();
    } finally {
      busy = false;
      paint();
    }
  };

  const close = () => {
    decided = true;
    sheet.close();
    toast(said.outcome === "approved" ? t("Approved and handed back to the window") : t("Refused and handed back to the window"), "ok", confirmation?.state === "unsigned" ? t("The decision is recorded as unsigned.") : "");
  };

  /** What was sent has arrived, and its answer was lost on the way. */
  const look = () => {
    if (sent && !busy && !decided && state.case.outcome === said.outcome) close();
  };
  state.addEventListener("change", look);

  const key = crypto.randomUUID();
  const confirm = async () => {
    if (!prepared || !confirmation || busy) return;
    busy = sent = true;
    wrong = null;
    paint();
    try {
      await confirmation.send(`${key}/${prepared.decision_id}`.slice(0, 60), prepared.prepared_at + LEASE_MS - performance.now());
      close();
    } catch (error) {
      if (error instanceof ApiError && error.status === 0) toastError(error);
      else if (error instanceof ApiError) {
        sent = false;
        wrong = error;
        if (["C-14", "C-15", "C-16"].includes(error.code)) prepared = null;
      } else throw error;
    } finally {
      busy = false;
      if (!decided) paint();
      await state.load();
    }
  };

  const timer = window.setInterval(() => prepared && paint(), 1000);
  paint();
  await sheet.closed;
  window.clearInterval(timer);
  state.removeEventListener("change", look);
  /** @type {Confirmation | null} */ (confirmation)?.cancel();
  if (prepared && !decided) await takeBackQuietly(state, prepared);
  await state.load();
}

/** @param {ReviewState} state @param {Prepared} prepared */
async function takeBackQuietly(state, prepared) {
  await act(state.path(`/decision/${prepared.decision_id}/revert`)).catch(() => undefined);
}

/** @param {ReviewState} state @param {Said} said @param {() => void} paint */
function approval(state, said, paint) {
  const changes = state.case.item.changes;
  if (!changes.length) return html`<p>${t("This item changes nothing in the business system.")}</p>${number(said, false)}`;
  return html`${number(said, true)}
    <table class="table changes"><caption class="visually-hidden">${t("Values that change")}</caption>
      <thead><tr><th scope="col">${t("What changes")}</th><th scope="col">${t("Before")}</th><th scope="col">${t("After")}</th></tr></thead>
      <tbody>${changes.map((/** @type {any} */ change) => html`<tr><th scope="row">${change.label}</th><td>${cell(state, said, "before", change, paint)}</td><td>${cell(state, said, "after", change, paint)}</td></tr>`)}</tbody></table>`;
}

/** @param {Said} said @param {boolean} required */
function number(said, required) {
  return html`<label class="field"><span class="field-label">${t("Transaction number of the business system")}${required ? "" : html` <span class="optional">${t("(optional)")}</span>`}</span>
    <input class="input input-large input-figures" name="transaction_number" maxlength="64" autocomplete="off" autofocus ?required=${required} .value=${said.transaction_number} @input=${(/** @type {Event} */ event) => (said.transaction_number = value(event))}></label>`;
}

/** @param {ReviewState} state @param {Said} said @param {"before" | "after"} when @param {any} change @param {() => void} paint */
function cell(state, said, when, change, paint) {
  const from = when === "before" ? change.before_from : change.after_from;
  const field = state.case.form.find((/** @type {any} */ one) => one.code === from);
  const label = `${change.label} ${when === "before" ? t("Before") : t("After")}`;
  const fill = async () => {
    try {
      said[when][change.code] = field.reveal ? (await act(state.path("/reveal"), { field: field.reveal })).value : field.value;
    } catch (error) {
      toastError(error);
    }
    paint();
  };
  return html`<div class="change-cell"><input class="input input-figures" name="${when}.${change.code}" aria-label="${label}" required maxlength="500" autocomplete="off" .value=${said[when][change.code] ?? ""} @input=${(/** @type {Event} */ event) => (said[when][change.code] = value(event))}>
    ${field ? html`<button type="button" class="button button-small" data-action="fill-${when}-${change.code}" @click=${fill}>${t("From the form")}</button>` : nothing}</div>`;
}

/** @param {ReviewState} state @param {Said} said */
function refusal(state, said) {
  return html`<fieldset class="field"><legend class="field-label">${t("Reasons")}</legend><div class="reason-grid">
      ${state.page.words.refusals.map((/** @type {[string, string]} */ [code, words]) => html`<label class="choice"><input type="checkbox" name="reason" value="${code}" .checked=${said.reasons.includes(code)} @change=${(/** @type {Event} */ event) => {
        const on = /** @type {HTMLInputElement} */ (event.target).checked;
        said.reasons = on ? [...said.reasons, code] : said.reasons.filter((one) => one !== code);
      }}><span>${words}</span></label>`)}</div></fieldset>
    <label class="field"><span class="field-label">${t("Told to the applicant, in plain words")}</span><textarea class="input" name="text" rows="3" maxlength="1000" required .value=${said.text} @input=${(/** @type {Event} */ event) => (said.text = value(event))}></textarea></label>
    <fieldset class="field"><legend class="field-label">${t("Legal remedy told with it")}</legend>
      ${state.page.words.remedies.map((/** @type {[string, string]} */ [code, words]) => html`<label class="choice"><input type="radio" name="remedy" value="${code}" .checked=${said.remedy === code} @change=${() => (said.remedy = code)}><span>${words}</span></label>`)}</fieldset>`;
}

/**
 * @param {ReviewState} state @param {Said} said @param {number} left
 * @param {{wrong: ApiError | null, sent: boolean}} so `sent`: nobody knows yet what became of it
 * @param {Confirmation | null} confirmation @param {() => void} paint
 */
function onceMore(state, said, left, { wrong, sent }, confirmation, paint) {
  const item = state.case;
  const applicant = item.applicant.find((/** @type {any} */ one) => one.code === "name")?.value ?? "";
  const words = (/** @type {[string, string][]} */ table, /** @type {string} */ code) => table.find(([one]) => one === code)?.[1] ?? code;
  return html`${wrong ? html`<div class="banner" data-tone="bad" role="alert">${glyph("alert")}<div class="banner-words"><p class="banner-title">${wrong.title}</p><p>${wrong.detail}</p></div><span class="banner-code">${wrong.code}</span></div>` : nothing}
    <div class="countdown" data-tone="${left > 30 ? "brand" : "bad"}" role="timer" .style=${`--left: ${left / 120}`}><strong class="figures">${left}</strong><span>${left ? t("seconds to confirm; nothing is decided before") : sent ? t("Time is over. Whether it was decided shows as soon as the line is back.") : t("Time is over; nothing was decided. Go back and prepare it again.")}</span></div>
    <dl class="summary decision-summary">
      <dt>${t("Case")}</dt><dd>${item.number} · ${item.item.name}</dd>
      <dt>${t("Applicant")}</dt><dd>${applicant}</dd>
      ${said.outcome === "approved"
        ? html`${said.transaction_number ? html`<dt>${t("Transaction number")}</dt><dd class="figures">${said.transaction_number}</dd>` : nothing}
            ${item.item.changes.map((/** @type {any} */ change) => html`<dt>${change.label}</dt><dd><span class="was">${said.before[change.code]}</span> ${glyph("arrow-right")} <strong>${said.after[change.code]}</strong></dd>`)}`
        : html`<dt>${t("Reasons")}</dt><dd>${said.reasons.map((code) => words(state.page.words.refusals, code)).join(t(", "))}</dd><dt>${t("Words to the applicant")}</dt><dd>${said.text}</dd><dt>${t("Remedy")}</dt><dd>${words(state.page.words.remedies, said.remedy)}</dd>`}
    </dl>
    <p class="muted">${state.session && state.inCall ? t("Bound to this call: if the line drops, it is taken back.") : t("After the confirmation the case goes back to its window at once.")}</p>
    ${signing(confirmation, paint)}`;
}

/** @param {Confirmation | null} confirmation @param {() => void} paint */
function signing(confirmation, paint) {
  if (!confirmation || confirmation.state === "off") return nothing;
  const words = {
    waiting: t("This browser prepares to sign the decision…"),
    asks: t("Confirming asks for your security key: touch it, or show face or finger, when the browser says so."),
    signs: t("Confirming signs the decision with your key in this browser. That is weaker than a security key."),
    lacking: t("Decisions must be signed with a security key here, and none of yours can be used on this page. See the page of your signing keys."),
    unsigned: confirmation.signer.rule === "required" ? t("This browser cannot sign, and decisions must be signed here.") : t("This browser cannot sign: the decision is recorded as unsigned."),
  };
  const weaken = () => {
    confirmation.weaken();
    paint();
  };
  return html`<p class="muted" data-signing="${confirmation.state}">${words[confirmation.state]}
    ${confirmation.mayWeaken ? html`<button type="button" class="button button-small" data-action="sign-weaker" @click=${weaken}>${t("Sign with this browser's key instead (weaker)")}</button>` : nothing}</p>`;
}

/** @param {ReviewState} state @param {ApiError} wrong */
function fieldWords(state, wrong) {
  const codes = wrong.details["fields"] ?? (wrong.code === "K-01" ? [wrong.details["field"]] : []);
  const labels = (Array.isArray(codes) ? codes : []).map((code) => state.case.item.changes.find((/** @type {any} */ one) => one.code === code)?.label ?? code);
  return labels.length ? `${labels.join(t(", "))} · ${wrong.detail}` : wrong.detail;
}

/** @param {Event} event */
function value(event) {
  return /** @type {HTMLInputElement | HTMLTextAreaElement} */ (event.target).value;
}
