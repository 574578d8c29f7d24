// Runs before any script of a page: keeps its connections within reach, and counts what is pressed.
// A press on a field to type in is part of typing; choosing in a list is one press.
window.watched = { connections: [], presses: [] };
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    watched.connections.push(this);
  }
};
const typed = "input:not([type=radio]):not([type=checkbox]):not([type=file]), textarea";
document.addEventListener("click", (event) => {
  const label = event.target.closest?.("label");
  // A press on a label comes twice: once for itself and once, made by the browser, for its field.
  if (!event.isTrusted || event.target.matches?.(typed) || (label && event.target.control)) return;
  if (label && !event.target.matches("input") && label.control) return;
  const pressed = event.target.closest("button, a, summary, input, select") ?? event.target;
  watched.presses.push((pressed.innerText || pressed.name || pressed.tagName).trim().split("\n")[0]);
}, true);
document.addEventListener("change", (event) => {
  if (event.target.matches("select")) watched.presses.push(event.target.selectedOptions[0]?.text);
}, true);
