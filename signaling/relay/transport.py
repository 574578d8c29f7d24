"""One leg's path for bytes: ICE decides where to, DTLS makes the keys, SRTP does the rest."""

from typing import Protocol

from signaling.relay.counters import Counters
from signaling.relay.dtls import Certificate, DtlsState, DtlsTransport
from signaling.relay.errors import BadAnswer
from signaling.relay.ice import IceAgent, IceDirectory
from signaling.relay.sdp_answer import Answer
from signaling.relay.srtp import SrtpError
from signaling.relay.udp import Path


class MediaHandler(Protocol):
    """Gets what arrives, still protected: SSRC and payload type are checked on the clear header
    before libsrtp makes a context for them.
    """

    def rtp(self, datagram: bytes, now_ns: int) -> None: ...

    def rtcp(self, datagram: bytes, now_ns: int) -> None: ...

    def transport_state(self, state: DtlsState) -> None: ...


class LegTransport:
    """`heard_ns` is when anything authentic last came: a check, SRTP or SRTCP. DTLS records do
    not count, for they prove nothing before the handshake ends.
    """

    def __init__(
        self,
        directory: IceDirectory,
        certificate: Certificate,
        counters: Counters,
        media: MediaHandler,
        now_ns: int,
    ) -> None:
        self._counters = counters
        self._media = media
        self._fingerprints: tuple[tuple[str, str], ...] = ()
        self._active = False
        self.ice = IceAgent(self, directory)
        self.dtls = DtlsTransport(certificate, self._send, media.transport_state)
        self.connected = False
        self.heard_ns = now_ns
        self.sent_octets = 0
        self._held: list[bytes] = []

    def receive(self, datagram: bytes, now_ns: int) -> None:
        """A datagram that is not STUN, from an address that passed a check (RFC 7983)."""
        first = datagram[0]
        if 128 <= first <= 191:
            if not self.connected or len(datagram) < 12:
                self._counters["srtp.unexpected"] += 1
            elif 192 <= datagram[1] <= 223:  # RFC 5761 4
                self._media.rtcp(datagram, now_ns)
            else:
                self._media.rtp(datagram, now_ns)
        elif 20 <= first <= 63:
            if not self.dtls.feed(datagram):
                self._counters["dtls.queue_full"] += 1
        else:
            self._counters["demux.unknown_kind"] += 1

    def heard(self, now_ns: int) -> None:
        self.heard_ns = now_ns

    def holds(self, path: Path, now_ns: int) -> bool:
        return self.ice.holds(path, now_ns)

    def answered(self, answer: Answer) -> None:
        """Starts DTLS at the first answer; later ones must name the same peer."""
        if not self.dtls.started:
            self._fingerprints = answer.fingerprints
            self._active = answer.active
            self.dtls.start(answer.fingerprints, server=answer.active)
        elif (answer.fingerprints, answer.active) != (self._fingerprints, self._active):
            raise BadAnswer("the answer is from another DTLS peer")

    def send_rtp(self, header: bytes, rest: bytes) -> None:
        """Protects the packet now and sends it at the end of the socket's turn."""
        path = self.ice.selected
        if path is None or not self.connected:
            return
        try:
            datagram = self.dtls.protect_parts(header, rest)
        except SrtpError:
            # Older than libsrtp's window, or longer than its buffer: this one is lost.
            self._counters["srtp.protect_refused"] += 1
            return
        held = self._held
        held.append(datagram)
        if len(held) == 1:
            path.socket.hold(self)

    def send_held(self) -> None:
        held, self._held = self._held, []
        path = self.ice.selected
        if path is not None:
            self.sent_octets += sum(map(len, held))
            path.socket.send_all(held, path.address)

    def send_rtcp(self, compound: bytes) -> None:
        if self.connected:
            self._send(self.dtls.protect_rtcp(compound))

    async def close(self) -> None:
        """Says goodbye by close_notify, then forgets every address."""
        self.connected = False
        await self.dtls.close()
        self.ice.close()

    def _send(self, datagram: bytes) -> None:
        path = self.ice.selected
        if path is not None:
            path.send(datagram)
