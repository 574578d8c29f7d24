"""Where a line of the gap ledger begins: as long after the last frame as frames are apart."""

MS = 1_000_000
KEYFRAMES = (8, 14, 20, 26, 29)
LOST = (4, 10, 16, 22, 28)
FRAME_MS = 1000 / 15


def test_a_loss_does_not_move_the_edges_of_the_next(scene, camera, synthetic):
    """Four gaps of a third of a second each, then a single frame: its line is that frame's time.

    Taken for the time between two frames, the gaps would push the beginning of each later line to
    its end, until nothing is missing in it.
    """
    frames = synthetic.vp8_frames(3, keyframes=KEYFRAMES)
    video = camera(frames=frames)
    scene.open(2)
    scene.tap.sender_report(2, *video.report(scene.clock.ns), scene.clock.ns)
    base_ms = scene.clock.ns / MS + 5
    lost = [packet for packet in video.sent if packet.frame in LOST]
    for packet in video.sent:
        scene.until(packet.at_ns)
        if packet.frame in LOST:
            scene.lose(2, [packet])
        else:
            scene.hear(2, packet)
    scene.until(scene.clock.ns + 1_000 * MS)
    scene.end()
    assert lost
    spans = zip(LOST, KEYFRAMES, scene.gaps, strict=True)
    for first, back, line in spans:
        assert line.frames == back - first
        assert abs(line.from_mono_ms - (base_ms + first * FRAME_MS)) < 12, (first, line)
        assert abs(line.to_mono_ms - (base_ms + back * FRAME_MS)) < 12, (first, line)
