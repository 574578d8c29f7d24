/**
 * `<yc-ladder data-case="ID" data-version="N">`: how far the case's record has come. The server draws it;
 * it is asked again soon after the case changed, since an entry is logged and witnessed a moment later.
 */
import { door } from "portal/dom.js";

const AFTER_MS = Object.freeze([0, 1_000, 2_000, 4_000, 8_000, 15_000]);
const AT_REST_MS = 60_000;

export class Ladder extends HTMLElement {
  static observedAttributes = ["data-case", "data-version"];

  constructor() {
    super();
    this.timer = 0;
    this.times = 0;
    /** Only the newest question's answer is shown. */
    this.asked = 0;
  }

  connectedCallback() {
    this.again();
  }

  disconnectedCallback() {
    window.clearTimeout(this.timer);
    this.asked += 1;
  }

  attributeChangedCallback() {
    if (this.isConnected) this.again();
  }

  again() {
    this.times = 0;
    this.wait();
  }

  wait() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), AFTER_MS[this.times] ?? AT_REST_MS);
    this.times += 1;
  }

  async look() {
    const mine = (this.asked += 1);
    const found = document.hidden ? null : await this.ask();
    if (mine !== this.asked) return;
    if (found && this.firstElementChild?.outerHTML !== found.outerHTML) this.replaceChildren(document.importNode(found, true));
    this.wait();
  }

  /** @returns {Promise<Element | null>} null while the server cannot be asked: what it said last stays */
  async ask() {
    const headers = { Accept: "text/html", "Yc-Door": door() };
    const response = await fetch(`/cases/${this.dataset["case"] ?? ""}/ladder`, { headers, credentials: "same-origin" }).catch(() => null);
    if (response?.status !== 200) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".ladder");
  }
}

customElements.define("yc-ladder", Ladder);
