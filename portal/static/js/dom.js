/** Small helpers over the document. Text is always set as text, never as markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * The element with this id; throws when the page lacks it, because then page and script do not fit.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element "${id}"`);
  return found;
}

/**
 * Creates an element: `el("button", {class: "button", onclick: run}, icon("phone"), "Call")`.
 * A property starting with "on" is a listener; true and false set and leave out an attribute.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string | number | boolean | EventListener | null | undefined>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.replace(/^on/, ""), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value === true ? "" : String(value));
  }
  append(made, children);
  return made;
}

/**
 * Replaces all children.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/**
 * One icon of the sprite; decorative, so always beside a word.
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${meta("yc-icons")}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Icon and word.
 * @param {string} label
 * @param {string} iconName
 * @param {"" | "ok" | "warn" | "bad" | "info" | "brand"} [tone]
 */
export function status(label, iconName, tone = "") {
  return el("span", { class: "status", "data-tone": tone || null }, icon(iconName), el("span", {}, label));
}

/**
 * Content of a `<meta>` of the page, "" when absent.
 * @param {string} name
 */
export function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
}

/**
 * Data that the page carries for its script in `<script type="application/json" id="...">`.
 * @param {string} id
 * @returns {any}
 */
export function pageData(id) {
  return JSON.parse(byId(id).textContent ?? "null");
}

/** The door of this page: "clerk", "citizen", ... or "" on pages of no door. */
export function door() {
  return meta("yc-door");
}

/** @param {Element} parent @param {Child[]} children */
function append(parent, children) {
  for (const child of children) {
    if (child instanceof Node) parent.append(child);
    else if (child !== null && child !== undefined && child !== false) parent.append(String(child));
  }
}
