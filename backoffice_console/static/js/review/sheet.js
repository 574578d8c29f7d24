/** A dialog whose contents are painted again and again until it is closed. */
import { render } from "lit";
import { byId, el } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { html } from "lit";
import { glyph } from "../glyph.js";

export class Sheet {
  /** @param {string} name @param {{wide?: boolean}} [options] */
  constructor(name, options = {}) {
    this.dialog = el("dialog", { class: `dialog sheet-dialog${options.wide ? " dialog-wide" : ""}`, "data-dialog": name, "aria-labelledby": `${name}-title` });
    this.name = name;
    this.shown = false;
    byId("dialogs").append(this.dialog);
    /** @type {Promise<void>} */
    this.closed = new Promise((resolve) => this.dialog.addEventListener("close", () => resolve(), { once: true }));
    void this.closed.then(() => this.dialog.remove());
  }

  /** @param {{title: string, body: unknown, foot: unknown, closable?: boolean}} parts */
  paint({ title, body, foot, closable = true }) {
    render(
      html`<div class="dialog-head"><h2 id="${this.name}-title">${title}</h2>${closable ? html`<button type="button" class="button button-quiet button-icon" aria-label="${t("Close")}" data-action="close-sheet" @click=${() => this.close()}>${glyph("close")}</button>` : ""}</div>
        <div class="dialog-body">${body}</div>
        <div class="dialog-foot">${foot}</div>`,
      this.dialog,
    );
    // Once: what is painted after it was closed, and before its end was told, must not open it again.
    if (!this.shown) this.dialog.showModal();
    this.shown = true;
  }

  close() {
    this.dialog.close();
  }
}
