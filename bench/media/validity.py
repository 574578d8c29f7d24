"""When a run counts. An invalid run is reported with its reasons, and gives no figure."""

from collections.abc import Sequence

from bench.media.clip import VIDEO_BITS_PER_SECOND
from bench.media.result import RunResult
from bench.media.schedule import PARTICIPANTS

LEAST_DELIVERY = 0.999
MOST_DIFFERENCE = 0.01
MOST_CLIENT_CORE = 0.7
LEAST_RECORDED = 0.5  # servers write in blocks of seconds: this tells recording from none


def faults(run: RunResult) -> list[str]:
    """What is wrong with one run by itself."""
    found = []
    if run.tally.delivery < LEAST_DELIVERY:
        found.append(f"delivery {run.tally.delivery:.4%} is below {LEAST_DELIVERY:.1%}")
    if run.tally.expected == 0:
        found.append("nothing was sent")
    if run.dropped:
        found.append(f"{run.dropped} datagrams were dropped at full sockets")
    if run.socket_faults:
        found.append(f"{run.socket_faults} faults at client sockets")
    if run.tally.strangers:
        found.append(f"{run.tally.strangers} packets are not what was sent under their number")
    published = run.rooms * PARTICIPANTS * run.seconds * VIDEO_BITS_PER_SECOND / 8
    if run.variant.recording and run.recorded_bytes < LEAST_RECORDED * published:
        found.append(f"only {run.recorded_bytes} of about {published:.0f} bytes were recorded")
    busiest = max(run.client_cores, default=0.0)
    if busiest > MOST_CLIENT_CORE:
        found.append(f"a client process used {busiest:.0%} of a core")
    return found


def difference_faults(runs: Sequence[RunResult]) -> list[str]:
    """What is wrong with runs that are to be compared: they must have carried the same."""
    rates = [run.tally.received / run.seconds for run in runs]
    found = []
    if rates and max(rates) > min(rates) * (1 + MOST_DIFFERENCE):
        found.append(f"the sides differ: {min(rates):.0f} to {max(rates):.0f} packets/s delivered")
    if len({run.tag_bytes for run in runs}) > 1:
        found.append("the sides negotiated different ciphers")
    return found
