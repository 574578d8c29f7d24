"""/admin/platforms: the city's intake platforms, their keys, their outlets, and where their fields belong."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from backoffice_console import catalogue_words
from backoffice_console.admin_forms import Deed, Form, act, end_of_day
from backoffice_console.admin_pages import render_admin
from backoffice_console.api.signing import origin_of
from backoffice_console.catalogue_upload import read_upload
from casework.actions.add_platform_key import AddPlatformKey, add_platform_key
from casework.actions.close_platform import ClosePlatform, close_platform
from casework.actions.end_platform_key import EndPlatformKey, end_platform_key
from casework.actions.open_platform import OpenPlatform, open_platform
from casework.actions.remove_mapping import RemoveMapping, remove_mapping
from casework.actions.save_mappings import SavedMappings, SaveMappings, save_mappings
from casework.actions.set_platform_outlet import SetPlatformOutlet, set_platform_outlet
from casework.actor import Actor
from casework.catalogue.faults import BadRow
from casework.errors import DomainError, InvalidInput, NotFound
from casework.launch.mapping_file import (
    MAX_MAPPING_BYTES,
    MappingReport,
    mappings_yaml,
    read_mappings,
)
from casework.launch.platform_key import MAX_KEY_TEXT
from casework.views.platforms import mappings_of, platform_lines, platform_page
from portal.access import require
from portal.acts import run
from portal.bodies import FormLine, read_form
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.problem import Problem, problem_of

PATH = "/admin/platforms"
SHOWN_BAD_ROWS = 100
MAX_TYPED = 20_000
"""Characters of a mapping typed on the page, three bytes each at most; a longer one comes as a file."""


async def platforms_page(request: web.Request, problem: Problem | None = None) -> web.Response:
    lines = await request.app[STORE].read(platform_lines, request.app[CLOCK].wall_ms())
    status = problem.status if problem else 200
    context = {"lines": lines, "problem": problem}
    return render_admin(
        request, "backoffice_console/admin_platforms.html", "platforms", context, status=status
    )


async def one_page(
    request: web.Request,
    problem: Problem | None = None,
    *,
    typed: str | None = None,
    bad_rows: tuple[BadRow, ...] = (),
    saved: SavedMappings | None = None,
) -> web.Response:
    """What was typed and refused stands in its field again."""
    platform_id, now_ms = request.match_info["platform"], request.app[CLOCK].wall_ms()
    store = request.app[STORE]
    shown = await store.read(platform_page, platform_id, now_ms)
    mappings = await store.read(mappings_of, platform_id)
    written = await asyncio.to_thread(mappings_yaml, mappings)
    context: dict[str, Any] = {
        "shown": shown,
        "origin": origin_of(request),
        "typed": written.decode() if typed is None else typed,
        "most_typed": MAX_TYPED,
        "bad_rows": bad_rows[:SHOWN_BAD_ROWS],
        "bad_count": len(bad_rows),
        "saved": saved,
        "problem": problem,
        "words": catalogue_words,
    }
    status = 422 if bad_rows else problem.status if problem else 200
    return render_admin(
        request, "backoffice_console/admin_platform.html", "platforms", context, status=status
    )


@require(Door.ADMIN)
async def show_platforms(request: web.Request, _actor: Actor) -> web.Response:
    return await platforms_page(request)


@require(Door.ADMIN)
async def show_platform(request: web.Request, _actor: Actor) -> web.Response:
    return await one_page(request)


@require(Door.ADMIN)
async def post_platform(request: web.Request, actor: Actor) -> web.Response:
    lines = {"name": FormLine(200), "issuer": FormLine(200)}
    try:
        form = await read_form(request, lines)
        command = OpenPlatform(origin_of(request), form["name"], form["issuer"].strip())
        platform_id = await run(request, open_platform, command, actor)
    except DomainError as refused:
        return await platforms_page(request, problem_of(refused))
    raise web.HTTPSeeOther(f"{PATH}/{platform_id}")


@require(Door.ADMIN)
async def post_key(request: web.Request, actor: Actor) -> web.Response:
    lines = {"kid": FormLine(80), "key": FormLine(MAX_KEY_TEXT)}
    try:
        form = await read_form(request, lines)
        command = AddPlatformKey(*_mine(request), form["key"].strip(), form["kid"].strip())
        await run(request, add_platform_key, command, actor)
    except DomainError as refused:
        return await one_page(request, problem_of(refused))
    raise web.HTTPSeeOther(_here(request))


@require(Door.ADMIN)
async def post_key_end(request: web.Request, actor: Actor) -> web.Response:
    try:
        form = await read_form(request, {"kid": FormLine(80), "until": FormLine(10)})
        until_ms = end_of_day(form["until"], "until")
        command = EndPlatformKey(*_mine(request), form["kid"], until_ms)
        await run(request, end_platform_key, command, actor)
    except DomainError as refused:
        return await one_page(request, problem_of(refused))
    raise web.HTTPSeeOther(_here(request))


@require(Door.ADMIN)
async def post_mapping_file(request: web.Request, actor: Actor) -> web.Response:
    """All of the file is taken over, or nothing is and every bad row is told."""
    name, content = await read_upload(request)
    return await _save(request, actor, name, content)


@require(Door.ADMIN)
async def post_mapping_text(request: web.Request, actor: Actor) -> web.Response:
    try:
        form = await read_form(request, {"mapping": FormLine(MAX_TYPED)})
    except DomainError as refused:
        return await one_page(request, problem_of(refused))
    typed = form["mapping"].replace("\r\n", "\n")
    return await _save(request, actor, "", typed.encode(), typed=typed)


@require(Door.ADMIN)
async def export_mapping(request: web.Request, _actor: Actor) -> web.Response:
    mappings = await request.app[STORE].read(mappings_of, request.match_info["platform"])
    content = await asyncio.to_thread(mappings_yaml, mappings)
    return web.Response(
        body=content,
        content_type="application/yaml",
        headers={
            "Content-Disposition": 'attachment; filename="mapping.yaml"',
            "Cache-Control": "no-store",
        },
    )


@require(Door.ADMIN)
async def post_deed(request: web.Request, actor: Actor) -> web.Response:
    mine = _mine(request)

    async def allow(form: Form) -> SetPlatformOutlet:
        return SetPlatformOutlet(*mine, form["outlet"], allowed=True)

    async def withdraw(form: Form) -> SetPlatformOutlet:
        return SetPlatformOutlet(*mine, form["outlet"], allowed=False)

    async def unmap(form: Form) -> RemoveMapping:
        return RemoveMapping(*mine, form["item"])

    async def close(_form: Form) -> ClosePlatform:
        return ClosePlatform(*mine)

    deeds: dict[str, Deed] = {
        "allow": (set_platform_outlet, allow),
        "withdraw": (set_platform_outlet, withdraw),
        "unmap": (remove_mapping, unmap),
        "close": (close_platform, close),
    }
    deed = request.match_info["deed"]
    if deed not in deeds:
        raise NotFound("no such deed")
    action, command = deeds[deed]
    return await act(request, actor, action, command, page=one_page, onward=_here(request))


async def _save(
    request: web.Request, actor: Actor, name: str, content: bytes, *, typed: str | None = None
) -> web.Response:
    try:
        if len(content) > MAX_MAPPING_BYTES:
            raise InvalidInput(field="file", limit=MAX_MAPPING_BYTES)
        report: MappingReport = await asyncio.to_thread(read_mappings, name, content)
        if report.bad_rows:
            return await one_page(request, typed=typed, bad_rows=report.bad_rows)
        command = SaveMappings(*_mine(request), report.mappings)
        saved = await run(request, save_mappings, command, actor)
    except DomainError as refused:
        return await one_page(request, problem_of(refused), typed=typed)
    if saved.bad_rows:
        return await one_page(request, typed=typed, bad_rows=saved.bad_rows)
    return await one_page(request, saved=saved)


def _mine(request: web.Request) -> tuple[str, str]:
    """What every act on the platform in the address begins with."""
    return origin_of(request), request.match_info["platform"]


def _here(request: web.Request) -> str:
    return f"{PATH}/{request.match_info['platform']}"


def setup_admin_platforms(app: web.Application) -> None:
    one = f"{PATH}/{{platform:[0-9A-Z]{{26}}}}"
    posts: tuple[tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]], ...] = (
        ("keys", post_key),
        ("keys/end", post_key_end),
        ("mapping", post_mapping_text),
        ("mapping/file", post_mapping_file),
        ("{deed}", post_deed),
    )
    app.router.add_get(PATH, show_platforms)
    app.router.add_post(PATH, post_platform)
    app.router.add_get(one, show_platform)
    app.router.add_get(f"{one}/mapping.yaml", export_mapping)
    for path, handler in posts:
        app.router.add_post(f"{one}/{path}", handler)
