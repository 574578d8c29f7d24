"""What is refused by those who stand outside: who kept a checkpoint, a receipt, a witness's key. The
operator, or whoever stole his key, signs what he likes.
"""

from dataclasses import replace
from pathlib import Path

import edits
from refusal import Shown, in_order, logged, outsider, packed, probe, told
from scene import CALL, CASE, ORIGIN, Act, Scene, trust
from tampering import VKEY, WITNESS, WITNESS_KEY, cosigned

from audit import cosignature, note
from audit.merkle import leaf_hash
from audit.verifier.cli import parse_receipt
from audit.verifier.note import parse_checkpoint
from audit.verifier.trust import parse_policy

FORK = "a fork after entry n"


def _another_history(scene: Scene, n: int) -> list[bytes]:
    """The same log up to entry n, and another story after it."""
    scene.act("decision.confirmed").secrets["outcome"] = "refused"
    forked = in_order(scene)
    assert forked[n] != in_order(Scene(scene.folder))[n]
    return forked


def _kept(scene: Scene, size: int) -> dict[str, object]:
    """The checkpoint somebody kept of the true log."""
    text = scene.checkpoint(in_order(scene)[:size])
    return {"since": parse_checkpoint(text, "kept.txt")}


@told(FORK, "operator: another log under the same key", "log.since", "")
def _forked_log(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    kept = _kept(scene, 15)
    return logged(folder, _another_history(scene, 13), **kept)


@told(FORK, "operator: a package out of the other log", "outside.since", "")
def _forked_package(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    kept = _kept(scene, len(scene.acts))
    _another_history(scene, 13)
    return packed(folder, scene, **kept)


BACK = "the log rolled back"


@told(BACK, "operator: shown shorter than it was", "log.since", "")
def _shorter_log(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    return logged(folder, in_order(scene)[:14], **_kept(scene, 19))


MISSING = "a case missing an entry"


def _without(scene: Scene, type_: str) -> None:
    scene.acts.remove(scene.act(type_))


@told(MISSING, "operator: the log written anew without it, against the citizen's receipt",
      "outside.receipt", f"{CALL}#7")  # fmt: skip
def _receipt(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    decision = scene.write_log()[scene.acts.index(scene.act("decision.confirmed"))]
    paper = f"{ORIGIN} {decision.index} {leaf_hash(decision.leaf).hex()}"
    _without(scene, "desk.material.added")
    scene.change_contents = lambda c: replace(c, attachments=c.attachments[1:])
    return packed(folder, scene, receipt=parse_receipt(paper))


@told(MISSING, "operator: the log written anew without it, against a kept checkpoint",
      "log.since", "")  # fmt: skip
def _kept_checkpoint(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    kept = _kept(scene, 15)
    _without(scene, "desk.material.added")
    return logged(folder, in_order(scene), **kept)


probe(MISSING, "a gap in a chain", "chain.seq", f"{CALL}#8")

CALL_LEFT_OUT = "a call left out"
probe(CALL_LEFT_OUT, "that the case names", "chain.called", f"{CASE}#6")
probe(CALL_LEFT_OUT, "on which the decision rests", "decision.call", f"{CASE}#4")


@told(CALL_LEFT_OUT, "operator: from a log that others knew", "log.since", "")
def _call_forgotten(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    kept = _kept(scene, 15)
    scene.acts = [act for act in scene.acts if act.chain != CALL and CALL not in act.refs]
    scene.acts += [Act("case:NOISE", "desk.case.viewed") for _ in range(20)]
    return logged(folder, in_order(scene), **kept)


STOLEN = "another history signed with the stolen log key"
POLICY = f"log {VKEY}\nwitness audit {WITNESS.vkey}\nquorum audit\n"


def _policy() -> dict[str, object]:
    return {"trust": trust(policy=parse_policy(POLICY.encode(), "policy.txt"))}


@told(STOLEN, "a package, against the witnesses of the policy", "checkpoint.quorum", "")
def _without_witnesses(folder: Path) -> Shown:
    return packed(folder, Scene(folder / "recordings"), **_policy())


@told(STOLEN, "a log, against the witnesses of the policy", "log.quorum", "")
def _log_without_witnesses(folder: Path) -> Shown:
    return logged(folder, in_order(Scene(folder / "recordings")), **_policy())


FORGED = "a forged witness"


@told(FORGED, "a witness nobody named", "checkpoint.quorum", "")
def _unknown_witness(folder: Path) -> Shown:
    scene, stranger = Scene(folder / "recordings"), note.SigningKey.generate(WITNESS.name)
    scene.witnesses.append((WITNESS, lambda body: cosignature.cosign(stranger, body, 1)))
    return packed(folder, scene, **_policy())


@told(
    FORGED,
    "in the name and under the id of a known one",
    "checkpoint.known_keys checkpoint.quorum",
    "",
)
def _named_like_a_witness(folder: Path) -> Shown:
    scene, stranger = Scene(folder / "recordings"), note.SigningKey.generate(WITNESS.name)

    def sign(body: bytes) -> note.Signature:
        return replace(cosignature.cosign(stranger, body, 1), key_id=WITNESS.key_id)

    scene.witnesses.append((WITNESS, sign))
    return packed(folder, scene, **_policy())


@told(FORGED, "a cosignature of another checkpoint", "checkpoint.known_keys checkpoint.quorum", "")
def _moved_cosignature(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    scene.witnesses.append((WITNESS, lambda _body: cosignature.cosign(WITNESS_KEY, b"other\n", 1)))
    return packed(folder, scene, **_policy())


CLOCK = "a clock moved by an hour"
outsider(CLOCK, "in an entry", edits.move_a_clock, "chain.prev proof.inclusion", f"{CASE}#4")


@told(CLOCK, "operator: ahead, against a witness's time", "clock.cosigned", f"{CASE}#4")
def _ahead(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    scene.act("decision.confirmed").members = {"t": 1_790_003_600_000}
    return packed(folder, scene, **cosigned(scene, 1_790_000_002))


@told(
    CLOCK,
    "operator: behind when it sealed, against a witness's time",
    "clock.cosigned",
    f"{CASE}#7",
)
def _behind(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    return packed(folder, scene, **cosigned(scene, 1_790_003_600))
