"""Second step: the seal, logged by now, and the manifest over everything that is not payload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from audit import note
from audit.entry import Entry
from audit.errors import SealMismatchError
from audit.package.content import Bytes, Content
from audit.package.model import SEAL_TYPE
from audit.package.prepare import Prepared, manifest

TAG_MANIFEST = "tagmanifest-sha256.txt"


@dataclass(frozen=True, slots=True)
class Sealed:
    """All files of a finished package, by path."""

    files: Mapping[str, Content]


def seal(prepared: Prepared, leaf: bytes, proof: bytes, consistency: Sequence[bytes]) -> Sealed:
    """`leaf` is the logged entry, `proof` its `.tlog-proof`; `consistency` leads from the tree of
    the entries' checkpoint to the one of the seal's proof.

    Raises SealMismatchError if the entry does not seal this package; MalformedError if it is none.
    """
    entry = Entry.decode(leaf)
    if entry.type != SEAL_TYPE or dict(entry.facts) != prepared.seal_facts():
        raise SealMismatchError("the entry does not seal this package")
    late = {"proof/seal.leaf": leaf, "proof/seal.tlog-proof": proof}
    lines = (f"{note.encode_base64(value)}\n" for value in consistency)
    late["proof/seal.consistency"] = "".join(lines).encode()
    return finish(prepared, late)


def finish(prepared: Prepared, late: Mapping[str, bytes]) -> Sealed:
    """Add the files made after the seal, then the manifest over all tag files."""
    digests = {
        **prepared.digests,
        **{path: sha256(data).hexdigest() for path, data in late.items()},
    }
    tags = manifest(digests, (path for path in digests if not path.startswith("data/")))
    added: dict[str, Content] = {path: Bytes(data) for path, data in late.items()}
    return Sealed({**prepared.files, **added, TAG_MANIFEST: Bytes(tags)})
