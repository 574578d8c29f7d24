"""A scripted outlet calls in, for somebody who plays the reviewer alone.

The two at the counter do what people there would: they say their lines when the reviewer has done
his part, and hand the result over when it comes back. They never decide anything.
"""

import asyncio
import contextlib
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from casework.model.call import OVER, WAITING, CallState
from outlet_client.agent.people.citizen import Citizen
from outlet_client.agent.people.clerk import Clerk, OpenCase
from outlet_client.agent.people.scene import Scene
from outlet_client.agent.plays.account import Account
from outlet_client.agent.plays.at_the_counter import hand_over, prepare_case
from outlet_client.agent.plays.cast import counter_equipment
from outlet_client.agent.plays.steps import Steps
from outlet_client.agent.refusal import LineLost, Refused
from outlet_client.agent.stream_view import StreamView

RING_S = 300.0
CONNECT_S = 60.0
TALK_S = 1800.0
GOODBYE_S = 60.0
REPLIES = {"notice": "citizen_agrees", "identity": "citizen_confirms"}
"""What is said once the reviewer has placed a mark of this kind."""


async def outlet_calls(origin: str, account: Account, scene: Scene, step: Steps) -> None:
    """Ends when the call is over. Raises Refused, LineLost, OddAnswer, TimeoutError (nobody answered
    among them); then the call is taken back or ended before.
    """
    async with AsyncExitStack() as people:
        clerk = await people.enter_async_context(Clerk(origin, counter_equipment(scene)))
        citizen = await people.enter_async_context(Citizen(origin))
        with step("sign_in"):
            await clerk.come_in(account.number, account.password, account.window)
            await citizen.come_in(await clerk.pairing_code())
        case = await prepare_case(step, clerk, citizen, scene)
        call = await clerk.call_hall(case)
        try:
            await _call(step, clerk, citizen, case, call)
        finally:
            await _leave(clerk, call)


async def _call(
    step: Steps, clerk: Clerk, citizen: Citizen, case: OpenCase, call: StreamView
) -> None:
    with step("ring"):
        await citizen.answer_notice(call.data["call"])
        await call.until(lambda data: data["state"] not in WAITING, "somebody answers", RING_S)
    with step("connect"):
        await clerk.join(call)
        await call.until(lambda data: data["state"] != CallState.CONNECTING, "talks", CONNECT_S)
    with step("talk"):
        await clerk.say("clerk_greets")
        talking = asyncio.create_task(_reply(clerk, call))
        try:
            state = await _decided(clerk, case, call)
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
    if state == "handed_back":
        await hand_over(step, clerk, citizen, case)
    with step("goodbye"), contextlib.suppress(TimeoutError):
        # Who plays the reviewer may want to say something more, and ends the call.
        await call.until(_is_over, "the reviewer hangs up", GOODBYE_S)


async def _decided(clerk: Clerk, case: OpenCase, call: StreamView) -> str:
    """Where the case stands once the reviewer is done with it; he may hang up before he decides."""
    view = await clerk.line.follow(f"case:{case.id}")
    done = {"handed_back", "returned_to_outlet", "withdrawn"}
    over = asyncio.create_task(call.until(_is_over, "the call ends", TALK_S))
    decided = asyncio.create_task(
        view.until(lambda data: data.get("state") in done, "a decision", TALK_S)
    )
    try:
        await asyncio.wait({over, decided}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({decided}, timeout=GOODBYE_S)
    finally:
        over.cancel()
        decided.cancel()
        await asyncio.gather(over, decided, return_exceptions=True)
    return str(view.data.get("state", ""))


async def _reply(clerk: Clerk, call: StreamView) -> None:
    for kind, line in REPLIES.items():
        await call.until(partial(_is_marked, kind), f"mark {kind}", TALK_S)
        await clerk.say(line)


async def _leave(clerk: Clerk, call: StreamView) -> None:
    with contextlib.suppress(Refused, LineLost):
        if call.data["state"] in WAITING:
            await clerk.cancel_call(call)
        elif not _is_over(call.data):
            await clerk.end_call(call)


def _is_over(data: dict[str, Any]) -> bool:
    return data["state"] in OVER | {CallState.WRAP_UP}


def _is_marked(kind: str, data: dict[str, Any]) -> bool:
    return any(mark["kind"] == kind for mark in data.get("marks", {}).values())
