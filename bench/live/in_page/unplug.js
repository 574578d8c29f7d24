// As if the device of a source had been pulled out: it is not listed any more, its track ends, and the
// browser says that something has changed. With `others` no device of its kind is left.
async ([source, others]) => {
  const media = navigator.mediaDevices;
  watched.listed ??= media.enumerateDevices.bind(media);
  const senders = watched.connections.flatMap((one) => one.connectionState === "closed" ? [] : one.getTransceivers());
  const track = senders.find((one) => one.mid === source).sender.track;
  const kind = track.kind === "audio" ? "audioinput" : "videoinput";
  const gone = track.getSettings().deviceId;
  media.enumerateDevices = async () => (await watched.listed()).filter((one) => one.kind !== kind || !(others || one.deviceId === gone));
  track.stop();
  track.dispatchEvent(new Event("ended"));
  media.dispatchEvent(new Event("devicechange"));
}
