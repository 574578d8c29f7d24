"""A decision signed by an authenticator, and each demand on it with the case it must find."""

from hashlib import sha256

from scene import Act, Scene
from signing import ACTOR, Signer, sign_decision
from tampering import case

from scenes.authenticator import BS, ED, RP_ID, UP, UV, WEB_ORIGIN, Authenticator, base64url


class Holder(Signer):
    """Whoever signs with an authenticator; `changes` are what it or the browser does otherwise."""

    def __init__(self, secret: int, actor: str = ACTOR, **changes) -> None:
        super().__init__(secret, actor)
        self.device, self.changes = Authenticator(secret), changes

    def enrolment(self, **facts) -> Act:
        site = {"kind": "webauthn", "rp_id": RP_ID, "web_origin": WEB_ORIGIN}
        return super().enrolment(**(site | facts))

    def signature(self, message: bytes) -> str:
        return self.device.asserted(message, **self.changes)


class Twice(Holder):
    """Its browser names two challenges, the right one last."""

    def signature(self, message: bytes) -> str:
        right = base64url(sha256(message).digest())
        said = f'"type":"webauthn.get","origin":"{WEB_ORIGIN}"'
        text = f'{{{said},"challenge":"AAAA","challenge":"{right}"}}'
        return self.device.asserted(message, text=text)


BROKEN: dict[str, Holder] = {
    "members": Twice(20),
    "type": Holder(21, type="webauthn.create"),
    "challenge": Holder(22, challenge=base64url(bytes(32))),
    "origin": Holder(23, origin="https://hall.window.example.evil"),
    "frame": Holder(24, crossOrigin=True),
    "rp_id": Holder(25, rp_id="example"),
    "present": Holder(26, flags=UV),
    "verified": Holder(27, flags=UP),
    "backup": Holder(28, flags=UP | UV | BS),
    "form": Holder(29, rest=b"\xa0"),
}
"""Rule -> who breaks it, and no other."""


@case("actor.assertion")
def _asked_about_something_else(scene: Scene) -> None:
    """She confirmed with her key, but not this: what she saw was the sign-in of another act."""
    sign_decision(scene, BROKEN["challenge"])


@case("actor.counter")
def _counts_anew(scene: Scene) -> None:
    """A copy of the authenticator signs beside it."""
    two_signed(scene, 7, 7)


def two_signed(scene: Scene, *counters: int) -> None:
    """The decision and a later act, by authenticators of one key that count so."""
    first, second = (Holder(31, counter=count) for count in counters)
    sign_decision(scene, first)
    scene.act("desk.case.issued").raw = second.sign


EXTENDED = Holder(32, flags=UP | UV | ED, rest=b"\xa1\x61a\x01")
"""An authenticator that tells an extension nobody asked for."""
