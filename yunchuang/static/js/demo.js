/** The demonstration's page: sends scripted people in, and says how far they are. */
import { act, get } from "portal/api.js";
import { fill, pageData, status } from "portal/dom.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";

/** @typedef {{running: boolean, step: string, reason: string}} Progress */

const BUSY_MS = 1_000;
const IDLE_MS = 4_000;
const STOPPED = "stopped";

/** @type {{steps: Record<string, string>}} */
const page = pageData("page");
/** @type {HTMLElement[]} */
const plays = [...document.querySelectorAll("[data-play]")].filter((one) => one instanceof HTMLElement);
let timer = 0;

/** @param {Record<string, Progress>} all */
function show(all) {
  for (const card of plays) {
    const now = all[card.dataset["play"] ?? ""];
    const words = card.querySelector(".demo-progress");
    if (!now || !words) continue;
    const step = page.steps[now.step] ?? "";
    if (now.running) fill(words, status(step || t("on the way"), "clock", "info"));
    else if (now.reason === STOPPED) fill(words, status(t("They have left"), "sign-out"));
    else if (now.reason) fill(words, status(t("They left: %(reason)s", { reason: now.reason }), "alert", "warn"));
    else if (now.step) fill(words, status(t("Played to the end"), "check-circle", "ok"));
    else fill(words);
    button(card, "start").toggleAttribute("disabled", now.running);
    button(card, "stop").toggleAttribute("hidden", !now.running);
  }
  const busy = Object.values(all).some((one) => one.running);
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void look(), busy ? BUSY_MS : IDLE_MS);
}

async function look() {
  try {
    show(await get("/demo/plays"));
  } catch {
    timer = window.setTimeout(() => void look(), IDLE_MS);
  }
}

/** @param {HTMLElement} card @param {string} action */
function button(card, action) {
  const found = card.querySelector(`[data-action="${action}"]`);
  if (!(found instanceof HTMLButtonElement)) throw new Error(`no button ${action}`);
  return found;
}

for (const card of plays) {
  const path = `/demo/plays/${card.dataset["play"]}`;
  button(card, "start").addEventListener("click", () => void act(path).then(show, toastError));
  button(card, "stop").addEventListener("click", () => void act(path, {}, { method: "DELETE" }).then(show, toastError));
}
void look();
