// All that this page hears for some seconds: the sound of every track it receives, mixed, as base64
// of 16 bit samples at 48 kHz mono.
async (seconds) => {
  const connection = watched.connections.at(-1);
  const heard = new Float32Array(48_000 * seconds);
  const take = async (track) => {
    const copy = track.clone();
    const reader = new MediaStreamTrackProcessor({ track: copy }).readable.getReader();
    const end = performance.now() + 1000 * seconds;
    let at = 0;
    // A track that nobody sends on gives nothing to read.
    const late = () => new Promise((resolve) => setTimeout(resolve, Math.max(0, end - performance.now()), {}));
    for (;;) {
      const { value } = await Promise.race([reader.read(), late()]);
      if (!value) break;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      const step = 48_000 / value.sampleRate;
      samples.forEach((one, n) => { heard[at + Math.floor(n * step)] += one; });
      at += Math.round(samples.length * step);
      value.close();
      if (at >= heard.length || performance.now() >= end) break;
    }
    copy.stop();
  };
  const audio = (connection?.getReceivers() ?? []).map((one) => one.track).filter((one) => one.kind === "audio");
  await Promise.all(audio.map(take));
  const whole = Int16Array.from(heard, (one) => Math.max(-1, Math.min(1, one)) * 32_767);
  let text = "";
  for (const byte of new Uint8Array(whole.buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}
