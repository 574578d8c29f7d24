/** Which pages of a material are there: the newest version of each page counts. */

/** @typedef {import("../types.js").SlotShown} SlotShown */
/** @typedef {import("../types.js").VersionShown} VersionShown */

/** The pages an item asks for, from 1. @param {SlotShown} slot */
export function pagesOf(slot) {
  return Array.from({ length: slot.pages }, (_, place) => place + 1);
}

/** @param {SlotShown} slot @param {number} page @returns {VersionShown | undefined} */
export function newestOf(slot, page) {
  return slot.versions.find((one) => one.page <= page && page < one.page + one.pages);
}

/** What counts now, in order of the pages; a file of several pages stands once. @param {SlotShown} slot */
export function present(slot) {
  const found = pagesOf(slot).map((page) => newestOf(slot, page));
  return [...new Set(found)].filter((one) => one !== undefined);
}

/** What was replaced since. @param {SlotShown} slot */
export function replaced(slot) {
  const now = present(slot);
  return slot.versions.filter((one) => !now.includes(one));
}

/** How many of the asked pages have a picture that was not sent back. @param {SlotShown} slot */
export function pagesHere(slot) {
  return pagesOf(slot).filter((page) => (newestOf(slot, page)?.check ?? "faulty") !== "faulty").length;
}

/**
 * The first page to be taken: a missing one, or one that was sent back; 0 when all are there.
 * @param {SlotShown} slot
 * @param {(page: number) => boolean} [taken] whether it was taken already and is on its way
 */
export function pageToTake(slot, taken = () => false) {
  return pagesOf(slot).find((page) => !taken(page) && (newestOf(slot, page)?.check ?? "faulty") === "faulty") ?? 0;
}

/** Copies whose original nobody has seen yet. @param {SlotShown} slot */
export function notCompared(slot) {
  return present(slot).filter((one) => one.check !== "faulty" && !slot.good_pages.includes(one.page));
}
