"""A whole case with a recorded call, played by an operator who holds the log key.

Everything is consistent until a test changes one thing; because the operator signs whatever is
there, exactly the rule that was broken must be found.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import takewhile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from played_part import CALL_ID, CALL_KEY, PlayedPart

from audit import canonical, commitment, merkle, note
from audit.package.content import Bytes, Content
from audit.package.model import (
    Attachment,
    AttachmentForm,
    ChainSlice,
    Contents,
    Form,
    Opening,
    ProvedEntry,
    RecordedPart,
)
from audit.package.prepare import Prepared, derive_salt, payload_files, prepare_files, static_files
from audit.package.sealing import Sealed, finish
from audit.proof_file import ProofFile
from audit.verifier.note import parse_key
from audit.verifier.successor import SUCCESSOR
from audit.verifier.trust import Policy, Trust, make_trust

ORIGIN = "window.example/log"
CASE_ID = "01JD00000000000000000000CS"
CASE, CALL = f"case:{CASE_ID}", f"call:{CALL_ID}"
OTHER_CALL = "call:01JD00000000000000000000CB"
PACKAGE_ID = "01JD00000000000000000000PK"
CASE_KEY = bytes(range(32))
COUNTER, HALL = "11" * 16, "22" * 16
LOG_KEY = note.SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
THIEF = note.SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
MATERIAL, RECEIPT = b"ciphertext of a material", b"ciphertext of a receipt"
PLAIN_MATERIAL = b"a readable material"


@dataclass
class Act:
    """One entry to be. `refs` names chains whose heads at that moment are referred to; `members`
    replaces members of the finished object; `raw` makes other bytes of it.
    """

    chain: str
    type: str
    facts: dict = field(default_factory=dict)
    secrets: dict = field(default_factory=dict)
    refs: tuple[str, ...] = ()
    members: dict = field(default_factory=dict)
    raw: Callable[[bytes], bytes] = bytes


def erasure(chain: str, first: str = "A01", second: str = "A02", **facts) -> list[Act]:
    """The three entries by which two administrators have the key of this chain destroyed."""
    kind, about = chain.partition(":")[0], {"erasure": "E1"}
    return [
        Act(chain, "keys.destruction.requested", about | {"not_before_ms": 0} | facts,
            members={"role": "admin", "actor": first}),
        Act(chain, "keys.destruction.confirmed", about,
            members={"role": "admin", "actor": second}),
        Act(chain, f"keys.{kind}.destroyed", about | {"approved_by": [first, second]}),
    ]  # fmt: skip


@dataclass(frozen=True)
class Logged:
    chain: str
    seq: int
    leaf: bytes
    index: int


def same(value):
    return value


class Scene:
    """`acts` and `parts` may be changed before `build`; the hooks change what `build` makes."""

    def __init__(self, folder: Path, form: str = "sealed") -> None:
        self.folder = folder
        self.form = Form(form)
        self.key = LOG_KEY
        self.witnesses: list[tuple[note.VerifyingKey, Callable[[bytes], note.Signature]]] = []
        self.extra_signatures: list[note.Signature] = []
        self.parts = {part: PlayedPart(part) for part in (COUNTER, HALL)}
        self.change_body: Callable[[bytes], bytes] = same
        self.change_contents: Callable[[Contents], Contents] = same
        self.change_payload: Callable[[dict[str, Content]], None] = same
        self.change_static: Callable[[dict[str, Content]], None] = same
        self.change_prepared: Callable[[Prepared], Prepared] = same
        self.change_late: Callable[[dict[str, bytes]], None] = same
        self.seal_facts: dict = {}
        self.seal_type = "package.sealed"
        self.log_order: Callable[[list[Act]], None] = same
        self.plan()

    def plan(self) -> None:
        """Build the parts and write the story anew; call it after changing a part."""
        for part in self.parts.values():
            part.build()
        counter, hall = self.parts[COUNTER], self.parts[HALL]
        tracks = [("counter", "microphone"), ("counter", "citizen_camera"), ("hall", "microphone")]
        tracks = [
            {"site": site, "source": source} for site, source in [*tracks, ("hall", "camera")]
        ]
        gap = {
            "leg": "L1",
            "site": "counter",
            "source": "microphone",
            "cause": "loss",
            "frames": 15,
        }
        self.acts = [
            Act(CASE, "desk.case.opened", secrets={"item": "unemployment-account-change"}),
            Act("case:NOISE", "desk.case.opened"),
            Act(CASE, "desk.material.added", _file(MATERIAL), _secret(PLAIN_MATERIAL)),
            Act(CALL, "desk.call.requested", {"direction": "outlet"}),
            Act(CASE, "desk.case.called", {"call": CALL_ID}, refs=(CALL,)),
            Act(CALL, "rec.start", {"format": "yunchuang/rec/v1", "tracks": tracks}),
            Act(CALL, "rec.part", _announced(counter, "counter", ["microphone", "citizen_camera"])),
            Act(CALL, "rec.part", _announced(hall, "hall", ["microphone", "camera"])),
            Act("case:NOISE", "desk.case.form_saved"),
            Act(CALL, "rec.head", {"heads": [counter.named(1), hall.named(1)]}),
            Act(CASE, "desk.identity.confirmed_on_camera", {"call": CALL_ID}, refs=(CALL,)),
            Act(CALL, "rec.gap", gap | {"from_mono_ms": 1_002_000, "to_mono_ms": 1_002_300}),
            Act(CALL, "rec.head", {"heads": [counter.named(2), hall.named(2)]}),
            Act(
                CASE,
                "decision.confirmed",
                {
                    "decision": "D1",
                    "call": CALL_ID,
                    "call_required": True,
                    "stream_heads": {COUNTER: counter.head(2), HALL: hall.head(2)},
                },
                {"outcome": "approved", "item": "unemployment-account-change"},
                refs=(CALL,),
            ),
            Act(CALL, "desk.call.ended", secrets={"reason": "done"}),
            Act(CALL, "rec.end", {"parts": [counter.totals(), hall.totals()]}, {"reason": "done"}),
            Act(CASE, "desk.case.issued", _file(RECEIPT), _secret(RECEIPT)),
            Act("log:" + ORIGIN, "log.heartbeat", {"size": 12, "cosignature": None}),
            Act(CASE, "desk.case.completed"),
        ]

    def act(self, type_: str, at: int = 0) -> Act:
        return [act for act in self.acts if act.type == type_][at]

    # --- the log ---------------------------------------------------------------------------------

    def write_log(self) -> list[Logged]:
        """Entries in chain order; `log_order` may move them in the log afterwards."""
        heads: dict[str, tuple[int, str | None]] = {}
        made: dict[int, tuple[str, int, bytes]] = {}
        for act in self.acts:
            seq, prev = heads.get(act.chain, (0, None))
            made[id(act)] = (act.chain, seq, leaf := self.encode(act, seq, prev, heads))
            heads[act.chain] = (seq + 1, merkle.leaf_hash(leaf).hex())
        order = list(self.acts)
        self.log_order(order)
        places = {id(act): index for index, act in enumerate(order)}
        return [Logged(*made[id(act)], places[id(act)]) for act in self.acts]

    def encode(self, act: Act, seq: int, prev: str | None, heads: dict) -> bytes:
        members = {
            "v": 1, "type": act.type, "t": 1_790_000_000_000 + seq, "mono": 1_001_000,
            "chain": act.chain, "seq": seq, "prev": prev, "actor": "S01", "role": "clerk",
            "policy": None, "refs": {chain: heads[chain][1] for chain in act.refs},
            "c": {name: self.commit(act.chain, seq, name, v) for name, v in act.secrets.items()},
            "facts": act.facts, "akey": None, "asig": None,
        } | act.members  # fmt: skip
        return act.raw(canonical.encode(members))

    def opening_key(self, chain: str, seq: int, name: str) -> bytes:
        return commitment.derive(CALL_KEY if chain == CALL else CASE_KEY, chain, seq, name)

    def commit(self, chain: str, seq: int, name: str, value) -> str:
        return commitment.commit_json(self.opening_key(chain, seq, name), value).hex()

    def checkpoint(self, leaves: list[bytes]) -> bytes:
        root = note.encode_base64(merkle.root_of(map(merkle.leaf_hash, leaves)))
        body = self.change_body(f"{ORIGIN}\n{len(leaves)}\n{root}\n".encode())
        signatures = [self.key.sign(body), *(sign(body) for _, sign in self.witnesses)]
        return note.Note(body, (*signatures, *self.extra_signatures)).encode()

    def proof(self, leaves: list[bytes], index: int) -> bytes:
        hashes = merkle.inclusion_proof(index, len(leaves), node_at(leaves))
        return ProofFile(index, tuple(hashes), self.checkpoint(leaves)).encode()

    # --- the package -----------------------------------------------------------------------------

    def contents(self, logged: list[Logged]) -> Contents:
        leaves = [item.leaf for item in sorted(logged, key=lambda item: item.index)]
        chains = tuple(
            ChainSlice(
                chain,
                tuple(item.leaf for item in logged if item.chain == chain),
                tuple(self.proof(leaves, item.index) for item in logged if item.chain == chain),
            )
            for chain in self.chains
        )
        for part in self.parts.values():
            (self.folder / CALL_ID).mkdir(parents=True, exist_ok=True)
            base = self.folder / CALL_ID / part.part
            base.with_suffix(".bin").write_bytes(part.bin + part.tail)
            base.with_suffix(".tsv").write_bytes(b"".join(part.lines) + b"torn line")
        readable = self.form is Form.ARCHIVE
        bound = AttachmentForm.PLAIN if readable else AttachmentForm.CIPHERTEXT
        material = PLAIN_MATERIAL if readable else MATERIAL
        return self.change_contents(
            Contents(
                package_id=PACKAGE_ID,
                case_id=CASE_ID,
                case_number="990000-20261121-0001",
                form=self.form,
                origin=ORIGIN,
                chains=chains,
                checkpoint=self.checkpoint(leaves),
                salt=derive_salt(CASE_KEY, PACKAGE_ID),
                parts=tuple(
                    RecordedPart(
                        CALL_ID, name, self.folder / CALL_ID / f"{name}.bin",
                        self.folder / CALL_ID / f"{name}.tsv", CALL_KEY,
                    )
                    for name in self.parts
                ),
                attachments=(
                    Attachment("materials", "M1.jpg", material, CASE, 1, bound),
                    Attachment("papers", "receipt.pdf", RECEIPT, *self.where("desk.case.issued"), bound),
                ),
                openings=self.openings(logged),
                beginning=self.beginning(leaves),
                vkeys=(LOG_KEY.verifying_key.vkey,),
                statement={"item": "失业保险金账号变更"},
            )
        )  # fmt: skip

    chains = (CASE, CALL)

    def beginning(self, leaves: list[bytes]) -> tuple[ProvedEntry, ...]:
        """The log's successors, and the entry after them."""
        named = takewhile(lambda leaf: json.loads(leaf)["type"] == SUCCESSOR, leaves)
        return tuple(self.proved(leaves, index) for index in range(len(list(named)) + 1))

    def proved(self, leaves: list[bytes], index: int) -> ProvedEntry:
        return ProvedEntry(leaves[index], self.proof(leaves, index))

    def where(self, type_: str) -> tuple[str, int]:
        chain = self.act(type_).chain
        return chain, [act.type for act in self.acts if act.chain == chain].index(type_)

    def openings(self, logged: list[Logged]) -> tuple[Opening, ...]:
        """The outcome always, as evidence of an approval; everything in the archive form."""
        result = []
        for item, act in zip(logged, self.acts, strict=True):
            for name, value in act.secrets.items():
                if item.chain in self.chains and (self.form is Form.ARCHIVE or name == "outcome"):
                    key = self.opening_key(item.chain, item.seq, name)
                    result.append(Opening(item.chain, item.seq, name, key, value))
        return tuple(result)

    def build(self) -> Sealed:
        logged = self.write_log()
        contents = self.contents(logged)
        payload = payload_files(contents)
        self.change_payload(payload)
        static = static_files(contents, payload)
        self.change_static(static)
        prepared = self.change_prepared(prepare_files(PACKAGE_ID, payload, static))
        own = [item for item in logged if item.chain == CASE]
        act = Act(CASE, self.seal_type, prepared.seal_facts() | self.seal_facts)
        leaf = self.encode(act, len(own), merkle.leaf_hash(own[-1].leaf).hex(), {})
        leaves = [item.leaf for item in sorted(logged, key=lambda item: item.index)]
        after = [*leaves, b"another case", leaf]
        proof = self.proof(after, len(after) - 1)
        hashes = merkle.consistency_proof(len(leaves), len(after), node_at(after))
        lines = "".join(f"{note.encode_base64(value)}\n" for value in hashes)
        late = {
            "proof/seal.leaf": leaf,
            "proof/seal.tlog-proof": proof,
            "proof/seal.consistency": lines.encode(),
        }
        self.change_late(late)
        return finish(prepared, late)


def node_at(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    def node(level: int, index: int) -> bytes:
        start = index << level
        return merkle.root_of(map(merkle.leaf_hash, leaves[start : start + (1 << level)]))

    return node


def trust(*keys: str, policy: Policy | None = None) -> Trust:
    """Keys from outside: the log's own unless others are given."""
    texts = keys or (LOG_KEY.verifying_key.vkey,)
    return make_trust([parse_key(text) for text in texts], policy, outside=True)


def read(content: Content) -> bytes:
    return b"".join(content.chunks())


def edit_json(files: dict[str, Content], path: str, change: Callable[[dict], object]) -> None:
    """Change a JSON file in canonical form."""
    value = json.loads(read(files[path]))
    value = change(value) or value
    files[path] = Bytes(canonical.encode(value))


def swap(prepared: Prepared, path: str, data: bytes) -> Prepared:
    """Another content of one prepared file, with its digest."""
    return replace(
        prepared,
        files={**prepared.files, path: Bytes(data)},
        digests={**prepared.digests, path: sha256(data).hexdigest()},
    )


def _file(content: bytes) -> dict:
    return {"ciphertext_sha256": sha256(content).hexdigest(), "size": len(content)}


def _secret(content: bytes) -> dict:
    return {"sha256": sha256(content).hexdigest()}


def _announced(part: PlayedPart, site: str, sources: list[str]) -> dict:
    return {
        "part": part.part, "leg": f"leg-{site}", "site": site, "sources": sources,
        "commitment": part.commitment, "header_sha256": part.header_sha256,
        "previous": None, "cause": None,
    }  # fmt: skip
