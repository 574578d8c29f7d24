"""What the hall's pages refuse by themselves."""

from casework.errors import DomainError


class ViewingNeeded(DomainError):
    """The auditor has not said, or not lately, why he looks into this case."""

    code = "B-01"
    slug = "viewing_needed"


class RecordingUnreadable(DomainError):
    """`details` name the part and the segment where reading stopped."""

    code = "B-02"
    slug = "recording_unreadable"
