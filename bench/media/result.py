"""What one run found."""

from dataclasses import dataclass

from bench.media.counting import Tally
from bench.media.servers.port import Variant


@dataclass(frozen=True, slots=True)
class RunResult:
    """`cpu_percent` of one core by the server's process tree, `client_cores` shares of a core by
    each client process, `resident_mb` of the server at the end of the window of `seconds` by the clients' marks;
    `tag_bytes` are the sizes of SRTP tags, `recorded_bytes` what came to disk in the window.
    """

    variant: Variant
    rooms: int
    seconds: float
    cpu_percent: float
    resident_mb: float
    client_cores: tuple[float, ...]
    dropped: int
    socket_faults: int
    tag_bytes: tuple[int, ...]
    recorded_bytes: int
    tally: Tally

    @property
    def cpu_percent_per_room(self) -> float:
        return self.cpu_percent / self.rooms

    @property
    def p99_ms(self) -> float:
        return self.tally.delay_ms(0.99)
