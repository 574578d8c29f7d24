"""Holding a device's signature against the very request that is about to be written. Not an action."""

import structlog
from sqlalchemy import update

from audit import act, device
from audit.device import Said
from audit.entry import Entry
from audit.errors import AuditError, MalformedError, SignatureError
from audit.note import decode_base64
from casework.model.device import Device, DeviceState, SignedRequest
from casework.policy.device_refusals import (
    AnswerUnknown,
    CheckpointUnknown,
    CounterUsed,
    DeviceRevoked,
    DeviceUnknown,
    LogNotRead,
    RequestNotSigned,
)
from casework.store import schema_device as s
from casework.store.tx import Attest, Tx
from casework.views.device_requests import number_said, request_of, requests_of
from casework.views.devices import device_for_change

_log = structlog.get_logger(component="devices")

MAX_LOOKED_BACK = 100
"""Calls of the window among which an answered one is looked for: as many as a device may miss."""


def check_request(tx: Tx, request: SignedRequest) -> str | None:
    """The call that this very request has become already, None if it is new. A request whose answer
    was lost is sent again as it was, number and signature, and must not count as another.

    What a verifier of the log would call tampered is refused here, so that no window can write into the
    log what stands against the whole of it for ever.

    Raises DeviceUnknown, DeviceRevoked, CounterUsed, AnswerUnknown, CheckpointUnknown, RequestNotSigned, LogNotRead.
    """
    known = device_for_change(tx.conn, request.origin, request.akey)
    if known is None or known.window_id != tx.actor.window or known.enrolled_at_ms is None:
        raise DeviceUnknown
    if known.state is DeviceState.REVOKED:
        raise DeviceRevoked
    _check_signature(known, request)
    if (request.said.counter, request.call_id) == (known.last, known.last_call):
        return request.call_id
    if request.said.counter <= known.last:
        raise CounterUsed(last=known.last)
    if not _is_answered(tx, known, request.said):
        raise AnswerUnknown(last=known.last)
    if not _was_shown(tx, request.said):
        raise CheckpointUnknown
    return None


def request_attestation(tx: Tx, request: SignedRequest) -> Attest:
    """For `Tx.entry`, after `check_request`; the number is used up with the entry, or not at all. Gaps
    are let pass: a request that was refused, or never came, leaves one, and they stay visible.
    """

    def attest(entry: Entry) -> tuple[str, str]:
        message = device.signed_bytes(request.origin, entry.chain, request.said)
        if message != device.signed_bytes(request.origin, f"call:{request.call_id}", request.said):
            raise RequestNotSigned
        tx.conn.execute(
            update(s.device_key)
            .where(s.device_key.c.origin == request.origin, s.device_key.c.id == request.akey)
            .values(last=request.said.counter, last_call=request.call_id, used_at_ms=tx.now_ms)
        )
        return request.akey, request.asig

    return attest


def _check_signature(known: Device, request: SignedRequest) -> None:
    try:
        message = device.signed_bytes(request.origin, f"call:{request.call_id}", request.said)
        act.check_signature(known.public_key, decode_base64(request.asig), message)
    except (MalformedError, SignatureError) as error:
        raise RequestNotSigned from error


def _is_answered(tx: Tx, known: Device, said: Said) -> bool:
    """Whether the call that the device says it was given is in the log, and is none before the one that
    it named last.
    """
    if said.answered == known.last:
        return True
    if known.last_call is None or said.answered > known.last:
        return False
    named = number_said(request_of(tx.conn, known.last_call), "answered")
    if said.answered <= named:
        return said.answered == named
    calls = requests_of(tx.conn, known.window_id, known.id, MAX_LOOKED_BACK)
    return any(number_said(entry, "counter") == said.answered for entry in calls)


def _was_shown(tx: Tx, said: Said) -> bool:
    """Whether the device saw a beginning of this very log. The request itself comes after it: what is
    published now has a smaller index. Raises LogNotRead: a file that cannot be read stands against nobody.
    """
    try:
        return tx.log.root_at(said.seen.size) == said.seen.root
    except (OSError, AuditError) as error:
        _log.error("log_not_read", reason=type(error).__name__)
        raise LogNotRead from error
