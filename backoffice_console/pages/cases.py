"""Lists of cases of the hall: the reviewer's, the duty lead's and the auditor's."""

from aiohttp import web

from backoffice_console.keys import KEYS, LOG_STATUS
from portal.case_lists.pages import add_case_list
from portal.case_lists.place import ListPlace
from portal.doors import Door

_ROOM = "backoffice_console"


def setup_case_lists(app: web.Application) -> None:
    def origin() -> str:
        return app[LOG_STATUS].published().origin

    for path, door, template, case_path, story in (
        ("/hall/cases", Door.REVIEWER, "hall_cases", "/hall/case/", "/story"),
        ("/lead/cases", Door.LEAD, "lead_cases", "/lead/cases/", ""),
        ("/audit", Door.AUDITOR, "audit_list", "/audit/cases/", ""),
    ):
        page = f"{_ROOM}/{template}.html"
        add_case_list(app, ListPlace(path, door, page, app[KEYS], origin, case_path, story))
