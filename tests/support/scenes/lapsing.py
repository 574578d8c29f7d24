"""An item whose supplements lapse, as a city publishes one: no shipped item does."""

import datetime as dt
from dataclasses import replace

from casework.actions.publish_item import PublishItem, publish_item
from casework.actor import SYSTEM
from casework.catalogue.guide import LegalBasis, SupplementRule
from casework.catalogue.loader import load_catalogue
from scenes.case_scene import Desk

RULE = LegalBasis("示范市政务服务条例", "第三十六条")
TERM = 10


def publish_lapsing(desk: Desk, code: str) -> None:
    """The next version of a shipped item, in force from the first day on."""
    item = next(one for one in load_catalogue().items if one.code == code)
    changed = replace(
        item,
        version=item.version + 1,
        effective_from=dt.date(2020, 1, 1),
        supplement=SupplementRule(TERM, RULE),
    )
    desk.run(publish_item, PublishItem(changed), SYSTEM)
