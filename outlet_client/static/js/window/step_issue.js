/** 出件: tell the result, check who receives, print, have it signed for, hand over, close. */
import { html, nothing } from "lit";
import { act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { button, dayTime, icon, status } from "../bits.js";
import { applicantLabel } from "../field_words.js";
import { photograph } from "../stills.js";
import { ChannelPart, channelWords } from "./channel_part.js";
import { noPicture } from "./no_picture.js";
import { askStay } from "./originals_part.js";
import { Step } from "./step.js";
import { identityMethods } from "./step_identity.js";

const AGENT_KINDS = Object.freeze({ name: "name", id_number: "id_number", phone: "phone", agent: "name", authority_seen: "text" });

export class IssueStep extends Step {
  printed = 0;
  method = "original_seen";
  byAgent = false;
  authoritySeen = false;
  channel = new ChannelPart(this);
  tracking = "";
  onPaper = false;

  body() {
    const { decision, state } = this.case;
    if (!decision) return nothing;
    return html`<div class="stack">
      ${this.#result()}
      ${state === "handed_back" ? (this.case.item.no_output && decision.outcome === "approved" ? html`<p class="soft">${t("This item has nothing to hand over. Tell the citizen the result and close the case.")}</p>` : html`${this.elsewhere ? nothing : this.channel.view()}${this.#way()}`) : this.#after()}
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

  /** How the result reaches the applicant. */
  get way() {
    return this.case.channel.channel;
  }

  /** It is handed over by another outlet than the one that accepted: this page is at one of them. */
  get elsewhere() {
    return this.way === "other_outlet" && this.case.channel.outlet_id === this.desk.window.outlet_id;
  }

  #way() {
    const { channel } = this.case;
    if (this.channel.open) return nothing;
    if (this.way === "post") return this.#posting();
    if (this.way === "electronic" && !this.refused) return html`<p class="soft">${t("The result is in the business system; nothing is handed over. Tell the applicant and close the case.")}</p>`;
    if (this.way === "other_outlet" && !this.elsewhere) return html`<p class="soft" data-elsewhere>${t("%(outlet)s hands the result over; it stands in the lists of its windows.", { outlet: channel.outlet })}</p>`;
    return this.#handOver();
  }

  #posting() {
    const error = this.errors.get("tracking_number");
    return html`<section class="card stack"><h3>${t("Post the result")}</h3>
      <p>${this.button("print", { label: this.printed ? t("Print once more (marked as a reprint)") : t("Print"), action: "print-decision", icon: "printer", run: () => this.#print() })}</p>
      <div class="field"><label class="field-label" for="tracking-number">${t("Tracking number")}</label>
        ${error ? html`<span class="field-error" id="tracking-notes">${icon("alert")}${t("The tracking number does not add up, please compare it again")}</span>` : nothing}
        <input class="input input-figures" id="tracking-number" maxlength="60" autocomplete="off" spellcheck="false" aria-invalid=${error ? "true" : nothing} aria-describedby=${error ? "tracking-notes" : nothing} .value=${this.tracking} @input=${(/** @type {Event} */ event) => {
          this.tracking = /** @type {HTMLInputElement} */ (event.target).value;
          this.errors.delete("tracking_number");
          this.page.draw();
        }}></div></section>`;
  }

  get refused() {
    return this.case.outcome === "refused";
  }

  #handOver() {
    const checked = Boolean(this.case.moments["receiver_ms"]);
    return html`<ol class="hand-over">
      <li data-done=${checked}><h3>${t("Who receives it?")}</h3>${checked ? status(t("Receiver has been checked"), "check-circle", "ok") : this.#receiver()}</li>
      <li data-done=${this.printed > 0}><h3>${t("Print the decision paper")}</h3>
        ${this.button("print", { label: this.printed ? t("Print once more (marked as a reprint)") : t("Print"), action: "print-decision", icon: "printer", disabled: !checked, run: () => this.#print() })}</li>
      <li data-done=${this.file.receiptSigned}><h3>${this.refused ? t("Signature for receipt of the decision") : t("Signature for receipt")}</h3>
        ${this.file.receiptSigned ? status(t("Signed on the citizen screen"), "check-circle", "ok") : checked ? html`<p class="soft">${t("The citizen signs on the citizen screen.")} ${button({ label: t("Sign on paper"), action: "receipt-on-paper", kind: "quiet", size: "small", run: () => this.#togglePaper() })}</p>` : html`<p class="muted">${t("After the receiver was checked")}</p>`}
        ${this.onPaper && !this.file.receiptSigned ? html`<p class="row">${t("Print the delivery receipt, have it signed, and lay it under the document camera.")} ${this.button("print-delivery", { label: t("Print the delivery receipt"), action: "print-delivery", size: "small", icon: "printer", run: () => this.#print("delivery_receipt") })} ${this.button("issue", { label: t("Capture and issue"), action: "capture-receipt", icon: "camera", disabled: !this.desk.capture.track("document_camera"), run: () => this.#issueOnPaper() })}</p>${this.desk.capture.track("document_camera") ? nothing : noPicture(this.page)}` : nothing}</li>
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
      ${this.byAgent ? html`<div class="form-grid">${agentField("name")}${agentField("id_number")}${agentField("phone")}</div>
        <label class="choice"><input type="checkbox" name="authority_seen" .checked=${this.authoritySeen} @change=${(/** @type {Event} */ event) => {
          this.authoritySeen = /** @type {HTMLInputElement} */ (event.target).checked;
          this.page.draw();
        }}><span>${t("The applicant's letter of authority has been seen")}</span></label>` : nothing}
    </div>`;
  }

  #after() {
    const rated = this.case.moments["rated_ms"];
    const { tracking_number: tracking, delivered_ms: delivered } = this.case.channel;
    return html`<div class="stack">
      ${tracking ? html`<p class="row">${status(channelWords(this.way), "send")}<span class="number" data-tracking>${tracking}</span>${delivered ? status(t("Delivered"), "check-circle", "ok") : status(t("On its way"), "hourglass", "warn")}</p>` : nothing}
      <p class="row">${status(this.refused ? t("Decision handed over") : t("Issued"), "check-circle", "ok")} <span class="muted">${dayTime(this.case.moments["issued_ms"])}</span>
        ${rated ? status(t("The citizen has rated"), "star", "ok") : html`<span class="muted">${t("The citizen may rate on the citizen screen now")}</span>`}</p>
      ${this.case.outcome === "refused" ? nothing : html`<h3>${t("What to tell the citizen")}</h3>
        <ol>${this.case.item.follow_up.map((one) => html`<li>${one}</li>`)}</ol>`}
    </div>`;
  }

  hint() {
    if (this.case.state !== "handed_back" || this.channel.open) return "";
    if (this.way === "post") return t("Type the number of the letter when it is with the carrier");
    if (this.way === "electronic" && !this.refused) return t("Nothing is handed over");
    if (this.way === "other_outlet" && !this.elsewhere) return t("Another outlet hands the result over");
    if (!this.case.moments["receiver_ms"]) return t("Look at the document of whoever receives the result");
    return this.file.receiptSigned ? t("Everything is ready to be handed over") : t("Waiting for the signature for receipt");
  }

  actions() {
    const { state, item, decision, moments } = this.case;
    const nothingToHandOver = item.no_output && decision?.outcome === "approved";
    if (state === "handed_back" && nothingToHandOver) return [this.#complete()];
    if (state === "handed_back" && this.channel.open) return [];
    if (state === "handed_back" && this.way === "electronic" && !this.refused) return [this.#complete()];
    if (state === "handed_back" && this.way === "post") return [this.button("post", { label: t("Posted"), action: "post-result", id: "main-action", kind: "primary", size: "large", icon: "send", disabled: !this.tracking.trim(), run: () => this.#post() })];
    if (state === "handed_back" && this.way === "other_outlet" && !this.elsewhere) return [button({ label: t("Next case"), action: "next-case", id: "main-action", kind: "primary", size: "large", icon: "plus", run: () => this.page.router.go("/window") })];
    if (state === "handed_back") {
      if (!moments["receiver_ms"]) return [this.button("receiver", { label: t("Receiver checked"), action: "check-receiver", id: "main-action", kind: "primary", size: "large", icon: "identity", disabled: this.byAgent && !this.authoritySeen, run: () => this.main() })];
      return [this.button("issue", { label: this.refused ? t("Hand over the decision") : t("Issue"), action: "issue", id: "main-action", kind: "primary", size: "large", icon: "stamp", disabled: !this.file.receiptSigned, run: () => this.main() })];
    }
    if (state === "issued" && this.case.channel.tracking_number && !this.case.channel.delivered_ms) {
      return [
        this.button("delivery", { label: t("It came back"), action: "came-back", size: "large", icon: "return", run: () => this.#delivery(false) }),
        this.button("delivery", { label: t("It was delivered"), action: "delivered", id: "main-action", kind: "primary", size: "large", icon: "check", run: () => this.#delivery(true) }),
      ];
    }
    const reprint = this.button("print", { label: t("Reprint"), action: "print-decision", size: "large", icon: "printer", run: () => this.#print() });
    const next = (/** @type {string} */ kind) => button({ label: t("Next case"), action: "next-case", id: kind ? "main-action" : "", kind, size: "large", icon: "plus", run: () => this.page.router.go("/window") });
    return state === "issued" ? [reprint, next(""), this.#complete()] : [reprint, next("primary")];
  }

  /** Not over an original that lies about: either it was given back, or it is said why it stays. */
  async #close() {
    const stay = await askStay(this.case);
    if (stay === null) return;
    await this.act("complete", () => this.desk.acts.act(`${this.file.path}/completion`, { version: this.case.version, originals_stay: stay }));
  }

  #complete() {
    return this.button("complete", { label: t("Close the case"), action: "complete", id: "main-action", kind: "primary", size: "large", icon: "check", run: () => this.#close() });
  }

  async #post() {
    const kinds = { tracking_number: "text" };
    const body = { tracking_number: this.tracking, version: this.case.version };
    if (await this.act("post", () => this.desk.acts.act(`${this.file.path}/posting`, body), kinds)) this.tracking = "";
  }

  /** @param {boolean} delivered */
  async #delivery(delivered) {
    await this.act("delivery", () => this.desk.acts.act(`${this.file.path}/delivery`, { delivered, version: this.case.version }));
  }

  async main() {
    if (this.case.state !== "handed_back") return;
    if (this.case.moments["receiver_ms"]) {
      await this.act("issue", () => this.desk.acts.act(`${this.file.path}/issue`, { version: this.case.version }));
      return;
    }
    const agent = this.file.draft.group("agent");
    const body = { receiver: this.byAgent ? "agent" : "applicant", method: this.method, ...(this.byAgent ? { agent, authority_seen: this.authoritySeen } : {}) };
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
  async #print(paper = "decision") {
    const tab = window.open("", "_blank");
    await this.desk.acts
      .once(paper === "decision" ? "print" : "print-delivery", async () => {
        const printed = await act(`${this.file.path}/papers`, { paper });
        if (paper === "decision") this.printed = printed.copy;
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

/** A case that is closed, that was withdrawn, or that lapsed. */
export class ClosedStep extends Step {
  body() {
    const lapsed = this.case.state === "lapsed";
    const withdrawn = lapsed || this.case.state === "withdrawn";
    const title = lapsed ? t("Not supplied in time, deemed withdrawn") : withdrawn ? t("The applicant has withdrawn") : t("The case is closed");
    return html`<div class="ready">${icon(lapsed ? "hourglass" : withdrawn ? "close" : "check-circle")}<div><h2>${title}</h2>
      <p>${lapsed ? t("Tell the citizen if she asks, and give the originals back. She may apply again at any time.") : withdrawn ? t("Give the originals back.") : t("What to tell the citizen")}</p></div></div>
      ${withdrawn ? nothing : html`<ol>${this.case.item.follow_up.map((one) => html`<li>${one}</li>`)}</ol>`}`;
  }

  actions() {
    return [button({ label: t("Next case"), action: "next-case", id: "main-action", kind: "primary", size: "large", icon: "plus", run: () => this.main() })];
  }

  main() {
    this.page.router.go("/window");
  }
}
