/**
 * One media connection of this page, a "leg" (docs/protocol.md, "Media").
 *
 * The server is the only offerer. Up m-lines carry the name of their source as mid; a source is
 * switched on and off with replaceTrack, so that no camera ever needs a renegotiation. What the
 * down m-lines carry is told by `leg.streams`, apart from SDP.
 */

import { applyRung, isOfThings, isUp } from "./encodings.js";
import { Stills } from "./stills.js";

/** @typedef {"microphone" | "camera" | "citizen_camera" | "document_camera" | "screen"} Source */
/** @typedef {{leg: string, number: number, sdp: string, ice_servers?: RTCIceServer[]}} Offer */
/**
 * @typedef {object} RemoteStream
 * @property {string} mid
 * @property {string} source_leg
 * @property {string} site
 * @property {Source} source
 * @property {"audio" | "video"} kind
 */

/**
 * Events: `streams` (detail: RemoteStream[]), `state` (detail: RTCPeerConnectionState),
 * `restart` (the network changed; the page asks the server for an ICE restart).
 */
export class Leg extends EventTarget {
  /** @type {RTCPeerConnection | null} */
  #connection = null;
  #session = "";
  /** @type {Map<Source, MediaStreamTrack>} */
  #sending = new Map();
  /** @type {RemoteStream[]} */
  #streams = [];
  /** @type {import("./encodings.js").Rung} */
  #rung = "full";
  #stills = new Stills();
  /** @type {Promise<void>} */
  #queue = Promise.resolve();
  /** The connection, for statistics; null before the first offer. */
  get connection() {
    return this.#connection;
  }

  /** @returns {readonly RemoteStream[]} */
  get streams() {
    return this.#streams;
  }

  /**
   * Answers an offer. Offers are handled one after the other; an offer on a fresh transport (a new
   * session in its `o=` line: another worker, or a page that was replaced) gets a new connection.
   * @param {Offer} offer
   * @returns {Promise<string>} the SDP answer
   */
  answer(offer) {
    const answered = this.#queue.then(() => this.#answer(offer));
    this.#queue = answered.then(
      () => undefined,
      () => undefined,
    );
    return answered;
  }

  /** @param {Offer} offer */
  async #answer(offer) {
    const session = sessionOf(offer.sdp);
    // Credentials for TURN live for minutes and come anew with every offer: what is gathered for a
    // restart late in a call needs the new ones.
    const configuration = configurationWith(offer.ice_servers ?? []);
    if (this.#connection === null || session !== this.#session) {
      this.#open(configuration);
      this.#session = session;
    } else {
      this.#connection.setConfiguration(configuration);
    }
    const connection = /** @type {RTCPeerConnection} */ (this.#connection);
    await connection.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    for (const transceiver of connection.getTransceivers()) {
      const source = /** @type {Source} */ (transceiver.mid);
      if (!isUp(transceiver.mid)) continue;
      transceiver.direction = "sendonly";
      const track = this.#sending.get(source) ?? null;
      if (transceiver.sender.track !== track) await transceiver.sender.replaceTrack(track);
      await applyRung(transceiver.sender, source, this.#rung);
    }
    if (this.#rung === "stills") this.#stills.send(this.#cameras());
    const answer = await connection.createAnswer();
    await connection.setLocalDescription(answer);
    this.#announce();
    return /** @type {string} */ (answer.sdp);
  }

  /** @param {RTCConfiguration} configuration */
  #open(configuration) {
    this.#connection?.close();
    const connection = new RTCPeerConnection(configuration);
    this.#connection = connection;
    connection.addEventListener("connectionstatechange", () => {
      if (this.#connection !== connection) return;
      const state = connection.connectionState;
      this.dispatchEvent(new CustomEvent("state", { detail: state }));
      if (state === "disconnected" || state === "failed") {
        this.dispatchEvent(new CustomEvent("restart"));
      }
    });
  }

  /**
   * Sends `track` as `source` from now on, or nothing when it is null. May precede the first offer.
   * @param {Source} source
   * @param {MediaStreamTrack | null} track
   */
  async send(source, track) {
    if (track === null) this.#sending.delete(source);
    else this.#sending.set(source, track);
    if (track !== null && isOfThings(source)) track.contentHint = "detail";
    const sender = this.#transceiver(source)?.sender;
    if (sender && sender.track !== track) await sender.replaceTrack(track);
  }

  /**
   * How much of what this page has goes on; lasts until it is told otherwise.
   * @param {import("./encodings.js").Rung} rung
   */
  carry(rung) {
    if (rung === this.#rung) return;
    this.#rung = rung;
    this.#queue = this.#queue.then(() => this.#carry(rung)).catch((error) => console.warn("line not lowered", error));
  }

  /** @param {import("./encodings.js").Rung} rung */
  async #carry(rung) {
    if (rung !== this.#rung) return; // it changed again while others were waited for
    this.#stills.stop();
    for (const transceiver of this.#connection?.getTransceivers() ?? []) {
      const { mid, sender } = transceiver;
      if (isUp(mid)) await applyRung(sender, mid, rung);
    }
    if (rung === "stills") this.#stills.send(this.#cameras());
  }

  #cameras() {
    const all = this.#connection?.getTransceivers() ?? [];
    return all.filter((one) => isUp(one.mid) && one.mid !== "microphone" && one.sender.track).map((one) => one.sender);
  }

  /** @param {RemoteStream[]} streams what `leg.streams` told; it replaces what was told before */
  setStreams(streams) {
    this.#streams = streams;
    this.#announce();
  }

  /**
   * The track of a down m-line, null until it was negotiated.
   * @param {string} mid
   * @returns {MediaStreamTrack | null}
   */
  remote(mid) {
    return this.#transceiver(mid)?.receiver.track ?? null;
  }

  close() {
    this.#stills.stop();
    this.#connection?.close();
    this.#connection = null;
    this.#session = "";
    this.#streams = [];
    this.#announce();
  }

  /** @param {string} mid */
  #transceiver(mid) {
    return this.#connection?.getTransceivers().find((one) => one.mid === mid) ?? null;
  }

  #announce() {
    this.dispatchEvent(new CustomEvent("streams", { detail: this.#streams }));
  }
}

/**
 * @param {RTCIceServer[]} iceServers from the server; empty unless the line needs TURN
 * @returns {RTCConfiguration}
 */
function configurationWith(iceServers) {
  return { iceServers, bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" };
}

/**
 * Session id of the `o=` line (RFC 8866 5.2): the same as long as the transport is the same.
 * @param {string} sdp
 */
function sessionOf(sdp) {
  const origin = /^o=\S+ (\S+) /m.exec(sdp);
  return origin?.[1] ?? "";
}
