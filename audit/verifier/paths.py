"""Names of the files in a package, and the record each of them is about."""

import re

from audit.verifier.limits import MAX_SUCCESSORS

BAGIT, BAG_INFO = "bagit.txt", "bag-info.txt"
PAYLOAD_MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
CASE, OPENINGS, SALT = "data/case.json", "data/openings.json", "data/salt"
CHECKPOINT, KEYS, POLICY = "proof/checkpoint", "proof/keys.txt", "proof/policy.txt"
STATIC = "proof/static-sha256.txt"
SEAL, SEAL_PROOF = "proof/seal.leaf", "proof/seal.tlog-proof"
CONSISTENCY = "proof/seal.consistency"
TIMESTAMP = "proof/timestamp.tsr"

REQUIRED = frozenset({
    BAGIT, BAG_INFO, PAYLOAD_MANIFEST, TAG_MANIFEST, CASE, OPENINGS, SALT, CHECKPOINT, KEYS,
    POLICY, STATIC, SEAL, SEAL_PROOF, CONSISTENCY, "VERIFY.md", "verify.sh",
})  # fmt: skip
OPTIONAL = frozenset({TIMESTAMP})
AFTER_SEAL = frozenset({PAYLOAD_MANIFEST, TAG_MANIFEST, STATIC, SEAL, SEAL_PROOF, CONSISTENCY})
"""Tag files the static list cannot name: they are made from it, or after it."""

_ID = r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}"
LEAF = re.compile(r"data/entries/(case|call)-([0-9A-Za-z][0-9A-Za-z_-]{0,63})/(\d{8})\.leaf")
PROOF = re.compile(r"proof/(case|call)-([0-9A-Za-z][0-9A-Za-z_-]{0,63})/(\d{8})\.tlog-proof")
ENROLMENT = re.compile(r"proof/actors/([0-9a-f]{64})\.leaf")
ENROLMENT_PROOF = re.compile(r"proof/actors/([0-9a-f]{64})\.tlog-proof")
BEGINNING = re.compile(r"proof/beginning/(\d{8})\.leaf")
BEGINNING_PROOF = re.compile(r"proof/beginning/(\d{8})\.tlog-proof")
RECORDING = re.compile(rf"data/rec/({_ID})/([0-9a-f]{{32}})\.(bin|tsv|webm|segments\.tsv|key)")
ATTACHED = re.compile(r"data/(materials|papers)/[0-9A-Za-z][0-9A-Za-z._-]{0,99}")


_PROOFS = (PROOF, ENROLMENT_PROOF, BEGINNING_PROOF)


def is_known(path: str) -> bool:
    if found := BEGINNING.fullmatch(path) or BEGINNING_PROOF.fullmatch(path):
        return int(found[1]) <= MAX_SUCCESSORS
    return path in REQUIRED | OPTIONAL or any(
        pattern.fullmatch(path) for pattern in (LEAF, RECORDING, ATTACHED, ENROLMENT, *_PROOFS)
    )


def is_proof(path: str) -> bool:
    """Of an entry, of the enrolment of a key, of the log's first entries, or of the seal."""
    return path == SEAL_PROOF or any(pattern.fullmatch(path) for pattern in _PROOFS)


def chain_folder(chain: str) -> str:
    """`:` is written `-` in paths, because Windows allows no colon in a name."""
    return chain.replace(":", "-", 1)


def leaf_path(chain: str, seq: int) -> str:
    return f"data/entries/{chain_folder(chain)}/{seq:08d}.leaf"


def proof_path(chain: str, seq: int) -> str:
    return f"proof/{chain_folder(chain)}/{seq:08d}.tlog-proof"


def enrolment_path(key: str) -> str:
    return f"proof/actors/{key}.leaf"


def enrolment_proof_path(key: str) -> str:
    return f"proof/actors/{key}.tlog-proof"


def beginning_path(index: int) -> str:
    return f"proof/beginning/{index:08d}.leaf"


def beginning_proof_path(index: int) -> str:
    return f"proof/beginning/{index:08d}.tlog-proof"


def record_of(path: str) -> str:
    """The entry or recording part a file is about; empty if it is about the whole package."""
    if match := LEAF.fullmatch(path) or PROOF.fullmatch(path):
        kind, id_, seq = match.groups()
        return f"{kind}:{id_}#{int(seq)}"
    if match := RECORDING.fullmatch(path):
        return f"{match[1]}/{match[2]}"
    return ""
