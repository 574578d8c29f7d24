/** The page's own HTML asked again: only what changed is replaced, so nothing else moves. */
import { byId, door } from "portal/dom.js";

/** @type {Map<string, string>} what the server said last of each part */
const said = new Map();

/**
 * Replaces the contents of the elements `ids` by what the server says now.
 * @param {readonly string[]} ids
 */
export async function refresh(ids) {
  const response = await fetch(location.href, {
    headers: { Accept: "text/html", "Yc-Door": door() },
    credentials: "same-origin",
  }).catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of ids) {
    const found = fresh.getElementById(id);
    if (!found || said.get(id) === found.outerHTML) continue;
    said.set(id, found.outerHTML);
    byId(id).replaceChildren(...[...found.childNodes].map((node) => document.importNode(node, true)));
    for (const { name, value } of found.attributes) byId(id).setAttribute(name, value);
  }
}

/**
 * `run` at once and again after every burst of calls, never twice at the same time.
 * @param {() => Promise<void>} run
 * @param {number} [quietMs]
 */
export function merged(run, quietMs = 250) {
  let timer = 0;
  let running = false;
  let again = false;
  const go = async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    await run().catch(() => undefined);
    running = false;
    if (again) {
      again = false;
      timer = window.setTimeout(go, quietMs);
    }
  };
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(go, quietMs);
  };
}

/** Every `<time data-since>` counts on. Server and browser clocks may differ: `data-now` tells. */
export function keepCounting(/** @type {(ms: number) => string} */ words) {
  const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-now]"));
  const ahead = root ? Date.now() - Number(root.dataset["now"]) : 0;
  window.setInterval(() => {
    for (const time of document.querySelectorAll("time[data-since]")) {
      const since = Number(time.getAttribute("data-since"));
      time.textContent = words(Date.now() - ahead - since);
    }
  }, 1000);
}
