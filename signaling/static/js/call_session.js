/**
 * One call as a page sees it: its state, the page's own leg, and what is true at this moment
 * (health of the recording, quality of the lines, who is here). Used by every page of a call.
 *
 * The page says which sources it has; the server decides what of them is let in. A page that is
 * reloaded makes a new CallSession and gets its seat back; a socket that was gone is attached to
 * the connection that lived on.
 */
import { Leg } from "./leg.js";
import { LineWatch } from "./line_watch.js";
import { MissingDevices } from "./missing_devices.js";
import { PeopleFirst } from "./people_first.js";
import { watchStatistics } from "./statistics.js";
import { StreamState } from "./stream_state.js";

/** @typedef {import("portal/socket.js").Socket} Socket */
/** @typedef {import("./capture.js").Capture} Capture */
/** @typedef {import("./leg.js").Source} Source */
/** @typedef {"window" | "citizen" | "hall"} Seat */
/** @typedef {{source: string, seat?: string, ok: boolean, content?: string}} TrackHealth */
/** @typedef {{ok: boolean, cause?: string, durable_ago_ms?: number, tracks?: TrackHealth[], heardAt: number}} Health */
/** @typedef {{level: "good" | "fair" | "poor" | "bad", up_kbps: number, down_kbps: number, rtt_ms?: number}} Quality */
/** @typedef {{site: string, source: Source, leg: string, track: MediaStreamTrack}} Remote */

/** States in which the call is taken and not over: the page's leg may join. */
export const WITH_MEDIA = Object.freeze(["connecting", "consent", "active", "held", "interrupted"]);
/** Pages join while it rings: then little is left to connect when the call is taken. */
const JOINABLE = Object.freeze(["offered", ...WITH_MEDIA]);
/** States that no call leaves. */
export const OVER = Object.freeze(["ended", "abandoned", "missed", "declined_consent", "failed"]);

/** @type {readonly string[]} states in which a connection carries nothing */
const LOST = Object.freeze(["disconnected", "failed"]);
/** The desk or its worker knows nothing (any more) of the leg that this page has. */
const LEG_UNKNOWN = Object.freeze(["leg_not_yours", "unknown_leg"]);
/** Another page sat down on the seat after this one. */
const NEWER_PAGE = "newer_page";

/**
 * Events: `change` (anything that is shown may have changed), `state` (detail: {before, now}),
 * `fault` (detail: ApiError of a join that was refused).
 */
export class CallSession extends EventTarget {
  /** @type {Leg | null} */
  #leg = null;
  #order = new PeopleFirst();
  #legId = "";
  /** Which of the pages that sat on the leg this one is; 0 where no `leg.join` was answered, or not the last. */
  #incarnation = 0;
  #joining = false;
  #before = "";
  #stopMeasuring = () => {};
  #closed = false;
  /** The desk knows that this page's leg is this socket's: it may be asked about. */
  #attached = false;
  /** State of this page's leg as the snapshot has it. */
  #legState = "";
  /** @type {LineWatch} */
  #watch;
  /** @type {[EventTarget, string, EventListener][]} */
  #listening = [];

  /**
   * @param {Socket} socket
   * @param {string} call
   * @param {{capture?: Capture | null, sources?: readonly Source[], prepare?: () => Promise<boolean>}} [options]
   *   `sources`: what this seat may send; `prepare` opens them before the seat is taken, since the
   *   recording expects what is open then, or says that the time has not come
   */
  constructor(socket, call, options = {}) {
    super();
    this.socket = socket;
    this.call = call;
    this.capture = options.capture ?? null;
    this.sources = options.sources ?? [];
    this.prepare = options.prepare ?? (async () => true);
    this.stream = new StreamState(socket, `call:${call}`);
    this.#watch = new LineWatch(socket, {
      live: () => WITH_MEDIA.includes(this.state),
      mediaLost: () => this.mediaLost,
      restart: () => void this.#restart(),
    });
    /** @type {Health | null} */
    this.health = null;
    /** @type {Map<Seat, Quality>} */
    this.quality = new Map();
    /** @type {Map<Seat, boolean>} */
    this.here = new Map();
    /** Devices that went away, here and there. */
    this.devices = new MissingDevices(this);
    this.recovering = false;
    /** Another page sits on this page's seat; this one has no media any more. */
    this.replaced = false;
    /** @type {RTCPeerConnectionState} */
    this.connection = "new";
  }

  /** @returns {any} the snapshot of `call:ID`, null until it has come */
  get data() {
    return this.stream.data;
  }

  /** @returns {string} */
  get state() {
    return this.data?.state ?? "";
  }

  get over() {
    return OVER.includes(this.state);
  }

  /** Follows the call and joins as soon as it may. Rejects with ApiError. */
  async start() {
    this.#listen(this.stream, "change", () => this.#changed());
    this.#listen(this.socket, "state", () => {
      if (this.socket.state !== "open") this.#attached = false;
    });
    this.#listen(this.socket, "resumed", () => void this.#reattach());
    this.#watch.start();
    this.devices.start();
    this.#stopMeasuring = watchStatistics(
      () => this.peerConnection,
      ({ freezes, upKbps }) => this.socket.tell("leg.report", { leg: this.#legId, freezes, ...(upKbps === null ? {} : { up_kbps: upKbps }) }),
    );
    for (const [type, take] of Object.entries(this.#messages())) {
      this.#listen(this.socket, type, (event) => {
        const message = /** @type {CustomEvent} */ (event).detail;
        if (message.call === this.call) take(message);
      });
    }
    if (this.capture) {
      this.#listen(this.capture, "track", (event) => {
        if (this.sources.includes(/** @type {CustomEvent} */ (event).detail.source)) this.#send();
        this.#tell();
      });
    }
    await this.stream.start();
    return this;
  }

  /** What comes in now, with tracks; empty before the leg is up. @returns {Remote[]} */
  get remote() {
    const leg = this.#leg;
    if (!leg) return [];
    return leg.streams.flatMap((one) => {
      const track = leg.remote(one.mid);
      return track ? [{ site: one.site, source: one.source, leg: one.source_leg, track }] : [];
    });
  }

  /** The connection, for statistics; null while there is none. */
  get peerConnection() {
    return this.#leg?.connection ?? null;
  }

  /** Id of this page's leg, "" while it has none. */
  get legId() {
    return this.#legId;
  }

  /** Takes the seat back from another page of the same person. */
  async takeSeat() {
    this.replaced = false;
    await this.#join();
  }

  /** Leaves the call on this page; the call itself goes on. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#legId) this.socket.tell("leg.leave", { leg: this.#legId });
    this.#watch.stop();
    this.devices.stop();
    this.#stopMeasuring();
    this.stream.stop();
    for (const [target, type, listener] of this.#listening) target.removeEventListener(type, listener);
    this.#dropLeg();
  }

  /** @returns {Record<string, (message: any) => void>} */
  #messages() {
    return {
      "leg.offer": (offer) => void this.#answer(offer),
      "leg.streams": (message) => {
        if (message.leg === this.#legId) this.#leg?.setStreams(message.streams);
      },
      "leg.replaced": (message) => {
        if (message.leg === this.#legId) this.#giveWay();
      },
      "leg.quality": (message) => {
        this.quality.set(message.seat, message);
        this.#tell();
      },
      "room.health": (message) => {
        this.health = { ...message, heardAt: performance.now() };
        this.#tell();
      },
      "room.state": (message) => {
        this.recovering = message.state === "recovering";
        this.#tell();
      },
      "page.presence": (message) => {
        this.here.set(message.seat, message.here);
        this.#tell();
      },
    };
  }

  #changed() {
    const now = this.state;
    const [before, mine] = [this.#legState, this.data?.legs?.[this.#legId]?.state ?? ""];
    this.#legState = mine;
    if (this.over || now === "wrap_up") this.#dropLeg();
    else if (mine === "closed" && before && before !== "closed") this.#dropLeg(); // away for too long: it is joined anew
    else if (mine === "gone" && before !== "gone") void this.#restart(); // the worker notices sooner than this browser
    if (JOINABLE.includes(now) && !this.#legId && !this.replaced) void this.#join();
    this.#send();
    if (now !== this.#before) {
      const detail = { before: this.#before, now };
      this.#before = now;
      this.dispatchEvent(new CustomEvent("state", { detail }));
    }
    this.#tell();
  }

  async #join() {
    if (this.#joining || this.#closed) return;
    this.#joining = true;
    try {
      if (!(await this.prepare())) return;
      const open = this.sources.filter((source) => this.capture?.track(source));
      this.#incarnation = 0; // if no answer comes, nobody knows whether this page sat down again
      const joined = await this.socket.ask("leg.join", { call: this.call, sources: open });
      if (!this.#closed) this.#adoptLeg(joined.leg);
      this.#incarnation = joined.incarnation ?? 0;
      this.#attached = true;
    } catch (error) {
      if (isNewerPage(error)) this.#giveWay();
      // A ring that ended meanwhile is no fault.
      else if (WITH_MEDIA.includes(this.state)) this.dispatchEvent(new CustomEvent("fault", { detail: error }));
    } finally {
      this.#joining = false;
    }
  }

  /** @param {string} id */
  #adoptLeg(id) {
    if (this.#legId === id && this.#leg) return;
    this.#legId = id;
    this.#tell();
  }

  /** @param {{leg: string, number: number, sdp: string, ice_servers?: RTCIceServer[]}} offer */
  async #answer(offer) {
    // The offer may overtake the answer to `leg.join`; it names the leg all the same.
    if (this.replaced || this.#closed) return;
    this.#legId = offer.leg;
    this.#attached = true;
    this.recovering = false;
    const leg = (this.#leg ??= this.#makeLeg());
    try {
      const sdp = await leg.answer(offer);
      this.socket.tell("leg.answer", { leg: offer.leg, number: offer.number, sdp });
    } catch (error) {
      // A newer offer has replaced the connection meanwhile; it is answered on its own.
      console.warn("offer not answered", error);
    }
    this.#tell();
  }

  #makeLeg() {
    const leg = new Leg();
    this.#leg = leg;
    this.#order = new PeopleFirst();
    this.#order.addEventListener("change", () => this.#send());
    this.#send();
    leg.addEventListener("streams", () => this.#tell());
    leg.addEventListener("restart", () => void this.#restart());
    leg.addEventListener("state", (event) => {
      const lost = LOST.includes(this.connection);
      this.connection = /** @type {CustomEvent} */ (event).detail;
      if (lost && this.connection === "connected") this.#watch.mediaBack();
      this.#tell();
    });
    return leg;
  }

  /**
   * Gives the leg what is open and admitted: before the notice is answered the citizen's picture
   * does not leave this device, whatever the server would do with it.
   */
  #send() {
    /** @type {string[]} */
    const admitted = this.data?.legs?.[this.#legId]?.admitted ?? [];
    const leg = this.#leg;
    if (!leg) return;
    leg.carry(this.data?.legs?.[this.#legId]?.up ?? "full");
    const now = this.#order.now(this.sources.filter((source) => admitted.includes(source) && this.capture?.track(source)));
    for (const source of this.sources) {
      void leg.send(source, now.includes(source) ? (this.capture?.track(source) ?? null) : null);
    }
  }

  /** The socket is new, and the desk has to be told whose it is. What was told to the old one is lost. */
  async #reattach() {
    this.here.clear();
    if (this.replaced) return;
    if (!JOINABLE.includes(this.state)) {
      this.#dropLeg(); // it rang and was not taken: the next ring finds a leg that this socket knows
      return;
    }
    const [leg, incarnation] = [this.#legId, this.#incarnation];
    let answer = null;
    if (leg && incarnation) {
      try {
        answer = await this.socket.ask("leg.attach", { call: this.call, leg, incarnation });
      } catch (error) {
        if (isNewerPage(error)) {
          this.#giveWay();
          return;
        }
      }
    }
    if (this.socket.state !== "open") return; // gone again: the next one tries anew
    if (!answer?.kept) {
      await this.#join();
      return;
    }
    this.#attached = true;
    this.recovering = false;
    if (this.mediaLost) void this.#restart();
    this.#tell();
  }

  /** Whether this page's own media connection is interrupted, as this browser or the worker finds. */
  get mediaLost() {
    return LOST.includes(this.connection) || this.#legState === "gone";
  }

  /** Asks for a new way for the media; where nobody knows the leg any more, for a new leg. */
  async #restart() {
    if (!this.#attached || !this.#legId || this.replaced || this.#closed) return;
    this.#watch.restarted();
    try {
      await this.socket.ask("leg.restart", { leg: this.#legId });
    } catch (error) {
      if (LEG_UNKNOWN.includes(/** @type {import("portal/api.js").ApiError} */ (error).slug) && this.#attached) await this.#join();
    }
  }

  /** Another page has the seat; this one does not take it back by itself. */
  #giveWay() {
    this.replaced = true;
    this.#dropLeg();
    this.#tell();
  }

  #dropLeg() {
    this.#order.stop();
    this.#leg?.close();
    this.#leg = null;
    this.#legId = "";
    this.#incarnation = 0;
    this.#attached = false;
    this.#legState = "";
    this.connection = "closed";
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** @param {EventTarget} target @param {string} type @param {EventListener} listener */
  #listen(target, type, listener) {
    target.addEventListener(type, listener);
    this.#listening.push([target, type, listener]);
  }
}

/** @param {unknown} error */
function isNewerPage(error) {
  return /** @type {import("portal/api.js").ApiError} */ (error).slug === NEWER_PAGE;
}
