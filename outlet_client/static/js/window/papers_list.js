/** 单据: the papers of the case, to be printed; what was printed before is marked as a reprint. */
import { html, nothing } from "lit";
import { get } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { actButton, clockTime } from "../bits.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("./case_file.js").CaseFile} CaseFile */
/** @typedef {{paper: string, sizes: string[], copies: number, printed_ms: number | null, due: boolean}} Paper */

/** @param {string} paper */
function paperName(paper) {
  const names = /** @type {Record<string, string>} */ ({
    acceptance_receipt: t("Acceptance receipt"),
    one_time_notice: t("One-time notice"),
    supplement_notice: t("Supplement notice"),
    decision: t("Decision letter"),
    delivery_receipt: t("Delivery receipt"),
    next_steps: t("Next-steps sheet"),
  });
  return names[paper] ?? paper;
}

export class PapersList {
  /** @param {WindowPage} page @param {CaseFile} file */
  constructor(page, file) {
    this.page = page;
    this.file = file;
    /** @type {Paper[]} */
    this.papers = [];
    /** The case's version that the list was read for. */
    this.version = 0;
  }

  view() {
    const version = this.file.page?.version ?? 0;
    if (version !== this.version) {
      this.version = version;
      void this.#read();
    }
    if (!this.papers.length) return nothing;
    return html`<section class="case-papers" id="case-papers" aria-labelledby="case-papers-title">
      <h2 id="case-papers-title">${t("Papers")}</h2>
      <ul>${this.papers.map((one) => this.#line(one))}</ul>
    </section>`;
  }

  /** @param {Paper} one */
  #line(one) {
    const name = paperName(one.paper);
    const again = one.copies > 0;
    return html`<li data-paper=${one.paper} data-copies=${one.copies}>
      <span class="paper-name">${name}${again ? html` <small>${t("printed %(n)d times, last at %(time)s", { n: one.copies, time: clockTime(one.printed_ms) })}</small>` : nothing}</span>
      ${one.due ? one.sizes.map((size) => this.#button(one, size, name)) : nothing}
    </li>`;
  }

  /** @param {Paper} one @param {string} size @param {string} name */
  #button(one, size, name) {
    const ticket = size === "ticket";
    const label = one.copies ? (ticket ? t("Reprint ticket") : t("Reprint")) : ticket ? t("Print ticket") : t("Print");
    return actButton(this.page.desk.acts, `paper-${one.paper}-${size}`, {
      label: html`${label}<span class="visually-hidden"> ${name}</span>`,
      action: `print-${one.paper}-${size}`,
      kind: "quiet",
      size: "small",
      icon: "printer",
      run: () => this.#print(one.paper, size),
    });
  }

  /** The tab is opened by the press itself, or the browser would hold it back. @param {string} paper @param {string} size */
  async #print(paper, size) {
    const tab = window.open("", "_blank");
    const { acts } = this.page.desk;
    await acts
      .once(`paper-${paper}-${size}`, async () => {
        const printed = await acts.act(`${this.file.path}/papers`, { paper, size });
        if (tab) tab.location.href = `${printed.url}`;
        else window.open(`${printed.url}`, "_blank");
        await this.#read();
      })
      .catch((error) => {
        tab?.close();
        toastError(error);
      });
    this.page.draw();
  }

  /** A list that cannot be read now stays as it was; the case's next event reads it again. */
  async #read() {
    try {
      this.papers = (await get(`${this.file.path}/papers`)).papers;
    } catch {
      this.version = 0;
      return;
    }
    this.page.draw();
  }
}
