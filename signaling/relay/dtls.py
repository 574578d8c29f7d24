"""DTLS-SRTP (RFC 5764) by aiortc, fed from our own socket.

This is the only file that touches names aiortc keeps to itself (`_recv`, `_send`, `_set_role`,
`_rx_srtp`, `_tx_srtp`); tests/relay/test_aiortc_contract.py fails when they change.
"""

import asyncio
import enum
from collections.abc import Callable, Sequence
from typing import Any

from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)

from signaling.relay.srtp import SrtpSession

Certificate = RTCCertificate
QUEUED_DATAGRAMS = 32
HANDSHAKE_SECONDS = 30.0


class DtlsState(enum.Enum):
    CONNECTED = "connected"
    CLOSED = "closed"  # close_notify came
    FAILED = "failed"


def new_certificate() -> Certificate:
    return RTCCertificate.generateCertificate()


def fingerprint(certificate: Certificate) -> str:
    """The certificate's SHA-256 as SDP writes it (RFC 8122 5)."""
    return next(f.value for f in certificate.getFingerprints() if f.algorithm == "sha-256")


class _DatagramPipe:
    """The part of an ICE transport that aiortc's DTLS uses.

    Bounded: DTLS resends what a full queue drops. After `close` a waiting `_recv` gets
    ConnectionError, which ends handshake and receive loop.
    """

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._datagrams: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUED_DATAGRAMS)
        self._send_now = send
        self._closed = False

    def feed(self, datagram: bytes | None) -> bool:
        if self._datagrams.full():
            return False
        self._datagrams.put_nowait(datagram)
        return True

    def close(self) -> None:
        self._closed = True
        self.feed(None)

    async def _recv(self) -> bytes:
        datagram = None if self._closed else await self._datagrams.get()
        if datagram is None:
            raise ConnectionError("the leg was closed")
        return datagram

    async def _send(self, datagram: bytes) -> None:
        self._send_now(datagram)


class DtlsTransport:
    """One leg's DTLS association. `protect`, `protect_parts`, `unprotect` and their RTCP twins exist
    from `DtlsState.CONNECTED` on; `on_state` is called at most twice (connected, then closed) or once.

    After the handshake aiortc's receive loop goes on, fed DTLS records only: it resends the last
    flight when the peer lost it, and it hears close_notify.
    """

    protect: Callable[[bytes], bytes]
    protect_parts: Callable[[bytes, bytes], bytes]
    unprotect: Callable[[bytes], bytes]
    protect_rtcp: Callable[[bytes], bytes]
    unprotect_rtcp: Callable[[bytes], bytes]

    def __init__(
        self,
        certificate: Certificate,
        send: Callable[[bytes], None],
        on_state: Callable[[DtlsState], None],
    ) -> None:
        self._pipe = _DatagramPipe(send)
        self._on_state = on_state
        self._task: asyncio.Task[None] | None = None
        self._over = False
        # Duck-typed: aiortc asks of its ICE transport only what the pipe has.
        pipe: Any = self._pipe
        self._transport = RTCDtlsTransport(pipe, [certificate])
        self._transport.on("statechange", self._state_changed)

    @property
    def started(self) -> bool:
        return self._task is not None

    def start(self, fingerprints: Sequence[tuple[str, str]], *, server: bool) -> None:
        """Begins the handshake; `fingerprints` are (algorithm, value) of the peer's answer."""
        self._transport._set_role("server" if server else "client")  # noqa: SLF001 - see above
        parameters = RTCDtlsParameters(
            fingerprints=[RTCDtlsFingerprint(algorithm=a, value=v) for a, v in fingerprints]
        )
        self._task = asyncio.get_running_loop().create_task(self._run(parameters))

    def feed(self, datagram: bytes) -> bool:
        """A datagram whose first byte is 20 to 63 (RFC 7983); False when the queue was full.
        Those that come before `start` wait in the queue.
        """
        return self._pipe.feed(datagram)

    async def close(self) -> None:
        """Sends close_notify and ends every task of this association."""
        self._over = True
        await self._transport.stop()
        self._pipe.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, parameters: RTCDtlsParameters) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                await self._transport.start(parameters)
        except Exception:  # noqa: BLE001 - a hostile certificate or record must not end the worker
            self._report(DtlsState.FAILED)

    def _state_changed(self) -> None:
        state = self._transport.state
        if state == "connected":
            self._take_srtp()
            self._report(DtlsState.CONNECTED)
        elif state == "closed":
            self._report(DtlsState.CLOSED)
        elif state == "failed":
            self._report(DtlsState.FAILED)

    def _take_srtp(self) -> None:
        inbound = SrtpSession(self._transport._rx_srtp)  # noqa: SLF001 - see above
        outbound = SrtpSession(self._transport._tx_srtp)  # noqa: SLF001 - see above
        self.unprotect, self.unprotect_rtcp = inbound.unprotect, inbound.unprotect_rtcp
        self.protect, self.protect_rtcp = outbound.protect, outbound.protect_rtcp
        self.protect_parts = outbound.protect_parts

    def _report(self, state: DtlsState) -> None:
        if self._over:
            return
        self._over = state is not DtlsState.CONNECTED
        self._on_state(state)
