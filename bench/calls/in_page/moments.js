// Runs before any script of a page: notes what happens on it, by the machine's wall clock. `moments`
// holds [ms, name, detail]; it outlives a page that is left for another of the same tab.
//
// press: a button, by its action. shown: the ring, when it has been painted. frame: a picture under
// another number than before, as [station, number]. The rest are the steps of setting a call up.
if (location.protocol.startsWith("http")) {
  const KEPT = "moments";
  const CELLS = 40;
  const moments = window.moments = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  addEventListener("pagehide", () => sessionStorage.setItem(KEPT, JSON.stringify(moments)));
  const note = (name, detail = "", stamp = performance.now()) => moments.push([performance.timeOrigin + stamp, name, detail]);
  note("page", location.pathname.split("/").slice(0, 3).join("/"));
  addEventListener("DOMContentLoaded", () => note("page parsed"));

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-action]");
    if (pressed) note("press", pressed.dataset.action, event.timeStamp);
  }, true);

  let rung = null;
  new MutationObserver(() => {
    const offer = document.querySelector("[data-ring]")?.dataset.ring ?? null;
    if (offer === rung) return;
    rung = offer;
    if (!offer) return;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => note("shown", "ring"); // a task after the frame was painted
      port2.postMessage(0);
    });
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ring"] });

  // --- pictures -----------------------------------------------------------------------------------

  const canvas = new OffscreenCanvas(CELLS, 3);
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  paint.imageSmoothingEnabled = false;
  /** The strip as outlet_client/agent/frame_code.py reads it; null where there is none. */
  const read = (video) => {
    const row = Math.floor(video.videoHeight / 16 / 2);
    paint.drawImage(video, 0, row - 1, video.videoWidth, 3, 0, 0, CELLS, 3);
    const { data } = paint.getImageData(0, 0, CELLS, 3);
    const bytes = [0, 0, 0, 0, 0];
    for (let n = 0; n < CELLS; n++) {
      const luma = data[4 * n + 1] + data[4 * (n + CELLS) + 1] + data[4 * (n + 2 * CELLS) + 1];
      if (luma > 3 * 128) bytes[n >> 3] |= 0x80 >> (n & 7);
    }
    let crc = 0xff;
    for (const byte of bytes.slice(0, 4)) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x80 ? 0x07 : 0)) & 0xff;
    }
    return crc === bytes[4] ? { station: bytes[3], number: (bytes[0] << 16) | (bytes[1] << 8) | bytes[2] } : null;
  };
  const newest = new Map();
  const followed = new WeakSet();
  const follow = (video) => {
    followed.add(video);
    const took = (now) => {
      const found = read(video);
      if (found && newest.get(found.station) !== found.number) {
        newest.set(found.station, found.number);
        note("frame", [found.station, found.number], now);
      }
      video.requestVideoFrameCallback(took);
    };
    video.requestVideoFrameCallback(took);
  };
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      if (this instanceof HTMLVideoElement && !followed.has(this)) follow(this);
    },
  });

  // --- steps --------------------------------------------------------------------------------------

  const around = (prototype, name, label) => {
    const inner = prototype[name];
    prototype[name] = async function (...given) {
      note(`${label} begins`);
      try {
        return await inner.apply(this, given);
      } finally {
        note(`${label} done`);
      }
    };
  };
  around(MediaDevices.prototype, "getUserMedia", "getUserMedia");
  around(RTCPeerConnection.prototype, "setRemoteDescription", "setRemoteDescription");
  around(RTCPeerConnection.prototype, "setLocalDescription", "setLocalDescription");
  const opened = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends opened {
    constructor(...given) {
      super(...given);
      this.addEventListener("iceconnectionstatechange", () => note("ice", this.iceConnectionState));
      this.addEventListener("connectionstatechange", () => note("connection", this.connectionState));
    }
  };
  const wire = window.WebSocket;
  window.WebSocket = class extends wire {
    constructor(...given) {
      super(...given);
      note("socket begins");
      this.addEventListener("open", () => note("socket open"));
      this.addEventListener("message", ({ data }) => {
        const { type, kind, stream, re } = JSON.parse(data);
        if (kind) note("heard", `${kind} ${stream.split(":")[0]}`);
        else note("heard", re === undefined ? type : `${type} ${this.asked.get(re) ?? ""}`);
      });
    }
    asked = new Map();
    send(data) {
      const { type, id } = JSON.parse(data);
      if (id !== undefined) this.asked.set(id, type);
      note("said", type);
      super.send(data);
    }
  };
}
