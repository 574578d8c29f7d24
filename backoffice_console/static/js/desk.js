/** The reviewer's desk: lists that keep themselves true, and taking the next case. */
import { act } from "portal/api.js";
import { byId } from "portal/dom.js";
import { duration } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { keepCounting, merged, refresh } from "./fragment.js";
import { openStation } from "./station.js";

const { page, socket, leave } = openStation({ entersCalls: true });
const { signal } = leave;
const again = merged(async () => {
  if (!signal.aborted) await refresh(["queue", "pool", "pool-note", "mine", "today-card"]);
});
const streams = page.streams ?? {};

const hinted = (/** @type {Event} */ event) => {
  if (/** @type {CustomEvent} */ (event).detail.stream in streams) again();
};
socket.addEventListener("event", hinted, { signal });
socket.addEventListener("resumed", again, { signal });
for (const [stream, seen] of Object.entries(streams)) socket.follow(stream, seen).catch(toastError);
const timer = window.setInterval(again, 60_000);
signal.addEventListener("abort", () => {
  window.clearInterval(timer);
  for (const stream of Object.keys(streams)) socket.unfollow(stream);
});
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
