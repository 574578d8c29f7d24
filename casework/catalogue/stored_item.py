"""Item versions in the store: canonical JSON both ways, and its hash."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import BindParameter, ColumnElement, Connection, Date, bindparam, or_, select

from audit import canonical
from casework.catalogue.item import ItemVersion, MaterialSpec
from casework.errors import NotFound
from casework.policy.refusals import ItemNotInForce
from casework.store import schema_catalogue as s
from casework.store.prepared import Prepared, Row
from casework.store.schema_case import cases

_ADAPTER: TypeAdapter[ItemVersion] = TypeAdapter(ItemVersion)
_CAME_LATER = frozenset(
    {"process", "channels", "limit", "fees", "second_review", "elements", "persons", "supplement"}
)
_NOTHING = {
    field.name: to_jsonable_python(field.default)
    for field in dataclasses.fields(ItemVersion)
    if field.name in _CAME_LATER
}
_NOTHING_OF_A_MATERIAL = {
    field.name: to_jsonable_python(field.default)
    for field in dataclasses.fields(MaterialSpec)
    if field.name in {"sources", "commitment"}
}


def content_of(item: ItemVersion) -> bytes:
    """Canonical JSON of the whole version. An element that came later and says nothing is left out:
    the hash of a version that was published before it stays what entries and signatures say.
    """
    value = _said(_ADAPTER.dump_python(item, mode="json"), _NOTHING)
    value["applicants"] = sorted(value["applicants"])
    value["materials"] = [_said(spec, _NOTHING_OF_A_MATERIAL) for spec in value["materials"]]
    return canonical.encode(value)


def _said(value: Mapping[str, Any], nothing: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: element
        for name, element in value.items()
        if name not in nothing or element != nothing[name]
    }


def sha256_of(item: ItemVersion) -> str:
    return hashlib.sha256(content_of(item)).hexdigest()


@lru_cache(maxsize=1024)
def _parse(content: str) -> ItemVersion:
    return _ADAPTER.validate_json(content)


def load_item(conn: Connection, item_version_id: str) -> ItemVersion:
    """The version that a case was opened under; raises NotFound."""
    return item_in(CONTENT.rows(conn, version=item_version_id))


def item_in(rows: Sequence[Row]) -> ItemVersion:
    """Of the content that was read; raises NotFound."""
    if not rows:
        raise NotFound("no such item version")
    return _parse(rows[0][0])


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
    return in_force_in(IN_FORCE.rows(conn, **in_force_asked(code, day)), code)


def in_force_asked(code: str, day: dt.date) -> dict[str, str]:
    """Values for `IN_FORCE`; both engines read a day from its text."""
    return {"code": code, "day": day.isoformat()}


def in_force_in(rows: Sequence[Row], code: str) -> ItemVersion:
    """Of what `IN_FORCE` found; raises ItemNotInForce."""
    if not rows:
        raise ItemNotInForce(item=code[:40])
    return _parse(rows[0][0])


def in_force_on(day: dt.date | BindParameter[dt.date]) -> ColumnElement[bool]:
    """Versions that have come into effect by `day` and were not closed; the highest counts."""
    return (s.item_version.c.effective_from <= day) & or_(
        s.item_version.c.closed_on.is_(None), s.item_version.c.closed_on > day
    )


CONTENT = Prepared(
    select(s.item_version.c.content).where(s.item_version.c.id == bindparam("version")), "version"
)
CONTENT_OF_CASE = Prepared(
    select(s.item_version.c.content)
    .join_from(s.item_version, cases, cases.c.item_version_id == s.item_version.c.id)
    .where(cases.c.id == bindparam("case")),
    "case",
)
"""For `item_in`: of the version that a case was opened under."""
IN_FORCE = Prepared(
    select(s.item_version.c.content)
    .where(s.item_version.c.code == bindparam("code"), in_force_on(bindparam("day", type_=Date)))
    .order_by(s.item_version.c.version.desc())
    .limit(1)
)
"""For `in_force_in`."""
