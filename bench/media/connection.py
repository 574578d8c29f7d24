"""One media connection of a headless client: a socket of its own, ICE, DTLS-SRTP, and the count."""

import asyncio
import contextlib
import secrets
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Protocol

from aioice import stun

from bench.media import sdp
from bench.media.counting import ReceivedStream, RunMeter
from bench.media.identity import Known
from bench.media.streams import PublishedStream, receiver_report
from signaling.relay.dtls import Certificate, DtlsState, DtlsTransport, fingerprint

LONGEST_DATAGRAM = 2048
BUFFER_BYTES = 4 << 20
MOST_PER_WAKE_UP = 64
CHECK_SECONDS = 0.1
CONSENT_SECONDS = 2.5
_SO_TIMESTAMPNS = 35  # asm-generic/socket.h; the control message carries a struct timespec
_ANCILLARY_BYTES = socket.CMSG_SPACE(16)
_RTP = struct.Struct("!xBH4xI")
_TIMESPEC = struct.Struct("=qq")
_PRIORITY = 1_862_270_975


class Identifies(Protocol):
    def packet(self, sequence: int, size: int) -> Known | None:
        """Whose stream it is, once that can be told."""


class Books(Protocol):
    """Where connections of one process find what they share."""

    timed: bool

    def identifier(self, participant: int, payload_type: int) -> Identifies:
        """For an SSRC that is new to a connection of this participant."""

    def received_stream(self, known: Known) -> ReceivedStream:
        """A book for a stream that has been identified."""


class Connection:
    """`publishes` are the streams it sends, by kind. Received packets are counted by the clear
    header; only what it sends is ever encrypted, and nothing it receives is decrypted.
    """

    def __init__(
        self,
        participant: int,
        certificate: Certificate,
        books: Books,
        publishes: Mapping[str, PublishedStream],
    ) -> None:
        loop = asyncio.get_running_loop()
        self.publishes = dict(publishes)
        self.received: dict[int, ReceivedStream] = {}
        self._unknown: dict[int, Identifies] = {}
        self.participant = participant
        self.runs = RunMeter()
        self.faults = 0
        self.tag_bytes = 0
        self.ready: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._books = books
        self._socket = _bound_socket()
        self._dtls = DtlsTransport(certificate, self.send, self._dtls_state)
        self._local = sdp.Local(
            ufrag=secrets.token_hex(4),
            password=secrets.token_hex(16),
            fingerprint=fingerprint(certificate),
            port=self._socket.getsockname()[1],
            ssrcs={kind: stream.ssrc for kind, stream in publishes.items()},
        )
        self._remote: sdp.Remote | None = None
        self._check: asyncio.TimerHandle | None = None
        self._answered = False
        self._protect: Callable[[bytes], bytes] | None = None
        loop.add_reader(self._socket.fileno(), self._drain)

    # --- negotiation ---------------------------------------------------------------------------

    def answer(self, offer: str) -> str:
        """Answers a server's offer; the first one begins the connection."""
        remote = sdp.read(offer)
        if self._remote is None:
            self._begin(remote)
        return sdp.answer(remote, self._local)

    def offer(self) -> str:
        return sdp.offer(self._local)

    def accept(self, answer: str) -> None:
        """The server's answer to our offer."""
        self._begin(sdp.read(answer))

    def _begin(self, remote: sdp.Remote) -> None:
        self._remote = remote
        self._socket.connect(remote.endpoint)
        self._send_check()

    # --- sending -------------------------------------------------------------------------------

    def send_next(self, kind: str) -> None:
        """The next packet of the stream, if the connection stands."""
        if self._protect is None:
            return
        stream = self.publishes[kind]
        datagram = self._protect(stream.next())
        stream.sending()
        self.send(datagram)

    def send_reports(self) -> None:
        """What a browser says once a second: an SR for each stream it sends, an RR for the rest."""
        if self._protect is None:
            return
        for stream in self.publishes.values():
            if stream.sent:
                self.send(self._dtls.protect_rtcp(stream.sender_report()))
        blocks = [(ssrc, stream.highest) for ssrc, stream in self.received.items()]
        if blocks:
            own = next((stream.ssrc for stream in self.publishes.values()), 1)
            self.send(self._dtls.protect_rtcp(receiver_report(own, blocks)))

    def send(self, datagram: bytes) -> None:
        try:
            self._socket.send(datagram)
        except OSError:
            self.faults += 1

    async def close(self, *, silent: bool = False) -> None:
        """`silent`: without a close_notify, as a page that is simply gone."""
        if self._check is not None:
            self._check.cancel()
        if not silent:
            await self._dtls.close()
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        await self._dtls.close()

    # --- what arrives --------------------------------------------------------------------------

    def _drain(self) -> None:
        recvmsg = self._socket.recvmsg
        for _ in range(MOST_PER_WAKE_UP):
            try:
                datagram, ancillary, _flags, _source = recvmsg(LONGEST_DATAGRAM, _ANCILLARY_BYTES)
            except BlockingIOError:
                return
            except OSError:
                self.faults += 1
                return
            first = datagram[0] if datagram else 255
            if 128 <= first <= 191:
                if not 192 <= datagram[1] <= 223:
                    self._rtp(datagram, ancillary[0][2])
            elif 20 <= first <= 63:
                self._dtls.feed(datagram)
            elif first <= 3:
                with contextlib.suppress(ValueError, struct.error):
                    self._stun(stun.parse_message(datagram))

    def _rtp(self, datagram: bytes, timespec: bytes) -> None:
        second, sequence, ssrc = _RTP.unpack_from(datagram)
        seconds, nanoseconds = _TIMESPEC.unpack(timespec)
        at_ns = seconds * 1_000_000_000 + nanoseconds
        timed = self._books.timed
        if timed:
            self.runs.packet(len(datagram), at_ns)
        stream = self.received.get(ssrc)
        if stream is not None:
            stream.packet(sequence, len(datagram), at_ns, timed=timed)
        else:
            self._identify(ssrc, second & 0x7F, sequence, len(datagram))

    def _identify(self, ssrc: int, payload_type: int, sequence: int, size: int) -> None:
        identifier = self._unknown.get(ssrc)
        if identifier is None:
            identifier = self._books.identifier(self.participant, payload_type)
            self._unknown[ssrc] = identifier
        known = identifier.packet(sequence, size)
        if known is not None:
            self.received[ssrc] = self._books.received_stream(known)

    def _stun(self, message: stun.Message) -> None:
        if message.message_class is stun.Class.RESPONSE:
            first, self._answered = not self._answered, True
            if first:
                self._start_dtls()
        elif message.message_class is stun.Class.REQUEST and self._remote is not None:
            # A full agent checks us as well.
            response = stun.Message(
                message_method=stun.Method.BINDING,
                message_class=stun.Class.RESPONSE,
                transaction_id=message.transaction_id,
                attributes={"XOR-MAPPED-ADDRESS": self._remote.endpoint},
            )
            response.add_message_integrity(self._local.password.encode())
            self.send(bytes(response))

    def _send_check(self) -> None:
        assert self._remote is not None
        request = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.REQUEST,
            attributes={
                "USERNAME": f"{self._remote.ufrag}:{self._local.ufrag}",
                "PRIORITY": _PRIORITY,
                "ICE-CONTROLLING": secrets.randbits(64),
                "USE-CANDIDATE": None,
            },
        )
        request.add_message_integrity(self._remote.password.encode())
        self.send(bytes(request))
        wait = CONSENT_SECONDS if self._answered else CHECK_SECONDS
        self._check = self._loop.call_later(wait, self._send_check)

    # --- DTLS ----------------------------------------------------------------------------------

    def _start_dtls(self) -> None:
        assert self._remote is not None
        self._dtls.start(self._remote.fingerprints, server=self._remote.setup == "active")

    def _dtls_state(self, state: DtlsState) -> None:
        if state is DtlsState.CONNECTED:
            self._protect = self._dtls.protect
            probe = struct.pack("!BBHII", 0x80, 0, 0, 0, 0)  # never sent; its SSRC is nobody's
            self.tag_bytes = len(self._protect(probe)) - len(probe)
            self.ready.set_result(None)
            return
        self._protect = None
        self.faults += 1
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(f"DTLS {state.value}"))


def _bound_socket() -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setblocking(False)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        opened.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
    opened.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    opened.bind(("", 0))  # `connect` gives it the address that leads to the server
    return opened
