"""Recordings and the decisions that rest on them: each check of them with its case."""

from scene import CALL, COUNTER, HALL, OTHER_CALL, Act, Scene, read
from tampering import CASES, case, column, edit_facts, edit_file, edit_part

from audit.package.content import Bytes

# --- recordings ----------------------------------------------------------------------------------


@case("part.files")
def _key_beside_ciphertext(scene: Scene) -> None:
    name = f"data/rec/{CALL.removeprefix('call:')}/{HALL}.key"
    scene.change_payload = lambda files: files.update({name: Bytes(b"00" * 32 + b"\n")})


CASES["part.header"] = edit_part(call=OTHER_CALL.removeprefix("call:"))
CASES["record.canonical"] = edit_part(change_fields=column(1, 0, HALL))
CASES["record.seq"] = edit_part(seqs=(0, 1, 3))
CASES["record.prev"] = edit_part(change_fields=column(2, 15, "00" * 32))
CASES["record.time"] = edit_part(change_fields=column(2, 13, "5"))
CASES["segment.header"] = edit_part(stored_seqs=(0, 1, 7))
CASES["segment.hash"] = edit_part(change_fields=column(1, 2, "00" * 32))


@case("segment.place")
def _bytes_after_the_end(scene: Scene) -> None:
    name = f"data/rec/{CALL.removeprefix('call:')}/{COUNTER}.bin"

    def lengthen(files):
        files[name] = Bytes(read(files[name]) + b"more")

    scene.change_payload = lengthen


@case("archive.slices", archive=True)
def _slice_numbers(scene: Scene) -> None:
    name = f"data/rec/{CALL.removeprefix('call:')}/{COUNTER}.segments.tsv"
    edit_file(name, lambda data: data.replace(b"\n2\t", b"\n7\t"))(scene)


@case("archive.key", archive=True)
def _upper_case_key(scene: Scene) -> None:
    name = f"data/rec/{CALL.removeprefix('call:')}/{COUNTER}.key"
    edit_file(name, bytes.upper)(scene)


CASES["rec.format"] = edit_facts("rec.start", format="yunchuang/rec/v2")
CASES["rec.part"] = edit_facts("rec.part", commitment="00" * 32)


@case("rec.head")
def _head_of_another_history(scene: Scene) -> None:
    scene.act("rec.head").facts["heads"][0]["record_sha256"] = "00" * 32


@case("rec.ended")
def _never_ended(scene: Scene) -> None:
    scene.acts.remove(scene.act("rec.end"))


@case("rec.end")
def _totals(scene: Scene) -> None:
    scene.act("rec.end").facts["parts"][0]["video_frames"] = 10_000


# --- decisions -----------------------------------------------------------------------------------

CASES["decision.facts"] = edit_facts("decision.confirmed", stream_heads=None, call_required=None)


@case("decision.call")
def _no_call(scene: Scene) -> None:
    act = scene.act("decision.confirmed")
    act.refs, act.facts = (), act.facts | {"stream_heads": {}}


CASES["decision.precheck"] = edit_facts("desk.case.called", precheck=True)


@case("decision.heads")
def _heads_of_nothing(scene: Scene) -> None:
    act = scene.act("decision.confirmed")
    act.facts["stream_heads"] = act.facts["stream_heads"] | {"33" * 16: "00" * 32}


@case("decision.recording")
def _nothing_recorded(scene: Scene) -> None:
    parts = {part: value.header_sha256 for part, value in scene.parts.items()}
    scene.act("decision.confirmed").facts["stream_heads"] = parts


CASES["decision.gaps"] = edit_facts("rec.gap", to_mono_ms=1_062_301)


@case("decision.interruption")
def _nobody_asked_again(scene: Scene) -> None:
    facts = {"policy": "resume_with_recheck", "asks": "recheck"}
    at = scene.acts.index(scene.act("rec.head", 1))
    scene.acts.insert(at, Act(CALL, "desk.call.interrupted", facts, members={"mono": 1_002_000}))
