/**
 * In what order a page's pictures begin: people at once, things a moment later.
 *
 * Encoders that begin in the same instant on a counter's PC keep each other's first picture waiting,
 * and a face is waited for where a sheet of paper is not. Without a picture of people to give way to,
 * things begin at once; and they give way once on a leg, so that a shared screen is never late.
 */
import { isOfThings } from "./encodings.js";

/** @typedef {import("./leg.js").Source} Source */

/** Long enough for a face to be on its way, too short for anyone to have laid a paper down. */
export const THINGS_LATER_MS = 800;

/** Of one leg. Event: `change`, when what was held back may go. */
export class PeopleFirst extends EventTarget {
  #timer = 0;
  #over = false;

  /**
   * @param {readonly Source[]} sources what would be sent now
   * @returns {readonly Source[]} what is
   */
  now(sources) {
    const faces = sources.some((one) => one === "camera" || one === "citizen_camera");
    if (!this.#over && faces && this.#timer === 0) {
      this.#timer = window.setTimeout(() => {
        this.#over = true;
        this.dispatchEvent(new CustomEvent("change"));
      }, THINGS_LATER_MS);
    }
    return faces && !this.#over ? sources.filter((one) => !isOfThings(one)) : sources;
  }

  stop() {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#over = true;
  }
}
