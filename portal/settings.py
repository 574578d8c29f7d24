"""What the web shell can be told. The front door reads files and the environment and hands this in."""

from dataclasses import dataclass

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """Durations are milliseconds.

    `secure_cookies` belongs to https; on http://localhost a browser would drop such cookies.
    `metrics_token` empty means that only a signed-in administrator reads /metrics.
    `mirror_token` lets mirrors read the log's entries; empty means that only auditors do.
    `trusted_proxies` are addresses of our own proxies: only they are believed about visitors.
    `hall_telephone` is told in a call whose line carries no speech any more.
    `supplement_days` is the term of a supplement in working days where an item names none.
    `demo` shows the demonstration accounts on the sign-in pages and is never set in service.
    """

    development: bool = False
    demo: bool = False
    secure_cookies: bool = False
    organisation: str = ""
    help_line: str = ""
    supplement_days: int = 15
    hall_telephone: str = ""
    time_zone: str = "Asia/Shanghai"
    metrics_token: str = ""
    mirror_token: str = ""
    trusted_proxies: frozenset[str] = frozenset()
    staff_session_ms: int = 12 * HOUR_MS
    staff_idle_ms: int = 4 * HOUR_MS
    screen_session_ms: int = 30 * 24 * HOUR_MS
    lock_after_failures: int = 5
    lock_ms: int = 15 * 60_000
    tries_per_minute_number: int = 10
    tries_per_minute_address: int = 120
    max_body_bytes: int = 2 * 1024 * 1024
