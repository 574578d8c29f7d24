"""What must be refused or shown, line by line (docs/threats.md)."""

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import edits
from edits import entry, leaf, media, regenerate
from played_part import CALL_ID
from refusal import Shown, both, in_order, logged, outsider, packed, probe, told
from scene import CALL, CASE, COUNTER, HALL, OTHER_CALL, THIEF, Act, Scene

from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from audit.merkle import leaf_hash
from audit.package.writing import write_zip

PART, OTHER_PART = f"{CALL_ID}/{COUNTER}", f"{CALL_ID}/{HALL}"

# --- bytes, segments, entries, files -------------------------------------------------------------

BYTE = "any byte of any file flipped"
both(BYTE, "of a recording", edits.flip(media(), -20), "segment.hash", f"{PART}#2")
both(BYTE, "of an entry", edits.replace(leaf(4), b'"S01"', b'"S02"'),
     "chain.prev proof.inclusion", f"{CASE}#4")  # fmt: skip
both(BYTE, "of a material", edits.flip("data/materials/M1.jpg", 3), "file.bound", f"{CASE}#1")
outsider(BYTE, "of the salt", edits.flip("data/salt", 3), "", f"{CASE}#7")

SEGMENT = "a segment dropped, doubled, reordered, truncated"
SLICES = "segment.hash segment.header"
RECORDS = f"record.prev record.seq rec.end segment.place {SLICES}"
UNSEEN = "decision.heads decision.recording"
LOST = f"rec.end rec.head {UNSEEN}"
both(SEGMENT, "dropped", edits.segments((0, 2)), f"{RECORDS} {LOST}", f"{PART}#1")
both(SEGMENT, "doubled", edits.segments((0, 1, 1, 2)), RECORDS, f"{PART}#2")
both(SEGMENT, "reordered", edits.segments((1, 0, 2), (0, 1, 2)), SLICES, f"{PART}#0")
both(SEGMENT, "truncated, the last ones gone", edits.segments((0, 1)), "rec.end", f"{PART}#2")
both(SEGMENT, "truncated inside", edits.truncate(media(), 7), "segment.hash segment.place",
     f"{PART}#2")  # fmt: skip

ENTRY = "an entry dropped, doubled, reordered, truncated"
MOVED = "chain.order chain.prev entry.place"
LAST, NEXT = entry(8, CALL), entry(9, CALL)
both(ENTRY, "dropped", edits.drop(*entry(3)), "case.chains chain.prev chain.seq seal.position",
     f"{CASE}#3")  # fmt: skip
both(ENTRY, "doubled", edits.copy(*zip(LAST, NEXT, strict=True)), f"{MOVED} case.chains",
     f"{CALL}#9")  # fmt: skip
both(ENTRY, "reordered", edits.swap_files((leaf(1), leaf(2))), f"{MOVED} proof.inclusion",
     f"{CASE}#1")  # fmt: skip
both(ENTRY, "truncated", edits.empty_the_facts, "chain.prev chain.refs proof.inclusion",
     f"{CALL}#4")  # fmt: skip

FILE = "a file dropped, doubled, reordered, truncated"
M1, SECOND, RECEIPT = "data/materials/M1.jpg", "data/materials/M2.jpg", "data/papers/receipt.pdf"
both(FILE, "dropped", edits.drop(M1), "file.bound", f"{CASE}#1")
both(FILE, "doubled", edits.copy((M1, SECOND)), "file.bound", "")
both(FILE, "reordered", edits.swap_files((M1, RECEIPT)), "file.bound", f"{CASE}#1")
both(FILE, "truncated", edits.truncate(M1, 4), "file.bound", f"{CASE}#1")
probe(FILE, "dropped, and not spoken of", "file.complete", f"{CASE}#1")


@told(FILE, "outsider: reordered in a zip", "container.form", "")
def _reordered_zip(folder: Path) -> Shown:
    write_zip(Scene(folder / "recordings").build(), folder / "package")
    with ZipFile(folder / "package") as whole, ZipFile(folder / "changed", "w") as changed:
        for info in reversed(whole.infolist()):
            info.external_attr = 0
            changed.writestr(info, whole.read(info))
    return Shown(folder / "changed")


# --- recordings ----------------------------------------------------------------------------------

ANOTHER = "a recording swapped with another case's"


def _another_recording(root: Path) -> None:
    other = Scene(root / "unused")
    other.parts[COUNTER].segments = (b"another person speaks" * 30,) * 3
    other.plan()
    edits.recording_of(other)(root)


both(ANOTHER, "of the same part's name", _another_recording, LOST, f"{PART}#1")
probe(ANOTHER, "as the recording of another call", "part.header", PART)

INSIDE = "a recording swapped inside one call"
both(INSIDE, "window for hall", edits.swap_files(*zip(edits.both(COUNTER), edits.both(HALL), strict=True)),
     f"{LOST} part.header rec.part record.canonical", PART)  # fmt: skip

LACKING = "a call missing its recording"
ABSENT = f"rec.end rec.part {UNSEEN}"
both(LACKING, "one part", edits.drop(*edits.both(COUNTER)), ABSENT, PART)
both(LACKING, "all parts", edits.drop(*edits.RECORDING), ABSENT, OTHER_PART)


@told(LACKING, "operator: the call's chain left out as well", f"chain.called chain.refs {UNSEEN}",
      f"{CASE}#2")  # fmt: skip
def _call_left_out(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    scene.chains, scene.parts = (CASE,), {}
    return packed(folder, scene)


HEALTHY = "an approval without a healthy recording"
for what, check, named in (
    ("without a call", "decision.call", f"{CASE}#4"),
    ("by a call before acceptance", "decision.precheck", f"{CASE}#4"),
    ("with heads of nothing", "decision.heads", f"{CASE}#4"),
    ("before anything was recorded", "decision.recording", f"{CASE}#4"),
    ("after too long a gap", "decision.gaps", f"{CASE}#4"),
    ("after an interruption, nobody asked again", "decision.interruption", f"{CALL}#6"),
    ("saying nothing of it", "decision.facts", f"{CASE}#4"),
):
    probe(HEALTHY, what, check, named)

# --- the seal ------------------------------------------------------------------------------------

MANIFESTS = "manifests regenerated"
outsider(MANIFESTS, "over another statement",
         edits.replace("data/case.json", "失业".encode(), "工伤".encode()), "", f"{CASE}#7")  # fmt: skip


SCRIPT = "manifests rebuilt around a changed verify.sh"


@told(SCRIPT, "outsider: it always says OK", "", f"{CASE}#7", sealed=True)
def _changed_script(folder: Path) -> Shown:
    shown = packed(folder, Scene(folder / "recordings"))
    (shown.path / "verify.sh").write_text("#!/bin/sh\necho OK\n")
    regenerate(shown.path)
    return shown


RESIGNED = "everything re-signed by another key"


@told(RESIGNED, "a package under the thief's key", "checkpoint.signature", "")
def _thief(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    scene.key = THIEF
    return packed(folder, scene)


@told(RESIGNED, "a log under the thief's key", "log.signature", "")
def _thief_s_log(folder: Path) -> Shown:
    leaves = in_order(Scene(folder / "recordings"))
    with MerkleLog.init(folder / "log", FileLockBackend(folder / "store"), THIEF) as log:
        log.append(leaves)
    return Shown(folder / "log")


# --- the log -------------------------------------------------------------------------------------

TWICE = "the same (chain, seq) twice"


def _second(scene: Scene, logged_: list, at: int, act: Act) -> bytes:
    """Another entry of the case's chain at the place of its entry `at`."""
    own = [item for item in logged_ if item.chain == CASE]
    return scene.encode(act, at, leaf_hash(own[at - 1].leaf).hex(), {})


@told(TWICE, "operator: two outcomes in one log", "log.unique", f"{CASE}#4")
def _two_outcomes(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    decided = replace(scene.act("decision.confirmed"), refs=(), secrets={"outcome": "refused"})
    other = _second(scene, scene.write_log(), 4, decided)
    return logged(folder, [*in_order(scene), other])


both(TWICE, "in one package", edits.copy((leaf(4), leaf(3))), f"{MOVED} proof.inclusion",
     f"{CASE}#3")  # fmt: skip

CUT = "a package cut before a later entry"
outsider(
    CUT, "the last entry gone", edits.drop(*entry(6)), "case.chains seal.position", f"{CASE}#7"
)


@told(CUT, "operator: sealed before the entry that stands in the log", "log.unique", f"{CASE}#7")
def _sealed_too_early(folder: Path) -> Shown:
    """Within the package nobody can tell; the log has both, at one place."""
    scene = Scene(folder / "recordings")
    later = Act(CASE, "desk.case.rated")
    seal = _second(scene, scene.write_log(), 7, Act(CASE, "package.sealed"))
    scene.acts.append(later)
    return logged(folder, [*in_order(scene), seal])


FOREIGN = "a proof from another log"
probe(FOREIGN, "for one entry", "proof.inclusion", f"{CASE}#0")
probe(FOREIGN, "that leads to another checkpoint", "proof.checkpoint", f"{CASE}#3")

# --- acts ----------------------------------------------------------------------------------------

CONSENT = "a replayed consent"


def _with_answer(scene: Scene) -> Act:
    answer = Act(CALL, "desk.notice.answered", secrets={"answer": "agreed"})
    scene.acts.insert(scene.acts.index(scene.act("rec.start")), answer)
    return answer


@told(CONSENT, "operator: the answer of another call", "chain.prev entry.place", f"{CALL}#1")
def _answer_of_another_call(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    elsewhere = replace(_with_answer(scene), chain=OTHER_CALL)
    copied = scene.encode(elsewhere, 1, "00" * 32, {})
    scene.act("desk.notice.answered").raw = lambda _own: copied
    return packed(folder, scene)


@told(CONSENT, "operator: an answer given before, in the same call", MOVED, f"{CALL}#2")
def _answer_given_before(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    first = _with_answer(scene)
    again = replace(first)
    scene.acts.insert(scene.acts.index(first) + 1, again)
    copied = [item.leaf for item in scene.write_log() if item.chain == CALL][1]
    again.raw = lambda _own: copied
    return packed(folder, scene)


@told(CONSENT, "operator: shown by the opening of another answer", "opening.value", f"{CALL}#1")
def _opening_of_another_answer(folder: Path) -> Shown:
    scene = Scene(folder / "recordings", form="archive")
    answer = _with_answer(scene)
    answer.secrets = {"answer": "declined"}
    other = scene.opening_key(OTHER_CALL, 1, "answer")

    def reopen(contents):
        changed = (
            replace(one, key=other, value="agreed") if one.field == "answer" else one
            for one in contents.openings
        )
        return replace(contents, openings=tuple(changed))

    scene.change_contents = reopen
    return packed(folder, scene)


ROW = "a database row edited behind the program"
both(ROW, "an entry that is in the log", edits.replace(leaf(5), b'"S01"', b'"S02"'),
     "chain.prev proof.inclusion", f"{CASE}#5")  # fmt: skip


@told(ROW, "operator: a value behind a commitment", "opening.value", f"{CASE}#4")
def _edited_value(folder: Path) -> Shown:
    scene = Scene(folder / "recordings")
    scene.change_contents = lambda contents: replace(
        contents, openings=tuple(replace(one, value="refused") for one in contents.openings)
    )
    return packed(folder, scene)
