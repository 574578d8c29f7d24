"""The newest cosigned checkpoint: what witnesses vouch for, kept beside the log."""

import threading
from pathlib import Path

import structlog

from audit import durable, merkle
from audit.checkpoint import SignedCheckpoint, open_checkpoint
from audit.cosignature import WitnessKey
from audit.durable import DISK, Disk
from audit.errors import MalformedError, RollbackError, SignatureError
from audit.log import MerkleLog
from audit.note import Note, Signature, VerifyingKey
from audit.policy import Policy

NAME = "checkpoint.cosigned"
"""Beside `checkpoint`; readers of tiles do not look at it."""

_TARGETS = 4
_log = structlog.get_logger(component="witnesses")


class Cosigned:
    """Holds cosignatures that were verified, and nothing else. For use by several threads.

    The newest is the largest checkpoint that meets the policy's quorum; while none does, the
    largest with any cosignature. The file can be lost without harm: witnesses sign again.
    """

    def __init__(
        self, directory: Path, log_key: VerifyingKey, policy: Policy, *, disk: Disk = DISK
    ) -> None:
        """Reads what an earlier desk kept. A file that does not verify, or whose witnesses are no
        longer in the policy, is left aside. Raises MalformedError if the policy is for other logs.
        """
        if policy.logs and log_key not in policy.logs:
            raise MalformedError("the policy of witnesses names other logs, not this one")
        self.policy = policy
        self.log_key = log_key
        self._path = directory / NAME
        self._disk = disk
        self._keys = [one.key for one in policy.witnesses]
        self._changing = threading.Lock()
        self._newest = self._kept()
        self._gathered = {} if self._newest is None else {self._newest.head.size: self._newest}

    def newest(self) -> SignedCheckpoint | None:
        return self._newest

    def vouches(self, entries: int) -> bool:
        """Whether a quorum has cosigned a checkpoint over at least so many entries."""
        newest = self._newest
        return newest is not None and newest.head.size >= entries and self._rank(newest)[0]

    def add(self, target: SignedCheckpoint, line: Signature) -> SignedCheckpoint:
        """`target` with `line` and what was gathered for it before; durable when it is the newest.

        Raises SignatureError unless `line` is a witness's over that checkpoint, OSError when it
        cannot be written; then the newest is what it was.
        """
        with self._changing:
            before = self._gathered.get(target.head.size, target)
            log = (self.log_key.name, self.log_key.key_id)
            lines = {(item.name, item.key_id): item for item in before.cosignatures}
            lines[line.name, line.key_id] = line
            mine = [item for item in before.signed.signatures if (item.name, item.key_id) == log]
            note = Note(before.signed.text, (*mine, *lines.values()))
            opened = open_checkpoint(note.encode(), self.log_key, self._keys)
            if line not in opened.cosignatures:
                raise SignatureError("no witness of the policy signed this")
            self._gathered[target.head.size] = opened
            for size in sorted(self._gathered)[:-_TARGETS]:
                del self._gathered[size]
            if self._newest is None or self._rank(opened) >= self._rank(self._newest):
                durable.write_file(self._path, opened.encode(), disk=self._disk)
                self._newest = opened
            return opened

    def signed_size(self, witness: WitnessKey) -> int:
        """Size of the newest checkpoint if this witness cosigned it, else 0."""
        newest = self._newest
        if newest is None:
            return 0
        signers = {(line.name, line.key_id) for line in newest.cosignatures}
        return newest.head.size if (witness.name, witness.key_id) in signers else 0

    def check(self, log: MerkleLog) -> None:
        """Raises RollbackError if the log is not the one that was cosigned: it was rolled back or
        forked, and signing on would show it to every witness.
        """
        newest = self._newest
        if newest is None:
            return
        if newest.head.size > log.size:
            raise RollbackError("the log is behind a checkpoint that witnesses cosigned")
        if merkle.tree_root(newest.head.size, log.reader().node) != newest.head.root:
            raise RollbackError("witnesses cosigned another history than this log's")

    def _rank(self, checkpoint: SignedCheckpoint) -> tuple[bool, int, int]:
        signers = {(line.name, line.key_id) for line in checkpoint.cosignatures}
        keys = [key for key in self._keys if (key.name, key.key_id) in signers]
        return self.policy.satisfied(keys), checkpoint.head.size, len(keys)

    def _kept(self) -> SignedCheckpoint | None:
        try:
            opened = open_checkpoint(self._path.read_bytes(), self.log_key, self._keys)
        except FileNotFoundError:
            return None
        except (MalformedError, SignatureError) as error:
            _log.warning("cosigned_checkpoint_left_aside", reason=str(error))
            return None
        return opened if opened.cosignatures else None
