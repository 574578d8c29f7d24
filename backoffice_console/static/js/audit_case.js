/** The auditor's case: recording, verification, package, and the timeline that plays. */
import { act } from "portal/api.js";
import { byId, el, fill, icon, pageData } from "portal/dom.js";
import { language, t, tn } from "portal/i18n.js";
import "portal/ladder.js";
import { toast, toastError } from "portal/toast.js";
import { refresh } from "./fragment.js";
import { Player } from "./player/player.js";

const LOOK_EVERY_MS = 700;
const LOOKS = 15;

/** @type {{case: string, viewing: number}} */
const page = pageData("page");
/** @type {Player | null} */
let player = null;

for (const masked of document.querySelectorAll("yc-masked[data-field]")) {
  /** @type {any} */ (masked).reveal = async () => (await act(path("reveal"), { field: masked.getAttribute("data-field") })).value;
}

const showRoutine = () => {
  const shown = /** @type {HTMLInputElement} */ (byId("show-routine")).checked;
  for (const line of document.querySelectorAll("[data-routine]")) line.toggleAttribute("hidden", !shown);
};
byId("show-routine").addEventListener("change", showRoutine);

/** An entry is logged a moment after it was made: the ladder and the timeline are asked again. */
async function lookAgain() {
  for (let times = 0; times < LOOKS; times += 1) {
    await refresh(["ladder"]);
    if (isLogged()) break;
    await new Promise((resolve) => window.setTimeout(resolve, LOOK_EVERY_MS));
  }
  const chosen = document.querySelector(".moment[aria-current]");
  const focused = document.activeElement?.closest(".moment");
  await refresh(["moments"]);
  nowHeard();
  showRoutine();
  momentLike(chosen)?.setAttribute("aria-current", "true");
  momentLike(focused)?.focus({ preventScroll: true });
}

/** The same entry in the timeline as it stands now. @param {Element | null | undefined} moment @returns {HTMLElement | null} */
function momentLike(moment) {
  if (!(moment instanceof HTMLElement) || moment.isConnected) return null;
  return document.querySelector(`.moment[data-chain="${moment.dataset["chain"]}"][data-seq="${moment.dataset["seq"]}"]`);
}
if (!isLogged()) void lookAgain();

function isLogged() {
  return byId("ladder").querySelector(".ladder")?.getAttribute("data-rung") !== "recorded";
}

document.getElementById("stage")?.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("#player-open")) void openPlayer();
});
document.getElementById("player-call")?.addEventListener("change", (event) => {
  byId("stage").dataset["call"] = /** @type {HTMLSelectElement} */ (event.target).value;
  void openPlayer();
});

byId("moments").addEventListener("click", async (event) => {
  const moment = event.target instanceof Element ? event.target.closest("[data-action=play-moment]") : null;
  if (!(moment instanceof HTMLElement) || !document.getElementById("stage")) return;
  for (const other of document.querySelectorAll(".moment[aria-current]")) other.removeAttribute("aria-current");
  moment.setAttribute("aria-current", "true");
  const chain = moment.dataset["chain"] ?? "";
  if (chain.startsWith("call:") && chain.slice(5) !== byId("stage").dataset["call"]) {
    byId("stage").dataset["call"] = chain.slice(5);
    player?.close();
    player = null;
  }
  const found = player ?? (await openPlayer());
  if (!found) return;
  if (!found.playAt(Number(moment.dataset["mono"]))) toast(t("Nothing was recorded at that moment"), "info");
});

/** Begins to play the chosen call, which leaves an entry. */
async function openPlayer() {
  const stage = byId("stage");
  const call = stage.dataset["call"] ?? "";
  player?.close();
  player = null;
  try {
    const { entry_seq: viewing } = await act(`/api/v1/audit/calls/${call}/play`, { case: page.case, viewing: page.viewing });
    player = await Player.open(stage, call, viewing);
    void lookAgain();
    return player;
  } catch (error) {
    toastError(error);
    return null;
  }
}

byId("verify").addEventListener("click", () =>
  working("verify", async () => {
    const { package: made, verification } = await act(path("verification"), {}, { signal: new AbortController().signal });
    listPackage(made);
    showVerdict(verification);
    void lookAgain();
  }),
);

byId("export").addEventListener("click", () =>
  working("export", async () => {
    const made = await act(path("packages"), {}, { signal: new AbortController().signal });
    listPackage(made);
    toast(t("The evidence package is sealed"), "ok");
    void lookAgain();
    location.assign(packageUrl(made.id));
  }),
);

/** @param {string} id @param {() => Promise<void>} work */
async function working(id, work) {
  const button = byId(id);
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    toastError(error);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** @param {any} found */
function showVerdict(found) {
  const recorded = tn("%(num)d record", "%(num)d records", found.entries);
  const played = tn("%(num)d recording", "%(num)d recordings", found.recordings);
  const title =
    found.verdict === "good"
      ? t("Whole, no change found — %(records)s, %(recordings)s", { records: recorded, recordings: played })
      : found.verdict === "erased"
        ? t("Erased by rule, the proof stands — %(records)s", { records: recorded })
        : found.verdict === "unanchored"
          ? t("Consistent in itself, but no outside key was given: it proves nothing against its maker")
          : t("Changed or incomplete: do not rely on it");
  const tone = found.verdict === "good" || found.verdict === "erased" ? "ok" : found.verdict === "unanchored" ? "warn" : "bad";
  const pairs = [
    [t("Key used"), found.key || t("none")],
    [t("Log"), `${found.origin} · ${found.size}`],
    [t("Package"), found.package_id],
    [t("Took"), `${(found.took_ms / 1000).toFixed(1)} s`],
  ];
  fill(
    byId("verification"),
    el(
      "div",
      { class: "banner", "data-tone": tone, "data-verdict": found.verdict, role: tone === "bad" ? "alert" : "status" },
      icon(tone === "ok" ? "shield-check" : "alert"),
      el("div", { class: "banner-words" }, el("p", { class: "banner-title" }, title)),
    ),
    found.problems.length > 0 &&
      el("ul", { class: "problems" }, ...found.problems.map((/** @type {any} */ one) => el("li", {}, el("strong", {}, one.record || one.path), ` ${one.code}`, one.expected && el("small", {}, ` ${one.expected} → ${one.found}`)))),
    el("details", {}, el("summary", {}, t("Details")), el("dl", { class: "summary" }, ...pairs.flatMap(([what, value]) => [el("dt", {}, what ?? ""), el("dd", { class: "key-text" }, value ?? "")]))),
  );
  const place = byId("verification");
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "center", behavior: "smooth" });
}

/** @param {any} made */
function listPackage(made) {
  document.getElementById("packages-none")?.remove();
  const list = byId("packages");
  if (list.querySelector(`[data-package="${made.id}"]`) || list.querySelector(`a[href*="${made.id}"]`)) return;
  const when = new Date(made.made_ms).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  list.prepend(el("li", { "data-package": made.id }, icon("shield"), el("a", { href: packageUrl(made.id), download: true }, `${t("Evidence package")} ${when}`), " ", el("span", { class: "muted" }, `${(made.size / 1048576).toFixed(1)} MB`)));
}

/** @param {string} id */
function packageUrl(id) {
  return `/api/v1/audit/cases/${page.case}/packages/${id}?viewing=${page.viewing}`;
}

/** @param {string} rest */
function path(rest) {
  return `/api/v1/audit/cases/${page.case}/${rest}?viewing=${page.viewing}`;
}

/** What is pressed before this script has come would be lost without a word: the page comes with it shut. */
function nowHeard() {
  for (const button of document.querySelectorAll("#moments button[disabled], #player-open, #export, #verify")) button.removeAttribute("disabled");
}
nowHeard();
