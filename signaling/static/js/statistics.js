/**
 * What this page sees of its own connection, from getStats, every two seconds.
 *
 * @typedef {object} Sample
 * @property {number} upKbps
 * @property {number} downKbps
 * @property {number} lossPermille of what this page should have received
 * @property {number | null} rttMs
 * @property {number} freezes since the last sample
 */

const PERIOD_MS = 2000;

/**
 * @param {() => RTCPeerConnection | null} connection asked anew each time: it may be replaced
 * @param {(sample: Sample) => void} show
 * @returns {() => void} ends the measuring
 */
export function watchStatistics(connection, show) {
  /** @type {Totals | null} */
  let before = null;
  const timer = setInterval(async () => {
    const current = connection();
    if (current === null) return;
    const now = total(await current.getStats());
    if (before !== null && now.sent >= before.sent) show(difference(before, now));
    before = now;
  }, PERIOD_MS);
  return () => clearInterval(timer);
}

/**
 * @typedef {object} Totals
 * @property {number} at
 * @property {number} sent
 * @property {number} received
 * @property {number} packets
 * @property {number} lost
 * @property {number} freezes
 * @property {number | null} rtt
 */

/**
 * @param {RTCStatsReport} report
 * @returns {Totals}
 */
function total(report) {
  /** @type {Totals} */
  const sum = { at: performance.now(), sent: 0, received: 0, packets: 0, lost: 0, freezes: 0, rtt: null };
  for (const one of report.values()) {
    if (one.type === "outbound-rtp") sum.sent += one.bytesSent ?? 0;
    if (one.type === "inbound-rtp") {
      sum.received += one.bytesReceived ?? 0;
      sum.packets += one.packetsReceived ?? 0;
      sum.lost += one.packetsLost ?? 0;
      sum.freezes += one.freezeCount ?? 0;
    }
    if (one.type === "candidate-pair" && one.nominated) {
      sum.rtt = one.currentRoundTripTime ?? null;
    }
  }
  return sum;
}

/**
 * @param {Totals} before
 * @param {Totals} now
 * @returns {Sample}
 */
function difference(before, now) {
  const seconds = (now.at - before.at) / 1000;
  const lost = Math.max(0, now.lost - before.lost);
  const expected = Math.max(1, now.packets - before.packets + lost);
  return {
    upKbps: Math.round(((now.sent - before.sent) * 8) / 1000 / seconds),
    downKbps: Math.round(((now.received - before.received) * 8) / 1000 / seconds),
    lossPermille: Math.round((1000 * lost) / expected),
    rttMs: now.rtt === null ? null : Math.round(now.rtt * 1000),
    freezes: Math.max(0, now.freezes - before.freezes),
  };
}
