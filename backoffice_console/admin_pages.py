"""The administrator's pages, in the order of the rail. A further one is a line in this list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from portal.i18n import N_
from portal.templating import render


@dataclass(frozen=True, slots=True)
class AdminPage:
    """`key` names the page in the rail; `hint` stands below `label` on the landing page."""

    key: str
    label: str
    href: str
    icon: str
    hint: str


ADMIN_PAGES = (
    AdminPage(
        "outlets",
        N_("Outlets and windows"),
        "/admin/outlets",
        "window",
        N_("Open, change and close outlets and their windows"),
    ),
    AdminPage(
        "staff",
        N_("Staff and posts"),
        "/admin/staff",
        "user",
        N_("Who works where, and which posts they hold"),
    ),
    AdminPage(
        "groups",
        N_("Reviewer groups"),
        "/admin/groups",
        "list",
        N_("Who may review the items of a group"),
    ),
    AdminPage(
        "items",
        N_("Service items"),
        "/admin/items",
        "list",
        N_("Versions of items, their guides, and which outlets accept them"),
    ),
    AdminPage(
        "platforms",
        N_("Intake platforms"),
        "/admin/platforms",
        "send",
        N_("Who may open cases here by a link, by which keys, and where the fields belong"),
    ),
    AdminPage(
        "import",
        N_("Import a workbook"),
        "/admin/import",
        "upload",
        N_("Put outlets, windows and staff on the system in one go"),
    ),
)


def render_admin(
    request: web.Request,
    template: str,
    here: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> web.Response:
    """A page that extends `backoffice_console/admin_layout.html`; `here` is its key, or empty."""
    shell = {"admin_pages": ADMIN_PAGES, "here": here}
    return render(request, template, {**shell, **(context or {})}, status=status)
