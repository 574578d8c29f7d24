/** Keeps one object a step, so that what was begun in a step is there when one comes back to it. */
import { AcceptStep } from "./step_accept.js";
import { FillStep } from "./step_fill.js";
import { HallStep } from "./step_hall.js";
import { IdentityStep } from "./step_identity.js";
import { ClosedStep, IssueStep } from "./step_issue.js";
import { MaterialsStep } from "./step_materials.js";
import { SignStep } from "./step_sign.js";
import { SupplementStep } from "./step_supplement.js";

/** @typedef {import("./window_page.js").WindowPage} WindowPage */
/** @typedef {import("./case_file.js").CaseFile} CaseFile */
/** @typedef {import("./step.js").Step} Step */

const STEPS = Object.freeze({
  identity: IdentityStep,
  fill: FillStep,
  materials: MaterialsStep,
  sign: SignStep,
  accept: AcceptStep,
  hall: HallStep,
  issue: IssueStep,
  done: ClosedStep,
  supplement: SupplementStep,
});

export class StepHolder {
  /** @param {WindowPage} page @param {CaseFile} file */
  constructor(page, file) {
    this.page = page;
    this.file = file;
    /** @type {Map<string, Step>} */
    this.made = new Map();
  }

  /** @param {import("../types.js").Step} step @param {string} state @returns {Step} */
  of(step, state) {
    const name = state === "withdrawn" || state === "lapsed" ? "done" : step;
    let found = this.made.get(name);
    if (!found) {
      found = new STEPS[name](this.page, this.file);
      this.made.set(name, found);
    }
    return found;
  }
}
