"""Answering STUN binding requests (RFC 8489, RFC 8445 7.3): the only door for a new address."""

import hmac
import struct

from aioice import stun

from signaling.relay.counters import Counters
from signaling.relay.ice import IceAgent, IceDirectory
from signaling.relay.udp import Address, Path, UdpSocket

_USERNAME = 0x0006
_MESSAGE_INTEGRITY = 0x0008
_DIGEST_BYTES = 20
_ATTRIBUTE = struct.Struct("!HH")
_MOST_ATTRIBUTES = 24
_LONGEST_USERNAME = 256
ROLE_CONFLICT = (487, "Role Conflict")

FAILURES_PER_SECOND = 20
FAILURE_BURST = 40


class FailureLimit:
    """A token bucket of *failed* integrity checks for one user name fragment.

    It is per fragment, not per address: a whole outlet may share one translated or relayed
    address, and an attacker who does not know a fragment costs a dictionary lookup.
    """

    __slots__ = ("_at_ns", "_tokens")

    def __init__(self) -> None:
        self._tokens = float(FAILURE_BURST)
        self._at_ns = 0

    def open(self, now_ns: int) -> bool:
        grown = (now_ns - self._at_ns) * FAILURES_PER_SECOND / 1e9
        self._tokens = min(FAILURE_BURST, self._tokens + grown)
        self._at_ns = now_ns
        return self._tokens >= 1

    def failed(self) -> None:
        self._tokens -= 1


def local_fragment(datagram: bytes) -> str | None:
    """Our part of the USERNAME ("ours:theirs"), read without parsing anything else."""
    at, length = _find(datagram, _USERNAME)
    if not at or length > _LONGEST_USERNAME:
        return None
    ours, colon, _ = datagram[at : at + length].partition(b":")
    return ours.decode("ascii", "replace") if colon else None


def is_authentic(datagram: bytes, password: bytes) -> bool:
    """Whether its MESSAGE-INTEGRITY is right (RFC 8489 14.5), told without parsing anything else:
    who forges a known address may ask this as often as he likes, and parsing costs ten times more.
    """
    at, length = _find(datagram, _MESSAGE_INTEGRITY)
    if length != _DIGEST_BYTES:
        return False
    end = at + length
    counted = (end - stun.HEADER_LENGTH).to_bytes(2, "big")
    signed = datagram[:2] + counted + datagram[4 : at - 4]
    return hmac.compare_digest(hmac.digest(password, signed, "sha1"), datagram[at:end])


def _find(datagram: bytes, wanted: int) -> tuple[int, int]:
    """Where the first attribute of a type has its value, and how long that is; (0, 0) if nowhere."""
    size = len(datagram)
    at = stun.HEADER_LENGTH + 4
    for _ in range(_MOST_ATTRIBUTES):
        if at > size:
            break
        kind, length = _ATTRIBUTE.unpack_from(datagram, at - 4)
        if kind == wanted:
            return (at, length) if at + length <= size else (0, 0)
        at += 4 + (length + 3 & ~3)
    return 0, 0


class ConnectivityChecks:
    """Silence is the answer to everything that is not an authenticated binding request."""

    def __init__(self, directory: IceDirectory, counters: Counters) -> None:
        self._directory = directory
        self._counters = counters
        self._limits: dict[str, FailureLimit] = {}

    def receive(self, socket: UdpSocket, datagram: bytes, source: Address, now_ns: int) -> None:
        if len(datagram) < stun.HEADER_LENGTH or datagram[:2] != b"\x00\x01":
            self._counters["stun.not_a_request"] += 1
            return
        ufrag = local_fragment(datagram)
        agent = self._directory.find(ufrag) if ufrag is not None else None
        if ufrag is None or agent is None:
            self._counters["stun.unknown_ufrag"] += 1
            return
        limit = self._limits.get(ufrag)
        known = socket.peers.get(source) is agent.peer
        if limit is not None and not known and not limit.open(now_ns):
            self._counters["stun.rate_limited"] += 1
            return
        message = self._authenticated(datagram, agent, ufrag)
        if message is None:
            self._fail(ufrag, limit, now_ns)
            return
        path = Path(socket, source)
        holder = socket.peers.get(source)
        if holder is not None and holder is not agent.peer and holder.holds(path, now_ns):
            # Source addresses can be forged: a leg that is there loses its address to nobody.
            self._counters["stun.address_held"] += 1
            return
        self._answer(message, agent, ufrag, path, now_ns)

    def _authenticated(self, datagram: bytes, agent: IceAgent, ufrag: str) -> stun.Message | None:
        password = agent.password(ufrag)
        if password is None or not is_authentic(datagram, password):
            return None
        try:
            return stun.parse_message(datagram)
        except (ValueError, struct.error):
            return None

    def _fail(self, ufrag: str, limit: FailureLimit | None, now_ns: int) -> None:
        self._counters["stun.failed_integrity"] += 1
        if limit is None:
            self._limits = {u: b for u, b in self._limits.items() if self._directory.find(u)}
            limit = self._limits[ufrag] = FailureLimit()
            limit.open(now_ns)
        limit.failed()

    def _answer(
        self, request: stun.Message, agent: IceAgent, ufrag: str, path: Path, now_ns: int
    ) -> None:
        password = agent.password(ufrag) or b""
        response = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
        )
        if "ICE-CONTROLLED" in request.attributes:
            # A lite agent is always controlled (RFC 8445 6.1.1): the peer has to switch.
            response.message_class = stun.Class.ERROR
            response.attributes["ERROR-CODE"] = ROLE_CONFLICT
        else:
            nominated = "USE-CANDIDATE" in request.attributes
            agent.passed(path, ufrag, now_ns, nominated=nominated)
            agent.peer.heard(now_ns)
            response.attributes["XOR-MAPPED-ADDRESS"] = path.address[:2]
        response.add_message_integrity(password)
        path.send(bytes(response))
