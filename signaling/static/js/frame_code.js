/**
 * The frame number along the top of a drawn picture, in black and white cells that survive a video
 * codec: 24 bits of number, 8 of station, 8 of checksum, as outlet_client/agent/frame_code.py reads
 * them. So tests tell from a recording which source is in it and which of its frames.
 */

const CELLS = 40;
const STRIP_PART = 16;

/**
 * @param {CanvasRenderingContext2D} paint
 * @param {number} width
 * @param {number} height
 * @param {number} number counts frames from 0
 * @param {number} station 1 to 255
 */
export function paintFrameCode(paint, width, height, number, station) {
  const bytes = [(number >> 16) & 0xff, (number >> 8) & 0xff, number & 0xff, station];
  bytes.push(checksum(bytes));
  for (let cell = 0; cell < CELLS; cell++) {
    const white = ((bytes[cell >> 3] ?? 0) >> (7 - (cell & 7))) & 1;
    const left = Math.floor((width * cell) / CELLS);
    paint.fillStyle = white ? "#ffffff" : "#000000";
    paint.fillRect(left, 0, Math.floor((width * (cell + 1)) / CELLS) - left, height / STRIP_PART);
  }
}

/** CRC-8 (polynomial 0x07), begun with 0xff. @param {number[]} bytes */
function checksum(bytes) {
  let crc = 0xff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x80 ? 0x07 : 0)) & 0xff;
  }
  return crc;
}
