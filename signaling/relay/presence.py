"""Whether a leg is there: judged by anything authentic it sends, never by media alone."""

from signaling.relay.events import Presence

GONE_AFTER_NS = 3_000_000_000
KEPT_NS = 60_000_000_000
UNCONNECTED_NS = 60_000_000_000


def next_presence(state: Presence, silent_ns: int) -> Presence:
    """The state after `silent_ns` without anything authentic: STUN checks, SRTP, SRTCP.

    A muted microphone or a hidden tab is silent in RTP, but not in STUN consent (RFC 7675).
    """
    match state:
        case Presence.CONNECTED if silent_ns >= GONE_AFTER_NS:
            return Presence.GONE
        case Presence.GONE if silent_ns < GONE_AFTER_NS:
            return Presence.CONNECTED
        case Presence.GONE if silent_ns >= GONE_AFTER_NS + KEPT_NS:
            return Presence.CLOSED
        case Presence.CONNECTING if silent_ns >= UNCONNECTED_NS:
            return Presence.CLOSED
        case _:
            return state
