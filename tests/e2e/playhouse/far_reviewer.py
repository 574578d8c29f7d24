"""A reviewer in a process of his own, who can be put where no UDP leads: `far_reviewer URL NUMBER`.

Comes in, takes the first call, and says four times a second how things are, one JSON object a line:
`state` of the connection, `sent` (his newest frame), `seen` (newest frame by station) and
`selected` (the type of the candidate that his media leaves by).
"""

import asyncio
import json
import sys

from casework.ports import TrackSource
from outlet_client.agent.browser import Browser
from outlet_client.agent.line import Line
from outlet_client.agent.page_text import page_data
from outlet_client.agent.station import Station
from outlet_client.agent.tracks import CameraTrack, MicrophoneTrack, Stage
from yunchuang.demo_data import DEMO_PASSWORD

HALL = 3
PATIENCE_S = 60.0


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def selected(station: Station) -> str:
    peer = station._peer._peer
    for transceiver in peer.getTransceivers() if peer is not None else ():
        pair = transceiver.sender.transport.transport._connection._nominated.get(1)
        if pair is not None:
            return str(pair.local_candidate.type)
    return ""


async def main(url: str, number: str) -> None:
    async with Browser(url, "reviewer") as browser:
        await browser.sign_in(number, DEMO_PASSWORD)
        line = Line(browser)
        await line.start()
        me = page_data(await browser.page("/hall"))["me"]
        staff = await line.follow(f"staff:{me}")
        await line.ask("presence.set", state="free")
        say(state="free")
        rung = await staff.until(lambda data: data.get("offer"), "a ring", PATIENCE_S)
        await line.ask("offer.accept", offer=rung["offer"]["offer"])
        call = await line.follow(f"call:{rung['offer']['call']}")
        stage = Stage()
        camera = CameraTrack(stage, HALL, f"station {HALL}")
        tracks = {TrackSource.CAMERA: camera, TrackSource.MICROPHONE: MicrophoneTrack(stage, HALL)}
        station = Station(line, call, tracks)
        await station.join()
        while call.data["state"] not in {"wrap_up", "ended"}:
            await asyncio.sleep(0.25)
            say(
                state=station.state,
                sent=camera.sent,
                seen={str(code.station): code.number for code in station.seen.values()},
                selected=selected(station),
            )
        await station.close()
        await line.close()


asyncio.run(main(*sys.argv[1:]))
