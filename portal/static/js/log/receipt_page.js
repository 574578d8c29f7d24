/** The page of a receipt: takes the line from the address or the field, and shows the one verdict. */
import { toBase64, toHex } from "./bytes.js";
import { checkReceipt, parseReceipt, proofUrl } from "./receipt_check.js";

/** @typedef {import("./receipt_check.js").Receipt} Receipt */
/** @typedef {import("./receipt_check.js").Result} Result */

const page = /** @type {HTMLElement} */ (document.getElementById("receipt"));
const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("receipt-line"));
const language = /** @type {HTMLAnchorElement} */ (document.getElementById("language"));
const proof = /** @type {HTMLAnchorElement} */ (document.getElementById("proof"));
const witnesses = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-witness]")]);
const log = {
  origin: page.dataset["origin"] ?? "",
  key: { name: page.dataset["origin"] ?? "", id: page.dataset["logKeyId"] ?? "", public: page.dataset["logKey"] ?? "" },
  witnesses: witnesses.map((one) => ({ name: one.dataset["witness"] ?? "", id: one.dataset["keyId"] ?? "", public: one.dataset["key"] ?? "" })),
};
/** The newest check: an older one that answers late shows nothing. */
let newest = 0;

/** @param {string} text */
async function check(text) {
  const mine = (newest += 1);
  const receipt = parseReceipt(text, log.origin);
  if (!receipt) {
    show("malformed");
    return;
  }
  const parts = [receipt.origin, String(receipt.index), toHex(receipt.leaf)];
  field.value = parts.join(" ");
  // Reloaded, sent on, or in the other language: the address carries what is checked.
  history.replaceState(null, "", `#${parts.join("+")}`);
  language.hash = location.hash;
  show("checking");
  const result = await checkReceipt(receipt, log);
  if (mine === newest) tell(receipt, result);
}

/** @param {Receipt} receipt @param {Result} result */
function tell(receipt, { verdict, checkpoint, signers = [], signatures = false, facts = {} }) {
  const known = { origin: log.origin, given: receipt.origin, index: receipt.index, leaf: toHex(receipt.leaf), k: signers.length, n: log.witnesses.length, names: signers.join(page.dataset["comma"]) };
  if (facts["as_of"]) facts["as_of"] = new Date(facts["as_of"]).toLocaleString(document.documentElement.lang);
  const tree = checkpoint ? { size: checkpoint.size, root: toBase64(checkpoint.root) } : {};
  for (const [name, value] of Object.entries({ ...facts, ...known, ...tree })) {
    for (const place of document.querySelectorAll(`[data-fill="${name}"]`)) place.textContent = String(value);
  }
  choose("witnessing", signers.length ? "by" : log.witnesses.length ? "later" : "none");
  choose("signatures", !signatures ? "unverified" : signers.length ? "verified" : "of_log");
  for (const one of witnesses) one.querySelector("[data-signed]")?.toggleAttribute("hidden", !signers.includes(one.dataset["witness"] ?? ""));
  show(verdict);
  const proved = verdict === "included" || verdict === "other_leaf";
  document.getElementById("more")?.toggleAttribute("hidden", !proved);
  document.getElementById("details")?.toggleAttribute("hidden", !proved);
  proof.href = proofUrl(receipt);
}

/** @param {string} verdict */
function show(verdict) {
  choose("verdict", verdict);
  page.dataset["state"] = verdict;
  for (const id of ["more", "details"]) document.getElementById(id)?.setAttribute("hidden", "");
}

/** Of the elements with `data-NAME` only the one of this value is seen. @param {string} name @param {string} value */
function choose(name, value) {
  for (const one of document.querySelectorAll(`[data-${name}]`)) one.toggleAttribute("hidden", one.getAttribute(`data-${name}`) !== value);
}

function fromAddress() {
  language.hash = location.hash;
  if (location.hash.length > 1) void check(location.hash);
}

document.getElementById("receipt-form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  void check(field.value);
});
window.addEventListener("hashchange", fromAddress);
fromAddress();
