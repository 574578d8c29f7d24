/**
 * 共享屏幕: a screen, window or tab of this machine as one more source of the call. It is recorded like
 * every other, which is said before anything is shown; the browser's own "stop sharing" ends it.
 */
import { confirmed } from "portal/dialog.js";
import { t } from "portal/i18n.js";
import { toast } from "portal/toast.js";

const FRAMES_PER_S = 10;

export function canShare() {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}

/** @param {import("./capture.js").Capture} capture */
export async function startSharing(capture) {
  const sure = await confirmed({
    title: t("Share a screen?"),
    words: t("What you show is seen by the others and recorded with the call. Show nothing of other people's cases: choose the one window or page that is needed."),
    yes: t("Share"),
  });
  if (!sure) return;
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: FRAMES_PER_S, max: FRAMES_PER_S } }, audio: false });
    const track = stream.getVideoTracks()[0];
    if (track) capture.adopt("screen", track);
  } catch (error) {
    // Nothing was chosen, or the browser may not: nothing has changed, and that is no fault.
    if (!(error instanceof DOMException && error.name === "NotAllowedError")) toast(t("The screen could not be shared"), "warn");
  }
}
