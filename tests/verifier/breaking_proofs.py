"""Proofs, checkpoints and what the caller brings along: each check of them with its case."""

from dataclasses import replace
from hashlib import sha256

from scene import THIEF, Scene, trust
from tampering import CASES, VKEY, WITNESS, case, cosigned, edit_case, edit_file, loose_base64

from audit import note
from audit.verifier.cli import parse_receipt
from audit.verifier.note import parse_checkpoint
from audit.verifier.trust import parse_policy

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


@case("checkpoint.known_keys")
def _bad_cosignature(scene: Scene) -> dict:
    scene.extra_signatures = [note.Signature(WITNESS.name, WITNESS.key_id, bytes(72))]
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


# --- what the caller brings along ----------------------------------------------------------------


@case("outside.since")
def _another_history(scene: Scene) -> dict:
    text = scene.checkpoint([f"{number}".encode() for number in range(len(scene.acts))])
    return {"since": parse_checkpoint(text, "since")}


@case("outside.receipt")
def _another_receipt(scene: Scene) -> dict:
    return {"receipt": parse_receipt(f"window.example/log 3 {sha256(b'').hexdigest()}")}
