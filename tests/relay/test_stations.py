"""Two and three aiortc stations meet through the relay, by the offer every page gets."""

from casework.ports import TrackSource

MIC, CAM, DOC = TrackSource.MICROPHONE, TrackSource.CAMERA, TrackSource.DOCUMENT_CAMERA
CALL = "call-1"


async def test_two_stations_hear_and_see_each_other(relay, station, events, tap, eventually):
    await relay.open_room(CALL, tap)
    window, hall = station("window", "counter", MIC, CAM), station("hall", "hall", MIC, CAM)
    for one in (window, hall):
        await relay.admit_leg(CALL, one.spec.leg, [MIC, CAM])
        await one.join()
    await eventually(lambda: len(events.streams("hall")) == 2)
    await eventually(lambda: len(events.streams("window")) == 2)
    for one in (window, hall):
        await eventually(lambda s=one: sum(n > 10 for n in s.received.values()) == 2)
