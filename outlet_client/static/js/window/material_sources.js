/**
 * Where a material may come from besides the citizen's hand: the authority that issued it, another case
 * of hers, or a promise in its place. Each is offered only where the item allows it and something is missing.
 */
import { html, nothing } from "lit";
import { get } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import { actButton, button, icon } from "../bits.js";
import { photograph } from "../stills.js";

/** @typedef {import("../types.js").SlotShown} SlotShown */
/** @typedef {import("../types.js").VersionShown} VersionShown */
/** @typedef {import("./step.js").Step} Step */
/** @typedef {{id: string, page: number, pages: number, grade: string, source: string, added_ms: number}} PageElsewhere */
/** @typedef {{case_id: string, number: string, item: string, pages: PageElsewhere[]}} Elsewhere */

export class MaterialSources {
  /** @param {Step} step */
  constructor(step) {
    this.step = step;
    /** The material whose promise stands on the citizen's screen. */
    this.promising = "";
    /** What other cases have, by material. @type {Map<string, Elsewhere[]>} */
    this.elsewhere = new Map();
  }

  /** What the citizen's screen is to ask for: the promise, while it is offered and not signed. */
  get shown() {
    const slot = this.step.case.materials.find((one) => one.code === this.promising);
    if (!slot?.promise || slot.promise.state === "standing") return "";
    return this.promising;
  }

  /** @param {SlotShown} slot */
  of(slot) {
    const offers = slot.enough ? [] : this.#offers(slot);
    const promising = this.shown === slot.code ? this.#promise(slot) : nothing;
    if (!offers.length && promising === nothing) return nothing;
    return html`<div class="slot-actions slot-sources">${offers}${promising}${this.#found(slot)}</div>`;
  }

  /** @param {SlotShown} slot */
  #offers(slot) {
    const { acts } = this.step.desk;
    const known = Boolean(this.step.case.moments["identity_ms"]);
    const offers = [];
    if (slot.sources.includes("shared_data")) offers.push(actButton(acts, `ask-${slot.code}`, { label: t("Ask the issuing authority"), action: "ask-source", size: "small", icon: "search", disabled: !known, run: () => this.#ask(slot) }));
    if (slot.sources.includes("internal")) offers.push(button({ label: t("Take over from another case"), action: "look-elsewhere", size: "small", icon: "documents", disabled: !known, run: () => this.#look(slot) }));
    if (slot.promise?.barred) offers.push(html`<p class="muted">${t("No promise in its place: an earlier one of this applicant was broken.")}</p>`);
    else if (slot.promise && this.shown !== slot.code) offers.push(button({ label: t("Promise instead"), action: "offer-promise", size: "small", icon: "pen", disabled: !known || !slot.promise.digest, run: () => this.#offer(slot) }));
    return offers;
  }

  /** @param {SlotShown} slot */
  async #ask(slot) {
    const { step } = this;
    let finding = "";
    const done = await step.act(`ask-${slot.code}`, async () => {
      const answer = await step.desk.acts.act(`${step.file.path}/materials/${slot.code}/shared-data`);
      finding = answer.finding;
    });
    if (!done) return;
    const [title, words] = findingWords(finding);
    toast(title, finding === "found" ? "ok" : "warn", words);
  }

  /** @param {SlotShown} slot */
  async #look(slot) {
    try {
      const { cases } = await get(`${this.step.file.path}/materials/${slot.code}/elsewhere`);
      this.elsewhere.set(slot.code, cases);
      if (!cases.length) toast(t("No other case of this applicant has it"), "info", t("Take a picture of the original, or upload a copy."));
    } catch (error) {
      toastError(error);
    }
    this.step.page.draw();
  }

  /** @param {SlotShown} slot */
  #found(slot) {
    const cases = slot.enough ? [] : (this.elsewhere.get(slot.code) ?? []);
    if (!cases.length) return nothing;
    return html`<ul class="elsewhere" role="list">${cases.map((one) => html`<li><span>${one.item} <span class="number">${one.number}</span></span>
      ${actButton(this.step.desk.acts, `take-${slot.code}-${one.case_id}`, { label: t("Take over"), action: "take-over", size: "small", run: () => this.#take(slot, one) })}</li>`)}</ul>`;
  }

  /** Page by page: what was taken over stays, whatever happens to the next. @param {SlotShown} slot @param {Elsewhere} one */
  async #take(slot, one) {
    const { step } = this;
    await step.act(`take-${slot.code}-${one.case_id}`, async () => {
      for (const page of one.pages.filter((each) => each.page <= slot.pages)) {
        await step.desk.acts.act(`${step.file.path}/materials/${slot.code}/taken-over`, { from_case: one.case_id, from_material: page.id });
      }
    });
  }

  /** @param {SlotShown} slot */
  #offer(slot) {
    this.promising = slot.code;
    this.step.page.draw();
  }

  /** @param {SlotShown} slot */
  #promise(slot) {
    const { step } = this;
    const track = step.desk.capture.track("document_camera");
    return html`<section class="card stack promise-offer" aria-label=${t("Promise in place of: %(name)s", { name: slot.name })}>
      <p class="sign-lead">${icon("screen")} ${step.desk.screen ? t("The promise stands on the citizen's screen to be read and signed. It is the citizen's choice.") : t("No citizen screen is connected: print the promise, have it signed, lay it under the document camera.")}</p>
      <p class="promise-text">${slot.promise?.text}</p>
      <p class="muted">${t("Verified within %(days)d working days.", { days: slot.promise?.verify_days ?? 0 })}</p>
      <div class="row">
        ${button({ label: t("Print"), action: "print-promise", size: "small", icon: "printer", run: () => window.print() })}
        ${actButton(step.desk.acts, "paper-promise", { label: t("Capture the signed promise"), action: "capture-promise", size: "small", icon: "camera", disabled: !track, run: () => this.#onPaper(slot) })}
        ${button({ label: t("Do not promise"), action: "stop-promise", size: "small", kind: "quiet", icon: "close", run: () => this.stop() })}
      </div></section>`;
  }

  /** The citizen, or the clerk for her, goes on without a promise. */
  stop() {
    this.promising = "";
    this.step.page.draw();
  }

  /** @param {SlotShown} slot */
  async #onPaper(slot) {
    const { step } = this;
    const track = step.desk.capture.track("document_camera");
    if (!track || !slot.promise) return;
    const { digest } = slot.promise;
    await step.act("paper-promise", async () => {
      const picture = await photograph(track, t("Signed promise"));
      await step.desk.outbox.send(`${step.file.path}/commitments/${slot.code}/paper-signature?digest=${digest}`, picture, { case: step.file.id });
    });
  }
}

/** Where a version comes from that nobody brought. @param {VersionShown | undefined} version */
export function originWords(version) {
  if (!version) return "";
  if (version.source === "commitment") return t("A promise in its place");
  const { origin } = version;
  if (!origin) return "";
  if (origin.case_number) return t("Taken over from case %(number)s", { number: origin.case_number });
  return origin.valid_until ? t("Stated by %(issuer)s, valid until %(day)s", { issuer: origin.issuer, day: origin.valid_until }) : t("Stated by %(issuer)s", { issuer: origin.issuer });
}

/** @param {string} finding @returns {[string, string]} */
function findingWords(finding) {
  const bring = t("Take a picture of the original, or upload a copy.");
  switch (finding) {
    case "found":
      return [t("The issuing authority has it"), t("Its statement is among the materials, grade A.")];
    case "expired":
      return [t("What the issuing authority has is valid no more"), bring];
    case "not_found":
      return [t("The issuing authority does not have it"), bring];
    default:
      return [t("The issuing authority cannot be reached now"), bring];
  }
}
