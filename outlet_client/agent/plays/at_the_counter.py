"""Scenes at the counter that several plays share: up to the call, and after the result."""

from outlet_client.agent.people.citizen import Citizen
from outlet_client.agent.people.clerk import Clerk, OpenCase
from outlet_client.agent.people.scene import Scene
from outlet_client.agent.plays.steps import Steps


async def prepare_case(step: Steps, clerk: Clerk, citizen: Citizen, scene: Scene) -> OpenCase:
    """开始办理 to 受理: the case is ready for the call."""
    with step("open"):
        case = await clerk.open_case(scene.item)
        await clerk.show(case, "fill")
    with step("identity"):
        await clerk.confirm_identity(case, scene)
    with step("form"):
        await clerk.fill_in(case, scene)
    with step("materials"):
        await clerk.capture(case, scene)
    with step("read_back"):
        digest = await clerk.read_back(case)
    with step("sign"):
        await citizen.sign(case, digest)
    with step("accept"):
        await clerk.accept(case)
        await clerk.show(case, "wait")
    return case


async def hand_over(step: Steps, clerk: Clerk, citizen: Citizen, case: OpenCase) -> None:
    """The result is back at the window: 出件, 评价, 办结."""
    with step("receiver"):
        await clerk.check_receiver(case)
    with step("receipt_signature"):
        await citizen.sign_receipt(case)
    with step("issue"):
        await clerk.print_decision(case)
        await clerk.issue(case)
    with step("rate"):
        await citizen.rate(case)
    with step("complete"):
        await clerk.complete(case)
