"""The newest signed checkpoint, with a proof that it extends one that a browser of staff kept.

The browser verifies the proof itself (static/js/log); what stands here is not believed by it.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from audit.checkpoint import SignedCheckpoint
from audit.errors import AuditError
from audit.note import encode_base64
from casework.actor import Actor
from casework.errors import InvalidInput
from portal.access import require
from portal.doors import Door
from portal.errors import LogNotProved
from portal.keys import ENVIRONMENTS, LOG
from portal.routes import operation

STAFF_DOORS = tuple(door for door in Door if door.spec.staff)
MAX_DIGITS = 16
"""Of a size: what a script counts exactly is below 2^53."""


class LogToProve(Protocol):
    """The log as pages are told of it. The first three are cheap; the proof reads files and blocks."""

    @property
    def vkey(self) -> str:
        """The log's public key (C2SP signed-note)."""

    def published(self) -> SignedCheckpoint:
        """The newest signed checkpoint; never older than one that was given before."""

    def cosigned(self) -> SignedCheckpoint | None:
        """The newest one with verified cosignatures."""

    def consistency_proof(self, old: int, new: int) -> Sequence[bytes]:
        """From `old` to `new`, a size that is or was published. Raises AuditError, OSError."""


@operation("The log's newest checkpoint, and that it extends an older one", refusals=("P-12",))
@require(*STAFF_DOORS, seated=False)
async def show_checkpoint(request: web.Request, _actor: Actor) -> web.Response:
    """`origin` and `since` (a size) name the checkpoint that the browser kept. `proof` is null for
    one that no proof begins at: of another log, of an empty one, or larger than the newest.
    """
    log = request.app[LOG]
    kept = _size(request.query.get("since", "0"))
    # Read before the newest, so that it is never larger.
    cosigned = log.cosigned()
    newest = log.published()
    proof = None
    if request.query.get("origin") == newest.origin and 0 < kept <= newest.head.size:
        try:
            proof = await asyncio.to_thread(log.consistency_proof, kept, newest.head.size)
        except (AuditError, OSError) as error:
            raise LogNotProved from error
    return web.json_response(
        {
            "vkey": log.vkey,
            "checkpoint": newest.encode().decode(),
            "cosigned": None if cosigned is None else cosigned.encode().decode(),
            "proof": None if proof is None else [encode_base64(value) for value in proof],
        },
        headers={"Cache-Control": "no-store"},
    )


def _size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > MAX_DIGITS:
        raise InvalidInput("not a size", field="since")
    return int(text)


def setup_log_checkpoint(app: web.Application, log: LogToProve) -> None:
    """After `setup_portal`. From then on the pages of staff hold the log to what they kept of it."""
    app[LOG] = log
    app.router.add_get("/api/v1/log/checkpoint", show_checkpoint)
    for environment in app[ENVIRONMENTS].values():
        environment.globals["log_is_shown"] = True
