"""A mirror cosigns no log in which somebody signed who could not."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit import act
from audit.checkpoint import EMPTY_HEAD
from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from audit.mirror.chains import EntryRefused
from audit.mirror.mirror import Mirror
from audit.note import SigningKey, encode_base64
from audit.successor import SUCCESSOR_TYPE, Cause, Successor
from audit.witness.witness import follow
from scenes.authenticator import UP, Authenticator
from scenes.mirrored import Files, Story
from scenes.model_disk import QuickDisk

LOG = SigningKey.generate("example.com/log")
KEY = SigningKey.generate("example.com/mirror")
OWN = f"log:{LOG.name}"


class Person:
    """Signs by a key of her own."""

    def __init__(self, actor, secret):
        self.actor = actor
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        self.public = self._key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        self.id = act.key_id(self.public)

    def facts(self, **others):
        public = encode_base64(self.public)
        told = {"actor": self.actor, "key": self.id, "public_key": public}
        return told | {"kind": act.KeyKind.WEBCRYPTO_P256.value} | others

    def signed(self, entry, origin=LOG.name):
        der = self._key.sign(act.signed_bytes(origin, entry), ec.ECDSA(SHA256()))
        raw = b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der))
        return replace(entry, akey=self.id, asig=encode_base64(raw))


class WithSecurityKey(Person):
    """Signs by an authenticator."""

    def __init__(self, actor, secret):
        self.actor = actor
        self.held = Authenticator(secret)
        self.public = self.held.spki
        self.id = act.key_id(self.public)

    def facts(self, **others):
        party = {"rp_id": self.held.rp_id, "web_origin": self.held.web_origin}
        return super().facts(kind=act.KeyKind.WEBAUTHN.value, **(party | others))

    def signed(self, entry, origin=LOG.name, **told):
        asig = self.held.asserted(act.signed_bytes(origin, entry), **told)
        return replace(entry, akey=self.id, asig=asig)


LIN, ZHAO, WANG = (Person(f"reviewer-0{n}", n) for n in (1, 2, 3))


def enrolled(story, person, actor=None, **facts):
    return story.make(0, type=act.ENROLLED_TYPE, chain=OWN, actor=actor or person.actor,
                      role="reviewer", facts=person.facts(**facts))  # fmt: skip


def revoked(story, person):
    facts = {"actor": person.actor, "key": person.id}
    return story.make(0, type=act.REVOKED_TYPE, chain=OWN, actor="lead-01", role="duty_lead",
                      facts=facts)  # fmt: skip


def decided(story, person, **members):
    given = {"type": "decision.confirmed", "chain": "case:A", "actor": person.actor,
             "role": "reviewer", "c": {"outcome": "ab" * 32}} | members  # fmt: skip
    return story.make(0, **given)


@pytest.fixture
def log(tmp_path):
    store = FileLockBackend(tmp_path / "store")
    with MerkleLog.init(tmp_path / "log", store, LOG, disk=QuickDisk()) as made:
        yield made


@pytest.fixture
def mirror(tmp_path, log):
    follow(tmp_path / "mirror", LOG.verifying_key)

    def opened():
        files = Files(tmp_path / "log")
        return Mirror(tmp_path / "mirror", KEY, LOG.verifying_key, files, lambda: 7)

    return opened


def honest(story):
    """Enrolled, signed, unsigned too, revoked; and another person's."""
    yield story.next(0)
    yield story.write(enrolled(story, LIN))
    yield story.write(LIN.signed(decided(story, LIN)))
    yield story.write(decided(story, LIN))
    yield story.write(enrolled(story, ZHAO))
    yield story.write(ZHAO.signed(decided(story, ZHAO, facts={"call": "C1"})))
    yield story.write(revoked(story, ZHAO))


def test_signed_decisions_are_cosigned_in_one_step_or_in_many_and_after_a_restart(log, mirror):
    one, story = mirror(), Story()
    for data in honest(story):
        log.append([data])
        one.cosign(one.pull())
    again = mirror()
    log.append([story.write(LIN.signed(decided(story, LIN)))])
    assert again.pull().head == log.checkpoint.head


FORGED = {
    "not enrolled": lambda s: LIN.signed(decided(s, LIN)),
    "revoked before": lambda s: ZHAO.signed(decided(s, ZHAO)),
    "somebody else's key": lambda s: WANG.signed(decided(s, LIN)),
    "other words": lambda s: replace(WANG.signed(decided(s, WANG)), c={"outcome": "cd" * 32}),
    "another place": lambda s: replace(WANG.signed(decided(s, WANG, seq=7)), seq=1),
    "another log": lambda s: WANG.signed(decided(s, WANG), origin="other.example/log"),
    "no signature": lambda s: replace(WANG.signed(decided(s, WANG)), asig="AAAA"),
    "enrolled for another": lambda s: enrolled(s, LIN, actor="admin-01"),
    "enrolled twice": lambda s: enrolled(s, WANG),
    "enrolled again after its end": lambda s: enrolled(s, ZHAO),
    "enrolled under another id": lambda s: enrolled(s, LIN, key="00" * 32),
    "enrolled of no kind": lambda s: enrolled(s, LIN, kind="pencil"),
    "enrolled of kinds": lambda s: enrolled(s, LIN, kind=["webcrypto-p256"]),
    "enrolled with more": lambda s: enrolled(s, LIN, more=1),
    "enrolled without a key": lambda s: enrolled(s, LIN, public_key="AAAA"),
    "enrolled on a case": lambda s: s.make(
        0, type=act.ENROLLED_TYPE, chain="case:B", actor=LIN.actor, facts=LIN.facts()
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_one_that_could_not_sign_is_never_cosigned(log, mirror, what):
    story, one = Story(), mirror()
    log.append(
        [
            story.next(0, chain="case:A"),
            story.write(enrolled(story, ZHAO)),
            story.write(enrolled(story, WANG)),
            story.write(revoked(story, ZHAO)),
        ]
    )
    one.cosign(one.pull())
    log.append([story.next(1), FORGED[what](story).encode()])
    for attempt in (one, mirror()):
        with pytest.raises(EntryRefused, match=r"^entry 5 of the log"):
            attempt.pull()
        assert attempt.copy.head.size == 4


KEYED = {
    "as it should": ({}, True),
    "for another site": ({"rp_id": "other.example"}, False),
    "on another site": ({"origin": "https://other.example"}, False),
    "without its owner": ({"flags": UP}, False),
    "counting anew": ({"counter": 1}, False),
    "of another kind": ({"type": "webauthn.create"}, False),
}


@pytest.mark.parametrize("how", KEYED)
def test_a_security_key_signs(log, mirror, how):
    told, holds = KEYED[how]
    story, one, she = Story(), mirror(), WithSecurityKey("reviewer-05", 5)
    first = [story.write(enrolled(story, she))]
    first += [story.write(she.signed(decided(story, she))) for _ in range(2)]
    log.append(first)
    one.cosign(one.pull())
    log.append([story.write(she.signed(decided(story, she), **told))])
    if holds:
        assert one.pull().head == log.checkpoint.head
        return
    for attempt in (one, mirror()):
        with pytest.raises(EntryRefused, match=r"^entry 3 of the log"):
            attempt.pull()


@pytest.mark.parametrize("origin", ["dead.example/log", LOG.name])
def test_what_was_signed_for_the_log_before_holds_where_it_stands_again(log, mirror, origin):
    dead, story, one = "dead.example/log", Story(), mirror()
    carried = Successor(dead, EMPTY_HEAD, 0, 2, Cause.KEY_STOLEN)
    log.append(
        [
            story.next(0, type=SUCCESSOR_TYPE, chain=OWN, facts=carried.facts()),
            story.write(replace(enrolled(story, LIN), chain=f"log:{dead}", seq=0, prev=None)),
            story.write(LIN.signed(decided(story, LIN), origin=origin)),
        ]
    )
    if origin == dead:
        assert one.pull().head == log.checkpoint.head
        log.append([story.write(LIN.signed(decided(story, LIN), origin=dead))])
        with pytest.raises(EntryRefused, match=r"^entry 3 of the log.*does not verify"):
            one.pull()
    else:
        with pytest.raises(EntryRefused, match=r"^entry 2 of the log"):
            one.pull()


def test_requests_of_devices_are_for_others_to_look_at(log, mirror):
    story, one = Story(), mirror()
    asked = story.make(0, type="desk.call.requested", chain="call:C")
    log.append([story.write(replace(asked, akey="ab" * 32, asig="AAAA"))])
    assert one.pull().head == log.checkpoint.head
