"""Writing the server's offers (RFC 8866, RFC 8829): one BUNDLE, ICE-lite, fixed payload types."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casework.ports import TrackKind
from signaling.relay.codecs import CODECS, EXTENSIONS, UPLINK_EXTENSION, UPLINK_FEEDBACK
from signaling.relay.ice import IceCredentials

_HOST_TYPE_PREFERENCE = 126


class Direction(StrEnum):
    """Seen from the side that writes the description."""

    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    SENDRECV = "sendrecv"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        return self in {Direction.SENDONLY, Direction.SENDRECV}

    @property
    def receives(self) -> bool:
        return self in {Direction.RECVONLY, Direction.SENDRECV}


@dataclass(frozen=True, slots=True)
class OfferSection:
    """One m-line. An up m-line (`ssrc` None) is recvonly and its mid is the track source; a down
    m-line is sendonly and declares the SSRC it will carry. Tracks with the same `stream` are
    played in step.
    """

    mid: str
    kind: TrackKind
    ssrc: int | None = None
    stream: str = "-"


@dataclass(frozen=True, slots=True)
class TransportDescription:
    """What all m-lines share."""

    credentials: IceCredentials
    fingerprint: str
    endpoints: tuple[tuple[str, int], ...]


def write_offer(
    session: int,
    version: int,
    transport: TransportDescription,
    sections: Sequence[OfferSection],
) -> str:
    lines = [
        "v=0",
        f"o=- {session} {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(section.mid for section in sections),
        "a=msid-semantic: WMS *",
        "a=ice-lite",
    ]
    for section in sections:
        lines.extend(_media(section, transport))
    return "\r\n".join(lines) + "\r\n"


def _media(section: OfferSection, transport: TransportDescription) -> Iterable[str]:
    codec = CODECS[section.kind]
    payload_type = codec.payload_type
    address, port = transport.endpoints[0]
    yield f"m={section.kind} {port} UDP/TLS/RTP/SAVPF {payload_type}"
    yield f"c=IN {'IP6' if ':' in address else 'IP4'} {address}"
    yield f"a=rtcp:{port} IN {'IP6' if ':' in address else 'IP4'} {address}"
    yield f"a=mid:{section.mid}"
    yield f"a={Direction.RECVONLY if section.ssrc is None else Direction.SENDONLY}"
    yield "a=rtcp-mux"
    yield "a=rtcp-rsize"
    yield f"a=ice-ufrag:{transport.credentials.ufrag}"
    yield f"a=ice-pwd:{transport.credentials.password}"
    yield f"a=fingerprint:sha-256 {transport.fingerprint}"
    yield "a=setup:actpass"
    yield from _candidates(transport.endpoints)
    uplink = section.ssrc is None
    for identifier, uri in (*EXTENSIONS[section.kind], *((UPLINK_EXTENSION,) if uplink else ())):
        yield f"a=extmap:{identifier} {uri}"
    yield f"a=rtpmap:{codec.rtpmap}"
    if codec.format_parameters is not None:
        yield f"a=fmtp:{payload_type} {codec.format_parameters}"
    for feedback in (*codec.feedback, *((UPLINK_FEEDBACK,) if uplink else ())):
        yield f"a=rtcp-fb:{payload_type} {feedback}"
    if section.ssrc is not None:
        yield f"a=msid:{section.stream} {section.mid}"
        yield f"a=ssrc:{section.ssrc} cname:{section.stream}"


def _candidates(endpoints: tuple[tuple[str, int], ...]) -> Iterable[str]:
    """Host candidates (RFC 8839 5.1), the first address preferred."""
    for rank, (address, port) in enumerate(endpoints):
        preference = 65535 - rank
        priority = (_HOST_TYPE_PREFERENCE << 24) + (preference << 8) + 255
        yield f"a=candidate:{rank + 1} 1 udp {priority} {address} {port} typ host"
    yield "a=end-of-candidates"
