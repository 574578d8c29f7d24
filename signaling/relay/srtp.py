"""SRTP and SRTCP (RFC 3711, RFC 7714) by libsrtp, each packet in one buffer that all legs share.

pylibsrtp's own methods look the C function up, make a length and copy the packet twice for every
call; here a packet is copied in once and out once. This is the only file that touches names
pylibsrtp keeps to itself (`_binding`, `Session._srtp`); tests/relay/test_aiortc_contract.py fails
when they change.
"""

from collections.abc import Callable
from typing import Any

import pylibsrtp
from pylibsrtp import _binding

SrtpError = (pylibsrtp.Error, ValueError)  # ValueError: longer than the buffer

LONGEST_PACKET = 2048
_ROOM = 256  # more than any trailer (srtp.h: SRTP_MAX_SRTCP_TRAILER_LEN)
HEADER_BYTES = 12

# One event loop, one thread: nobody else is between copying in and copying out.
_buffer = _binding.ffi.new("char[]", LONGEST_PACKET + _ROOM)
_view = _binding.ffi.buffer(_buffer)
_length = _binding.ffi.new("int *")


class SrtpSession:
    """One direction of one leg. Every method raises one of `SrtpError` when libsrtp refuses."""

    def __init__(self, session: pylibsrtp.Session) -> None:
        self._session = session  # owns what the context points to
        context = session._srtp[0]  # noqa: SLF001 - see above
        functions = _binding.lib
        self.protect = _one(functions.srtp_protect, context)
        self.protect_parts = _two(functions.srtp_protect, context)
        self.unprotect = _one(functions.srtp_unprotect, context)
        self.protect_rtcp = _one(functions.srtp_protect_rtcp, context)
        self.unprotect_rtcp = _one(functions.srtp_unprotect_rtcp, context)


def _one(function: Any, context: Any) -> Callable[[bytes], bytes]:
    """Transforms a whole packet or datagram."""

    def run(packet: bytes) -> bytes:
        size = len(packet)
        if size > LONGEST_PACKET:
            raise ValueError("the packet is longer than the buffer")
        _view[:size] = packet
        _length[0] = size
        if status := function(context, _buffer, _length):
            raise pylibsrtp.Error(status)
        done: bytes = _view[: _length[0]]
        return done

    return run


def _two(function: Any, context: Any) -> Callable[[bytes, bytes], bytes]:
    """As `_one`, of an RTP packet's fixed header and what follows it, which many legs share."""

    def run(header: bytes, rest: bytes) -> bytes:
        size = HEADER_BYTES + len(rest)
        if size > LONGEST_PACKET:
            raise ValueError("the packet is longer than the buffer")
        _view[:HEADER_BYTES] = header
        _view[HEADER_BYTES:size] = rest
        _length[0] = size
        if status := function(context, _buffer, _length):
            raise pylibsrtp.Error(status)
        done: bytes = _view[: _length[0]]
        return done

    return run
