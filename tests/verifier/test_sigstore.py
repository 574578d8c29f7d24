"""The library that checks Sigstore's own bundles accepts the notes and proofs of our packages."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from scene import LOG_KEY, ORIGIN, THIEF, Scene

from audit import note
from audit.package.writing import write_folder
from audit.proof_file import ProofFile

CHECK = Path(__file__).with_name("sigstore_check.cjs")


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def asked(leaf: bytes, proof: ProofFile, key: note.VerifyingKey = LOG_KEY.verifying_key) -> Any:
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.vkey.split("+", 2)[2])[1:])
    return {
        "leaf": b64(leaf),
        "index": proof.index,
        "hashes": [b64(value) for value in proof.hashes],
        "checkpoint": proof.checkpoint.decode(),
        "origin": ORIGIN,
        "key": b64(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
    }


def answers(*questions: Any) -> list[str]:
    done = subprocess.run(
        ["node", str(CHECK)],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture
def proofs(tmp_path: Path, scene: Scene) -> list[tuple[bytes, ProofFile]]:
    """Every entry of a package, the seal included, with its proof."""
    package = tmp_path / "package"
    write_folder(scene.build(), package)
    leaves = {
        path: (package / "data" / "entries" / path.relative_to(package / "proof")).with_suffix(
            ".leaf"
        )
        for path in package.glob("proof/c*/*.tlog-proof")
    }
    leaves |= {
        path: path.with_suffix(".leaf") for path in package.glob("proof/beginning/*.tlog-proof")
    }
    leaves[package / "proof/seal.tlog-proof"] = package / "proof/seal.leaf"
    assert len(leaves) > len(scene.acts) // 2
    return [
        (leaf.read_bytes(), ProofFile.parse(path.read_bytes()))
        for path, leaf in sorted(leaves.items())
    ]


def test_it_accepts_every_proof_of_a_package(proofs):
    assert answers(*(asked(leaf, proof) for leaf, proof in proofs)) == ["ok"] * len(proofs)


def test_it_refuses_what_was_changed(proofs):
    leaf, proof = next(one for one in proofs if one[1].hashes)
    flipped = bytes([proof.hashes[0][0] ^ 1]) + proof.hashes[0][1:]
    other_root = proof.checkpoint.replace(proof.checkpoint.split(b"\n")[2], b64(bytes(32)).encode())
    assert answers(
        asked(leaf + b" ", proof),
        asked(leaf, ProofFile(proof.index ^ 1, proof.hashes, proof.checkpoint)),
        asked(leaf, ProofFile(proof.index, (flipped, *proof.hashes[1:]), proof.checkpoint)),
        asked(leaf, ProofFile(proof.index, proof.hashes[1:], proof.checkpoint)),
        asked(leaf, ProofFile(proof.index, proof.hashes, other_root)),
        asked(leaf, proof, THIEF.verifying_key),
    ) == [
        "calculated root hash does not match inclusion proof",
        "calculated root hash does not match inclusion proof",
        "calculated root hash does not match inclusion proof",
        "invalid hash count",
        "invalid checkpoint signature",
        "invalid checkpoint signature",
    ]
