"""Reading a page's SDP answer (RFC 8866, RFC 8829): strictly, with limits, or `BadAnswer`.

Remote candidates are not read: a lite agent learns addresses from checks alone, and mDNS names
are never resolved.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from casework.ports import TrackKind
from signaling.relay.codecs import CODECS
from signaling.relay.errors import BadAnswer
from signaling.relay.sdp_offer import Direction, OfferSection

LONGEST_ANSWER = 65_536
MOST_LINES = 2_000
LONGEST_LINE = 1_024
MOST_FINGERPRINTS = 4
MOST_SSRCS_PER_SECTION = 4

_MEDIA = re.compile(r"m=(audio|video) (\d{1,5}) UDP/TLS/RTP/SAVPF((?: \d{1,3}){1,32})")
_ICE_UFRAG = re.compile(r"[A-Za-z0-9+/\-_]{4,256}")
_ICE_PASSWORD = re.compile(r"[A-Za-z0-9+/\-_]{22,256}")
_FINGERPRINT = re.compile(r"(sha-(?:256|384|512)) ((?:[0-9A-Fa-f]{2}:){31,63}[0-9A-Fa-f]{2})")
_SSRC = re.compile(r"(\d{1,10})(?: .*)?")
_T = TypeVar("_T")

_DIRECTIONS = {str(direction): direction for direction in Direction}


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """An m-line as answered. `ssrc` is the page's own, None when it declared none or sends not."""

    mid: str
    kind: TrackKind
    direction: Direction
    ssrc: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`active`: the page opens the DTLS handshake. `fingerprints` are (algorithm, value)."""

    fingerprints: tuple[tuple[str, str], ...]
    active: bool
    sections: tuple[AnswerSection, ...]


@dataclass(slots=True)
class _Scope:
    """Attributes of the session or of one m-line, while reading."""

    kind: TrackKind | None = None
    rejected: bool = False
    formats: tuple[int, ...] = ()
    mid: str | None = None
    direction: Direction | None = None
    ufrag: str | None = None
    password: str | None = None
    setup: str | None = None
    fingerprints: list[tuple[str, str]] = field(default_factory=list)
    ssrcs: list[int] = field(default_factory=list)
    rtcp_mux: bool = False


def read_answer(sdp: str, offered: Sequence[OfferSection]) -> Answer:
    """The answer to an offer of these sections. Raises `BadAnswer` saying what is wrong."""
    session, media = _scopes(sdp)
    if len(media) != len(offered):
        raise BadAnswer("the answer has another number of m-lines than the offer")
    sections = [_section(scope, wanted) for scope, wanted in zip(media, offered, strict=True)]
    accepted = [scope for scope in media if not scope.rejected]
    if not accepted:
        raise BadAnswer("every m-line is rejected")
    ssrcs = [section.ssrc for section in sections if section.ssrc is not None]
    if len(set(ssrcs)) != len(ssrcs):
        raise BadAnswer("an SSRC stands in two m-lines")
    # A lite agent never sends checks, so it needs neither; an answer without them is broken.
    _shared([s.ufrag or session.ufrag for s in accepted], "ice-ufrag")
    _shared([s.password or session.password for s in accepted], "ice-pwd")
    setup = _shared([s.setup or session.setup for s in accepted], "setup")
    if setup not in {"active", "passive"}:
        raise BadAnswer("setup must be active or passive in an answer")
    prints = [tuple(s.fingerprints or session.fingerprints) or None for s in accepted]
    fingerprints = _shared(prints, "fingerprint")
    return Answer(fingerprints, setup == "active", tuple(sections))


def _shared(values: Sequence[_T | None], name: str) -> _T:
    """The one value that all bundled m-lines must agree on."""
    first = values[0]
    if first is None:
        raise BadAnswer(f"{name} is missing")
    if any(value != first for value in values):
        raise BadAnswer(f"bundled m-lines differ in {name}")
    return first


def _scopes(sdp: str) -> tuple[_Scope, list[_Scope]]:
    if len(sdp) > LONGEST_ANSWER:
        raise BadAnswer("the answer is too long")
    lines = sdp.splitlines()
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise BadAnswer("the answer has too many lines, or too long ones")
    if not lines or lines[0] != "v=0":
        raise BadAnswer("the answer does not begin with v=0")
    session = scope = _Scope()
    media: list[_Scope] = []
    for line in lines:
        if line.startswith("m="):
            scope = _media_line(line)
            media.append(scope)
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            _attribute(scope, name, value)
    return session, media


def _media_line(line: str) -> _Scope:
    match = _MEDIA.fullmatch(line)
    if match is None:
        raise BadAnswer("an m-line is not audio or video over UDP/TLS/RTP/SAVPF")
    formats = tuple(int(number) for number in match[3].split())
    return _Scope(kind=TrackKind(match[1]), rejected=int(match[2]) == 0, formats=formats)


def _attribute(scope: _Scope, name: str, value: str) -> None:
    """Notes the attributes that matter; all others are none of our business."""
    match name:
        case "mid":
            scope.mid = value
        case "rtcp-mux":
            scope.rtcp_mux = True
        case "ice-ufrag":
            scope.ufrag = _checked(_ICE_UFRAG, value, name)[0]
        case "ice-pwd":
            scope.password = _checked(_ICE_PASSWORD, value, name)[0]
        case "setup":
            scope.setup = value
        case "fingerprint":
            _fingerprint(scope, value)
        case "ssrc":
            _ssrc(scope, value)
        case "sendonly" | "recvonly" | "sendrecv" | "inactive":
            if scope.direction is not None:
                raise BadAnswer("an m-line has two directions")
            scope.direction = _DIRECTIONS[name]
        case _:
            pass


def _checked(pattern: re.Pattern[str], value: str, name: str) -> re.Match[str]:
    match = pattern.fullmatch(value)
    if match is None:
        raise BadAnswer(f"{name} is malformed")
    return match


def _fingerprint(scope: _Scope, value: str) -> None:
    algorithm = value.partition(" ")[0].lower()
    if algorithm not in {"sha-256", "sha-384", "sha-512"}:
        return  # an older hash beside a good one may stand; alone it is "missing"
    match = _checked(_FINGERPRINT, f"{algorithm} {value.partition(' ')[2]}", "fingerprint")
    if len(scope.fingerprints) >= MOST_FINGERPRINTS:
        raise BadAnswer("too many fingerprints")
    scope.fingerprints.append((match[1], match[2].upper()))


def _ssrc(scope: _Scope, value: str) -> None:
    ssrc = int(_checked(_SSRC, value, "ssrc")[1])
    if not 0 < ssrc <= 0xFFFFFFFF:
        raise BadAnswer("an SSRC is out of range")
    if ssrc in scope.ssrcs:
        return
    if len(scope.ssrcs) >= MOST_SSRCS_PER_SECTION:
        raise BadAnswer("too many SSRCs in one m-line")
    scope.ssrcs.append(ssrc)


def _section(scope: _Scope, wanted: OfferSection) -> AnswerSection:
    if scope.kind is not wanted.kind:
        raise BadAnswer("an m-line has another kind than offered")
    if scope.rejected:
        return AnswerSection(wanted.mid, wanted.kind, Direction.INACTIVE, None)
    if scope.mid != wanted.mid:
        raise BadAnswer("an m-line has another mid than offered")
    if not scope.rtcp_mux:
        raise BadAnswer("rtcp-mux is required")
    if CODECS[wanted.kind].payload_type not in scope.formats:
        raise BadAnswer("the offered payload type is not accepted")
    direction = scope.direction or Direction.SENDRECV
    up = wanted.ssrc is None
    if (direction.receives and up) or (direction.sends and not up):
        raise BadAnswer("an m-line's direction does not answer the offer")
    sends = up and direction.sends
    ssrc = scope.ssrcs[0] if sends and scope.ssrcs else None
    return AnswerSection(wanted.mid, wanted.kind, direction, ssrc)
