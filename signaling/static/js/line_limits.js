/** What was lowered because of a line, in plain words for either end. */
import { t } from "portal/i18n.js";

/** @typedef {import("./call_session.js").CallSession} CallSession */
/** @typedef {import("./encodings.js").Rung} Rung */
/** @typedef {{rung: Rung, tone: "warn" | "bad", title: string, words: string}} Limit */

/** @type {readonly Rung[]} */
const RUNGS = Object.freeze(["full", "lower_video", "audio_first", "stills", "telephone"]);

/**
 * The lowest that any line of the call had to go, told from where this page sits.
 * @param {CallSession} session
 * @param {"counter" | "citizen" | "hall"} site of this page
 * @returns {Limit | null} null while everything goes on
 */
export function lineLimit(session, site) {
  /** @type {Rung} */
  let lowest = "full";
  let own = false;
  for (const leg of Object.values(session.data?.legs ?? {})) {
    for (const rung of [leg.up, leg.down]) {
      const further = RUNGS.indexOf(rung) - RUNGS.indexOf(lowest);
      if (further > 0 || (further === 0 && leg.site === site)) own = leg.site === site;
      if (further > 0) lowest = rung;
    }
  }
  if (session.data?.sound_only && lowest === "audio_first") return { rung: lowest, tone: "warn", title: t("Sound only was chosen: the picture is paused"), words: t("Switch it off to see each other again.") };
  return lowest === "full" ? null : { rung: lowest, tone: lowest === "lower_video" || lowest === "audio_first" ? "warn" : "bad", ...said(lowest, own) };
}

/** @param {Rung} rung @param {boolean} own @returns {{title: string, words: string}} */
function said(rung, own) {
  switch (rung) {
    case "lower_video":
      return { title: own ? t("The line is weak: the picture is lowered") : t("The other side's line is weak: the picture is lowered"), words: t("The sound is as before.") };
    case "audio_first":
      return { title: own ? t("The line is poor: sound first, the picture is paused") : t("The other side's line is poor: sound first, the picture is paused"), words: t("Please go on talking. The picture comes back by itself.") };
    case "stills":
      return { title: own ? t("The line is bad: a picture only every few seconds") : t("The other side's line is bad: a picture only every few seconds"), words: t("The sound goes on. The picture comes back by itself.") };
    default:
      return { title: t("The line is too bad to talk over"), words: telephone() };
  }
}

/** The hall's number, where the installation has one. */
function telephone() {
  const number = document.documentElement.dataset["hallTelephone"] ?? "";
  return number ? t("Please telephone the hall: %(number)s. Everything that was filled in is kept.", { number }) : t("Everything that was filled in is kept. Please wait, or go on by desk review.");
}

/**
 * What stands in a tile instead of a picture that is paused on its way here, "" while none is.
 * @param {CallSession} session
 * @param {"counter" | "citizen" | "hall"} from where the picture would come from
 */
export function pausedWords(session, from) {
  const legs = Object.values(session.data?.legs ?? {});
  const still = (/** @type {Rung | undefined} */ rung) => rung !== undefined && RUNGS.indexOf(rung) >= RUNGS.indexOf("audio_first");
  const up = legs.some((leg) => leg.site === from && still(leg.up));
  const down = legs.some((leg) => leg.site !== from && still(leg.down));
  return up || down ? t("Picture paused for the sound") : "";
}

/**
 * Pauses every picture of the call, or lets them move again.
 * @param {CallSession} session
 */
export async function toggleSoundOnly(session) {
  await session.socket.ask("call.sound_only", { call: session.call, on: !session.data?.sound_only });
}
