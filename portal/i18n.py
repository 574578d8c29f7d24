"""Languages: English message ids in the code, catalogues beside it, one language a request.

`_` translates now, for the request being answered; `N_` only marks a text that is translated
where it is shown. Catalogues are the .po files of `locale/`, one a room, compiled when first used:
no binary catalogue is kept in the repository.
"""

import io
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path

from aiohttp import web
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LOCALE_ROOT = Path(__file__).parent / "locale"
LANGUAGE_COOKIE = "yc_lang"


class Language(StrEnum):
    ZH_CN = "zh-CN"
    EN = "en"

    @property
    def own_name(self) -> str:
        """The language in its own words, as a switch shows it."""
        return str(Locale.parse(self.value, sep="-").get_language_name())


DEFAULT_LANGUAGE = Language.ZH_CN
_current: ContextVar[Language] = ContextVar("yunchuang_language", default=DEFAULT_LANGUAGE)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    return message


def _(message: str) -> str:
    return catalogue(_current.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    return catalogue(_current.get()).ngettext(singular, plural, count)


def current_language() -> Language:
    return _current.get()


def use_language(language: Language) -> None:
    """Sets the language of the running task; a request's own task needs no reset."""
    _current.set(language)


def catalogue_files(language: Language) -> list[Path]:
    return sorted((LOCALE_ROOT / language.value.replace("-", "_")).glob("*.po"))


@cache
def catalogue(language: Language) -> NullTranslations:
    """All rooms' messages of a language. English needs none: the message ids are English."""
    merged = NullTranslations()
    for path in catalogue_files(language):
        with path.open("rb") as source:
            messages = read_po(source, locale=language.value.replace("-", "_"))
        compiled = io.BytesIO()
        write_mo(compiled, messages)
        compiled.seek(0)
        translations = Translations(compiled)
        if isinstance(merged, Translations):
            merged.merge(translations)
        else:
            merged = translations
    return merged


def language_of(request: web.BaseRequest) -> Language:
    """The visitor's own choice, else Chinese; the browser's list of languages is not asked."""
    try:
        return Language(request.cookies.get(LANGUAGE_COOKIE, ""))
    except ValueError:
        return DEFAULT_LANGUAGE
