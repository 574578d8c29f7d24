/** 告知: what is recorded and why, answered by the citizen alone, before anything leaves the device. */
import { html, nothing } from "lit";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { button, icon } from "../bits.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function noticeTask(page) {
  const { state, aloud } = page;
  const [first = "", ...rest] = state.notice.text.split("\n");
  const answer = (/** @type {"agreed" | "refused"} */ said) => async () => {
    await state.acts.once(said, () => state.answerNotice(said)).catch(toastError);
    page.draw();
  };
  return {
    body: html`<section class="screen-card notice" data-notice=${state.notice.version}>
      <h1>${icon("record")} ${t("Before the video call")}</h1>
      <p class="notice-first">${first}</p>
      ${rest.map((one) => html`<p>${one}</p>`)}
      ${aloud.able ? html`<p>${button({ label: aloud.reading ? t("Stop reading") : t("Read it to me"), action: "read-aloud", icon: aloud.reading ? "pause" : "speaker", run: () => (aloud.reading ? aloud.stop() : aloud.read(state.notice.text)) })}</p>` : nothing}
    </section>`,
    actions: [
      button({ label: t("I do not agree"), action: "notice-refuse", size: "large", busy: state.acts.busy === "refused", run: answer("refused") }),
      button({ label: t("I agree"), action: "notice-agree", kind: "primary", size: "large", icon: "check", busy: state.acts.busy === "agreed", run: answer("agreed") }),
    ],
  };
}
