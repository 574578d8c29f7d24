"""A decision signed by whoever took it, and each check of signed acts with the case it must find."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from scene import ORIGIN, Act, Logged, Scene
from tampering import case

from audit import canonical, note
from audit.package.model import Contents, Enrolment

LOG = f"log:{ORIGIN}"
ACTOR = "S01"


class Signer:
    """A browser of `actor`. Signatures are made once for the same bytes, so that scenes repeat."""

    def __init__(self, secret: int, actor: str = ACTOR) -> None:
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        public = self._key.public_key()
        self.spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.id, self.actor = sha256(self.spki).hexdigest(), actor
        self._made: dict[bytes, str] = {}

    def enrolment(self, **facts) -> Act:
        said = {
            "actor": self.actor,
            "key": self.id,
            "kind": "webcrypto-p256",
            "public_key": note.encode_base64(self.spki),
        }
        members = {"actor": self.actor}
        return Act(LOG, "actor.key_enrolled", said | facts, members=members)

    def revocation(self) -> Act:
        return Act(
            LOG, "actor.key_revoked", {"actor": self.actor, "key": self.id, "reason": "lost"}
        )

    def sign(self, leaf: bytes) -> bytes:
        """The same entry, signed; from the page's words and not by `audit.act`."""
        members = json.loads(leaf)
        lines = ["yunchuang/act/v1", ORIGIN, members["chain"], str(members["seq"])]
        lines += [members["prev"], members["facts"].get("call") or "-", members["type"]]
        lines += [f"{name} {value}" for name, value in sorted(members["c"].items())]
        message = "".join(f"{line}\n" for line in lines).encode()
        if message not in self._made:
            self._made[message] = self.signature(message)
        return canonical.encode(members | {"akey": self.id, "asig": self._made[message]})

    def signature(self, message: bytes) -> str:
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        return note.encode_base64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


ANNA, BERT = Signer(11), Signer(12, "S02")


def sign_decision(scene: Scene, by: Signer = ANNA, enrolment: Act | None = None) -> Act:
    """Has the scene's decision signed, and the key enrolled just before; returns the enrolment."""
    decision, enrolled = scene.act("decision.confirmed"), enrolment or by.enrolment()
    scene.acts.insert(scene.acts.index(decision), enrolled)
    decision.raw = by.sign
    contents = scene.contents

    def with_enrolment(logged: list[Logged]) -> Contents:
        leaves = [item.leaf for item in sorted(logged, key=lambda item: item.index)]
        at = logged[scene.acts.index(enrolled)]
        known = Enrolment(by.id, at.leaf, scene.proof(leaves, at.index))
        return replace(contents(logged), enrolments=(known,))

    scene.contents = with_enrolment
    return enrolled


def members_after(sign: Callable[[bytes], bytes], **changes) -> Callable[[bytes], bytes]:
    """Signs, and then changes members of the signed entry."""
    return lambda leaf: canonical.encode(json.loads(sign(leaf)) | changes)


@case("actor.present")
def _enrolment_left_out(scene: Scene) -> None:
    sign_decision(scene)
    contents = scene.contents
    scene.contents = lambda logged: replace(contents(logged), enrolments=())


@case("actor.enrolment")
def _no_enrolment(scene: Scene) -> None:
    """Somebody wrote an entry about the key that enrols nothing."""
    sign_decision(scene).type = "actor.key_noted"


@case("actor.person")
def _key_of_somebody_else(scene: Scene) -> None:
    """The operator has an enrolled person sign what the log says another did."""
    sign_decision(scene, BERT)


@case("actor.order")
def _enrolled_afterwards(scene: Scene) -> None:
    """A key that is made up later, when the decision stands already."""
    enrolled = sign_decision(scene)

    def later(order: list[Act]) -> None:
        order.remove(enrolled)
        at = next(i for i, act in enumerate(order) if act.type == "decision.confirmed")
        order.insert(at + 1, enrolled)

    scene.log_order = later


@case("actor.signature")
def _forged_decision(scene: Scene) -> None:
    """Who can write the database, but has not the person's key, changes what she signed."""
    sign_decision(scene)
    decision = scene.act("decision.confirmed")
    other = scene.opening_key(decision.chain, 0, "another")
    made = scene.commit(decision.chain, 0, "another", other.hex())

    def forged(leaf: bytes) -> bytes:
        commitments = json.loads(leaf)["c"]
        return members_after(ANNA.sign, c=commitments | {"item": made})(leaf)

    decision.raw = forged
