"""Answers (RFC 8866, RFC 8829) with something wrong, and with more than was asked for."""

import random
from collections.abc import Sequence

from mischief.mutation import mutated

_LINES = (
    "a=sendrecv",
    "a=inactive",
    "a=sendonly",
    "a=mid:microphone",
    "a=mid:" + "x" * 900,
    "a=ssrc:0 cname:x",
    "a=ssrc:4294967295 cname:x",
    "a=ssrc:4294967296 cname:x",
    "a=ssrc:99999999999999999999 cname:x",
    "a=ssrc:١٢٣ cname:x",
    "a=ssrc:7",
    "a=ssrc-group:FID 1 2",
    "a=setup:actpass",
    "a=setup:passive",
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
    "a=fingerprint:sha-512 " + ":".join(["ab"] * 64),
    "a=fingerprint:sha-256 AB",
    "a=fingerprint:md5 00",
    "a=ice-ufrag:" + "x" * 257,
    "a=ice-ufrag:",
    "a=ice-pwd:short",
    "a=rtcp-mux",
    "a=group:BUNDLE 0 1 2",
    "a=candidate:1 1 udp 1 ../../etc 99999 typ host",
    "a=",
    "=",
    "",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "m=video 0 UDP/TLS/RTP/SAVPF 96",
    "m=audio 99999 UDP/TLS/RTP/SAVPF" + " 1" * 40,
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "m=audio 9 UDP/TLS/RTP/SAVPF 1١1",
    "c=IN IP6 ::1",
    "v=0",
    "\x00\x0b\x1c\u2028\ufeff",
    "a=extmap:" + "9" * 1_100,
)


def spoilt(dice: random.Random, answer: str) -> str:
    """One to three changes, of lines or of characters."""
    lines = answer.split("\r\n")
    for _ in range(dice.randint(1, 3)):
        _change(dice, lines)
    text = dice.choice(("\r\n", "\r\n", "\r\n", "\n", "\r"))
    spoiled = text.join(lines)
    if dice.random() < 0.2:
        spoiled = mutated(dice, spoiled.encode()).decode(errors="replace")
    return spoiled


def _change(dice: random.Random, lines: list[str]) -> None:
    at = dice.randrange(len(lines)) if lines else 0
    match dice.randrange(7):
        case 0:
            lines[at : at + 1] = []
        case 1:
            lines[at:at] = [dice.choice(_LINES)]
        case 2 if lines:
            lines[at] = dice.choice(_LINES)
        case 3 if lines:
            other = dice.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case 4 if lines:
            lines[at:at] = [lines[at]] * dice.choice((1, 2, 5, 2_100))
        case 5 if lines:
            lines[at] = _other_number(dice, lines[at])
        case _ if lines:
            lines[at] = mutated(dice, lines[at].encode()).decode(errors="replace")


def _other_number(dice: random.Random, line: str) -> str:
    digits = [n for n, character in enumerate(line) if character.isdigit()]
    if not digits:
        return line
    at = dice.choice(digits)
    number = dice.choice(("", "0", "9", "-1", "65536", "4294967296", "1e9", "9" * 30))
    return line[:at] + number + line[at + 1 :]


def with_other_ssrcs(dice: random.Random, answer: str, known: Sequence[int]) -> str:
    """In order, but each stream is said to be another one, or one of somebody else."""
    lines = []
    for line in answer.split("\r\n"):
        ssrc = dice.choice((dice.getrandbits(32), dice.choice(known)))
        lines.append(f"a=ssrc:{ssrc or 1} cname:x" if line.startswith("a=ssrc:") else line)
    return "\r\n".join(lines)
