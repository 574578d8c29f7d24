"""The story of a case as a page: one timeline of acts, calls, materials, papers and clocks.

The same piece for every door; whether the reader may see the case is asked by the room, before.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from casework.keys.key_ring import KeyRing
from casework.views.lists.lines import ListLine, lines_of
from casework.views.timeline import CaseStory, case_story
from portal import call_words, case_words
from portal.coded import word
from portal.entry_words import ENTRY_WORDS, ROUTINE
from portal.keys import CLOCK, STORE
from portal.templating import render
from portal.visit_words import VISIT_STEPS


async def story_page(
    request: web.Request,
    case_id: str,
    keys: KeyRing,
    template: str,
    context: Mapping[str, Any] | None = None,
) -> web.Response:
    """`template` extends the room's layout and calls the macro `case_story(story)`. Raises NotFound."""
    story, line = await request.app[STORE].read(_story, keys, case_id)
    shown = {
        "story": story,
        "line": line,
        "now_ms": request.app[CLOCK].wall_ms(),
        "entry_words": ENTRY_WORDS,
        "routine": ROUTINE,
        "case_words": case_words,
        "call_words": call_words,
        "visit_steps": VISIT_STEPS,
        "word": word,
    }
    return render(request, template, {**shown, **(context or {})})


def _story(conn: Connection, keys: KeyRing, case_id: str) -> tuple[CaseStory, ListLine]:
    story = case_story(conn, case_id)
    return story, lines_of(conn, keys, [case_id])[0]
