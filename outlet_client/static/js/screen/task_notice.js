/** 告知: what is recorded and why, answered by the citizen alone, before anything leaves the device. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { actButton, button, icon } from "../bits.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function noticeTask(page) {
  const { state, aloud } = page;
  const { acts, answer } = state;
  const [first = "", ...rest] = state.notice.text.split("\n");
  return {
    body: html`<section class="screen-card notice" data-notice=${state.notice.version}>
      <h1>${icon("record")} ${t("Before the video call")}</h1>
      <p class="notice-first">${first}</p>
      ${rest.map((one) => html`<p>${one}</p>`)}
      ${aloud.able ? html`<p>${button({ label: aloud.reading ? t("Stop reading") : t("Read it to me"), action: "read-aloud", icon: aloud.reading ? "pause" : "speaker", run: () => (aloud.reading ? aloud.stop() : aloud.read(state.notice.text)) })}</p>` : nothing}
    </section>`,
    actions: [
      // Nothing keeps a refusal back, an agreement that is under way least of all.
      button({ label: t("I do not agree"), action: "notice-refuse", size: "large", busy: acts.shows("refused"), run: () => acts.atOnce("refused", () => answer.refuse()).catch(toastError) }),
      actButton(acts, "agreed", { label: t("I agree"), action: "notice-agree", kind: "primary", size: "large", icon: "check", held: acts.shows("refused"), run: () => acts.once("agreed", () => answer.agree()).catch(toastError) }),
    ],
  };
}
