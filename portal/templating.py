"""Pages: Jinja2 with one environment a language, and `render`, the only way a page leaves."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from portal.display import DisplayTime
from portal.doors import all_doors
from portal.i18n import DEFAULT_LANGUAGE, Language, catalogue
from portal.import_map import import_map
from portal.keys import (
    ENVIRONMENTS,
    IMPORT_MAPS,
    LANGUAGE,
    NONCE,
    ROOMS,
    SESSION,
    SETTINGS,
    STATIC,
    TRACE_ID,
)
from portal.text_size import text_size_of


def make_environment(app: web.Application, language: Language) -> Environment:
    """Autoescape everywhere, and an undefined name is an error, not an empty place on a paper."""
    environment = Environment(
        loader=PrefixLoader(app[ROOMS].loaders),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=app[SETTINGS].development,
    )
    words = catalogue(language)
    # The i18n extension adds this method to the environment at run time.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True
    )
    clock = DisplayTime(app[SETTINGS].time_zone, language)
    environment.filters.update(
        datetime=clock.datetime,
        date=clock.date,
        day=clock.day,
        time=clock.time,
        duration=clock.duration,
    )
    environment.globals.update(
        static=app[STATIC].url,
        settings=app[SETTINGS],
        language=language,
        languages=tuple(Language),
        doors=all_doors(),
        log_is_shown=False,
    )
    return environment


def render(
    request: web.Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> web.Response:
    """The page `template` ("<room>/<file>.html") in the visitor's language.

    Templates always find: `session` (or none), `nonce`, `trace_id`, `path`, `text_size`,
    `import_map`, and the globals `static`, `settings`, `language`, `doors`. Never cached.
    """
    language = request.get(LANGUAGE, DEFAULT_LANGUAGE)
    text = (
        request.app[ENVIRONMENTS][language]
        .get_template(template)
        .render(
            {
                "session": request.get(SESSION),
                "nonce": request.get(NONCE, ""),
                "trace_id": request.get(TRACE_ID, ""),
                "path": request.rel_url.path_qs,
                "text_size": text_size_of(request),
                "import_map": _import_map(request.app, language),
                **(context or {}),
            }
        )
    )
    return web.Response(
        text=text,
        status=status,
        content_type="text/html",
        headers={"Cache-Control": "no-store", "Content-Language": language.value},
    )


def _import_map(app: web.Application, language: Language) -> Markup:
    """Made with the first page, when every room has handed in its files; they change in development alone."""
    made = app[IMPORT_MAPS].get(language)
    if made is None or app[SETTINGS].development:
        text = json.dumps(import_map(app[STATIC], language)).replace("<", "\\u003c")
        made = app[IMPORT_MAPS][language] = Markup(text)  # noqa: S704 - our own names and hashes
    return made


def setup_templating(app: web.Application) -> None:
    app[ROOMS].loaders["portal"] = FileSystemLoader(Path(__file__).parent / "templates")
    app[IMPORT_MAPS] = {}
    app[ENVIRONMENTS] = {language: make_environment(app, language) for language in Language}
