// Everything that was pulled out by unplug.js is back.
() => {
  navigator.mediaDevices.enumerateDevices = watched.listed;
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
}
