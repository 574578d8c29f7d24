/** A call that is over: what was to end it has come too late, and all is as it was meant. */
import { ApiError } from "portal/api.js";
import { OVER } from "signaling/call_session.js";

/** Throws what a stop was refused for, unless the call is over. @param {unknown} error */
export function unlessOver(error) {
  const state = error instanceof ApiError && error.slug === "call_state_forbids" ? String(error.details["state"]) : "";
  if (![...OVER, "wrap_up"].includes(state)) throw error;
}
