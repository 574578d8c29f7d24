"""The page of a receipt: the same for everybody, so that it is made once a language.

What stands on the receipt travels in the address's fragment, which no server sees, and is held
against the log by the visitor's own browser (`static/js/log/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from audit.cosignature import WitnessKey
from audit.note import VerifyingKey, encode_base64
from portal.hashed_files import StaticFiles
from portal.i18n import Language, catalogue

PAGE_FILES = (
    "favicon.svg",
    "icons.svg",
    "css/tokens.css",
    "css/base.css",
    "css/controls.css",
    "css/pieces.css",
    "css/receipt.css",
    "js/log/bytes.js",
    "js/log/checkpoint.js",
    "js/log/merkle.js",
    "js/log/proof_file.js",
    "js/log/receipt_check.js",
    "js/log/receipt_page.js",
    "js/log/tiles.js",
)
"""All that the page loads, below STATIC_FOLDER."""

STATIC_FOLDER = Path(__file__).parents[1] / "static"
_TEMPLATES = Path(__file__).parents[1] / "templates"
# No script in the page itself, no form that goes anywhere, nothing from anybody else.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class ReceiptPage:
    """`organisation` and `help_line` tell whom to ask; empty where none is set."""

    static: StaticFiles
    log_key: VerifyingKey
    witnesses: Sequence[WitnessKey] = ()
    organisation: str = ""
    help_line: str = ""

    def answer(self, language: Language) -> web.Response:
        return web.Response(
            text=self._texts[language],
            content_type="text/html",
            headers={
                "Cache-Control": "no-cache",
                "Content-Language": language.value,
                "Content-Security-Policy": _POLICY,
                "Referrer-Policy": "no-referrer",
            },
        )

    @cached_property
    def _texts(self) -> dict[Language, str]:
        return {language: self._text(language) for language in Language}

    def _text(self, language: Language) -> str:
        environment = Environment(
            loader=PrefixLoader({"portal": FileSystemLoader(_TEMPLATES)}),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        words = catalogue(language)
        # The i18n extension adds this method to the environment at run time.
        environment.install_gettext_callables(  # type: ignore[attr-defined]
            words.gettext, words.ngettext, newstyle=True
        )
        environment.globals["static"] = self.static.url
        return environment.get_template("portal/receipt.html").render(
            language=language,
            other=next(one for one in Language if one is not language),
            origin=self.log_key.name,
            log_key=_page_key(self.log_key),
            witnesses=[_page_key(one.key) for one in self.witnesses],
            organisation=self.organisation,
            help_line=self.help_line,
        )


def _page_key(key: VerifyingKey) -> dict[str, str]:
    return {"name": key.name, "id": key.key_id.hex(), "public": encode_base64(key.public)}
