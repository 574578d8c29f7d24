/**
 * `<yc-signature>`: a field to sign in with finger, pen or mouse. `blob()` gives the strokes as a PNG
 * on white, cut to what was drawn on; `clear()` begins anew. Event `signed`: whether enough was drawn.
 *
 * The strokes are kept as points, so that turning or resizing the screen loses nothing.
 */

/** Shorter than this (in CSS pixels) is a touch by accident, no signature. */
const LEAST_LENGTH = 60;
const HEIGHT = 360;

export class SignaturePad extends HTMLElement {
  constructor() {
    super();
    this.canvas = document.createElement("canvas");
    /** @type {{x: number, y: number}[][]} strokes in fractions of the field's width */
    this.strokes = [];
    /** @type {number | null} */
    this.pointer = null;
    this.observer = new ResizeObserver(() => this.paint());
  }

  connectedCallback() {
    this.classList.add("signature");
    if (this.canvas.isConnected) return;
    this.append(this.canvas);
    this.observer.observe(this);
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, () => this.end());
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  get drawn() {
    return this.strokes.reduce((sum, stroke) => sum + length(stroke), 0) * this.canvas.clientWidth >= LEAST_LENGTH;
  }

  clear() {
    this.strokes = [];
    this.paint();
    this.tell();
  }

  /** @returns {Promise<Blob>} PNG, 360 px high */
  blob() {
    const width = Math.max(1, this.canvas.clientWidth);
    const made = document.createElement("canvas");
    made.height = HEIGHT;
    made.width = Math.round((HEIGHT * width) / Math.max(1, this.canvas.clientHeight));
    const paint = /** @type {CanvasRenderingContext2D} */ (made.getContext("2d"));
    paint.fillStyle = "#ffffff";
    paint.fillRect(0, 0, made.width, made.height);
    draw(paint, this.strokes, made.width);
    return new Promise((resolve, reject) => {
      made.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
    });
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (this.pointer !== null || event.button !== 0) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.push([this.place(event)]);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (event.pointerId !== this.pointer) return;
    // A pen reports more points than frames; all of them make the stroke round.
    const points = event.getCoalescedEvents?.() ?? [];
    this.strokes.at(-1)?.push(...(points.length ? points : [event]).map((one) => this.place(one)));
    this.paint();
  }

  end() {
    if (this.pointer === null) return;
    this.pointer = null;
    this.tell();
  }

  /** @param {PointerEvent} event */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const width = Math.max(1, box.width);
    return { x: (event.clientX - box.left) / width, y: (event.clientY - box.top) / width };
  }

  paint() {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    const paint = this.canvas.getContext("2d");
    if (paint) draw(paint, this.strokes, this.canvas.width);
  }

  tell() {
    this.dispatchEvent(new CustomEvent("signed", { detail: this.drawn, bubbles: true }));
  }
}

/**
 * @param {CanvasRenderingContext2D} paint
 * @param {{x: number, y: number}[][]} strokes
 * @param {number} width
 */
function draw(paint, strokes, width) {
  paint.lineWidth = Math.max(2, width / 220);
  paint.lineCap = "round";
  paint.lineJoin = "round";
  paint.strokeStyle = "#10252c";
  for (const stroke of strokes) {
    paint.beginPath();
    stroke.forEach((point, n) => (n ? paint.lineTo(point.x * width, point.y * width) : paint.moveTo(point.x * width, point.y * width)));
    paint.stroke();
  }
}

/** @param {{x: number, y: number}[]} stroke */
function length(stroke) {
  return stroke.slice(1).reduce((sum, point, n) => sum + Math.hypot(point.x - (stroke[n]?.x ?? 0), point.y - (stroke[n]?.y ?? 0)), 0);
}

customElements.define("yc-signature", SignaturePad);
