"""The limits of three messages hold whatever a seat may send: a further source must not find one full."""

import pytest

from casework.ids import new_id
from casework.model.call import Seat
from casework.model.outlet import WindowProfile
from casework.policy.admission import sources, videos
from casework.worker_link.messages import AdmitLeg, OpenLeg
from signaling.protocol.client import LegJoin
from signaling.relay.engine import MOST_VIDEOS


@pytest.mark.parametrize("seat", list(Seat))
@pytest.mark.parametrize("profile", list(WindowProfile))
def test_what_any_seat_may_send_fits(profile, seat):
    call, everything = new_id(), list(sources(profile, seat))
    assert LegJoin(call=call, sources=everything).sources == everything
    assert AdmitLeg(id=1, call=call, leg="L", sources=everything).sources == everything
    OpenLeg(
        id=1,
        call=call,
        leg="L",
        incarnation=1,
        site="counter",
        microphone=True,
        speaker=True,
        videos=list(videos(profile, seat)),
        expected=everything,
    )
    assert len(videos(profile, seat)) <= MOST_VIDEOS
