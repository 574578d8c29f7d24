"""Our WebM in Chromium: appended to a SourceBuffer segment by segment, and played seekable."""

import base64

import pytest
from playwright.async_api import async_playwright

from recording.parts import PartReader
from recording.playback import PlainStream, SeekableView, SeekIndex

pytestmark = pytest.mark.browser

S = 1_000_000_000
KEY = bytes(range(32))

APPEND = """
async ([mime, segments]) => {
  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  if (!MediaSource.isTypeSupported(mime)) return {error: 'type ' + mime};
  const video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise(done => source.addEventListener('sourceopen', done, {once: true}));
  const buffer = source.addSourceBuffer(mime);
  for (const segment of segments) {
    buffer.appendBuffer(bytes(segment));
    const outcome = await new Promise(done => {
      buffer.addEventListener('updateend', () => done('ok'), {once: true});
      buffer.addEventListener('error', () => done('error'), {once: true});
    });
    if (outcome !== 'ok' || video.error) return {error: video.error && video.error.message};
  }
  source.endOfStream();
  const ranges = [];
  for (let i = 0; i < buffer.buffered.length; i++)
    ranges.push([buffer.buffered.start(i), buffer.buffered.end(i)]);
  video.playbackRate = 4;
  await video.play();
  const sizes = new Set();
  await new Promise((done, fail) => {
    const note = () => sizes.add(video.videoWidth + 'x' + video.videoHeight);
    video.addEventListener('resize', note);
    video.addEventListener('timeupdate', note);
    video.addEventListener('ended', done, {once: true});
    video.addEventListener('error', () => fail(new Error(video.error.message)), {once: true});
    setTimeout(() => fail(new Error('stuck at ' + video.currentTime)), 15000);
  });
  const quality = video.getVideoPlaybackQuality();
  return {ranges, end: video.currentTime, frames: quality.totalVideoFrames,
          corrupted: quality.corruptedVideoFrames, sizes: [...sizes]};
}
"""

SEEK = """
async ([mime, data, times]) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
  const video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  video.src = URL.createObjectURL(new Blob([bytes], {type: mime}));
  const event = name => new Promise((done, fail) => {
    video.addEventListener(name, done, {once: true});
    video.addEventListener('error', () => fail(new Error(video.error.message)), {once: true});
  });
  await event('loadedmetadata');
  const landed = [];
  for (const time of times) {
    const seeked = event('seeked');
    video.currentTime = time;
    await seeked;
    landed.push([video.currentTime, video.readyState]);
  }
  return {duration: video.duration, landed};
}
"""


@pytest.fixture
async def page():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        page = await browser.new_page()
        await page.goto("about:blank")
        yield page
        await browser.close()


def text(data):
    return base64.b64encode(data).decode()


def record(scene, *streams):
    for track, _ in streams:
        scene.open(track)
    packets = sorted(
        ((track, packet) for track, sent in streams for packet in sent),
        key=lambda item: item[1].at_ns,
    )
    scene.play(packets, until_ns=scene.clock.ns + 13 * S)
    scene.end()
    return PartReader.open(scene.directory, scene.opened[0].part)


async def test_segments_appended_to_a_source_buffer_play_to_the_end(
    page, scene, camera, microphone, media
):
    reader = record(scene, (2, camera().sent), (1, microphone().sent))
    segments = [text(segment) for segment in reader.plaintexts(KEY)]
    assert len(segments) >= 6
    seen = await page.evaluate(APPEND, ['video/webm; codecs="vp8, opus"', segments])
    assert "error" not in seen, seen
    assert len(seen["ranges"]) == 1
    assert seen["ranges"][0][0] == pytest.approx(0, abs=0.02)
    assert seen["ranges"][0][1] == pytest.approx(12, abs=0.1)
    assert seen["end"] == pytest.approx(12, abs=0.1)
    assert seen["corrupted"] == 0


async def test_a_ramp_up_of_the_resolution_plays_in_one_source_buffer(
    page, scene, camera, synthetic
):
    frames = synthetic.vp8_frames(6, sizes={30: (480, 270), 60: (640, 360)}, size=(160, 90))
    reader = record(scene, (2, camera(frames=frames).sent))
    segments = [text(segment) for segment in reader.plaintexts(KEY)]
    seen = await page.evaluate(APPEND, ['video/webm; codecs="vp8"', segments])
    assert "error" not in seen, seen
    assert seen["ranges"][0][1] == pytest.approx(6, abs=0.1)
    assert {"160x90", "480x270", "640x360"} <= set(seen["sizes"])


async def test_sound_alone_plays(page, scene, microphone):
    reader = record(scene, (1, microphone().sent))
    segments = [text(segment) for segment in reader.plaintexts(KEY)]
    seen = await page.evaluate(APPEND, ['audio/webm; codecs="opus"', segments])
    assert "error" not in seen, seen
    assert seen["end"] == pytest.approx(12, abs=0.1)


async def test_the_seekable_view_seeks(page, scene, camera, microphone):
    reader = record(scene, (2, camera().sent), (1, microphone().sent))
    stream = PlainStream(reader, KEY)
    view = SeekableView(stream, SeekIndex.build(stream), 2)
    data = text(b"".join(view.read(0, view.size)))
    seen = await page.evaluate(SEEK, ["video/webm", data, [9.5, 3.2, 11, 0.5]])
    assert seen["duration"] == pytest.approx(12, abs=0.1)
    for wanted, (landed, state) in zip([9.5, 3.2, 11, 0.5], seen["landed"], strict=True):
        assert landed == pytest.approx(wanted, abs=0.05)
        assert state >= 2
