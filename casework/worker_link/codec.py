"""Framing of the worker link: a 4-byte big-endian length, then that many bytes of UTF-8 JSON."""

import asyncio
import socket
import struct

from pydantic import BaseModel

from casework.worker_link.messages import MAX_FRAME_BYTES

_LENGTH = struct.Struct(">I")
_PEERCRED = struct.Struct("3i")  # struct ucred of unix(7): pid, uid, gid


class LinkBrokenError(Exception):
    """The connection ended inside a frame, or the peer sent something that is no frame."""


def encode_frame(message: BaseModel) -> bytes:
    """Raises ValueError when the message is longer than `MAX_FRAME_BYTES`."""
    body = message.model_dump_json().encode()
    if len(body) > MAX_FRAME_BYTES:
        raise ValueError(f"frame of {len(body)} bytes is over the limit")
    return _LENGTH.pack(len(body)) + body


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next frame's body; None when the peer closed between two frames."""
    try:
        head = await reader.readexactly(_LENGTH.size)
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise LinkBrokenError("connection ended inside a frame length") from error
    except OSError as error:
        raise LinkBrokenError("connection lost") from error
    (length,) = _LENGTH.unpack(head)
    if not 0 < length <= MAX_FRAME_BYTES:
        raise LinkBrokenError(f"frame of {length} bytes refused")
    try:
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, OSError) as error:
        raise LinkBrokenError("connection ended inside a frame") from error


def peer_uid(sock: socket.socket) -> int:
    """User id of the process at the other end of a Unix socket (SO_PEERCRED, unix(7))."""
    raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEERCRED.size)
    return int(_PEERCRED.unpack(raw)[1])
