"""Times as people read them: 2026年11月21日 10:05, never relative alone."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from portal.i18n import Language


class DisplayTime:
    """Turns wall milliseconds into words of one language and time zone; None becomes ""."""

    def __init__(self, time_zone: str, language: Language) -> None:
        self._zone = ZoneInfo(time_zone)
        self._locale = _locale_of(language)

    def date(self, wall_ms: int | None) -> str:
        if wall_ms is None:
            return ""
        return _long_date(self._at(wall_ms).date(), self._locale)

    def day(self, day: dt.date) -> str:
        return _long_date(day, self._locale)

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


@lru_cache(maxsize=4096)
def _long_date(day: dt.date, locale: Locale) -> str:
    """The days of a list are few, and Babel reads the pattern again with every date."""
    return format_date(day, format="long", locale=locale)


@lru_cache
def _locale_of(language: Language) -> Locale:
    """Made once: given a name, Babel looks for the locale's files again with every date."""
    return Locale.parse(language.value, sep="-")
