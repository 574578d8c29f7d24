"""Calls asked for by a window's device, and each check of them with the case it must find."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from scene import ORIGIN, Act, Logged, Scene
from signing import LOG, Signer
from tampering import case

from audit import canonical, merkle, note
from audit.device import NOTHING_SEEN
from audit.package.model import Contents, Enrolment

FIRST, SECOND, THIRD = (f"call:01JD0000000000000000000{one}" for one in ("0D1", "0D2", "0D3"))


class Device(Signer):
    """A window's browser. Its signatures are from the page's words and not by `audit.device`."""

    def enrolment(self, role: str = "duty_lead", **facts) -> Act:
        key = note.encode_base64(self.spki)
        said = {"key": self.id, "kind": "webcrypto-p256", "public_key": key}
        members = {"actor": "L01", "role": role}
        return Act(LOG, "device.key_enrolled", said | facts, members=members)

    def revocation(self) -> Act:
        return Act(LOG, "device.key_revoked", {"key": self.id}, members={"role": "duty_lead"})

    def says(self, counter: int, answered: int, leaves: list[bytes] | None = None) -> dict:
        """`leaves` are those of the log that it has seen."""
        root = merkle.root_of(map(merkle.leaf_hash, leaves)) if leaves else NOTHING_SEEN.root
        return {
            "answered": answered,
            "counter": counter,
            "root": note.encode_base64(root),
            "size": len(leaves or ()),
        }

    def request(self, chain: str, counter: int, answered: int) -> Act:
        facts = {"direction": "to_hall", "device": self.says(counter, answered)}
        return Act(chain, "desk.call.requested", facts, raw=self.sign)

    def sign(self, leaf: bytes) -> bytes:
        members = json.loads(leaf)
        said = members["facts"]["device"]
        lines = ["yunchuang/request/v1", ORIGIN, members["chain"], members["type"]]
        lines += [str(said[name]) for name in ("counter", "answered", "size", "root")]
        message = "".join(f"{line}\n" for line in lines).encode()
        if message not in self._made:
            self._made[message] = self.signature(message)
        return canonical.encode(members | {"akey": self.id, "asig": self._made[message]})


WINDOW, OTHER_WINDOW = Device(21), Device(22)


def ask_by_device(scene: Scene, by: Device = WINDOW, enrolment: Act | None = None) -> Act:
    """Has the scene's call asked for by a device that was enrolled first; returns the enrolment."""
    enrolled = enrolment or by.enrolment()
    scene.acts.insert(0, enrolled)
    asked = scene.act("desk.call.requested")
    seen = [item.leaf for item in scene.write_log()][:3]
    asked.facts = asked.facts | {"device": by.says(5, 0, seen)}
    asked.raw = by.sign
    contents = scene.contents

    def with_enrolment(logged: list[Logged]) -> Contents:
        leaves = [item.leaf for item in sorted(logged, key=lambda item: item.index)]
        at = logged[scene.acts.index(enrolled)]
        known = Enrolment(by.id, at.leaf, scene.proof(leaves, at.index))
        made = contents(logged)
        return replace(made, enrolments=(*made.enrolments, known))

    scene.contents = with_enrolment
    return enrolled


def say(scene: Scene, **said) -> None:
    """Has the scene's request say something else, which the device signs."""
    asked = scene.act("desk.call.requested")
    asked.facts = asked.facts | {"device": asked.facts["device"] | said}


@case("device.said")
def _answered_before_it_was_asked(scene: Scene) -> None:
    ask_by_device(scene)
    say(scene, answered=5)


@case("device.enrolment")
def _enrolled_by_a_clerk(scene: Scene) -> None:
    ask_by_device(scene, enrolment=WINDOW.enrolment(role="clerk"))


@case("device.signature")
def _forged_number(scene: Scene) -> None:
    """Who can write the database gives the request another number."""
    ask_by_device(scene)

    def forged(leaf: bytes) -> bytes:
        members = json.loads(WINDOW.sign(leaf))
        members["facts"]["device"]["counter"] = 4
        return canonical.encode(members)

    scene.act("desk.call.requested").raw = forged


@case("device.order")
def _enrolled_afterwards(scene: Scene) -> None:
    enrolled = ask_by_device(scene)

    def later(order: list[Act]) -> None:
        order.remove(enrolled)
        order.append(enrolled)

    scene.log_order = later


@case("device.checkpoint")
def _it_had_seen_more_than_there_was(scene: Scene) -> None:
    ask_by_device(scene)
    say(scene, size=40)


def clean_requests() -> list[Act]:
    """What a window does in a bad week: the second request is refused, the answer to the third is
    lost, and the fifth is never answered; then another computer takes over.
    """
    return [
        WINDOW.enrolment(),
        WINDOW.request(FIRST, 1, 0),
        WINDOW.request(SECOND, 3, 1),
        WINDOW.request(THIRD, 4, 1),
        WINDOW.request(f"{FIRST}A", 6, 4),
        WINDOW.revocation(),
        OTHER_WINDOW.enrolment(),
        OTHER_WINDOW.request(f"{SECOND}A", 1, 0),
    ]


def of_window(acts: list[Act], counter: int) -> Act:
    return next(act for act in acts if act.facts.get("device", {}).get("counter") == counter)


def _unenrolled(acts: list[Act]) -> None:
    acts.remove(acts[0])


def _signed_by_another(acts: list[Act]) -> None:
    """The desk writes a request of its own and says it was this device's."""
    asked = of_window(acts, 6)
    asked.raw = lambda leaf: canonical.encode(
        json.loads(OTHER_WINDOW.sign(leaf)) | {"akey": WINDOW.id}
    )


def _replayed(acts: list[Act]) -> None:
    acts.insert(5, WINDOW.request(f"{THIRD}A", 4, 1))


def _left_out(acts: list[Act]) -> None:
    """Call 4, of which the device was told, is kept out of the log."""
    acts.remove(of_window(acts, 4))


def _shown_another_log(acts: list[Act]) -> None:
    """What the desk showed this device of the log is no beginning of what it shows the auditor."""
    asked = of_window(acts, 6)
    asked.facts = asked.facts | {"device": WINDOW.says(6, 4, [b"another", b"history"])}


CHANGES = {
    "log.device_keys": _unenrolled,
    "log.device_signatures": _signed_by_another,
    "log.device_counters": _replayed,
    "log.device_calls": _left_out,
    "log.device_checkpoints": _shown_another_log,
}
"""Check of a log -> what is done to clean requests."""


def changed(scene: Scene, change: Callable[[list[Act]], None]) -> None:
    acts = clean_requests()
    change(acts)
    scene.acts += acts


LOG_CASES = {name: partial(changed, change=change) for name, change in CHANGES.items()}
