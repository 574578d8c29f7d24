"""The counter's room in one screen: what it is made of."""

from pathlib import Path

from aiohttp import web

from casework.keys.key_ring import KeyRing
from casework.materials.port import MaterialStore
from casework.model.actor_key import SigningRule
from outlet_client.api import (
    channels,
    commitments,
    device,
    filling,
    finding,
    issuing,
    launches,
    material_sources,
    materials,
    mirror,
    opening,
    originals,
    persons,
    present,
    rating,
    roads,
    signing,
    supplement,
    visits,
    work,
)
from outlet_client.api import (
    papers as paper_routes,
)
from outlet_client.keys import OUTLET, Outlet
from outlet_client.mirror import Mirrors
from outlet_client.pages import (
    enquiry,
    guide,
    lead,
    lead_visits,
    screen,
    story,
    usher,
    usher_form,
    window,
)
from outlet_client.receipt_signatures import ReceiptSignatures
from outlet_client.screen_presence import PageHub, ScreenPresence
from outlet_client.verifiers.sources import MaterialSources
from portal.keys import CLOCK
from portal.papers.city_templates import load_templates
from portal.papers.press import PaperPress
from portal.papers.seal import WetStamp
from portal.rooms import add_room


def setup_outlet(
    app: web.Application,
    *,
    keys: KeyRing,
    store: MaterialStore,
    hub: PageHub,
    sources: MaterialSources | None = None,
    papers: PaperPress | None = None,
    public_base_url: str = "",
    public_log_url: str = "",
    log_origin: str = "",
    device_signatures: SigningRule = SigningRule.OFF,
) -> None:
    """Adds pages and interface of the counter to a shell (`portal.app.setup_portal`).

    `sources` are asked for materials that nobody brings. `papers` sets the papers of cases, by the shipped templates unless it is said. `hub` passes messages of the moment to the pages of a window, and knows which are there.
    """
    made = sources or MaterialSources()

    async def close_sources(_app: web.Application) -> None:
        await made.close()

    app.on_cleanup.append(close_sources)
    app[OUTLET] = Outlet(
        keys=keys,
        materials=store,
        sources=made,
        papers=papers or PaperPress(load_templates(), WetStamp()),
        public_base_url=public_base_url,
        public_log_url=public_log_url,
        log_origin=log_origin,
        device_signatures=device_signatures,
        receipt_signatures=ReceiptSignatures(app[CLOCK]),
        mirrors=Mirrors(hub.tell),
        screens=ScreenPresence(hub),
    )
    add_room(app, "outlet_client", Path(__file__).parent)
    for part in (
        device,
        opening,
        launches,
        filling,
        persons,
        present,
        materials,
        material_sources,
        commitments,
        originals,
        signing,
        roads,
        supplement,
        channels,
        issuing,
        paper_routes,
        rating,
        work,
        finding,
        mirror,
        visits,
    ):
        part.add_routes(app)
    for page in (window, screen, enquiry, guide, lead, lead_visits, story, usher, usher_form):
        page.add_routes(app)
