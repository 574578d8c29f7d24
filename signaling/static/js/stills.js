/**
 * A picture every few seconds instead of a moving one: an encoding that was switched on begins with a
 * whole picture, and is switched off again as soon as that one has left.
 */

const EVERY_MS = 4000;
const LOOK_MS = 100;
/** A camera that gives no picture within this gives none this time. */
const PATIENCE_MS = 1500;

export class Stills {
  #timer = 0;
  #round = 0;

  /**
   * Begins anew with these senders, or ends when there are none.
   * @param {RTCRtpSender[]} senders of videos whose encodings are switched off
   */
  send(senders) {
    this.stop();
    if (!senders.length) return;
    const round = this.#round;
    // One camera after the other: two pictures at once would stand in each other's way.
    let turn = 0;
    const next = () => void still(/** @type {RTCRtpSender} */ (senders[turn++ % senders.length]), () => round === this.#round);
    this.#timer = window.setInterval(next, EVERY_MS / senders.length);
    next();
  }

  stop() {
    this.#round += 1;
    window.clearInterval(this.#timer);
  }
}

/** @param {RTCRtpSender} sender @param {() => boolean} wanted still */
async function still(sender, wanted) {
  if (!sender.track) return;
  try {
    const before = await framesSent(sender);
    await setActive(sender, true);
    const until = performance.now() + PATIENCE_MS;
    while (wanted() && performance.now() < until && (await framesSent(sender)) <= before) {
      await new Promise((resolve) => window.setTimeout(resolve, LOOK_MS));
    }
    if (wanted()) await setActive(sender, false);
  } catch (error) {
    // The connection was replaced or closed meanwhile; its successor sends its own stills.
    console.warn("still not sent", error);
  }
}

/** @param {RTCRtpSender} sender @param {boolean} active */
async function setActive(sender, active) {
  const parameters = sender.getParameters();
  if (!parameters.encodings[0] || parameters.encodings[0].active === active) return;
  parameters.encodings[0].active = active;
  await sender.setParameters(parameters);
}

/** @param {RTCRtpSender} sender */
async function framesSent(sender) {
  let sent = 0;
  for (const one of (await sender.getStats()).values()) if (one.type === "outbound-rtp") sent += one.framesSent ?? 0;
  return sent;
}
