"""A scripted reviewer answers one call, for somebody who plays the counter alone."""

import asyncio
import contextlib
from typing import Any

from casework.model.call import OVER, CallState
from outlet_client.agent.people.reviewer import Reviewer
from outlet_client.agent.people.scene import Scene
from outlet_client.agent.plays.account import Account
from outlet_client.agent.plays.cast import hall_equipment
from outlet_client.agent.plays.steps import Steps
from outlet_client.agent.refusal import LineLost, Refused
from outlet_client.agent.stream_view import StreamView

ON_DUTY_S = 900.0
NOTICE_S = 300.0
EVIDENCE_S = 60.0
LISTEN_S = 6.0
"""The person at the counter answers what was asked."""
GOODBYE_S = 300.0


async def reviewer_answers(origin: str, account: Account, scene: Scene, step: Steps) -> None:
    """Ends when the call is over and wrapped up. Raises Refused, LineLost, OddAnswer, TimeoutError;
    the reviewer is off duty then in any case.
    """
    async with Reviewer(origin, hall_equipment(scene)) as reviewer:
        with step("sign_in"):
            await reviewer.come_in(account.number, account.password)
            await reviewer.be("free")
        try:
            with step("wait"):
                call = await reviewer.answer(ON_DUTY_S)
            try:
                await _talk(step, reviewer, call, scene)
            finally:
                await _leave(reviewer, call, scene)
        finally:
            with contextlib.suppress(Refused, LineLost):
                await reviewer.be("off")


async def _talk(step: Steps, reviewer: Reviewer, call: StreamView, scene: Scene) -> None:
    with step("connect"):
        await reviewer.join(call)
    with step("notice"):
        # The person at the counter answers on the citizen screen, when she wants to.
        await call.until(lambda data: data["state"] == "active", "the notice", NOTICE_S)
    with step("greet"):
        cases = [str(case) for case in call.data.get("cases", ())]
        for case in cases[:1]:
            await reviewer.until_recording(call, case, EVIDENCE_S)
        await reviewer.mark(call, "notice", *cases[:1])
        await reviewer.say("reviewer_greets")
    for case in cases:
        if (await reviewer.look_at(case))["state"] == "in_first_review":
            await _review(step, reviewer, call, case, scene)
    with step("goodbye"), contextlib.suppress(TimeoutError):
        await call.until(_is_over, "the counter hangs up", GOODBYE_S)


async def _review(
    step: Steps, reviewer: Reviewer, call: StreamView, case: str, scene: Scene
) -> None:
    with step("identity_on_camera"):
        await reviewer.find_materials_good(case)
        await reviewer.say("reviewer_asks")
        await asyncio.sleep(LISTEN_S)
        await reviewer.confirm_identity(call, case, scene)
    with step("declaration"):
        await reviewer.mark(call, "declaration", case)
    with step("decide"):
        await reviewer.approve(call, case, scene, EVIDENCE_S)
        await reviewer.say("reviewer_approves")


async def _leave(reviewer: Reviewer, call: StreamView, scene: Scene) -> None:
    with contextlib.suppress(Refused, LineLost):
        if not _is_over(call.data):
            await reviewer.end_call(call)
    await reviewer.hang_up()
    with contextlib.suppress(Refused, LineLost, TimeoutError):
        await call.until(_is_over, "wrap-up", 5.0)
        if call.data["state"] == CallState.WRAP_UP:
            await reviewer.wrap_up(call, scene)


def _is_over(data: dict[str, Any]) -> bool:
    return data["state"] in OVER | {CallState.WRAP_UP}
