"""An evidence package as it was read: parsed leniently, so that each rule is one named check.

Whatever cannot be parsed at all is kept as an `unreadable` finding, and no check speaks about it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from audit.verifier import jsonform, paths
from audit.verifier.entry import Leaf, parse_leaf
from audit.verifier.limits import MAX_ENTRY, MAX_NOTE, MAX_TEXT
from audit.verifier.note import Checkpoint, parse_checkpoint
from audit.verifier.proof import Proof, parse_proof
from audit.verifier.recording import Part, parse_part
from audit.verifier.report import Finding, UnreadableError
from audit.verifier.source import Source, digest, read_whole
from audit.verifier.successor import Succession
from audit.verifier.trust import Trust

T = TypeVar("T")

DESTROYED = frozenset({"keys.case.destroyed", "keys.call.destroyed"})
"""Entries that say the chain's own key is gone, and with it what it encrypted."""


def word(value: object) -> str:
    """A string as it is; anything else a hostile fact may hold, as text that no name equals."""
    return value if isinstance(value, str) else f"({type(value).__name__})"


def is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def objects(value: object) -> tuple[Mapping[str, object], ...]:
    """The objects in a list; nothing if it is no list."""
    items = value if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, dict))


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on the paper: the log's origin, the entry's index and its leaf hash in hex."""

    origin: str
    index: int
    leaf: str


@dataclass
class Package:
    """Files, what was parsed from them, and what the caller brought along from outside.

    `since` is a checkpoint the caller kept from earlier; `receipt` what a citizen holds.
    """

    source: Source
    trust: Trust
    receipt: Receipt | None = None
    since: Checkpoint | None = None
    unreadable: list[Finding] = field(default_factory=list)

    def has(self, path: str) -> bool:
        return path in self._present

    def text(self, path: str, limit: int = MAX_TEXT) -> bytes:
        """The whole file, empty if it is missing (`bag.layout` tells that) or too large."""
        if path not in self._texts:
            self._texts[path] = (
                self._attempt(path, lambda: read_whole(self.source, path, limit)) or b""
            )
        return self._texts[path]

    def digest(self, path: str) -> str:
        if path not in self._digests:
            self._digests[path] = self._attempt(path, lambda: digest(self.source, path)) or ""
        return self._digests[path]

    @cached_property
    def case(self) -> Mapping[str, object]:
        value = self._attempt(paths.CASE, lambda: jsonform.parse(self.text(paths.CASE), paths.CASE))
        return value if isinstance(value, dict) else {}

    @cached_property
    def chains(self) -> Mapping[str, tuple[Leaf, ...]]:
        """Entries by chain *folder*, in the order of their file names."""
        chains: dict[str, list[Leaf]] = defaultdict(list)
        for path in self.source.paths:
            if match := paths.LEAF.fullmatch(path):
                leaf = self._leaf(path)
                if leaf is not None:
                    chains[f"{match[1]}:{match[2]}"].append(leaf)
        return {chain: tuple(leaves) for chain, leaves in chains.items()}

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaf for leaves in self.chains.values() for leaf in leaves)

    @cached_property
    def _entries(self) -> Mapping[tuple[object, object], Leaf]:
        return {(leaf.chain, leaf.seq): leaf for leaf in self.leaves}

    def entry(self, chain: object, seq: object) -> Leaf | None:
        """`chain` and `seq` may be anything a package says."""
        return self._entries.get((chain, seq)) if isinstance(chain, str) and is_int(seq) else None

    @cached_property
    def openings(self) -> tuple[Mapping[str, object], ...]:
        """Disclosed commitments; whether they open anything is told by `opening.value`."""
        value = self._attempt(
            paths.OPENINGS, lambda: jsonform.parse(self.text(paths.OPENINGS), paths.OPENINGS)
        )
        return objects(value)

    def opened(self, leaf: Leaf) -> Mapping[str, object]:
        """Field -> value of what the package opens of this entry."""
        mine = (
            o for o in self.openings if (o.get("chain"), o.get("seq")) == (leaf.chain, leaf.seq)
        )
        return {str(opening.get("field")): opening.get("value") for opening in mine}

    @property
    def attachments(self) -> tuple[Mapping[str, object], ...]:
        return objects(self.case.get("attachments"))

    @property
    def own_chain(self) -> str:
        """The case's chain, by what the package says; `seal.position` and `case.chains` hold it."""
        return f"case:{self.case.get('case_id')}"

    def is_erased(self, chain: str) -> bool:
        return any(leaf.type in DESTROYED for leaf in self.chains.get(chain, ()))

    @cached_property
    def seal(self) -> Leaf | None:
        return self._leaf(paths.SEAL) if self.has(paths.SEAL) else None

    @cached_property
    def proofs(self) -> Mapping[str, Proof]:
        """By path; the seal's own is among them."""
        names = filter(paths.is_proof, self.source.paths)
        parsed = {path: self._proof(path) for path in names}
        return {path: proof for path, proof in parsed.items() if proof is not None}

    @cached_property
    def enrolments(self) -> Mapping[str, Leaf]:
        """Entries that enrolled the actors' keys, by the key's id as the file is named."""
        parsed = {
            match[1]: self._leaf(path)
            for path in self.source.paths
            if (match := paths.ENROLMENT.fullmatch(path))
        }
        return {key: leaf for key, leaf in parsed.items() if leaf is not None}

    @cached_property
    def beginning(self) -> Mapping[int, Leaf]:
        """The log's first entries by their index, as the files are named: the `log.successor` of each
        log before, and the entry after them.
        """
        parsed = {
            int(match[1]): self._leaf(path)
            for path in self.source.paths
            if (match := paths.BEGINNING.fullmatch(path)) and paths.is_known(path)
        }
        return {index: leaf for index, leaf in parsed.items() if leaf is not None}

    @cached_property
    def succession(self) -> Succession:
        """The package's log and those before it."""
        leaves = [self.beginning.get(index) for index in range(len(self.beginning))]
        return Succession.of(str(self.case.get("origin")), leaves)

    def recorded_under(self, proof: str) -> str:
        """Origin of the log for which the entry of this proof was recorded."""
        found = self.proofs.get(proof)
        return self.succession.origin_at(found.index) if found else self.succession.origin

    @cached_property
    def checkpoint(self) -> Checkpoint | None:
        """The one under which the entries stand."""
        return self._checkpoint(self.text(paths.CHECKPOINT, MAX_NOTE), paths.CHECKPOINT)

    @cached_property
    def seal_checkpoint(self) -> Checkpoint | None:
        """The later one under which the seal stands."""
        proof = self.proofs.get(paths.SEAL_PROOF)
        return self._checkpoint(proof.checkpoint, paths.SEAL_PROOF) if proof else None

    @cached_property
    def parts(self) -> Mapping[tuple[str, str], Part]:
        """Recorded parts by (call, part), as far as their record files can be parsed."""
        parts = {}
        for path in self.source.paths:
            match = paths.RECORDING.fullmatch(path)
            if match and match[3] == "tsv":
                part = self._part(path, match[1], match[2])
                if part is not None:
                    parts[match[1], match[2]] = part
        return parts

    @cached_property
    def _present(self) -> frozenset[str]:
        return frozenset(self.source.paths)

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        return {}

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {}

    def _leaf(self, path: str) -> Leaf | None:
        record = paths.record_of(path)
        return self._attempt(path, lambda: parse_leaf(self.text(path, MAX_ENTRY), path, record))

    def _proof(self, path: str) -> Proof | None:
        return self._attempt(path, lambda: parse_proof(self.text(path, MAX_NOTE), path))

    def _part(self, path: str, call: str, part: str) -> Part | None:
        return self._attempt(path, lambda: parse_part(self.source, self.text, call, part))

    def _checkpoint(self, data: bytes, path: str) -> Checkpoint | None:
        return self._attempt(path, lambda: parse_checkpoint(data, path))

    def _attempt(self, path: str, read: Callable[[], T]) -> T | None:
        if not self.has(path):
            return None
        try:
            return read()
        except UnreadableError as error:
            self.unreadable.append(error.finding)
            return None
