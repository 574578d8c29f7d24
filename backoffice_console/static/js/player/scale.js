/** The recording as a drawing: a bar for each lane, gaps hatched with their cause, marks to press. */
import { el, fill, icon } from "portal/dom.js";
import { duration, t } from "portal/i18n.js";
import { causeWords, laneWords, markWords, sourceWords } from "./words.js";

export class Scale {
  /** @param {any} recording @param {(ms: number) => void} seek */
  constructor(recording, seek) {
    this.total = Math.max(1, recording.duration_ms);
    this.seek = seek;
    this.hand = el("span", { class: "scale-hand", "aria-hidden": "true" });
    this.slider = el("input", {
      type: "range", class: "scale-slider", min: 0, max: this.total, step: 100, value: 0, "aria-label": t("Position in the recording"),
      oninput: () => seek(Number(this.slider.value)),
    });
    const marks = el("div", { class: "scale-marks" }, ...recording.marks.map((/** @type {any} */ mark) => this.mark(mark)));
    const lanes = recording.lanes.map((/** @type {any} */ lane) => this.lane(lane));
    this.element = el("div", { class: "scale" }, marks, el("div", { class: "scale-lanes" }, ...lanes, el("div", { class: "scale-track" }, this.hand)), this.slider, legend());
  }

  /** @param {number} at */
  move(at) {
    this.hand.style.left = this.place(at);
    if (document.activeElement !== this.slider || !this.slider.matches(":active")) this.slider.value = String(Math.round(at));
    this.slider.setAttribute("aria-valuetext", duration(at));
  }

  /** @param {any} lane */
  lane(lane) {
    const bar = el("div", { class: "scale-bar" });
    fill(
      bar,
      ...lane.parts.map((/** @type {any} */ part) => this.span(el("i", { class: "scale-part" }), part.from_ms, part.to_ms)),
      ...lane.gaps.map((/** @type {any} */ gap) => {
        const words = `${causeWords(gap.cause)} · ${sourceWords(gap.source)} · ${duration(gap.from_ms)}–${duration(gap.to_ms)}`;
        return this.span(el("button", { type: "button", class: "scale-gap", title: words, "aria-label": words, "data-cause": gap.cause, "data-half": gap.source === "microphone" && lane.source !== "microphone", onclick: () => this.seek(gap.from_ms - 2000) }), gap.from_ms, gap.to_ms);
      }),
    );
    bar.addEventListener("click", (event) => {
      if (event.target instanceof HTMLButtonElement) return;
      const box = bar.getBoundingClientRect();
      this.seek(((event.clientX - box.left) / box.width) * this.total);
    });
    return el("div", { class: "scale-lane" }, el("span", { class: "scale-name" }, laneWords(lane)), bar);
  }

  /** @param {any} mark */
  mark(mark) {
    const words = `${markWords(mark.kind)} · ${duration(mark.at_ms)}`;
    const made = el("button", { type: "button", class: "scale-mark", title: words, "aria-label": words, "data-mark": mark.kind, onclick: () => this.seek(mark.at_ms - 2000) }, icon("star"));
    made.style.left = this.place(mark.at_ms);
    return made;
  }

  /** @template {HTMLElement} T @param {T} made @param {number} from @param {number} to @returns {T} */
  span(made, from, to) {
    made.style.left = this.place(from);
    made.style.width = `${(Math.max(0, Math.min(to, this.total) - from) / this.total) * 100}%`;
    return made;
  }

  /** @param {number} ms */
  place(ms) {
    return `${Math.max(0, Math.min(100, (ms / this.total) * 100))}%`;
  }
}

function legend() {
  return el("p", { class: "scale-legend muted" }, el("span", {}, el("i", { class: "scale-part" }), t("recorded")), el("span", {}, el("i", { class: "scale-gap" }), t("gap, with its cause")), el("span", {}, icon("star"), t("mark: press to play")));
}
