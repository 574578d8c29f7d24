"""What the ladder is told of each direction of a leg."""

from dataclasses import dataclass

from casework.policy.ladder import CALM_LOSS, LOWER_VIDEO_KBPS, VOICE_KBPS, Load
from casework.worker_link import messages as m

OWN_CEILING_SHARE = 0.9
"""A page whose estimate comes so near to what it is allowed is held by us, not by its line."""


@dataclass(frozen=True, slots=True)
class PageReport:
    """What only the page knows. `up_kbps` is the browser's own estimate of what it could send."""

    freezes: int
    up_kbps: int | None


def up_load(event: m.LegQuality, page: PageReport | None, *, has_sound: bool) -> Load:
    """What the leg sends. Its capacity is known by the page alone: transport-wide feedback makes the
    sender's congestion control the only one that sees the line.
    """
    capacity = None if page is None else page.up_kbps
    ceiling = event.up_ceiling_kbps
    if capacity is not None and ceiling and capacity >= OWN_CEILING_SHARE * ceiling:
        capacity = None
    return Load(
        kbps=event.up_kbps,
        loss_permille=event.up_loss_permille,
        capacity_kbps=capacity,
        rtt_ms=event.rtt_ms,
        videos=event.up_videos,
        has_sound=has_sound,
    )


def down_load(event: m.LegQuality, *, has_sound: bool) -> Load:
    """What the leg gets. The receiver's estimate alone lowers pictures and never pauses them, since
    a machine that is busy measures low; with loss beside it, it is believed.

    The round trip counts on the way up only: nobody can tell which way a queue stands.
    """
    estimate = event.down_estimate_kbps
    if estimate is not None and event.down_loss_permille < CALM_LOSS:
        least = LOWER_VIDEO_KBPS * event.down_videos + (VOICE_KBPS if has_sound else 0)
        estimate = max(estimate, least)
    return Load(
        kbps=event.down_kbps,
        loss_permille=event.down_loss_permille,
        capacity_kbps=estimate,
        videos=event.down_videos,
        has_sound=has_sound,
    )
