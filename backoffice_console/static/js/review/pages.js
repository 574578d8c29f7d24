/** Pages of a material under review: the newest version of each page counts. */

/**
 * The newest version of each page, null where a page that is asked for is missing; a file of several
 * pages stands once, at its first.
 * @param {any} material
 * @returns {{page: number, newest: any}[]}
 */
export function pagesOf(material) {
  const last = Math.max(material.pages, ...material.versions.map((/** @type {any} */ one) => one.page));
  const found = [];
  for (let page = 1; page <= last; page += 1) {
    const newest = material.versions.find((/** @type {any} */ one) => one.page <= page && page < one.page + one.pages) ?? null;
    if (newest === null || newest.page === page) found.push({ page, newest });
  }
  return found;
}

/** Versions of one page, newest first. @param {any} material @param {number} page @returns {any[]} */
export function versionsOf(material, page) {
  return material.versions.filter((/** @type {any} */ one) => one.page === page);
}

/**
 * What is to be said of the whole material: nothing is here, a page is missing, a page has a problem,
 * all are good, or not all were looked at.
 * @param {any} material
 * @returns {"absent" | "missing" | "faulty" | "good" | "unchecked"}
 */
export function stateOf(material) {
  const pages = pagesOf(material);
  if (pages.every((one) => one.newest === null)) return "absent";
  if (pages.some((one) => one.newest === null)) return "missing";
  if (pages.some((one) => one.newest.check === "faulty")) return "faulty";
  return pages.every((one) => one.newest.check === "good") ? "good" : "unchecked";
}
