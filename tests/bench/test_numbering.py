"""Which of the frames that were sent a picture is, when a capture file is played round and round."""

from bench.lines.numbering import FRAME_S, MOST_LATE_S, Replayed, SentFrame

LATE_S = 0.3
AHEAD_S = 1_000.0
"""The recording's clock before the sender's."""


def sent(numbers, left=None):
    """Frames taken one after the other; `left` says when those left the encoder that did not at once."""
    return [
        SentFrame(number, AHEAD_S + index * FRAME_S + (left or {}).get(index, 0.0), index * FRAME_S)
        for index, number in enumerate(numbers)
    ]


def recorded(frames, *missing):
    return [
        (frame.number, AHEAD_S + LATE_S + frame.taken_s)
        for index, frame in enumerate(frames)
        if index not in missing
    ]


def test_a_number_that_comes_round_again_is_another_frame():
    around = round(2 * MOST_LATE_S / FRAME_S) + 1
    frames = sent([*range(around), *range(around)])
    assert Replayed(frames).indices(recorded(frames)) == list(range(2 * around))


def test_two_deliveries_of_one_frame_are_told_apart_by_the_clock_of_the_sender():
    numbers = [0, 1, 2, 3, 3, 4, 5, 6, 6, 6, 7, 8]
    # Both left together, when the encoder had caught up: of that they cannot be told apart.
    frames = sent(numbers, {3: FRAME_S, 7: 2 * FRAME_S, 8: FRAME_S})
    replayed = Replayed(frames)
    assert replayed.indices(recorded(frames)) == list(range(len(numbers)))
    assert replayed.indices(recorded(frames, 3)) == [0, 1, 2, *range(4, 12)]
    assert replayed.indices(recorded(frames, 4, 7, 9)) == [0, 1, 2, 3, 5, 6, 8, 10, 11]


def test_without_any_frame_that_came_once_the_nearest_is_meant():
    frames = sent([3, 3])
    (index,) = Replayed(frames).indices([(3, AHEAD_S + FRAME_S)])
    assert index == 1


def test_a_picture_that_was_never_sent_has_no_index():
    replayed = Replayed(sent([0, 1, 2]))
    far = AHEAD_S + MOST_LATE_S + 1
    assert replayed.indices([(7, AHEAD_S), (1, far), (2, AHEAD_S)]) == [None, None, 2]
    assert replayed.index(7, AHEAD_S) is None
