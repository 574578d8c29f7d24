/** Which view the path asks for. The page is never left: a call would break. */

/** @typedef {{view: "home" | "todo" | "today" | "find" | "devices" | "launch" | "case", id: string}} Place */

/** @param {string} path @returns {Place} */
export function placeOf(path) {
  const [, , view = "", id = ""] = path.split("/");
  switch (view) {
    case "cases":
      return { view: "case", id };
    case "launch":
      return { view, id };
    case "todo":
    case "today":
    case "find":
    case "devices":
      return { view, id: "" };
    default:
      return { view: "home", id: "" };
  }
}

/** Events: `change`. */
export class Router extends EventTarget {
  constructor() {
    super();
    this.place = placeOf(location.pathname);
    window.addEventListener("popstate", () => this.#arrive());
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[href^='/window']") : null;
      const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
      if (!(link instanceof HTMLAnchorElement) || link.target || !plain) return;
      event.preventDefault();
      this.go(link.pathname + link.search);
    });
  }

  /** @param {string} path with its query, where it has one */
  go(path) {
    if (path !== location.pathname + location.search) history.pushState(null, "", path);
    this.#arrive();
  }

  #arrive() {
    this.place = placeOf(location.pathname);
    this.dispatchEvent(new CustomEvent("change"));
  }
}
