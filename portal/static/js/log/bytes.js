/** Bytes as papers and protocols write them: hex and canonical base64, which has one form for each value. */

/** @param {Uint8Array} one @param {Uint8Array} other */
export function sameBytes(one, other) {
  return one.length === other.length && one.every((value, n) => value === other[n]);
}

/** @param {Uint8Array} bytes lower hex */
export function toHex(bytes) {
  return Array.from(bytes, (value) => value.toString(16).padStart(2, "0")).join("");
}

/** @param {string} text @returns {Uint8Array | null} null unless it is lower hex */
export function fromHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {Uint8Array} bytes RFC 4648 section 4 */
export function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** @param {string} text @returns {Uint8Array | null} null unless `toBase64` gives exactly `text` again */
export function fromBase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
