/**
 * What only this page knows of its own line, from getStats, every two seconds: the freezes it saw,
 * and what its browser thinks it could send. Loss, round trip and rates the media worker measures.
 *
 * @typedef {object} Sample
 * @property {number} freezes since the last sample, of all pictures that come in
 * @property {number | null} upKbps the congestion control's estimate, null while it has none
 */

const PERIOD_MS = 2000;

/**
 * @param {() => RTCPeerConnection | null} connection asked anew each time: it may be replaced
 * @param {(sample: Sample) => void} tell
 * @returns {() => void} ends the measuring
 */
export function watchStatistics(connection, tell) {
  /** @type {RTCPeerConnection | null} */
  let measured = null;
  let before = 0;
  const timer = setInterval(async () => {
    const current = connection();
    if (current === null) return;
    const now = total(await current.getStats());
    // The first sample of a connection tells nothing that happened lately.
    if (measured === current) tell({ freezes: Math.max(0, now.freezes - before), upKbps: now.upKbps });
    measured = current;
    before = now.freezes;
  }, PERIOD_MS);
  return () => clearInterval(timer);
}

/**
 * @param {RTCStatsReport} report
 * @returns {Sample} freezes since the connection began
 */
function total(report) {
  /** @type {Sample} */
  const sum = { freezes: 0, upKbps: null };
  for (const one of report.values()) {
    if (one.type === "inbound-rtp") sum.freezes += one.freezeCount ?? 0;
    if (one.type === "candidate-pair" && one.nominated && one.availableOutgoingBitrate) {
      sum.upKbps = Math.round(one.availableOutgoingBitrate / 1000);
    }
  }
  return sum;
}
