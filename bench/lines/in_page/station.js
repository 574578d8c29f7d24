// One leg on a blank page: a microphone and a camera from the browser's capture files. `station.sent`
// gets every frame that leaves the encoder, as [RTP time stamp, wall clock in seconds, bytes in base64].
() => {
  const KEEP = `self.onrtctransform = async ({ transformer }) => {
    const reader = transformer.readable.getReader(), writer = transformer.writable.getWriter();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const frame = next.value, bytes = new Uint8Array(frame.data.slice(0));
      postMessage([frame.getMetadata().rtpTimestamp, (performance.timeOrigin + performance.now()) / 1000, bytes]);
      await writer.write(frame);
    }
  }`;
  const station = window.station = { sent: [], connection: null, open: true };
  const keeper = new Worker(URL.createObjectURL(new Blob([KEEP], { type: "text/javascript" })));
  keeper.onerror = (e) => console.log("worker", e.message);
  keeper.onmessage = ({ data: [stamp, wall_s, bytes] }) => {
    if (!station.open) return;
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    station.sent.push([stamp, wall_s, btoa(text)]);
  };
  const show = (track) => {
    const video = document.createElement("video");
    video.muted = video.autoplay = true;
    video.srcObject = new MediaStream([track]);
    document.body.append(video);
  };
  station.answer = async (sdp) => {
    if (!station.connection) {
      station.media = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false }, video: { width: 640, height: 360, frameRate: 15 } });
      station.connection = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
      station.connection.addEventListener("track", ({ track }) => track.kind === "video" && show(track));
    }
    const { connection, media } = station;
    await connection.setRemoteDescription({ type: "offer", sdp });
    // At once: a sender that has no transform by the next task never gets one.
    const camera = connection.getTransceivers().find((one) => one.mid === "camera")?.sender;
    if (camera && !camera.transform) camera.transform = new RTCRtpScriptTransform(keeper, {});
    for (const transceiver of connection.getTransceivers()) {
      const track = { microphone: media.getAudioTracks()[0], camera: media.getVideoTracks()[0] }[transceiver.mid];
      if (!track || transceiver.sender.track) continue;
      transceiver.direction = "sendonly";
      if (track.kind === "video") {
        const parameters = transceiver.sender.getParameters();
        Object.assign(parameters.encodings[0], { maxBitrate: 900_000, maxFramerate: 15 });
        await transceiver.sender.setParameters(parameters);
      }
      await transceiver.sender.replaceTrack(track);
    }
    await connection.setLocalDescription();
    return connection.localDescription.sdp;
  };
}
