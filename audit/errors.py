"""Exceptions of the ground. Each says which promise was broken, so that callers need no texts."""


class AuditError(Exception):
    """Base of everything `audit` raises on purpose."""


class MalformedError(AuditError, ValueError):
    """Bytes or values from outside are not in the format they claim."""


class EntryTooLargeError(MalformedError):
    """An entry does not fit the two length bytes of an entry bundle."""


class SealMismatchError(MalformedError):
    """A logged seal is over other bytes than the package has that it should seal."""


class SignatureError(AuditError):
    """A known key's signature fails, or no known key signed at all."""


class ProofError(AuditError):
    """A Merkle proof does not lead to the root it should."""


class LogStateError(AuditError):
    """The log may not be used as it stands on disk."""


class NotInitialisedError(LogStateError):
    """No tree head is stored for this origin; only `log init` makes one, nothing repairs it."""


class AlreadyInitialisedError(LogStateError):
    """A tree head or a tree exists already where a new log should begin."""


class HeadConflictError(LogStateError):
    """Compare-and-swap found another tree head than expected: a second writer, or a restored copy."""


class RollbackError(LogStateError):
    """Tree, published checkpoint and checkpoint store contradict each other: signing must not start."""


class LogLockedError(LogStateError):
    """Another process writes this log."""


class LogFailedError(LogStateError):
    """A step of an append failed; what is durable is known only after `MerkleLog.recover`."""
