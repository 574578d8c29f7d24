/** An icon of the sprite inside a Lit template. */
import { icon } from "portal/dom.js";

/** @param {string} name */
export function glyph(name) {
  return icon(name);
}
