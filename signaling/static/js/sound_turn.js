/**
 * Who has the sound on one machine. In a demonstration one person plays everybody in tabs of one
 * browser; several live microphones and loudspeakers in one room would howl. So the tab that is used
 * speaks and listens, and the others are silent until they are used. In service every page has the
 * sound always: the mode belongs to `settings.demo`, which the page's head tells.
 */
import { meta } from "portal/dom.js";

/** Events: `change`. */
class SoundTurn extends EventTarget {
  #mine = true;
  /** @type {BroadcastChannel | null} */
  #others = null;

  /** Whether this page may be heard and may hear now. */
  get mine() {
    return this.#mine;
  }

  /** Called by a page that plays sound; pages that never join leave the turn to the others. */
  join() {
    if (this.#others !== null || meta("yc-same-machine") === "") return;
    this.#others = new BroadcastChannel("yunchuang.sound");
    this.#others.addEventListener("message", () => this.#set(false));
    window.addEventListener("focus", () => this.#take());
    window.addEventListener("pointerdown", () => this.#mine || this.#take());
    if (document.hasFocus()) this.#take();
  }

  #take() {
    this.#others?.postMessage("taken");
    this.#set(true);
  }

  /** @param {boolean} mine */
  #set(mine) {
    if (mine === this.#mine) return;
    this.#mine = mine;
    this.dispatchEvent(new Event("change"));
  }
}

export const soundTurn = new SoundTurn();
