"""One whole case with all its people scripted, from 开始办理 to the evidence package.

The people never reach into each other but by what the desk tells them, except where people in one
room would simply look: the pairing code on the clerk's monitor, the sheet that is to be signed.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from outlet_client.agent.device import StationDevice
from outlet_client.agent.people.auditor import Auditor
from outlet_client.agent.people.citizen import Citizen
from outlet_client.agent.people.clerk import Clerk, OpenCase
from outlet_client.agent.people.lead import Lead
from outlet_client.agent.people.reviewer import Reviewer
from outlet_client.agent.people.scene import Scene
from outlet_client.agent.plays.account import Account
from outlet_client.agent.plays.at_the_counter import hand_over, prepare_case
from outlet_client.agent.plays.cast import (
    COUNTER_STATION,
    HALL_STATION,
    counter_equipment,
    hall_equipment,
)
from outlet_client.agent.plays.steps import Steps

RING_S = 30.0
TALK_S = 20.0
HEALTHY_S = 30.0
LOGGED_S = 30.0


@dataclass(frozen=True, slots=True)
class Accounts:
    clerk: Account
    reviewer: Account
    auditor: Account
    lead: Account


@dataclass(frozen=True, slots=True)
class Played:
    case_id: str
    case_number: str
    call_id: str
    package_id: str


async def play_whole_case(
    origin: str, accounts: Accounts, scene: Scene, step: Steps, package: Path, line_s: float
) -> Played:
    """Writes the evidence package to `package`. Raises Refused, LineLost, OddAnswer, TimeoutError."""
    async with AsyncExitStack() as people:
        folder = people.enter_context(TemporaryDirectory(prefix="yunchuang-window-"))
        device = StationDevice(Path(folder) / "device.json")
        counter = counter_equipment(scene, line_s)
        clerk = await people.enter_async_context(Clerk(origin, counter, device))
        citizen = await people.enter_async_context(Citizen(origin))
        reviewer = await people.enter_async_context(Reviewer(origin, hall_equipment(scene, line_s)))
        with step("sign_in"):
            await clerk.come_in(
                accounts.clerk.number, accounts.clerk.password, accounts.clerk.window
            )
            await citizen.come_in(await clerk.pairing_code())
            await reviewer.come_in(accounts.reviewer.number, accounts.reviewer.password)
            await reviewer.be("free")
        with step("enrol"):
            await device.show(clerk.browser)
            async with Lead(origin) as lead:
                await lead.come_in(accounts.lead.number, accounts.lead.password)
                await lead.enrol(device.id)
        case = await prepare_case(step, clerk, citizen, scene)
        call_id = await _talk(step, clerk, citizen, reviewer, case, scene)
    async with Auditor(origin) as auditor:
        with step("export"):
            await auditor.come_in(accounts.auditor.number, accounts.auditor.password)
            viewing = await auditor.open_case(case.id, scene.purpose)
            package_id = await auditor.take_package(case.id, viewing, package)
    return Played(case.id, case.number, call_id, package_id)


async def _talk(
    step: Steps,
    clerk: Clerk,
    citizen: Citizen,
    reviewer: Reviewer,
    case: OpenCase,
    scene: Scene,
) -> str:
    with step("call"):
        at_window = await clerk.call_hall(case)
    with step("answer"):
        at_hall = await reviewer.answer(RING_S)
    with step("notice"):
        await citizen.answer_notice(at_window.data["call"])
    with step("connect"):
        await asyncio.gather(clerk.join(at_window), reviewer.join(at_hall))
        await at_window.until(lambda data: data["state"] == "active", "the call runs", TALK_S)
        await _they_see_each_other(clerk, reviewer)
    with step("greet"):
        await clerk.say("clerk_greets")
        await reviewer.until_recording(at_hall, case.id, HEALTHY_S)
        await reviewer.mark(at_hall, "notice", case.id)
        await reviewer.say("reviewer_greets")
        await clerk.say("citizen_agrees")
    with step("identity_on_camera"):
        await reviewer.find_materials_good(case.id)
        await reviewer.say("reviewer_asks")
        await reviewer.confirm_identity(at_hall, case.id, scene)
    with step("declaration"):
        await clerk.say("citizen_confirms")
        await reviewer.mark(at_hall, "declaration", case.id)
    with step("decide"):
        await reviewer.approve(at_hall, case.id, scene, HEALTHY_S)
        await reviewer.say("reviewer_approves")
    with step("hand_back"):
        await clerk.case_becomes(case, "handed_back", TALK_S)
    await hand_over(step, clerk, citizen, case)
    with step("end_call"):
        await clerk.end_call(at_window)
        await asyncio.gather(clerk.hang_up(), reviewer.hang_up())
    with step("wrap_up"):
        await reviewer.wrap_up(at_hall, scene)
        await at_window.until(lambda data: data["state"] == "ended", "the call ended", TALK_S)
        await reviewer.be("off")
    with step("recording_ends"):
        await at_window.until(
            lambda data: "ended_ms" in data.get("recording", {}), "the recording ended", LOGGED_S
        )
    return str(at_window.data["call"])


async def _they_see_each_other(clerk: Clerk, reviewer: Reviewer) -> None:
    if clerk.station is not None and reviewer.station is not None:
        await asyncio.gather(
            clerk.station.until_seen(HALL_STATION, TALK_S),
            reviewer.station.until_seen(COUNTER_STATION, TALK_S),
        )
