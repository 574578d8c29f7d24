/**
 * Sources without a device, for demonstrations and tests on machines with too few cameras: a moving
 * picture with a running clock and a name in it, and a soft beep once a second. A page opens them
 * only where its server allows it, and what they show says that it is drawn.
 */
import { t } from "portal/i18n.js";
import { paintFrameCode } from "./frame_code.js";

/** @typedef {import("./leg.js").Source} Source */

const FRAMES_PER_S = 15;
/** @type {Readonly<Record<string, [number, number, string, number]>>} width, height, ground, station */
const PICTURES = Object.freeze({
  camera: [640, 360, "#0f5f72", 101],
  citizen_camera: [640, 360, "#5b4a86", 102],
  document_camera: [1280, 720, "#4d5b52", 103],
});

/**
 * @param {Source} source
 * @returns {MediaStreamTrack}
 */
export function drawnTrack(source) {
  return source === "microphone" ? beeps() : picture(source);
}

/**
 * A still of a drawn document: a page of A4 at 200 dpi, as a real document camera would give.
 * @param {string} title
 * @returns {Promise<Blob>}
 */
export function drawnStill(title) {
  const canvas = document.createElement("canvas");
  canvas.width = 2339;
  canvas.height = 1654;
  const paint = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  paintPaper(paint, canvas.width, canvas.height, title);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.9);
  });
}

/** @param {MediaStreamTrack | null} track whether it was made here */
export function isDrawn(track) {
  return track !== null && made.has(track);
}

/** @type {WeakSet<MediaStreamTrack>} */
const made = new WeakSet();

/** @param {Source} source */
function picture(source) {
  const [width, height, ground, station] = PICTURES[source] ?? [640, 360, "#333333", 100];
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const paint = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const track = /** @type {MediaStreamTrack} */ (canvas.captureStream(FRAMES_PER_S).getVideoTracks()[0]);
  let frame = 0;
  const timer = setInterval(() => {
    if (track.readyState === "ended") clearInterval(timer);
    frame += 1;
    paint.fillStyle = ground;
    paint.fillRect(0, 0, width, height);
    if (source === "document_camera") {
      paint.save();
      paint.translate(width * 0.16, height * 0.1);
      paintPaper(paint, width * 0.68, height * 0.8, "");
      paint.restore();
    } else {
      paintPerson(paint, width, height, frame);
    }
    paint.fillStyle = "#ffffff";
    paint.font = `${Math.round(height / 12)}px sans-serif`;
    // On the right: the tile's own label stands on the left.
    paint.textAlign = "right";
    paint.fillText(`${source} ${new Date().toTimeString().slice(0, 8)} #${frame}`, width * 0.97, height * 0.95);
    paint.textAlign = "left";
    paintFrameCode(paint, width, height, frame, station);
  }, 1000 / FRAMES_PER_S);
  made.add(track);
  return track;
}

/** @param {CanvasRenderingContext2D} paint @param {number} width @param {number} height @param {number} frame */
function paintPerson(paint, width, height, frame) {
  const sway = Math.sin(frame / 12) * width * 0.02;
  paint.fillStyle = "rgb(255 255 255 / 82%)";
  paint.beginPath();
  paint.arc(width / 2 + sway, height * 0.38, height * 0.17, 0, 7);
  paint.fill();
  paint.beginPath();
  paint.ellipse(width / 2 + sway, height * 0.92, height * 0.38, height * 0.34, 0, Math.PI, 0);
  paint.fill();
}

/** @param {CanvasRenderingContext2D} paint @param {number} width @param {number} height @param {string} title */
function paintPaper(paint, width, height, title) {
  paint.fillStyle = "#f7f5ee";
  paint.fillRect(0, 0, width, height);
  paint.fillStyle = "#20303a";
  paint.font = `${Math.round(height / 12)}px sans-serif`;
  paint.fillText(title || t("Sample document"), width * 0.08, height * 0.2);
  paint.font = `${Math.round(height / 26)}px sans-serif`;
  paint.fillText(t("Drawn for demonstration, no real document"), width * 0.08, height * 0.3);
  paint.fillStyle = "#9fb0b6";
  for (let line = 0; line < 6; line++) paint.fillRect(width * 0.08, height * (0.42 + line * 0.08), width * (0.8 - (line % 3) * 0.12), height * 0.015);
}

function beeps() {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const tone = context.createOscillator();
  const gain = context.createGain();
  gain.gain.value = 0;
  tone.frequency.value = 440;
  tone.connect(gain).connect(out);
  tone.start();
  const timer = setInterval(() => {
    if (track.readyState === "ended") {
      clearInterval(timer);
      void context.close();
      return;
    }
    gain.gain.setTargetAtTime(0.05, context.currentTime, 0.01);
    gain.gain.setTargetAtTime(0, context.currentTime + 0.12, 0.02);
  }, 1000);
  const track = /** @type {MediaStreamTrack} */ (out.stream.getAudioTracks()[0]);
  made.add(track);
  return track;
}
