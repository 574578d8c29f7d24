/** The right pane: what the case says, the steps in the call, and the reviewer's own notes. */
import { html, nothing, render } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { act } from "portal/api.js";
import { byId } from "portal/dom.js";
import { language, t, tn } from "portal/i18n.js";
import "portal/ladder.js";
import { asksFor, tookAway } from "signaling/interruption.js";
import { glyph } from "../glyph.js";
import { cited } from "./cited.js";
import { identityStep, recheckStep } from "./identity.js";
import { notes } from "./notes.js";
import { precheckFacts } from "./precheck.js";
import { noticeFacts } from "./supplement.js";

/** @typedef {import("./state.js").ReviewState} ReviewState */

/** @param {ReviewState} state */
export function showFacts(state) {
  const pane = byId("facts-pane");
  const paint = () => render(facts(state, paint), pane);
  state.addEventListener("change", paint);
  paint();
}

/** @param {ReviewState} state @param {() => void} paint */
function facts(state, paint) {
  const last = state.callState !== "wrap_up";
  return html`
    ${last ? nothing : notes(state)}
    ${state.session && state.case ? steps(state, paint) : nothing}
    ${state.case ? html`${caseFacts(state)}${precheckFacts(state)}${personList(state)}${noticeFacts(state)}${paperFacts(state)}${itemFacts(state.case)}` : nothing}
    ${last ? notes(state) : nothing}
  `;
}

/** @param {ReviewState} state @param {() => void} paint */
function steps(state, paint) {
  const placed = (/** @type {string} */ kind) => state.isPlaced(kind) && !state.isMissed(kind);
  const again = asksFor(state.session?.data) === "recheck" && (placed("identity") || !state.case?.item.call_required);
  const identity = placed("identity") && !again;
  return html`<section class="card fact-card" data-card="steps">
    <h2 class="side-title">${t("Steps in the call")}</h2>
    <ol class="call-steps">
      ${simple(state, "notice", t("Say the recording notice"), placed("notice"), t("Said"))}
      <li class="call-step" data-done=${identity ? "" : nothing} data-step="identity">${glyph(identity ? "check-circle" : "identity")}<div>${missed(state, "identity")}${again ? recheckStep(state, paint) : identityStep(state, identity, paint)}</div></li>
      ${simple(state, "declaration", t("The citizen says what they want"), placed("declaration"), t("Said"))}
    </ol>
  </section>`;
}

/** @param {ReviewState} state @param {string} kind @param {string} words @param {boolean} done @param {string} verb */
function simple(state, kind, words, done, verb) {
  return html`<li class="call-step" data-done=${done ? "" : nothing} data-step="${kind}">${glyph(done ? "check-circle" : kind === "notice" ? "speaker" : "chat")}
    <div>${missed(state, kind)}<div class="row"><span>${words}</span>${done ? html`<span class="push status" data-tone="ok">${glyph("check")}<span>${t("Marked")}</span></span>` : html`<button type="button" class="button button-small push" data-action="mark-${kind}" ?disabled=${!state.running || state.acting !== ""} @click=${() => state.mark(kind)}>${verb}</button>`}</div></div></li>`;
}

/** @param {ReviewState} state @param {string} kind */
function missed(state, kind) {
  if (state.isMissed(kind)) return html`<p class="step-missed" role="status" data-missed="${kind}">${t("This is not in the recording. Please do it once more.")}</p>`;
  if (!tookAway(state.session?.data, kind)) return nothing;
  return html`<p class="step-missed" role="status" data-taken-away="${kind}">${t("Done before the interruption, which does not count for this item. Please do it again.")}</p>`;
}

/** @param {ReviewState} state */
function caseFacts(state) {
  const item = state.case;
  return html`<section class="card fact-card" data-card="case">
    <h2 class="side-title">${item.item.name}</h2>
    <div class="row facts-state"><span class="status" data-tone="brand">${glyph("reviewer")}<span>${state.page.words.states[item.state]}</span></span>${item.priority ? html`<span class="status" data-tone="warn">${glyph("star")}<span>${state.page.words.priorities[item.priority]}</span></span>` : nothing}${item.item.call_required ? html`<span class="status" data-tone="info">${glyph("video")}<span>${t("Call required")}</span></span>` : nothing}${item.materials.some((/** @type {any} */ one) => one.promise?.state === "standing") ? html`<span class="status" data-flag="commitment" data-tone="warn">${glyph("pen")}<span>${t("By promise")}</span></span>` : nothing}</div>
    <dl class="summary">
      ${item.applicant.map((/** @type {any} */ field) => pair(state, applicantLabel(field.code), field))}
      ${item.present.map((/** @type {any} */ one) => html`<dt>${presentRole(one.role)}</dt><dd>${keyed(one.reveal_name + one.name, masked(state, { value: one.name, reveal: one.reveal_name }))}${one.id_number ? keyed(one.reveal_number + one.id_number, masked(state, { value: one.id_number, reveal: one.reveal_number })) : nothing}</dd>`)}
      ${item.form.map((/** @type {any} */ field) => pair(state, field.label, field))}
      <dt>${t("Accepted")}</dt><dd>${item.outlet} ${item.window} · ${t("Clerk")} ${item.clerk.number} · ${time(item.accepted_ms)}</dd>
    </dl>
    <yc-ladder data-case=${item.id} data-version=${item.version}></yc-ladder>
  </section>`;
}

/** @param {ReviewState} state @param {string} label @param {any} field */
function pair(state, label, field) {
  const value = field.reveal ? keyed(field.value, masked(state, field)) : field.value || "—";
  return html`<dt>${label}</dt><dd>${value}</dd>`;
}

/** @param {ReviewState} state @param {any} field */
function masked(state, field) {
  const reveal = async () => (await act(state.path("/reveal"), { field: field.reveal })).value;
  return html`<yc-masked .reveal=${reveal} data-field="${field.reveal}"><span class="masked-value" .textContent=${field.value}></span></yc-masked>`;
}

/** The table of persons that the case is about. @param {ReviewState} state */
function personList(state) {
  const table = state.case.persons;
  if (!table?.rows.length) return nothing;
  const value = (/** @type {{shown: string, reveal: string}} */ one) => (one.reveal ? keyed(one.reveal + one.shown, masked(state, { value: one.shown, reveal: one.reveal })) : one.shown);
  return html`<details class="card fact-card" data-card="persons" open><summary>${tn("%(num)d person on the list", "%(num)d persons on the list", table.rows.length)}</summary>
    <div class="table-wrap person-table" tabindex="0" role="region" aria-label=${t("Table of persons")}><table class="table"><thead><tr><th scope="col">${t("No.")}</th>${table.columns.map((/** @type {any} */ one) => html`<th scope="col">${one.label}</th>`)}</tr></thead>
      <tbody>${table.rows.map((/** @type {any[]} */ row, /** @type {number} */ n) => html`<tr><th scope="row" class="number">${n + 1}</th>${row.map((one) => html`<td>${value(one)}</td>`)}</tr>`)}</tbody></table></div>
  </details>`;
}

/** What the window printed, copy by copy. @param {ReviewState} state */
function paperFacts(state) {
  const { papers } = state.case;
  if (!papers.length) return nothing;
  const copies = (/** @type {any} */ one) => Array.from({ length: one.count }, (_none, n) => html`<a href=${state.path(`/papers/${one.kind}/${one.round}/${n + 1}.pdf`)} target="_blank" rel="noopener">${t("copy %(n)d", { n: n + 1 })}</a> `);
  return html`<details class="card fact-card" data-card="papers"><summary>${t("Papers: %(n)d", { n: papers.length })}</summary>
    <ul role="list">${papers.map((/** @type {any} */ one) => html`<li data-paper=${one.kind}>${state.page.words.papers[one.kind]} ${copies(one)}</li>`)}</ul>
  </details>`;
}

/** @param {any} item */
function itemFacts(item) {
  return html`<details class="card fact-card" data-card="item"><summary>${t("Conditions and legal basis")}</summary>
    <ul>${item.item.conditions.map((/** @type {string} */ one) => html`<li>${one}</li>`)}</ul>
    <p class="muted">${item.item.bases.map(cited).join(t(", "))}</p>
  </details>`;
}

/** Who came with the applicant. @param {string} role */
function presentRole(role) {
  switch (role) {
    case "agent":
      return t("Agent");
    case "guardian":
      return t("Guardian");
    case "interpreter":
      return t("Interpreter");
    default:
      return t("Companion");
  }
}

/** @param {string} code */
function applicantLabel(code) {
  switch (code) {
    case "name":
      return t("Name");
    case "id_number":
      return t("ID number");
    case "phone":
      return t("Telephone");
    case "organisation":
      return t("Organisation");
    default:
      return t("Credit code");
  }
}

/** @param {number | null} ms */
function time(ms) {
  return ms === null ? "" : new Date(ms).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}
