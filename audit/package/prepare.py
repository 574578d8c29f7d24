"""First step: every file of the package that exists before its seal, and what the seal will say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from audit import canonical, merkle
from audit.canonical import JsonValue
from audit.errors import MalformedError
from audit.package.content import Bytes, Content, sha256_hex, whole_file
from audit.package.instructions import instructions
from audit.package.model import Attachment, ChainSlice, Contents, Opening
from audit.package.recorded import part_files

SALT_SIZE = 32
SALT_LABEL = b"yunchuang/package-salt/v1"
PAYLOAD_MANIFEST = "manifest-sha256.txt"
STATIC_LIST = "proof/static-sha256.txt"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Prepared:
    """`files` by path and `digests` (lower hex SHA-256) of them; the two lists the seal fixes are
    among them. `leaves` are `(path, leaf hash)` of every entry.
    """

    package_id: str
    files: Mapping[str, Content]
    digests: Mapping[str, str]
    leaves: tuple[tuple[str, str], ...]

    def seal_facts(self) -> dict[str, JsonValue]:
        """Facts of the entry `package.sealed`, which must be the case chain's next."""
        return {
            "package_id": self.package_id,
            "manifest_sha256": self.digests[PAYLOAD_MANIFEST],
            "static_sha256": self.digests[STATIC_LIST],
            "leaves_sha256": sha256(_list(dict(self.leaves))).hexdigest(),
            "count": len(self.leaves),
        }


def prepare(contents: Contents) -> Prepared:
    """Raises MalformedError if the contents do not fit together, OSError if a file is not there."""
    payload = payload_files(contents)
    return prepare_files(contents.package_id, payload, static_files(contents, payload))


def prepare_files(
    package_id: str, payload: Mapping[str, Content], static: Mapping[str, Content]
) -> Prepared:
    """Lists and digests over given files."""
    files = {**payload, **static}
    digests = {path: sha256_hex(content) for path, content in files.items()}
    lists = {
        PAYLOAD_MANIFEST: _list({path: digests[path] for path in payload}),
        STATIC_LIST: _list({path: digests[path] for path in static}),
    }
    files |= {path: Bytes(data) for path, data in lists.items()}
    digests |= {path: sha256(data).hexdigest() for path, data in lists.items()}
    leaves = tuple(
        (path, merkle.leaf_hash(b"".join(payload[path].chunks())).hex())
        for path in sorted(payload)
        if path.startswith("data/entries/")
    )
    return Prepared(package_id, files, digests, leaves)


def payload_files(contents: Contents) -> dict[str, Content]:
    """Everything under `data/`."""
    if len(contents.salt) != SALT_SIZE:
        raise MalformedError(f"the salt has {SALT_SIZE} bytes")
    files: dict[str, Content] = {
        "data/case.json": Bytes(canonical.encode(_case(contents))),
        "data/openings.json": Bytes(canonical.encode(_openings(contents.openings))),
        "data/salt": Bytes(contents.salt),
    }
    for chain in contents.chains:
        folder = f"data/entries/{_folder(chain.chain)}"
        for seq, leaf in enumerate(chain.leaves):
            files[f"{folder}/{seq:08d}.leaf"] = Bytes(leaf)
    for part in contents.parts:
        files |= part_files(part, contents.form)
    for item in contents.attachments:
        match item.content:
            case bytes() as data:
                files[_path(item)] = Bytes(data)
            case Path() as path:
                files[_path(item)] = whole_file(path)
    return files


def static_files(contents: Contents, payload: Mapping[str, Content]) -> dict[str, Content]:
    """Tag files made before the seal."""
    size = sum(content.size for content in payload.values())
    info = f"External-Identifier: {contents.package_id}\nPayload-Oxum: {size}.{len(payload)}\n"
    files: dict[str, Content] = {
        "bagit.txt": Bytes(BAGIT),
        "bag-info.txt": Bytes(info.encode()),
        "proof/checkpoint": Bytes(contents.checkpoint),
        "proof/keys.txt": Bytes("".join(f"{vkey}\n" for vkey in contents.vkeys).encode()),
        "proof/policy.txt": Bytes(contents.policy.encode()),
        **{name: Bytes(text) for name, text in instructions(contents.instructions).items()},
    }
    if contents.time_stamp is not None:
        files["proof/timestamp.tsr"] = Bytes(contents.time_stamp)
    for chain in contents.chains:
        if len(chain.proofs) != len(chain.leaves):
            raise MalformedError(f"chain {chain.chain} has not one proof for each entry")
        folder = f"proof/{_folder(chain.chain)}"
        for seq, proof in enumerate(chain.proofs):
            files[f"{folder}/{seq:08d}.tlog-proof"] = Bytes(proof)
    for enrolment in contents.enrolments:
        files[f"proof/actors/{enrolment.key}.leaf"] = Bytes(enrolment.leaf)
        files[f"proof/actors/{enrolment.key}.tlog-proof"] = Bytes(enrolment.proof)
    for index, entry in enumerate(contents.beginning):
        files[f"proof/beginning/{index:08d}.leaf"] = Bytes(entry.leaf)
        files[f"proof/beginning/{index:08d}.tlog-proof"] = Bytes(entry.proof)
    return files


def derive_salt(case_key: bytes, package_id: str) -> bytes:
    """32 bytes that keep the logged manifest hash from confirming a guess of the contents once the
    case key is destroyed.
    """
    info = SALT_LABEL + b"\0" + package_id.encode("ascii")
    return HKDF(algorithm=SHA256(), length=SALT_SIZE, salt=None, info=info).derive(case_key)


def manifest(digests: Mapping[str, str], paths: Iterable[str]) -> bytes:
    """Lines of `sha256sum`, sorted by path."""
    return _list({path: digests[path] for path in paths})


def _list(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


def _case(contents: Contents) -> dict[str, JsonValue]:
    return {
        "v": 1,
        "form": contents.form.value,
        "package_id": contents.package_id,
        "case_id": contents.case_id,
        "case_number": contents.case_number,
        "origin": contents.origin,
        "chains": [_chain(chain) for chain in sorted(contents.chains, key=lambda c: c.chain)],
        "attachments": [
            {
                "path": _path(item),
                "chain": item.chain,
                "seq": item.seq,
                "form": item.form.value,
            }
            for item in sorted(contents.attachments, key=_path)
        ],
        "statement": contents.statement,
    }


def _chain(chain: ChainSlice) -> dict[str, JsonValue]:
    if not chain.leaves:
        raise MalformedError(f"chain {chain.chain} is empty")
    head = merkle.leaf_hash(chain.leaves[-1]).hex()
    return {"chain": chain.chain, "count": len(chain.leaves), "head": head}


def _openings(openings: Iterable[Opening]) -> list[JsonValue]:
    return [
        {"chain": o.chain, "seq": o.seq, "field": o.field, "key": o.key.hex(), "value": o.value}
        for o in sorted(openings, key=lambda o: (o.chain, o.seq, o.field))
    ]


def _folder(chain: str) -> str:
    # Windows allows no colon in a name.
    return chain.replace(":", "-", 1)


def _path(item: Attachment) -> str:
    return f"data/{item.folder}/{item.name}"
