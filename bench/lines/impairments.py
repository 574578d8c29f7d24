"""The lines of the benchmark, by their names."""

from dataclasses import dataclass

from bench.lines.line import Burst, Conditions


@dataclass(frozen=True, slots=True)
class Impairment:
    """The outlet's line, the same both ways. `seconds` is how long frames are counted. In `chromium`
    the stations are browsers, and three.
    """

    name: str
    conditions: Conditions
    seconds: float = 20.0
    chromium: bool = False

    @property
    def chosen_by(self) -> str:
        """What `--only` calls it."""
        return f"chromium_{self.name}" if self.chromium else self.name


IMPAIRMENTS = (
    Impairment("none", Conditions()),
    Impairment("loss_1", Conditions(loss=0.01)),
    Impairment("loss_5", Conditions(loss=0.05)),
    Impairment("loss_10", Conditions(loss=0.10)),
    Impairment("loss_20", Conditions(loss=0.20)),
    # On average every 200th datagram begins a burst of 20, about 200 ms of voice and picture.
    Impairment("bursts", Conditions(burst=Burst(begins=0.005, ends=0.05))),
    Impairment("reordering", Conditions(reorder=0.1, reorder_ms=40)),
    Impairment("delay_200_ms", Conditions(delay_ms=200, jitter_ms=20)),
    Impairment("delay_200_ms_loss_5", Conditions(delay_ms=200, jitter_ms=20, loss=0.05)),
    Impairment("rate_400_kbps", Conditions(rate_kbps=400)),
    Impairment("blackout_3_s", Conditions(blackouts=((6.0, 9.0),)), 16.0),
    Impairment("blackout_10_s", Conditions(blackouts=((6.0, 16.0),)), 26.0),
    Impairment("loss_10", Conditions(loss=0.10), chromium=True),
    # Browsers need longer to begin.
    Impairment("blackout_10_s", Conditions(blackouts=((10.0, 20.0),)), 26.0, chromium=True),
)
