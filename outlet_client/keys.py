"""What the counter's handlers reach besides the shell's own keys."""

from dataclasses import dataclass

from aiohttp import web

from casework.keys.key_ring import KeyRing
from casework.materials.port import MaterialStore
from casework.model.actor_key import SigningRule
from outlet_client.mirror import Mirrors
from outlet_client.receipt_signatures import ReceiptSignatures
from outlet_client.screen_presence import ScreenPresence
from outlet_client.verifiers.sources import MaterialSources
from portal.papers.press import PaperPress


@dataclass(frozen=True, slots=True)
class Outlet:
    """`public_base_url` is empty where citizens' telephones cannot reach the site: papers then
    carry a number and a short code, and no QR that leads nowhere. `public_log_url` is where they reach
    the page of a receipt (`/receipt`), empty where they do not. `log_origin` is the name of the
    log that decisions stand in; empty where there is none. `device_signatures`: whether browsers of
    windows sign their requests for calls.
    """

    keys: KeyRing
    materials: MaterialStore
    sources: MaterialSources
    papers: PaperPress
    public_base_url: str
    public_log_url: str
    log_origin: str
    device_signatures: SigningRule
    receipt_signatures: ReceiptSignatures
    mirrors: Mirrors
    screens: ScreenPresence


OUTLET: web.AppKey[Outlet] = web.AppKey("outlet", Outlet)
