"""What can go wrong between an agent and the desk, told apart so that a script can act on it."""

from collections.abc import Mapping


class Refused(Exception):
    """The desk said no. `code` and `slug` are stable (docs/protocol.md, RFC 9457 members);
    `status` is the HTTP status, 0 on the socket. The text never holds what was sent.
    """

    def __init__(
        self, code: str, slug: str, status: int = 0, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(f"{code} {slug}".strip())
        self.code = code
        self.slug = slug
        self.status = status
        self.details = dict(details or {})


class LineLost(Exception):
    """No answer came: the line broke, or time ran out. The outcome of what was asked is unknown."""


class OddAnswer(Exception):
    """The desk answered something that its protocol does not have."""
