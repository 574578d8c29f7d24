/**
 * `<yc-masked>`: a personal value that is shown only while its button is pressed, by pointer or by
 * keyboard. Each reveal is an act on the server: the plain value is fetched then and never kept.
 *
 * `data-reveal` names the act's address; its answer is `{"value": "..."}`. A page that has another
 * way (the citizen's own screen) sets the property `reveal` instead.
 */
import { act } from "portal/api.js";
import { el, icon } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";

export class Masked extends HTMLElement {
  constructor() {
    super();
    /** @type {() => Promise<string>} */
    this.reveal = async () => (await act(this.dataset["reveal"] ?? "")).value;
    this.masked = "";
    this.held = false;
  }

  connectedCallback() {
    if (this.querySelector("button")) return;
    this.masked = this.value.textContent ?? "";
    const button = el("button", { type: "button" }, icon("eye"), el("span", {}, t("Hold to show")));
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      button.setPointerCapture(event.pointerId);
      void this.hold();
    });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur", "keyup"]) button.addEventListener(name, () => this.release());
    button.addEventListener("keydown", (event) => {
      if ((event.key === " " || event.key === "Enter") && !event.repeat) {
        event.preventDefault();
        void this.hold();
      }
    });
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    this.append(button);
  }

  disconnectedCallback() {
    this.release();
  }

  /** @returns {Element} */
  get value() {
    return this.querySelector(".masked-value") ?? this.appendChild(el("span", { class: "masked-value" }));
  }

  async hold() {
    if (this.held) return;
    this.held = true;
    try {
      const plain = await this.reveal();
      if (!this.held) return;
      this.value.textContent = plain;
      this.dataset["shown"] = "";
    } catch (error) {
      this.held = false;
      toastError(error);
    }
  }

  release() {
    if (!this.held) return;
    this.held = false;
    delete this.dataset["shown"];
    this.value.textContent = this.masked;
  }
}

customElements.define("yc-masked", Masked);
