"""The counter's room in one screen: what it is made of."""

from pathlib import Path

from aiohttp import web

from casework.keys.key_ring import KeyRing
from casework.materials.port import MaterialStore
from casework.model.actor_key import SigningRule
from outlet_client.api import (
    device,
    filling,
    issuing,
    materials,
    mirror,
    opening,
    rating,
    roads,
    signing,
    work,
)
from outlet_client.keys import OUTLET, Outlet
from outlet_client.mirror import Mirrors
from outlet_client.pages import enquiry, guide, lead, screen, window
from outlet_client.receipt_signatures import ReceiptSignatures
from outlet_client.screen_presence import PageHub, ScreenPresence
from portal.rooms import add_room


def setup_outlet(
    app: web.Application,
    *,
    keys: KeyRing,
    store: MaterialStore,
    hub: PageHub,
    public_base_url: str = "",
    public_log_url: str = "",
    log_origin: str = "",
    device_signatures: SigningRule = SigningRule.OFF,
) -> None:
    """Adds pages and interface of the counter to a shell (`portal.app.setup_portal`).

    `hub` passes messages of the moment to the pages of a window, and knows which are there.
    """
    app[OUTLET] = Outlet(
        keys=keys,
        materials=store,
        public_base_url=public_base_url,
        public_log_url=public_log_url,
        log_origin=log_origin,
        device_signatures=device_signatures,
        receipt_signatures=ReceiptSignatures(),
        mirrors=Mirrors(hub.tell),
        screens=ScreenPresence(hub),
    )
    add_room(app, "outlet_client", Path(__file__).parent)
    for part in (
        device,
        opening,
        filling,
        materials,
        signing,
        roads,
        issuing,
        rating,
        work,
        mirror,
    ):
        part.add_routes(app)
    for page in (window, screen, enquiry, guide, lead):
        page.add_routes(app)
