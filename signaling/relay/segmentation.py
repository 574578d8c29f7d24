"""Sending many datagrams with few system calls: UDP segmentation offload (udp(7), UDP_SEGMENT)."""

import errno
import socket
import struct
from collections.abc import Sequence

from signaling.relay.counters import Counters

MOST_SEGMENTS = 64
MOST_BYTES = 65_000
_UDP_SEGMENT = 103  # linux/udp.h
_SIZE = struct.Struct("=H")
_UNSUPPORTED = {errno.EIO, errno.EINVAL, errno.ENOPROTOOPT, errno.EOPNOTSUPP}

Ancillary = list[tuple[int, int, bytes]]


def first_run(datagrams: Sequence[bytes], start: int) -> int:
    """Index behind the run that begins at `start`: datagrams of one size, the last perhaps shorter,
    at most `MOST_SEGMENTS` of them and `MOST_BYTES`.
    """
    size = len(datagrams[start])
    limit = min(len(datagrams), start + min(MOST_SEGMENTS, MOST_BYTES // max(1, size)))
    at = start + 1
    while at < limit:
        length = len(datagrams[at])
        if length > size:
            break
        at += 1
        if length < size:
            break
    return at


class SegmentedSender:
    """The sending side of one UDP socket. A full buffer is loss, as on any line.

    A kernel or a network card that cannot segment says so at the first run; from then on every
    datagram is sent by itself.
    """

    def __init__(self, udp: socket.socket, counters: Counters) -> None:
        self._sendto = udp.sendto
        self._sendmsg = udp.sendmsg
        self._counters = counters
        self._ancillary: dict[int, Ancillary] = {}
        self.segments = True

    def send(self, datagram: bytes, to: tuple[str | int, ...]) -> None:
        """Sends one datagram, or drops it."""
        try:
            self._sendto(datagram, to)
        except BlockingIOError:
            self._counters["udp.send_buffer_full"] += 1
        except OSError:
            self._counters["udp.send_error"] += 1

    def send_all(self, datagrams: Sequence[bytes], to: tuple[str | int, ...]) -> None:
        """Sends datagrams in their order; neighbours of one size leave in one call."""
        count = len(datagrams)
        start = 0
        while start < count:
            end = first_run(datagrams, start) if self.segments else start + 1
            if end == start + 1:
                self.send(datagrams[start], to)
            else:
                self._send_run(datagrams[start:end], to)
            start = end

    def _send_run(self, run: Sequence[bytes], to: tuple[str | int, ...]) -> None:
        size = len(run[0])
        ancillary = self._ancillary.get(size)
        if ancillary is None:
            # Kept: sizes are few, since no datagram is longer than a network's frame.
            ancillary = [(socket.SOL_UDP, _UDP_SEGMENT, _SIZE.pack(size))]
            self._ancillary[size] = ancillary
        try:
            self._sendmsg(run, ancillary, 0, to)
        except BlockingIOError:
            self._counters["udp.send_buffer_full"] += len(run)
        except OSError as error:
            if error.errno in _UNSUPPORTED:
                self.segments = False
                self._counters["udp.segmentation_refused"] += 1
            for datagram in run:
                self.send(datagram, to)
