"""What is known of a launch: to whom it is trusted, what its link shows, and what it left in a case."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from casework.actor import Actor
from casework.catalogue.item import ItemVersion
from casework.keys.key_ring import KeyRing
from casework.launch.link import handle_sha256, refuse_elsewhere
from casework.launch.platform_key import PlatformKey, stored_key
from casework.model.applicant import APPLICANT_FIELDS
from casework.model.case import Case
from casework.model.form_field import FieldKind
from casework.model.launch import LeftOutReason
from casework.model.masking import mask_middle
from casework.policy.launch_refusals import LaunchGone, LaunchNotTrusted, LaunchOpened
from casework.store import schema_case as cases
from casework.store import schema_catalogue as catalogue
from casework.store import schema_launch as s
from casework.store.prepared import Prepared
from casework.views.grants import in_force
from casework.views.people import staff_number
from casework.views.sealed_values import sealed_fields, sealed_values

LAUNCH_OF = Prepared(
    select(s.case_launch.c.entry_seq, s.platform.c.name)
    .join(s.platform, s.platform.c.id == s.case_launch.c.platform_id)
    .where(s.case_launch.c.case_id == bindparam("case"))
)
"""For `case_launch`."""
_KEPT = 2
"""Of a value whose kind nobody knows, so many characters show at either end."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    platform_id: str
    key: PlatformKey


@dataclass(frozen=True, slots=True)
class ShownLaunch:
    """What a clerk sees before she opens the link: nothing of the citizen. `case_id` once she has."""

    platform: str
    item_code: str
    item_name: str
    received_ms: int
    until_ms: int
    case_id: str | None


@dataclass(frozen=True, slots=True)
class ShownLeftOut:
    """`field` is what `reveal_field` takes. `target` is our field (`form.account`), `label` what the item
    calls it, both empty where the platform's field `name` belongs nowhere.
    """

    field: str
    name: str
    target: str
    label: str
    reason: LeftOutReason
    shown: str
    masked: bool


@dataclass(frozen=True, slots=True)
class CaseLaunch:
    """`ref` is the platform's own number of the matter."""

    platform: str
    ref: str
    left_out: tuple[ShownLeftOut, ...]


def trusted_key(conn: Connection, issuer: str, kid: str, now_ms: int) -> TrustedKey:
    """Raises LaunchNotTrusted for an unknown or closed platform and for a key that does not hold."""
    row = conn.execute(
        select(s.platform.c.id, s.platform_key.c.jwk)
        .join(s.platform_key, s.platform_key.c.platform_id == s.platform.c.id)
        .where(
            s.platform.c.issuer == issuer,
            s.platform.c.closed_ms.is_(None),
            s.platform_key.c.kid == kid,
            in_force(s.platform_key, now_ms),
        )
    ).one_or_none()
    if row is None:
        raise LaunchNotTrusted
    return TrustedKey(row.id, stored_key(row.jwk))


def shown_launch(conn: Connection, clerk: Actor, handle: str, now_ms: int) -> ShownLaunch:
    """Raises LaunchGone, LaunchElsewhere, LaunchOpened."""
    row = conn.execute(
        select(s.launch, s.platform.c.name.label("platform"), s.platform.c.closed_ms)
        .join(s.platform, s.platform.c.id == s.launch.c.platform_id)
        .where(s.launch.c.handle_sha256 == handle_sha256(handle))
    ).one_or_none()
    if row is None or row.until_ms <= now_ms or row.closed_ms is not None:
        raise LaunchGone
    refuse_elsewhere(row, clerk)
    if row.case_id is not None and row.opened_by != clerk.id:
        number = conn.scalar(select(cases.cases.c.number).where(cases.cases.c.id == row.case_id))
        raise LaunchOpened(number=number or "", clerk=staff_number(conn, row.opened_by))
    name = conn.scalar(
        select(catalogue.item_version.c.name)
        .where(catalogue.item_version.c.code == row.item_code)
        .order_by(catalogue.item_version.c.version.desc())
        .limit(1)
    )
    return ShownLaunch(
        platform=row.platform,
        item_code=row.item_code,
        item_name=name or row.item_code,
        received_ms=row.received_ms,
        until_ms=row.until_ms,
        case_id=row.case_id,
    )


def case_launch(
    conn: Connection, keys: KeyRing, case: Case, item: ItemVersion
) -> CaseLaunch | None:
    """None for a case that was opened by hand. Raises KeyDestroyed."""
    row = LAUNCH_OF.one(conn, case=case.id)
    if row is None:
        return None
    entry_seq, platform = row
    said = sealed_fields(conn, keys, case.chain, entry_seq)
    numbers = sorted(
        field.removeprefix("launch_why.") for field in said if field.startswith("launch_why.")
    )
    left_out: list[ShownLeftOut] = []
    for number in numbers:
        why, value = said[f"launch_why.{number}"], said[f"launch.{number}"]
        if isinstance(why, dict) and isinstance(value, str):
            left_out.append(_left_out(number, {k: str(v) for k, v in why.items()}, value, item))
    return CaseLaunch(platform, str(said["launch_ref"]), tuple(left_out))


def left_out_values(conn: Connection, keys: KeyRing, case: Case) -> dict[str, str]:
    """Values as they were seen, by their number in the list; empty for a case opened by hand."""
    seq = conn.scalar(select(s.case_launch.c.entry_seq).where(s.case_launch.c.case_id == case.id))
    return sealed_values(conn, keys, case.chain, seq, "launch")


def _left_out(number: str, why: dict[str, str], value: str, item: ItemVersion) -> ShownLeftOut:
    kind, label = _field_of(why["target"], item)
    # A value that breaks its rule may hold anything, and so may one that nobody expected.
    shown = value if kind in _PLAIN else mask_middle(value, _KEPT, _KEPT)
    return ShownLeftOut(
        field=f"launch.{number}",
        name=why["name"],
        target=why["target"],
        label=label,
        reason=LeftOutReason(why["reason"]),
        shown=shown,
        masked=shown != value,
    )


_PLAIN = frozenset({FieldKind.DATE, FieldKind.CHOICE, FieldKind.MONEY})
"""Kinds of fields whose values are shown as they are."""


def _field_of(target: str, item: ItemVersion) -> tuple[FieldKind | None, str]:
    """Kind and label of a field of ours; an applicant's field is labelled by the page."""
    group, _, code = target.partition(".")
    if group == "applicant":
        return APPLICANT_FIELDS.get(code), ""
    described = item.field(code)
    return (described.kind, described.label) if described else (None, "")
