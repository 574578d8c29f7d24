// Notes when each flash and each beep passes along the tracks that the page sends, before they are
// encoded, in seconds of the wall clock. The flash is the white field at the upper right, the beep the
// first loud sample.
() => {
  const connection = watched.connections.at(-1);
  const track = (mid) => connection.getTransceivers().find((one) => one.mid === mid).sender.track;
  const measured = window.measured = { flashes: [], beeps: [], open: true };
  const read = async (sent, take) => {
    const copy = sent.clone();
    const reader = new MediaStreamTrackProcessor({ track: copy }).readable.getReader();
    for (let next = await reader.read(); measured.open && !next.done; next = await reader.read()) {
      await take(next.value, (performance.timeOrigin + performance.now()) / 1000);
      next.value.close();
    }
    copy.stop();
  };
  let flashed = false;
  read(track("camera"), async (frame, now) => {
    const luma = new Uint8Array(frame.allocationSize());
    const [plane] = await frame.copyTo(luma);
    const row = Math.floor(frame.codedHeight * 0.19), column = Math.floor(frame.codedWidth * 0.95);
    const flash = luma[plane.offset + row * plane.stride + column] > 180;
    if (flash && !flashed) measured.flashes.push(now);
    flashed = flash;
  });
  let quietFor = 0;
  read(track("microphone"), async (sound, now) => {
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    const first = samples.findIndex((one) => Math.abs(one) > 0.03);
    const length = sound.numberOfFrames / sound.sampleRate;
    if (first >= 0 && quietFor > 0.3) {
      measured.beeps.push(now - length + first / sound.sampleRate);
    }
    quietFor = first >= 0 ? 0 : quietFor + length;
  });
}
