"""The forwarding matrix, and who is present when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.ports import TrackKind
from signaling.relay.events import Presence
from signaling.relay.matrix import ForwardingMatrix
from signaling.relay.presence import GONE_AFTER_NS, KEPT_NS, UNCONNECTED_NS, next_presence
from signaling.relay.spec import Route

LEGS = st.sampled_from(["a", "b", "c", "d"])
ROUTES = st.lists(st.builds(Route, LEGS, LEGS, st.sampled_from(TrackKind), st.booleans()))


@given(ROUTES, LEGS, LEGS, st.sampled_from(["x", "y"]))
def test_no_cell_lets_audio_pass_within_a_site(routes, source, to, site):
    matrix = ForwardingMatrix()
    matrix.replace(routes)
    assert not matrix.allows(source, site, to, site, TrackKind.AUDIO)


@given(ROUTES, LEGS, st.sampled_from(TrackKind))
def test_nothing_returns_to_its_own_leg(routes, leg, kind):
    matrix = ForwardingMatrix()
    matrix.replace(routes)
    assert not matrix.allows(leg, "x", leg, "y", kind)


def test_the_default_forwards_and_the_last_cell_wins():
    matrix = ForwardingMatrix()
    assert matrix.allows("a", "x", "b", "y", TrackKind.AUDIO)
    assert matrix.allows("a", "x", "b", "x", TrackKind.VIDEO)
    hold = Route("a", "b", TrackKind.AUDIO, forward=False)
    matrix.replace([hold])
    assert not matrix.allows("a", "x", "b", "y", TrackKind.AUDIO)
    assert matrix.allows("b", "y", "a", "x", TrackKind.AUDIO)
    assert matrix.allows("a", "x", "b", "y", TrackKind.VIDEO)
    matrix.replace([hold, Route("a", "b", TrackKind.AUDIO, forward=True)])
    assert matrix.allows("a", "x", "b", "y", TrackKind.AUDIO)


@pytest.mark.parametrize(
    ("state", "silent_ns", "after"),
    [
        (Presence.NEW, 10 * KEPT_NS, Presence.NEW),
        (Presence.CONNECTING, GONE_AFTER_NS, Presence.CONNECTING),
        (Presence.CONNECTING, UNCONNECTED_NS, Presence.CLOSED),
        (Presence.CONNECTED, GONE_AFTER_NS - 1, Presence.CONNECTED),
        (Presence.CONNECTED, GONE_AFTER_NS, Presence.GONE),
        (Presence.GONE, 0, Presence.CONNECTED),
        (Presence.GONE, KEPT_NS, Presence.GONE),
        (Presence.GONE, GONE_AFTER_NS + KEPT_NS, Presence.CLOSED),
        (Presence.CLOSED, 0, Presence.CLOSED),
    ],
)
def test_presence_follows_silence(state, silent_ns, after):
    assert next_presence(state, silent_ns) is after
