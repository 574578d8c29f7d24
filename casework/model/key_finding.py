"""Where the tables of keys and the log's entries contradict each other."""

from enum import StrEnum


class KeyFinding(StrEnum):
    """Nothing of this comes about by an act of the desk: somebody wrote past it, or a row was lost."""

    NO_ENTRY = "no_entry"
    """The table has a key that no log enrolled; nothing that it signs holds."""
    NO_ROW = "no_row"
    """A log enrolled a key that the table does not have."""
    OTHER_PERSON = "other_person"
    """The table gives the key to somebody else than the log does."""
    OTHER_STATE = "other_state"
    """Revoked in the one, and not in the other."""
    OTHER_LOG = "other_log"
    """The table lets a browser's key sign for this log that was enrolled for one before it."""
