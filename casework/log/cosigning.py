"""Asking one witness: what is sent, and what its answer is worth (c2sp.org/tlog-witness).

Nothing here waits for a network; whoever carries requests and answers does. Nothing a witness says
is believed but its signature: a size that it names only tells where the next proof begins.
"""

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from http import HTTPStatus

from audit import cosignature
from audit.checkpoint import SignedCheckpoint, open_checkpoint
from audit.errors import MalformedError, SignatureError
from audit.log import MerkleLog
from audit.note import Signature, VerifyingKey
from audit.policy import PolicyWitness
from audit.witness.request import AddCheckpoint

MAX_ANSWER = 16_384
SIZE_TYPE = "text/x.tlog.size"
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n\Z")


class WitnessState(StrEnum):
    NOT_ASKED = "not_asked"
    COSIGNED = "cosigned"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # it answers, but not us: key or origin is not what it was told
    BAD_ANSWER = "bad_answer"  # what it says is not in the protocol, or does not verify
    CONTRADICTS = "contradicts"  # it knows another history of this log than we have


@dataclass(frozen=True, slots=True)
class WitnessReport:
    """What is known of one witness. `size` and `time_s` (POSIX seconds, its own clock) are of its
    last verified cosignature; `ahead_s` is its clock against ours; `asked_ms` wall time.
    """

    name: str
    state: WitnessState = WitnessState.NOT_ASKED
    size: int = 0
    time_s: int | None = None
    ahead_s: int | None = None
    asked_ms: int | None = None
    status: int | None = None

    def as_json(self) -> dict[str, str | int | None]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` at most MAX_ANSWER bytes; more are a bad answer already."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Judged:
    """`line` is a verified cosignature. `again`: one more request, from where the witness says that
    it stands; if that helps nothing, the state is as it says.
    """

    state: WitnessState
    line: Signature | None = None
    again: bool = False


class Question:
    """The requests to one witness; `known` is the size where it is believed to stand."""

    def __init__(
        self, witness: PolicyWitness, log: MerkleLog, log_key: VerifyingKey, known: int
    ) -> None:
        self._key = witness.key
        self._log = log
        self._log_key = log_key
        self._known = known

    def request(self, target: SignedCheckpoint) -> bytes:
        """Reads tiles, so call it on a thread. Raises OSError or AuditError when they are gone."""
        old, size = min(self._known, target.head.size), target.head.size
        proof = self._log.consistency_proof(old, size) if old else []
        return AddCheckpoint(old, tuple(proof), target.encode()).encode()

    def judge(self, target: SignedCheckpoint, answer: Answer) -> Judged:
        """What the answer to `request(target)` is worth."""
        if answer.status == HTTPStatus.OK:
            return self._cosigned(target, answer.body)
        if answer.status == HTTPStatus.CONFLICT and answer.content_type == SIZE_TYPE:
            return self._stands_elsewhere(target, answer.body)
        if answer.status in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}:
            return Judged(WitnessState.CONTRADICTS)
        return Judged(WitnessState.REFUSED)

    def _cosigned(self, target: SignedCheckpoint, body: bytes) -> Judged:
        try:
            opened = open_checkpoint(target.encode() + body, self._log_key, [self._key])
            (line,) = opened.cosignatures
            cosignature.time_of(line)
        except (MalformedError, SignatureError, ValueError):
            return Judged(WitnessState.BAD_ANSWER)
        self._known = target.head.size
        return Judged(WitnessState.COSIGNED, line)

    def _stands_elsewhere(self, target: SignedCheckpoint, body: bytes) -> Judged:
        match = _SIZE.match(body)
        if match is None:
            return Judged(WitnessState.BAD_ANSWER)
        size, asked = int(match[1]), min(self._known, target.head.size)
        if size == asked:
            return Judged(WitnessState.BAD_ANSWER)
        self._known = size
        if size > target.head.size:
            # It saw more than there is: this log lost entries, or somebody else has its key.
            return Judged(WitnessState.CONTRADICTS)
        return Judged(WitnessState.BAD_ANSWER, again=True)


def clock_ahead(line: Signature, wall_ms: int) -> int:
    """Seconds by which the witness's clock is ahead of ours, negative if it is behind."""
    return cosignature.time_of(line) - wall_ms // 1000
