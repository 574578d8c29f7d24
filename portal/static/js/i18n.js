/**
 * Words in the visitor's language. `t` takes an English message id, always written as a literal, so
 * that the catalogue's extraction finds it; `%(name)s` is filled from `values`.
 */
import { language, messages } from "yunchuang/messages";

/** @typedef {Record<string, string | number>} Values */

/** @type {string} */
export { language };

/**
 * @param {string} message
 * @param {Values} [values]
 * @returns {string}
 */
export function t(message, values = {}) {
  const found = messages[message];
  return fill(typeof found === "string" ? found : message, values);
}

/**
 * @param {string} singular
 * @param {string} plural
 * @param {number} count also available as `%(num)d`
 * @param {Values} [values]
 * @returns {string}
 */
export function tn(singular, plural, count, values = {}) {
  const forms = messages[singular];
  const english = count === 1 ? singular : plural;
  const form = Array.isArray(forms) ? (forms[Math.min(count === 1 ? 0 : 1, forms.length - 1)] ?? english) : english;
  return fill(form, { num: count, ...values });
}

/**
 * Words that a server sent as an id (reasons, states): translated if known, else as they came.
 * @param {string} message
 */
export function translated(message) {
  const found = messages[message];
  return typeof found === "string" ? found : message;
}

/** @param {string} text @param {Values} values */
function fill(text, values) {
  return text.replace(/%\((\w+)\)[sd]/g, (whole, name) => String(values[name] ?? whole)).replaceAll("%%", "%");
}

/**
 * 00:42, 1:02:03
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}
