"""The hall's room of the web shell: reviewer desk, duty lead's wall, auditor pages, administration."""

from pathlib import Path

from aiohttp import web

from backoffice_console import keys
from backoffice_console.api.audit import setup_audit
from backoffice_console.api.calls import setup_calls
from backoffice_console.api.decisions import setup_decisions
from backoffice_console.api.devices import setup_devices
from backoffice_console.api.material_files import setup_material_files
from backoffice_console.api.paper_files import setup_paper_files
from backoffice_console.api.precheck import setup_precheck
from backoffice_console.api.promises import setup_promises
from backoffice_console.api.recordings import setup_recordings
from backoffice_console.api.review import setup_review
from backoffice_console.api.signing import setup_signing
from backoffice_console.api.supplement import setup_supplement
from backoffice_console.pages.admin import setup_admin_pages
from backoffice_console.pages.admin_groups import setup_admin_groups
from backoffice_console.pages.admin_import import setup_admin_import
from backoffice_console.pages.admin_outlets import setup_admin_outlets
from backoffice_console.pages.admin_platforms import setup_admin_platforms
from backoffice_console.pages.admin_staff import setup_admin_staff
from backoffice_console.pages.audit import setup_audit_pages
from backoffice_console.pages.cases import setup_case_lists
from backoffice_console.pages.devices import setup_device_pages
from backoffice_console.pages.hall import setup_hall_pages
from backoffice_console.pages.items import setup_item_pages
from backoffice_console.pages.lead import setup_lead_pages
from backoffice_console.pages.promises import setup_promise_pages
from backoffice_console.pages.second_notices import setup_second_notice_pages
from backoffice_console.pages.signing_keys import setup_signing_key_pages
from backoffice_console.ports import EvidenceService
from casework.keys.key_ring import KeyRing
from casework.log.case_status import LogStatus
from casework.materials.port import MaterialStore
from casework.model.actor_key import SigningRule
from portal.papers.city_templates import load_templates
from portal.papers.press import PaperPress
from portal.papers.seal import WetStamp
from portal.rooms import add_room


def setup_backoffice_console(
    app: web.Application,
    *,
    key_ring: KeyRing,
    materials: MaterialStore,
    recordings: Path,
    evidence: EvidenceService,
    log_status: LogStatus,
    papers: PaperPress | None = None,
    signing: SigningRule = SigningRule.OPTIONAL,
    site: str = "",
) -> None:
    """After `setup_portal`. `recordings` is the folder with one directory a call, `site` the web address
    for which security keys sign. `papers` makes printed papers again, with a wet stamp unless it is said.
    """
    app[keys.KEYS] = key_ring
    app[keys.MATERIALS] = materials
    app[keys.PAPERS] = papers or PaperPress(load_templates(), WetStamp())
    app[keys.RECORDINGS] = recordings
    app[keys.EVIDENCE] = evidence
    app[keys.LOG_STATUS] = log_status
    app[keys.SIGNING] = signing
    app[keys.SITE] = site

    add_room(app, "backoffice_console", Path(__file__).parent)

    setup_calls(app)
    setup_review(app)
    setup_precheck(app)
    setup_supplement(app)
    setup_promises(app)
    setup_decisions(app)
    setup_signing(app)
    setup_devices(app)
    setup_material_files(app)
    setup_paper_files(app)
    setup_audit(app)
    setup_recordings(app)

    setup_hall_pages(app)
    setup_lead_pages(app)
    setup_second_notice_pages(app)
    setup_promise_pages(app)
    setup_signing_key_pages(app)
    setup_device_pages(app)
    setup_audit_pages(app)
    setup_case_lists(app)
    setup_admin_pages(app)
    setup_admin_outlets(app)
    setup_admin_staff(app)
    setup_admin_groups(app)
    setup_admin_import(app)
    setup_item_pages(app)
    setup_admin_platforms(app)
