/**
 * A photograph of a paper as it is sent: readable, and no larger than a poor line carries in seconds.
 *
 * A4 at 300 dpi is 3508 pixels long; more shows the grain of the paper. A picture that is small enough
 * is sent as the camera made it, bit by bit.
 */
import { takeStill } from "signaling/capture.js";
import { drawnStill, isDrawn } from "signaling/drawn_source.js";

export const MOST_BYTES = 700_000;
const LONGEST_SIDE = 3508;
/** Print stays sharp down to the last of these; the first that fits is taken. */
const QUALITIES = [0.85, 0.75, 0.65];

/**
 * @param {MediaStreamTrack} track of the document camera
 * @param {string} title what a drawn paper is called
 * @returns {Promise<Blob>} JPEG
 */
export async function photograph(track, title) {
  return light(isDrawn(track) ? await drawnStill(title) : await takeStill(track));
}

/** @param {Blob} picture */
export async function light(picture) {
  if (picture.size <= MOST_BYTES) return picture;
  const whole = await createImageBitmap(picture);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(whole.width, whole.height));
  const canvas = new OffscreenCanvas(Math.round(whole.width * scale), Math.round(whole.height * scale));
  canvas.getContext("2d")?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  let made = picture;
  for (const quality of QUALITIES) {
    made = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (made.size <= MOST_BYTES) break;
  }
  return made;
}
