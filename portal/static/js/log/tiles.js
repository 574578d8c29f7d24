/** Where a leaf hash lies in the log's tiles (c2sp.org/tlog-tiles). */

const WIDTH = 256;

/** @param {number} index @param {number} size of the tree; `path` is below the log's address */
export function tileOf(index, size) {
  const number = Math.floor(index / WIDTH);
  const width = Math.min(WIDTH, size - number * WIDTH);
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g) ?? [];
  const name = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join("/");
  return { path: `tile/0/${name}${width < WIDTH ? `.p/${width}` : ""}`, position: index % WIDTH };
}
