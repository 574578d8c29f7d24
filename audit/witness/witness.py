"""The decision of a witness (c2sp.org/tlog-witness), and what it remembers.

Order of every cosignature, each step durable before the next: compare-and-swap of the tree head in
the witness's own store -> signature -> copy for monitors -> answer. The swap is the commit: a
witness that is killed at any point has at worst remembered a tree that it did not cosign, and
cosigns it when asked again.
"""

import contextlib
import threading
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

from audit import cosignature, durable, merkle
from audit.checkpoint import (
    EMPTY_HEAD,
    Checkpoint,
    SignedCheckpoint,
    TreeHead,
    open_checkpoint,
)
from audit.checkpoint_store import FileLockBackend, LockBackend
from audit.durable import DISK, Disk
from audit.errors import (
    HeadConflictError,
    MalformedError,
    ProofError,
    SignatureError,
)
from audit.note import Note, Signature, SigningKey, VerifyingKey
from audit.witness.refusals import (
    BadRequest,
    NotConsistent,
    NotSigned,
    OtherOldSize,
    OtherRoot,
    UnknownLog,
)
from audit.witness.request import AddCheckpoint

HEADS = "heads"
COSIGNED = "cosigned"
FORKS = "forks"


class Witness:
    """Cosigns checkpoints of `logs`, whose keys come from outside, each of another origin.

    `folder` is the witness's own: `heads/` holds the tree head cosigned last of every log and is
    never restored from a backup (a witness with an old memory would cosign a fork); `cosigned/` the
    newest cosigned checkpoints for monitors; `forks/` checkpoints that prove a fork. `now` gives
    POSIX seconds. Methods may be called from several threads.
    """

    def __init__(
        self,
        folder: Path,
        key: SigningKey,
        logs: Iterable[VerifyingKey],
        now: Callable[[], int],
        *,
        also: Callable[[SignedCheckpoint], None] | None = None,
        disk: Disk = DISK,
    ) -> None:
        """Raises NotInitialisedError for a log that `follow` was never called for, MalformedError
        if two logs have one origin. `also` raises Refused for what must not be cosigned although
        it extends the known tree: a mirror's look at the entries.
        """
        logs = tuple(logs)
        self._folder = folder
        self._key = key
        self._now = now
        self._also = also
        self._disk = disk
        self._logs = {log.name: log for log in logs}
        if len(self._logs) != len(logs):
            raise MalformedError("two keys for one origin: a new key needs a new origin")
        self._heads: LockBackend = FileLockBackend(folder / HEADS, disk=disk)
        self._deciding = threading.Lock()
        for origin in self._logs:
            self._heads.fetch(origin)

    def add_checkpoint(self, body: bytes) -> Signature:
        """The cosignature that answers the request `body`; durable when this returns.

        Raises Refused for what must not be cosigned, LogStateError or OSError when the witness's
        own memory fails: then nothing was cosigned.
        """
        request, signed = self._read(body)
        with self._deciding:
            return self._decide(request, signed)

    def head(self, origin: str) -> TreeHead:
        """The tree head cosigned last. Raises NotInitialisedError."""
        return self._heads.fetch(origin)

    def newest(self, origin_hash: str) -> bytes | None:
        """The newest cosigned checkpoint of the log whose origin has this SHA-256 (lower hex).

        It may be a little older than what was cosigned last. None if there is none.
        """
        for origin in self._logs:
            if _origin_hash(origin) == origin_hash:
                with contextlib.suppress(FileNotFoundError):
                    return (self._folder / COSIGNED / origin_hash).read_bytes()
        return None

    def _decide(self, request: AddCheckpoint, signed: SignedCheckpoint) -> Signature:
        known = self._heads.fetch(signed.origin)
        if request.old > signed.head.size:
            raise BadRequest("the old size is beyond the checkpoint")
        if request.old != known.size:
            raise OtherOldSize(known.size)
        if signed.head.size == known.size and signed.head != known:
            self._keep_fork(signed)
            raise OtherRoot(f"another root was cosigned for size {known.size}")
        _check_extends(known, signed.head, request.proof)
        if self._also is not None:
            self._also(signed)
        if signed.head != known:
            try:
                self._heads.replace(signed.origin, known, signed.head)
            except HeadConflictError as error:
                # Another process was faster: a smaller tree must never follow a larger one.
                raise OtherOldSize(self._heads.fetch(signed.origin).size) from error
        line = cosignature.cosign(self._key, signed.signed.text, self._now())
        self._keep_for_monitors(signed, line)
        return line

    def _read(self, body: bytes) -> tuple[AddCheckpoint, SignedCheckpoint]:
        """The request and its checkpoint, signed by a log that this witness follows."""
        try:
            request = AddCheckpoint.parse(body)
            origin = Checkpoint.parse_body(Note.parse(request.checkpoint).text).origin
        except MalformedError as error:
            raise BadRequest(str(error)) from error
        log = self._logs.get(origin)
        if log is None:
            raise UnknownLog("no log of this origin is followed here")
        try:
            return request, open_checkpoint(request.checkpoint, log)
        except SignatureError as error:
            raise NotSigned(str(error)) from error

    def _keep_for_monitors(self, signed: SignedCheckpoint, line: Signature) -> None:
        path = self._folder / COSIGNED / _origin_hash(signed.origin)
        durable.write_file(path, self._with_lines(signed, line), disk=self._disk)

    def _keep_fork(self, signed: SignedCheckpoint) -> None:
        """One a log is enough to prove it, and a log cannot fill the disk with more."""
        path = self._folder / FORKS / _origin_hash(signed.origin)
        with contextlib.suppress(FileExistsError):
            durable.make_directory(path.parent, disk=self._disk)
            durable.create_file(path, self._with_lines(signed), disk=self._disk)

    def _with_lines(self, signed: SignedCheckpoint, *lines: Signature) -> bytes:
        """The note with the log's signature and `lines`: what strangers added is left out."""
        key = self._logs[signed.origin]
        log = next(
            line
            for line in signed.signed.signatures
            if (line.name, line.key_id) == (key.name, key.key_id)
        )
        return Note(signed.signed.text, (log, *lines)).encode()


def follow(folder: Path, log: VerifyingKey, *, disk: Disk = DISK) -> None:
    """Begins to follow a log, at the empty tree. Only the witness's operator calls this.

    Raises AlreadyInitialisedError if this log is followed already: nothing is ever begun anew.
    """
    FileLockBackend(folder / HEADS, disk=disk).create(log.name, EMPTY_HEAD)


def _check_extends(known: TreeHead, head: TreeHead, proof: tuple[bytes, ...]) -> None:
    """Raises NotConsistent unless the tree of `head` extends the one of `known`."""
    if known.size == 0:
        # Every tree extends the empty one; there is nothing that a proof could say.
        if proof:
            raise NotConsistent("a proof from size 0 must be empty")
        return
    try:
        merkle.verify_consistency(known.size, head.size, proof, known.root, head.root)
    except ProofError as error:
        raise NotConsistent(str(error)) from error


def _origin_hash(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()
