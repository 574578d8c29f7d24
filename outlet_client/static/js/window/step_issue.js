/** 出件: tell the result, check who receives, print, have it signed for, hand over, close. */
import { html, nothing } from "lit";
import { act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { button, dayTime, icon, status } from "../bits.js";
import { applicantLabel } from "../field_words.js";
import { photograph } from "../stills.js";
import { noPicture } from "./no_picture.js";
import { Step } from "./step.js";
import { identityMethods } from "./step_identity.js";

const AGENT_KINDS = Object.freeze({ name: "name", id_number: "id_number", phone: "phone", agent: "name" });

export class IssueStep extends Step {
  printed = 0;
  method = "original_seen";
  byAgent = false;
  onPaper = false;

  body() {
    const { decision, state } = this.case;
    if (!decision) return nothing;
    return html`<div class="stack">
      ${this.#result()}
      ${state === "handed_back" ? (this.case.item.no_output && decision.outcome === "approved" ? html`<p class="soft">${t("This item has nothing to hand over. Tell the citizen the result and close the case.")}</p>` : this.#handOver()) : this.#after()}
    </div>`;
  }

  #result() {
    const decision = /** @type {import("../types.js").DecisionShown} */ (this.case.decision);
    const approved = decision.outcome === "approved";
    return html`<section class="result" data-tone=${approved ? "ok" : "warn"} data-outcome=${decision.outcome} id="result">
      <h2>${icon(approved ? "stamp" : "stop-circle")} ${this.#title(approved)}</h2>
      <p class="row">${status(t("Reviewer No. %(number)s", { number: decision.reviewer }), "user")}${decision.transaction_number ? html`<span class="muted">${t("Business system number")} <span class="number">${decision.transaction_number}</span></span>` : nothing}<span class="muted push">${dayTime(this.case.moments["decided_ms"])}</span></p>
      ${decision.changes.length
        ? html`<table class="table change-table"><thead><tr><th></th><th>${t("Before")}</th><th>${t("After")}</th></tr></thead><tbody>${decision.changes.map((one) => html`<tr><th scope="row">${one.label}</th><td class="was">${one.before}</td><td><strong>${one.after}</strong></td></tr>`)}</tbody></table>`
        : nothing}
      ${decision.reasons.length ? html`<ul>${decision.reasons.map((one) => html`<li>${this.desk.data.refusal_reasons[one] ?? one}</li>`)}</ul>` : nothing}
      ${decision.text ? html`<p>${decision.text}</p>` : nothing}
      ${decision.remedy ? html`<p class="muted">${this.desk.data.remedies[decision.remedy] ?? ""}</p>` : nothing}
    </section>`;
  }

  /** @param {boolean} approved */
  #title(approved) {
    if (this.case.state !== "handed_back") return approved ? t("Approved, handed over") : t("Refused, handed over");
    return approved ? t("Approved, please print and hand over") : t("Refused, please explain the reasons");
  }

  get refused() {
    return this.case.outcome === "refused";
  }

  #handOver() {
    const checked = Boolean(this.case.moments["receiver_ms"]);
    return html`<ol class="hand-over">
      <li data-done=${checked}><h3>${t("Who receives it?")}</h3>${checked ? status(t("Receiver has been checked"), "check-circle", "ok") : this.#receiver()}</li>
      <li data-done=${this.printed > 0}><h3>${this.refused ? t("Print the decision paper") : t("Print the receipt")}</h3>
        ${this.button("print", { label: this.printed ? t("Print once more (marked as a reprint)") : t("Print"), action: "print-receipt", icon: "printer", disabled: !checked, run: () => this.#print() })}</li>
      <li data-done=${this.file.receiptSigned}><h3>${this.refused ? t("Signature for receipt of the decision") : t("Signature for receipt")}</h3>
        ${this.file.receiptSigned ? status(t("Signed on the citizen screen"), "check-circle", "ok") : checked ? html`<p class="soft">${t("The citizen signs on the citizen screen.")} ${button({ label: t("Sign on paper"), action: "receipt-on-paper", kind: "quiet", size: "small", run: () => this.#togglePaper() })}</p>` : html`<p class="muted">${t("After the receiver was checked")}</p>`}
        ${this.onPaper && !this.file.receiptSigned ? html`<p class="row">${t("Lay the signed receipt under the document camera.")} ${this.button("issue", { label: t("Capture and issue"), action: "capture-receipt", icon: "camera", disabled: !this.desk.capture.track("document_camera"), run: () => this.#issueOnPaper() })}</p>${this.desk.capture.track("document_camera") ? nothing : noPicture(this.page)}` : nothing}</li>
    </ol>`;
  }

  #receiver() {
    const agentField = (/** @type {"name" | "id_number" | "phone"} */ code) => this.field("agent", { code, label: "", kind: /** @type {any} */ (AGENT_KINDS[code]), required: code !== "phone", choices: [], hint: "", value: "", reveal: "" }, { label: applicantLabel(code) });
    return html`<div class="stack">
      <div class="row">
        <span class="switch">
          <button type="button" data-action="receiver-applicant" aria-pressed=${String(!this.byAgent)} @click=${() => this.#who(false)}>${t("The applicant")}</button>
          <button type="button" data-action="receiver-agent" aria-pressed=${String(this.byAgent)} @click=${() => this.#who(true)}>${t("An agent")}</button>
        </span>
        <select class="input method-select" aria-label=${t("How was the identity checked?")} @change=${(/** @type {Event} */ event) => {
          this.method = /** @type {HTMLSelectElement} */ (event.target).value;
        }}>${identityMethods().filter(([code]) => code !== "other").map(([code, words]) => html`<option value=${code} ?selected=${code === this.method}>${words}</option>`)}</select>
      </div>
      ${this.byAgent ? html`<div class="form-grid">${agentField("name")}${agentField("id_number")}${agentField("phone")}</div>` : nothing}
    </div>`;
  }

  #after() {
    const rated = this.case.moments["rated_ms"];
    return html`<div class="stack">
      <p class="row">${status(this.refused ? t("Decision handed over") : t("Issued"), "check-circle", "ok")} <span class="muted">${dayTime(this.case.moments["issued_ms"])}</span>
        ${rated ? status(t("The citizen has rated"), "star", "ok") : html`<span class="muted">${t("The citizen may rate on the citizen screen now")}</span>`}</p>
      ${this.case.outcome === "refused" ? nothing : html`<h3>${t("What to tell the citizen")}</h3>
        <ol>${this.case.item.follow_up.map((one) => html`<li>${one}</li>`)}</ol>`}
    </div>`;
  }

  hint() {
    if (this.case.state !== "handed_back") return "";
    if (!this.case.moments["receiver_ms"]) return t("Look at the document of whoever receives the result");
    return this.file.receiptSigned ? t("Everything is ready to be handed over") : t("Waiting for the signature for receipt");
  }

  actions() {
    const { state, item, decision, moments } = this.case;
    const nothingToHandOver = item.no_output && decision?.outcome === "approved";
    if (state === "handed_back" && nothingToHandOver) return [this.#complete()];
    if (state === "handed_back") {
      if (!moments["receiver_ms"]) return [this.button("receiver", { label: t("Receiver checked"), action: "check-receiver", id: "main-action", kind: "primary", size: "large", icon: "identity", run: () => this.main() })];
      return [this.button("issue", { label: this.refused ? t("Hand over the decision") : t("Issue"), action: "issue", id: "main-action", kind: "primary", size: "large", icon: "stamp", disabled: !this.file.receiptSigned, run: () => this.main() })];
    }
    const reprint = this.button("print", { label: t("Reprint"), action: "print-receipt", size: "large", icon: "printer", run: () => this.#print() });
    const next = (/** @type {string} */ kind) => button({ label: t("Next case"), action: "next-case", id: kind ? "main-action" : "", kind, size: "large", icon: "plus", run: () => this.page.router.go("/window") });
    return state === "issued" ? [reprint, next(""), this.#complete()] : [reprint, next("primary")];
  }

  #complete() {
    return this.button("complete", { label: t("Close the case"), action: "complete", id: "main-action", kind: "primary", size: "large", icon: "check", run: () => this.act("complete", () => this.desk.acts.act(`${this.file.path}/completion`, { version: this.case.version })) });
  }

  async main() {
    if (this.case.state !== "handed_back") return;
    if (this.case.moments["receiver_ms"]) {
      await this.act("issue", () => this.desk.acts.act(`${this.file.path}/issue`, { version: this.case.version }));
      return;
    }
    const agent = this.file.draft.group("agent");
    const body = { receiver: this.byAgent ? "agent" : "applicant", method: this.method, ...(this.byAgent ? { agent } : {}) };
    if (await this.act("receiver", () => this.desk.acts.act(`${this.file.path}/receiver`, { ...body, version: this.case.version }), AGENT_KINDS)) this.file.draft.drop("agent");
  }

  /** @param {boolean} agent */
  #who(agent) {
    this.byAgent = agent;
    this.page.draw();
  }

  #togglePaper() {
    this.onPaper = !this.onPaper;
    void this.desk.openDevices();
    this.page.draw();
  }

  /** The tab is opened by the press itself, or the browser would hold it back. */
  async #print() {
    const tab = window.open("", "_blank");
    await this.desk.acts
      .once("print", async () => {
        const printed = await act(`${this.file.path}/receipts`);
        this.printed = printed.copy;
        if (tab) tab.location.href = `${printed.url}`;
        else window.open(`${printed.url}`, "_blank");
      })
      .catch((error) => {
        tab?.close();
        toastError(error);
      });
    this.page.draw();
  }

  async #issueOnPaper() {
    const track = this.desk.capture.track("document_camera");
    if (!track) return;
    await this.act("issue", async () => {
      const picture = await photograph(track, t("Signed receipt"));
      await this.desk.outbox.send(`${this.file.path}/paper-issue`, picture, { case: this.file.id });
    });
  }
}

/** A case that is closed, or that was withdrawn. */
export class ClosedStep extends Step {
  body() {
    const withdrawn = this.case.state === "withdrawn";
    return html`<div class="ready">${icon(withdrawn ? "close" : "check-circle")}<div><h2>${withdrawn ? t("The applicant has withdrawn") : t("The case is closed")}</h2>
      <p>${withdrawn ? t("Give the originals back.") : t("What to tell the citizen")}</p></div></div>
      ${withdrawn ? nothing : html`<ol>${this.case.item.follow_up.map((one) => html`<li>${one}</li>`)}</ol>`}`;
  }

  actions() {
    return [button({ label: t("Next case"), action: "next-case", id: "main-action", kind: "primary", size: "large", icon: "plus", run: () => this.main() })];
  }

  main() {
    this.page.router.go("/window");
  }
}
