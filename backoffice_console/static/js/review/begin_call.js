/** What of a call needs no page: the reviewer's devices are opened, the call is followed and joined. */
import { toastError } from "portal/toast.js";
import { CallSession } from "signaling/call_session.js";
import { Capture } from "signaling/capture.js";

/** @typedef {import("portal/socket.js").Socket} Socket */
/** @typedef {{capture: Capture, faults: Map<string, string>, opened: Promise<unknown>}} Devices */
/** @typedef {Devices & {session: CallSession, started: Promise<boolean>}} Begun `started` false: it cannot be followed */

/** @type {readonly ["microphone", "camera"]} */
export const SOURCES = ["microphone", "camera"];

/** @returns {Devices} `faults` holds the code of each source that could not be opened */
export function openDevices() {
  const capture = new Capture();
  /** @type {Map<string, string>} */
  const faults = new Map();
  capture.addEventListener("fault", (event) => {
    const { source, code } = /** @type {CustomEvent} */ (event).detail;
    faults.set(source, code);
  });
  return { capture, faults, opened: openAll(capture) };
}

/**
 * Joins the call as soon as the devices were tried: a camera that is not there when a page sits down is
 * none that the recording must show. A refused device keeps nobody out.
 * @param {Socket} socket
 * @param {string} call
 * @param {Devices} devices
 * @param {(error: unknown) => void} refused told why the call cannot be followed
 * @returns {Begun}
 */
export function beginCall(socket, call, devices, refused = toastError) {
  const { capture, opened } = devices;
  const prepare = async () => {
    await opened;
    return true;
  };
  const session = new CallSession(socket, call, { capture, sources: [...SOURCES, "screen"], prepare });
  const started = session.start().then(
    () => true,
    (error) => {
      refused(error);
      return false;
    },
  );
  return { ...devices, session, started };
}

/** Nobody takes this call here: its line and its devices are closed. @param {Begun} begun */
export async function leaveCall({ session, capture, opened }) {
  session.close();
  await opened;
  capture.stopAll();
}

/** Opens what is not open. @param {Capture} capture */
export function openAll(capture) {
  return Promise.all(SOURCES.filter((source) => !capture.track(source)).map((source) => capture.start(source)));
}
