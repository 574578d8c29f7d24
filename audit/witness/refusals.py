"""Why a witness does not cosign, with the HTTP status of c2sp.org/tlog-witness."""

from http import HTTPStatus
from typing import ClassVar

from audit.errors import AuditError


class Refused(AuditError):
    """Base: nothing was cosigned and nothing is remembered but what was."""

    status: ClassVar[HTTPStatus]


class BadRequest(Refused):
    """The bytes are no request, or its sizes contradict each other."""

    status = HTTPStatus.BAD_REQUEST


class UnknownLog(Refused):
    """The witness follows no log of this origin."""

    status = HTTPStatus.NOT_FOUND


class NotSigned(Refused):
    """The log's own key did not sign this checkpoint."""

    status = HTTPStatus.FORBIDDEN


class OtherOldSize(Refused):
    """The request begins at another tree than the one cosigned last; its `size` goes back."""

    status = HTTPStatus.CONFLICT

    def __init__(self, size: int) -> None:
        super().__init__(f"the newest cosigned tree has size {size}")
        self.size = size


class OtherRoot(Refused):
    """The log signed two roots for one size: a fork, proved by its own signatures."""

    status = HTTPStatus.CONFLICT


class NotMirrored(Refused):
    """A mirror has not read so far yet; asking again later may help."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class NotConsistent(Refused):
    """The proof does not lead from the tree cosigned last to this one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
