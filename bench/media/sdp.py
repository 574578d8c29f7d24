"""As much SDP (RFC 8866, RFC 8829) as a headless client needs to join either server."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_CANDIDATE = re.compile(
    r"candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host", re.IGNORECASE
)
_CODEC = {
    "audio": (111, "opus/48000/2", "minptime=10;useinbandfec=1", ("nack",)),
    "video": (96, "VP8/90000", None, ("nack", "nack pli", "goog-remb")),
}
_LEVEL = "1 urn:ietf:params:rtp-hdrext:ssrc-audio-level"
_STAMP = "2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_EXTENSIONS = {"audio": (_LEVEL, _STAMP), "video": (_STAMP,)}
_DIRECTIONS = {"sendonly", "recvonly", "sendrecv", "inactive"}


@dataclass(frozen=True, slots=True)
class Section:
    """One m-line: `kind` audio or video, `direction` seen from the writer."""

    kind: str
    mid: str
    direction: str


@dataclass(frozen=True, slots=True)
class Remote:
    """What a server's description says."""

    ufrag: str
    password: str
    fingerprints: tuple[tuple[str, str], ...]
    setup: str
    endpoint: tuple[str, int]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Local:
    """What our own descriptions share; `ssrcs` by kind are what we send."""

    ufrag: str
    password: str
    fingerprint: str
    port: int
    ssrcs: Mapping[str, int]


def read(sdp: str) -> Remote:
    """Raises ValueError for a description that lacks something."""
    values: dict[str, str] = {}
    prints: dict[str, str] = {}
    endpoint: tuple[str, int] | None = None
    sections: list[Section] = []
    for line in sdp.splitlines():
        name, _, value = line.removeprefix("a=").partition(":")
        if line.startswith("m="):
            sections.append(Section(line[2:].split(" ")[0], "", "sendrecv"))
        elif name == "mid":
            sections[-1] = Section(sections[-1].kind, value, sections[-1].direction)
        elif name in _DIRECTIONS and sections:
            sections[-1] = Section(sections[-1].kind, sections[-1].mid, name)
        elif name == "fingerprint":
            algorithm, _, digest = value.partition(" ")
            prints[algorithm.lower()] = digest
        elif name == "candidate":
            match = _CANDIDATE.match(f"candidate:{value}")
            if match is not None and endpoint is None:
                endpoint = match[1], int(match[2])
        else:
            values.setdefault(name, value)
    missing = {"ice-ufrag", "ice-pwd", "setup"} - values.keys()
    if missing or endpoint is None or not prints:
        raise ValueError(f"the server's description lacks {missing or 'candidate or fingerprint'}")
    return Remote(
        ufrag=values["ice-ufrag"],
        password=values["ice-pwd"],
        fingerprints=tuple(prints.items()),
        setup=values["setup"],
        endpoint=endpoint,
        sections=tuple(sections),
    )


def answer(offer: Remote, local: Local) -> str:
    """Takes all that the server offers to send, and sends on the first m-line of each kind that it
    has (`local.ssrcs`).
    """
    left = set(local.ssrcs)
    sections = []
    for asked in offer.sections:
        direction = "recvonly" if asked.direction == "sendonly" else "inactive"
        if asked.direction == "recvonly" and asked.kind in left:
            left.remove(asked.kind)
            direction = "sendonly"
        sections.append(Section(asked.kind, asked.mid, direction))
    return _write(sections, local, "active")


def offer(local: Local) -> str:
    """One microphone and one camera to send."""
    return _write(
        [Section("audio", "0", "sendonly"), Section("video", "1", "sendonly")], local, "actpass"
    )


def _write(sections: Sequence[Section], local: Local, setup: str) -> str:
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(section.mid for section in sections),
        "a=msid-semantic: WMS *",
    ]
    for section in sections:
        payload_type, codec, parameters, feedback = _CODEC[section.kind]
        lines += [
            f"m={section.kind} {local.port} UDP/TLS/RTP/SAVPF {payload_type}",
            "c=IN IP4 127.0.0.1",
            f"a=mid:{section.mid}",
            f"a={section.direction}",
            "a=rtcp-mux",
            f"a=ice-ufrag:{local.ufrag}",
            f"a=ice-pwd:{local.password}",
            f"a=fingerprint:sha-256 {local.fingerprint}",
            f"a=setup:{setup}",
            f"a=candidate:1 1 udp 2130706431 127.0.0.1 {local.port} typ host",
            "a=end-of-candidates",
            f"a=rtpmap:{payload_type} {codec}",
            *(f"a=extmap:{extension}" for extension in _EXTENSIONS[section.kind]),
            *(f"a=rtcp-fb:{payload_type} {one}" for one in feedback),
        ]
        if parameters is not None:
            lines.append(f"a=fmtp:{payload_type} {parameters}")
        if section.direction == "sendonly":
            lines.append(f"a=msid:bench {section.kind}")
            lines.append(f"a=ssrc:{local.ssrcs[section.kind]} cname:bench")
    return "\r\n".join(lines) + "\r\n"
