/** 连线中: the reviewer, large; who that is; that it is recorded; and a way to say "not understood". */
import { html, nothing } from "lit";
import { act } from "portal/api.js";
import { t } from "portal/i18n.js";
import { toast, toastError } from "portal/toast.js";
import "signaling/line_quality.js";
import { lineLimit, pausedWords } from "signaling/line_limits.js";
import { recordingLight } from "signaling/recording_light.js";
import "signaling/tile.js";
import { button, icon, maskedValue } from "../bits.js";
import { callWords, interruptionForCitizen, talkedFor } from "../call_words.js";

/** @typedef {import("./screen_page.js").ScreenPage} ScreenPage */

/** @param {ScreenPage} page @returns {import("./screen_page.js").Task} */
export function callTask(page) {
  const { state } = page;
  const call = /** @type {import("signaling/call_session.js").CallSession} */ (state.call);
  const reviewer = state.people.reviewer;
  const shown = state.case;
  const picture = call.remote.find((one) => one.site === "hall" && one.source === "camera");
  const light = recordingLight(call.health, { recovering: call.recovering });
  const talked = talkedFor(call.data, Date.now());
  const waiting = call.state === "active" ? pausedWords(call, "hall") || t("The picture is being connected") : callWords(call.data).title;
  const limit = lineLimit(call, state.remote ? "citizen" : "counter");
  const interruption = interruptionForCitizen(call.data);
  const shared = call.devices.shared("citizen");
  return {
    body: html`<section class="call-task" ?data-shared=${shared !== null} data-call-state=${call.state} ?data-remote=${state.remote}>
      <h1 class="visually-hidden">${callWords(call.data).title}</h1>
      <yc-tile id="tile-reviewer" .track=${picture?.track ?? null} .waiting=${waiting} .pictureIcon=${"user"}></yc-tile>
      ${shared ? html`<yc-tile id="tile-screen" data-fit="whole" .track=${shared.track} .name=${t("Shared screen")} .waiting=${t("The picture is being connected")} .pictureIcon=${"screen"}></yc-tile>` : nothing}
      ${state.remote ? others(page, call) : nothing}
      <div class="speaker-card">
        <p class="speaker-name">${icon("video")} ${reviewer ? t("You are talking with: %(post)s No. %(number)s", reviewer) : t("The reviewer is being connected")}</p>
        ${reviewer ? html`<p class="speaker-place">${reviewer.name} · ${reviewer.place}</p>` : nothing}
        <p class="speaker-light"><yc-recording .light=${{ tone: light.tone, words: light.tone === "ok" ? t("Being recorded %(time)s", { time: talked }) : light.words }}></yc-recording> <yc-line .quality=${call.quality.get("citizen") ?? call.quality.get("window")}></yc-line></p>
        ${call.data?.kind === "precheck" ? html`<p class="speaker-place" data-precheck>${t("The reviewer looks whether your papers are complete and fit. Nothing is decided in this call.")}</p>` : nothing}
        ${interruption ? html`<div class="speaker-limit" role="status" data-interruption>${icon("alert")}<div><strong>${interruption.title}</strong><p>${interruption.words}</p></div></div>` : nothing}
        ${call.devices.words("citizen").map((words) => html`<div class="speaker-limit" role="status" data-device-gone>${icon("alert")}<div><strong>${words}</strong></div></div>`)}
        ${page.devicePanel && state.remote ? page.devicePanel.view() : nothing}
        ${limit ? html`<div class="speaker-limit" role="status" data-limit=${limit.rung}>${icon("signal")}<div><strong>${limit.title}</strong><p>${limit.words}</p></div></div>` : nothing}
      </div>
      ${shown ? html`<dl class="read-back call-lines">${shown.lines.filter((line) => line.field.startsWith("form.")).map((line) => html`<div><dt>${line.label}</dt><dd>${maskedValue(line.value, line.reveal && `/api/v1/cases/${shown.id}/reveal/${line.reveal}`)}</dd></div>`)}</dl>` : nothing}
      ${call.replaced ? html`<p class="screen-lead">${t("This call is shown on another screen now.")} ${button({ label: t("Show it here"), action: "take-seat", run: () => call.takeSeat() })}</p>` : nothing}
    </section>`,
    actions: [button({ label: t("I have not understood"), action: "not-understood", size: "large", icon: "help", run: () => notUnderstood(page) })],
  };
}

/** Who is not beside the citizen either, and how she is seen. @param {ScreenPage} page @param {import("signaling/call_session.js").CallSession} call */
function others(page, call) {
  const { state } = page;
  const clerk = call.remote.find((one) => one.site === "counter" && one.source === "camera");
  const number = state.people.clerk?.number;
  return html`<div class="call-others">
      <yc-tile id="tile-clerk" .track=${clerk?.track ?? null} .name=${number ? t("Clerk No. %(number)s", { number }) : t("Clerk")} .waiting=${t("No picture yet")} .pictureIcon=${"window"}></yc-tile>
      <yc-tile id="tile-own" data-mirrored .track=${state.capture.track("citizen_camera")} .name=${t("You")} .waiting=${t("No picture")} .pictureIcon=${"video-off"}></yc-tile>
    </div>`;
}

/** Said to the clerk, and marked in the recording. @param {ScreenPage} page */
async function notUnderstood(page) {
  const { state } = page;
  try {
    await act("/api/v1/screen/said", { case: state.case?.id ?? null, said: "not_understood" });
    if (state.call) state.socket.tell("mark.record", { call: state.call.call, kind: "not_understood" });
    toast(t("The clerk and the reviewer will explain it once more"), "ok");
  } catch (error) {
    toastError(error);
  }
}
