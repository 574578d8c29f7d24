"""Times as people read them: 2026年11月21日 10:05, never relative alone."""

import datetime as dt
from zoneinfo import ZoneInfo

from portal.i18n import Language

_DATE = {Language.ZH_CN: "{0.year}年{0.month}月{0.day}日", Language.EN: "{0:%Y-%m-%d}"}


class DisplayTime:
    """Turns wall milliseconds into words of one language and time zone."""

    def __init__(self, time_zone: str, language: Language) -> None:
        self._zone = ZoneInfo(time_zone)
        self._date = _DATE[language]

    def date(self, wall_ms: int | None) -> str:
        return "" if wall_ms is None else self._date.format(self._at(wall_ms))

    def time(self, wall_ms: int | None) -> str:
        return "" if wall_ms is None else f"{self._at(wall_ms):%H:%M}"

    def datetime(self, wall_ms: int | None) -> str:
        return "" if wall_ms is None else f"{self.date(wall_ms)} {self.time(wall_ms)}"

    @staticmethod
    def duration(ms: int | None) -> str:
        """A running length: 00:42, 1:02:03."""
        if ms is None:
            return ""
        minutes, seconds = divmod(max(ms, 0) // 1000, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"

    def _at(self, wall_ms: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(wall_ms / 1000, self._zone)
