"""One case for every check of a package: what an operator who can sign anything might hand out."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from scene import (
    CALL,
    CASE,
    COUNTER,
    HALL,
    LOG_KEY,
    OTHER_CALL,
    THIEF,
    Act,
    Scene,
    edit_json,
    erasure,
    read,
    swap,
    trust,
)

from audit import note
from audit.cosignature import cosign, witness_key
from audit.package.content import Bytes
from audit.verifier.cli import parse_receipt
from audit.verifier.note import parse_checkpoint
from audit.verifier.trust import parse_policy

Case = Callable[[Scene], dict | None]
CASES: dict[str, Case] = {}
"""Check -> what breaks its rule and no other. May return arguments for `verify`."""
ARCHIVE: set[str] = set()
"""Cases of the archive form."""
VKEY = LOG_KEY.verifying_key.vkey


def case(name: str, *, archive: bool = False) -> Callable[[Case], Case]:
    def register(function: Case) -> Case:
        CASES[name] = function
        if archive:
            ARCHIVE.add(name)
        return function

    return register


def edit_file(name: str, change: Callable[[bytes], bytes], *, static: bool = False) -> Case:
    def apply(scene: Scene) -> None:
        def hook(files):
            files[name] = Bytes(change(read(files[name])))

        setattr(scene, "change_static" if static else "change_payload", hook)

    return apply


def edit_case(change: Callable[[dict], object]) -> Case:
    def apply(scene: Scene) -> None:
        scene.change_payload = lambda files: edit_json(files, "data/case.json", change)

    return apply


def edit_part(**changes) -> Case:
    def apply(scene: Scene) -> None:
        for name, value in changes.items():
            setattr(scene.parts[COUNTER], name, value)
        scene.plan()

    return apply


def edit_facts(type_: str, **facts) -> Case:
    def apply(scene: Scene) -> None:
        act = scene.act(type_)
        act.facts = act.facts | facts

    return apply


def edit_members(type_: str, **members) -> Case:
    def apply(scene: Scene) -> None:
        scene.act(type_).members = members

    return apply


def sealed_otherwise(**facts) -> Case:
    def apply(scene: Scene) -> None:
        scene.seal_facts = facts

    return apply


def loose_list(path: str) -> Case:
    """A list in another form, sealed as it is."""

    def apply(scene: Scene) -> None:
        scene.change_prepared = lambda prepared: swap(
            prepared, path, read(prepared.files[path]).replace(b"  ", b" *")
        )

    return apply


def column(at: int, field: int, value: str) -> Callable[[int, list[str]], None]:
    def change(seq: int, fields: list[str]) -> None:
        if seq == at:
            fields[field] = value

    return change


def loose_base64(text: str) -> str:
    """The same bytes in base64 whose spare bits are not zero."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:-2] + alphabet[alphabet.index(text[-2]) ^ 1] + "="


# --- the container ------------------------------------------------------------------------------

CASES["bag.declaration"] = edit_file("bagit.txt", lambda d: d.replace(b"1.0", b"0.97"), static=True)
CASES["bag.info"] = edit_file("bag-info.txt", lambda d: d + b"Contact-Name: nobody\n", static=True)
CASES["manifest.payload"] = loose_list("manifest-sha256.txt")
CASES["manifest.static"] = loose_list("proof/static-sha256.txt")


@case("bag.layout")
def _extra_file(scene: Scene) -> None:
    scene.change_static = lambda files: files.update({"proof/extra": Bytes(b"x")})


@case("container.form")
def _zip_date(scene: Scene) -> dict:
    return {"zip": lambda data: data[:12] + b"\x22" + data[13:]}


@case("manifest.tag")
def _tag_manifest(scene: Scene) -> dict:
    return {"file": ("tagmanifest-sha256.txt", lambda data: data.replace(b"  ", b" *"))}


# --- entries and chains --------------------------------------------------------------------------


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


# --- the log -------------------------------------------------------------------------------------

PROOF = "proof/case-01JD00000000000000000000CS/00000003.tlog-proof"


@case("proof.present")
def _proof_left_out(scene: Scene) -> None:
    scene.change_static = lambda files: files.pop(PROOF)


def _loose_hash(data: bytes) -> bytes:
    lines = data.decode().split("\n")
    lines[2] = loose_base64(lines[2])
    return "\n".join(lines).encode()


CASES["proof.canonical"] = edit_file(PROOF, _loose_hash, static=True)
CASES["proof.checkpoint"] = edit_file(
    PROOF, lambda data: data + "— nobody.example AAAAAAAA\n".encode(), static=True
)


@case("proof.inclusion")
def _proof_from_another_log(scene: Scene) -> None:
    def foreign(contents):
        own, call = contents.chains
        leaves = [f"{number}".encode() for number in range(19)]
        proof = scene.proof(leaves, 0).partition(b"\n\n")[0] + b"\n\n" + contents.checkpoint
        return replace(contents, chains=(replace(own, proofs=(proof, *own.proofs[1:])), call))

    scene.change_contents = foreign


@case("checkpoint.canonical")
def _loose_root(scene: Scene) -> None:
    def loose(body: bytes) -> bytes:
        origin, size, root, _ = body.decode().split("\n")
        return f"{origin}\n{size}\n{loose_base64(root)}\n".encode()

    scene.change_body = loose


CASES["checkpoint.origin"] = edit_case(lambda value: value.update(origin="other.example/log"))


@case("checkpoint.signature")
def _signed_by_another_key(scene: Scene) -> None:
    scene.key = THIEF


WITNESS_KEY = note.SigningKey.generate("witness.example")
WITNESS = witness_key(WITNESS_KEY)


@case("checkpoint.known_keys")
def _bad_cosignature(scene: Scene) -> dict:
    scene.extra_signatures = [note.Signature(WITNESS.name, WITNESS.key_id, bytes(72))]
    return {"trust": trust(VKEY, WITNESS.vkey)}


def cosigned(scene: Scene, time: int) -> dict:
    """A witness from outside cosigned both checkpoints at this POSIX second."""
    scene.witnesses.append((WITNESS, lambda body: cosign(WITNESS_KEY, body, time)))
    return {"trust": trust(VKEY, WITNESS.vkey)}


@case("clock.cosigned")
def _an_hour_ahead(scene: Scene) -> dict:
    scene.act("decision.confirmed").members = {"t": 1_790_003_600_000}
    return cosigned(scene, 1_790_000_002)


@case("checkpoint.quorum")
def _no_quorum(scene: Scene) -> dict:
    text = f"log {VKEY}\nwitness w {WITNESS.vkey}\nquorum w\n"
    return {"trust": trust(policy=parse_policy(text.encode(), "policy"))}


@case("checkpoint.consistency")
def _fork_before_the_seal(scene: Scene) -> None:
    def fork(late):
        lines = late["proof/seal.consistency"].split(b"\n")
        late["proof/seal.consistency"] = b"\n".join([lines[1], lines[0], *lines[2:]])

    scene.change_late = fork


# --- the seal ------------------------------------------------------------------------------------


@case("seal.position")
def _another_type(scene: Scene) -> None:
    scene.seal_type = "package.closed"


CASES["seal.facts"] = sealed_otherwise(note="more than it should say")
CASES["seal.package_id"] = sealed_otherwise(package_id="01JD0000000000000000000000")
CASES["seal.manifest"] = sealed_otherwise(manifest_sha256="00" * 32)
CASES["seal.static"] = sealed_otherwise(static_sha256="00" * 32)
CASES["seal.leaves"] = sealed_otherwise(count=3)

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


# --- commitments, files, statement ---------------------------------------------------------------


@case("opening.canonical", archive=True)
def _openings_unsorted(scene: Scene) -> None:
    scene.change_payload = lambda files: edit_json(
        files, "data/openings.json", lambda openings: [openings[1], openings[0], *openings[2:]]
    )


@case("opening.value", archive=True)
def _another_value(scene: Scene) -> None:
    scene.change_payload = lambda files: edit_json(
        files, "data/openings.json", lambda openings: openings[0].update(value="another item")
    )


@case("file.bound")
def _another_material(scene: Scene) -> None:
    def exchange(contents):
        first, *rest = contents.attachments
        return replace(contents, attachments=(replace(first, content=b"another"), *rest))

    scene.change_contents = exchange


@case("file.complete")
def _material_left_out(scene: Scene) -> None:
    scene.change_contents = lambda c: replace(c, attachments=c.attachments[1:])


@case("erasure.persons")
def _destroyed_by_one(scene: Scene) -> None:
    scene.acts[-1:-1] = erasure(CASE, "A01", "A01")


@case("erasure.approved")
def _destroyed_though_nobody_asked(scene: Scene) -> None:
    scene.acts[-1:-1] = erasure(CASE)[1:]


@case("case.canonical")
def _case_spaces(scene: Scene) -> None:
    edit_file("data/case.json", lambda data: data.replace(b'"v":1', b'"v": 1'))(scene)


CASES["case.members"] = edit_case(lambda value: value.update(verified=True))
CASES["case.chains"] = edit_case(lambda value: value["chains"][0].update(count=1))
CASES["case.salt"] = edit_file("data/salt", lambda data: data[:16])
CASES["keys.canonical"] = edit_file("proof/policy.txt", bytes.strip, static=True)

# --- what the caller brings along ----------------------------------------------------------------


@case("outside.since")
def _another_history(scene: Scene) -> dict:
    text = scene.checkpoint([f"{number}".encode() for number in range(len(scene.acts))])
    return {"since": parse_checkpoint(text, "since")}


@case("outside.receipt")
def _another_receipt(scene: Scene) -> dict:
    return {"receipt": parse_receipt(f"window.example/log 3 {sha256(b'').hexdigest()}")}
