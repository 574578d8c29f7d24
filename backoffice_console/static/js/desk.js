/** The reviewer's desk: lists that keep themselves true, and taking the next case. */
import { act } from "portal/api.js";
import { byId } from "portal/dom.js";
import { duration } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { keepCounting, merged, refresh } from "./fragment.js";
import { openStation } from "./station.js";

const { page, socket } = openStation();
const again = merged(() => refresh(["queue", "pool", "pool-note", "mine", "today-card"]));
const streams = page.streams ?? {};

socket.addEventListener("event", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.stream in streams) again();
});
socket.addEventListener("resumed", again);
for (const [stream, seen] of Object.entries(streams)) socket.follow(stream, seen).catch(toastError);
window.setInterval(again, 60_000);
keepCounting(duration);

byId("take-next").addEventListener("click", async (event) => {
  const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
  button.setAttribute("aria-busy", "true");
  try {
    const taken = await act("/api/v1/review/next");
    location.assign(`/hall/case/${taken.case_id}`);
  } catch (error) {
    button.removeAttribute("aria-busy");
    toastError(error);
    again();
  }
});

const filter = byId("pool-filter");
filter.addEventListener("change", () => {
  if (filter instanceof HTMLFormElement) filter.requestSubmit();
});
