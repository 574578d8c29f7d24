"""Keys that sign decisions: a reviewer sees her own, the duty lead everybody's; both may revoke."""

from collections.abc import Sequence
from dataclasses import asdict

from aiohttp import web

from backoffice_console import keys, words
from backoffice_console.api.signing import origin_of
from backoffice_console.pages.hall import page_of
from backoffice_console.relying_party import credentials_for, relying_party
from backoffice_console.views.places import staff_shown
from backoffice_console.views.signing_keys import SigningKeyLine, signing_keys
from casework.actor import Actor, Role
from casework.views.actor_keys import authenticators_of
from portal.access import require
from portal.doors import Door
from portal.keys import SETTINGS, STORE
from portal.templating import render


@require(Door.REVIEWER)
async def show_own(request: web.Request, actor: Actor) -> web.Response:
    store, origin = request.app[STORE], origin_of(request)
    lines = await store.read(signing_keys, origin, actor.id)
    return _page(request, actor, lines, await _enrolment(request, actor))


@require(Door.LEAD)
async def show_all(request: web.Request, actor: Actor) -> web.Response:
    lines = await request.app[STORE].read(signing_keys, origin_of(request))
    return _page(request, actor, lines)


async def _enrolment(request: web.Request, actor: Actor) -> dict[str, object]:
    """What a security key is made known with: for whom, for which log, and which are known."""
    store, origin, party = request.app[STORE], origin_of(request), relying_party(request)
    person = await store.read(staff_shown, actor.id)
    held = await store.read(authenticators_of, origin, actor.id)
    return {
        "origin": origin,
        "rule": request.app[keys.SIGNING],
        "party": asdict(party) if party else None,
        "person": {"number": person.number, "name": person.name},
        "organisation": request.app[SETTINGS].organisation,
        "known": [one["credential"] for one in credentials_for(held, party)],
    }


def _page(
    request: web.Request,
    actor: Actor,
    lines: Sequence[SigningKeyLine],
    enrolment: dict[str, object] | None = None,
) -> web.Response:
    return render(
        request,
        "backoffice_console/signing_keys.html",
        {
            "lines": lines,
            "lead": actor.role is Role.DUTY_LEAD,
            "rule": request.app[keys.SIGNING],
            "words": words,
            "page": page_of(actor) | ({"enrolment": enrolment} if enrolment else {}),
        },
    )


def setup_signing_key_pages(app: web.Application) -> None:
    app.router.add_get("/hall/keys", show_own)
    app.router.add_get("/lead/keys", show_all)
