"""Item versions in the store: canonical JSON both ways, and its hash."""

import dataclasses
import datetime as dt
import hashlib
from functools import lru_cache

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, Connection, or_, select

from audit import canonical
from casework.catalogue.item import ItemVersion
from casework.errors import NotFound
from casework.policy.refusals import ItemNotInForce
from casework.store import schema_catalogue as s

_ADAPTER: TypeAdapter[ItemVersion] = TypeAdapter(ItemVersion)
_CAME_LATER = ("process", "channels", "limit", "fees", "second_review", "elements")
_NOTHING = {
    field.name: to_jsonable_python(field.default)
    for field in dataclasses.fields(ItemVersion)
    if field.name in _CAME_LATER
}


def content_of(item: ItemVersion) -> bytes:
    """Canonical JSON of the whole version. An element that came later and says nothing is left out:
    the hash of a version that was published before it stays what entries and signatures say.
    """
    value = {
        name: element
        for name, element in _ADAPTER.dump_python(item, mode="json").items()
        if name not in _NOTHING or element != _NOTHING[name]
    }
    value["applicants"] = sorted(value["applicants"])
    return canonical.encode(value)


def sha256_of(item: ItemVersion) -> str:
    return hashlib.sha256(content_of(item)).hexdigest()


@lru_cache(maxsize=1024)
def _parse(content: str) -> ItemVersion:
    return _ADAPTER.validate_json(content)


def load_item(conn: Connection, item_version_id: str) -> ItemVersion:
    """The version that a case was opened under; raises NotFound."""
    content = conn.scalar(
        select(s.item_version.c.content).where(s.item_version.c.id == item_version_id)
    )
    if content is None:
        raise NotFound("no such item version")
    return _parse(content)


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """`item.effective_from` is what the file proposed."""

    item: ItemVersion
    sha256: str
    saved_at_ms: int


def load_draft(conn: Connection, code: str) -> Draft:
    """Raises NotFound."""
    row = conn.execute(
        select(s.item_draft.c.content, s.item_draft.c.sha256, s.item_draft.c.saved_at_ms).where(
            s.item_draft.c.code == code
        )
    ).one_or_none()
    if row is None:
        raise NotFound("no such draft")
    return Draft(_parse(row.content), row.sha256, row.saved_at_ms)


def item_in_force(conn: Connection, code: str, day: dt.date) -> ItemVersion:
    """The newest version that has come into effect by `day`; raises ItemNotInForce."""
    content = conn.scalar(
        select(s.item_version.c.content)
        .where(s.item_version.c.code == code, in_force_on(day))
        .order_by(s.item_version.c.version.desc())
        .limit(1)
    )
    if content is None:
        raise ItemNotInForce(item=code[:40])
    return _parse(content)


def in_force_on(day: dt.date) -> ColumnElement[bool]:
    """Versions that have come into effect by `day` and were not closed; the highest counts."""
    return (s.item_version.c.effective_from <= day) & or_(
        s.item_version.c.closed_on.is_(None), s.item_version.c.closed_on > day
    )
