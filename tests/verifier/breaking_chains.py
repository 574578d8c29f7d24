"""Entries and chains: each check of them with the case it must find."""

from scene import CALL, CASE, OTHER_CALL, Act, Scene
from tampering import CASES, case, edit_members


@case("entry.canonical")
def _spaces(scene: Scene) -> None:
    scene.act("desk.call.ended").raw = lambda leaf: leaf.replace(b'"v":1', b'"v": 1')


CASES["entry.schema"] = edit_members("desk.call.ended", role="Chief Clerk")
CASES["entry.place"] = edit_members("desk.call.ended", chain=OTHER_CALL)
CASES["chain.prev"] = edit_members("desk.case.completed", prev="00" * 32)
CASES["chain.refs"] = edit_members("desk.case.completed", refs={CALL: "00" * 32})


@case("chain.seq")
def _gap_in_a_chain(scene: Scene) -> None:
    scene.act("rec.end").members = {"seq": 9}

    def move(kind):
        def hook(files):
            folder = "data/entries" if kind == "leaf" else "proof"
            stem = f"{folder}/{CALL.replace(':', '-')}/"
            files[f"{stem}00000009.{kind}"] = files.pop(f"{stem}00000008.{kind}")

        return hook

    scene.change_payload, scene.change_static = move("leaf"), move("tlog-proof")


@case("chain.called")
def _call_left_out(scene: Scene) -> None:
    scene.acts.insert(-1, Act(CASE, "desk.case.called", {"call": OTHER_CALL.removeprefix("call:")}))


@case("chain.calls")
def _call_of_another_case(scene: Scene) -> None:
    scene.acts.insert(-1, Act(OTHER_CALL, "desk.call.requested"))
    scene.chains = (*scene.chains, OTHER_CALL)


@case("chain.order")
def _logged_out_of_order(scene: Scene) -> None:
    def swap_two(order):
        here, there = (order.index(scene.act(t)) for t in ("desk.call.ended", "rec.end"))
        order[here], order[there] = order[there], order[here]

    scene.log_order = swap_two
