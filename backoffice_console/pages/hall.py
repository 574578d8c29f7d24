"""The reviewer's pages: the desk, and the page on which a case is reviewed, with or without a call."""

from dataclasses import asdict

from aiohttp import web
from sqlalchemy import Connection

from backoffice_console import keys, words
from backoffice_console.api.answers import id_in_path
from backoffice_console.relying_party import credentials_for, relying_party
from backoffice_console.views.day_counts import day_counts
from backoffice_console.views.desk_lists import in_my_hand, pool, queue_lines
from backoffice_console.views.done_today import done_today
from backoffice_console.views.leafing import Leaf, Leafing, leaf_query, leafing
from backoffice_console.views.reviewer_groups import group_names
from backoffice_console.views.scope import reviewable_case
from casework.actor import Actor
from casework.catalogue.stored_item import load_item
from casework.errors import NotFound
from casework.model.call import AwayReason, CallKind
from casework.model.call_session import CallSession
from casework.policy.call_rules import takes_part
from casework.policy.recording_guard import DECISION_WINDOW_MS
from casework.store.case_rows import load_case
from casework.store.reading import stream_seq
from casework.views.actor_keys import authenticators_of
from casework.views.calls import call_of, calls_of_case, cases_of, is_rung_by
from casework.views.grants import certified_groups
from portal.access import require
from portal.case_story import story_page
from portal.doors import Door
from portal.keys import CLOCK, SETTINGS, STORE
from portal.templating import render

_ROOM = "backoffice_console"


@require(Door.REVIEWER)
async def show_desk(request: web.Request, actor: Actor) -> web.Response:
    """Queries `item` and `outlet` filter the pool that is shown."""
    now_ms, asked = request.app[CLOCK].wall_ms(), _filters(request)
    shown = await request.app[STORE].read(_desk, actor, now_ms, asked)
    page = page_of(actor) | {"streams": shown.pop("streams")}
    query = leaf_query(Leaf.POOL, asked)
    context = {"asked": asked, "pool_query": query, "now_ms": now_ms, "words": words, "page": page}
    return render(request, f"{_ROOM}/desk.html", shown | context)


def _filters(request: web.Request) -> dict[str, str]:
    return {name: request.query.get(name, "")[:80] for name in ("item", "outlet")}


def _desk(conn: Connection, actor: Actor, now_ms: int, asked: dict[str, str]) -> dict[str, object]:
    """Everything of the desk in one look at the store, with the numbers of the streams it belongs to."""
    groups = certified_groups(conn, actor.id, now_ms)
    names = ("queue", *(f"pool:{group}" for group in sorted(groups)))
    return {
        "streams": {name: stream_seq(conn, name) for name in names},
        "groups": group_names(conn, actor.id, now_ms),
        "queue": queue_lines(conn, actor, now_ms),
        "pool": pool(conn, actor, now_ms, **asked),
        "mine": in_my_hand(conn, actor, now_ms),
        "today": day_counts(conn, now_ms, actor.id),
    }


@require(Door.REVIEWER)
async def show_done(request: web.Request, actor: Actor) -> web.Response:
    store, now_ms = request.app[STORE], request.app[CLOCK].wall_ms()
    return render(
        request,
        f"{_ROOM}/done.html",
        {
            "lines": await store.read(done_today, actor, now_ms),
            "today": await store.read(day_counts, now_ms, actor.id),
            "words": words,
            "page": page_of(actor),
        },
    )


@require(Door.REVIEWER)
async def show_case(request: web.Request, actor: Actor) -> web.Response:
    """Desk review. A case in a running call of one's own is shown on the call's page. Query `leaf` leafs
    through a list, from case to case; `item` and `outlet` narrow the pool as on the desk.
    """
    case_id, store = id_in_path(request, "case_id"), request.app[STORE]
    await store.read(reviewable_case, actor, case_id, request.app[CLOCK].wall_ms())
    last = await store.read(_last_own_call, actor, case_id, request.app[CLOCK].wall_ms())
    asked = request.query.get("leaf", "")
    leaf = None
    if asked in set(Leaf):
        now_ms = request.app[CLOCK].wall_ms()
        leaf = await store.read(leafing, actor, now_ms, Leaf(asked), case_id, _filters(request))
    return await _review(
        request, actor, call_id=None, case_id=case_id, decision_call=last, leaf=leaf
    )


@require(Door.REVIEWER)
async def show_story(request: web.Request, actor: Actor) -> web.Response:
    """What happened to the case so far, on a page of its own: the desk stays as it is."""
    case_id = id_in_path(request, "case_id")
    await request.app[STORE].read(reviewable_case, actor, case_id, request.app[CLOCK].wall_ms())
    return await story_page(request, case_id, request.app[keys.KEYS], f"{_ROOM}/hall_story.html")


@require(Door.REVIEWER)
async def show_call(request: web.Request, actor: Actor) -> web.Response:
    """The page that carries the reviewer's leg. Query `case` chooses among the call's cases. Whoever is
    rung gets it too, which has no more of the case than its id, to have it at hand when answering. A
    pre-check's has no case: only what the draft's item asks for.
    """
    call_id = id_in_path(request, "call_id")
    call, case_ids = await request.app[STORE].read(_my_call, actor, call_id)
    if call.kind is CallKind.PRECHECK:
        return await _review(request, actor, call_id=call_id, case_id=None, precheck=True)
    asked = request.query.get("case", "")
    case_id = asked if asked in case_ids else next(iter(case_ids), None)
    return await _review(request, actor, call_id=call_id, case_id=case_id)


async def _review(
    request: web.Request,
    actor: Actor,
    *,
    call_id: str | None,
    case_id: str | None,
    decision_call: str | None = None,
    leaf: Leafing | None = None,
    precheck: bool = False,
) -> web.Response:
    origin, party = request.app[keys.LOG_STATUS].published().origin, relying_party(request)
    held = await request.app[STORE].read(authenticators_of, origin, actor.id)
    page = page_of(actor) | {
        "call": call_id,
        "case": case_id,
        "decision_call": decision_call,
        "precheck": precheck,
        "supplement_days": request.app[SETTINGS].supplement_days,
        "signing": {
            "rule": request.app[keys.SIGNING],
            "origin": origin,
            "party": asdict(party) if party else None,
            "authenticators": len(credentials_for(held, party)),
        },
        "words": {
            "states": dict(words.choices(words.CASE_STATES)),
            "priorities": dict(words.choices(words.PRIORITIES)),
            "sources": dict(words.choices(words.MATERIAL_SOURCES)),
            "refusals": words.choices(words.REFUSAL_REASONS),
            "remedies": words.choices(words.REMEDIES),
            "returns": words.choices(words.RETURN_REASONS),
            "notice_reasons": words.choices(words.NOTICE_REASONS),
            "notice_channels": dict(words.choices(words.NOTICE_CHANNELS)),
            "papers": dict(words.choices(words.PAPERS)),
            "persons": dict(words.choices(words.PERSONS)),
            "call_states": dict(words.choices(words.CALL_STATES)),
        },
    }
    context = {
        "page": page,
        "in_call": call_id is not None,
        "leaf": leaf,
        "precheck": precheck,
    }
    return render(request, f"{_ROOM}/review.html", context)


def page_of(actor: Actor) -> dict[str, object]:
    """What every script of the desk needs to know: who, and what may be said."""
    return {
        "me": actor.id,
        "away": words.choices(words.AWAY_REASONS, {AwayReason.MISSED_CALLS}),
        "away_words": dict(words.choices(words.AWAY_REASONS)),
        "declines": words.choices(words.DECLINE_REASONS),
    }


def _my_call(conn: Connection, actor: Actor, call_id: str) -> tuple[CallSession, list[str]]:
    call = call_of(conn, call_id)
    if not (takes_part(actor, call) or is_rung_by(conn, call_id, actor.id)):
        raise NotFound("no such call")
    return call, cases_of(conn, call_id)


def _last_own_call(conn: Connection, actor: Actor, case_id: str, now_ms: int) -> str | None:
    """The reviewer's newest call about the case, as long as a decision may still rest on it."""
    own = [
        call
        for call in calls_of_case(conn, case_id)
        if call.reviewer_id == actor.id and call.kind is not CallKind.PRECHECK
    ]
    if not own or not own[-1].ended_in_order:
        return None
    if own[-1].recheck_due and not _needs_call(conn, case_id):
        return None  # decided on its papers: the call stands for nothing
    return own[-1].id if now_ms - (own[-1].ended_ms or 0) <= DECISION_WINDOW_MS else None


def _needs_call(conn: Connection, case_id: str) -> bool:
    return load_item(conn, load_case(conn, case_id).item_version_id).call_required


def setup_hall_pages(app: web.Application) -> None:
    app.router.add_get("/hall", show_desk)
    app.router.add_get("/hall/done", show_done)
    app.router.add_get("/hall/case/{case_id}", show_case)
    app.router.add_get("/hall/case/{case_id}/story", show_story)
    app.router.add_get("/hall/call/{call_id}", show_call)
