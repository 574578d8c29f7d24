// Of each picture that is shown: its label, and the luma of the strip along its top.
(stripPart) => [...document.querySelectorAll("video")].filter((one) => one.videoWidth).map((one) => {
  const { videoWidth: width, videoHeight: height } = one;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.ceil(height / stripPart);
  const paint = canvas.getContext("2d");
  paint.drawImage(one, 0, 0);
  const { data } = paint.getImageData(0, 0, width, canvas.height);
  let luma = "";
  for (let at = 0; at < data.length; at += 4) luma += String.fromCharCode(data[at + 1]);
  return { label: (one.parentElement?.innerText ?? "").trim(), width, height, luma: btoa(luma) };
})
