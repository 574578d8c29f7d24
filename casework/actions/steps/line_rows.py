"""Rows of the quality facts: one a leg, and the summary on the call's chain when it is over."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Row, bindparam, insert, select, update

from audit.canonical import JsonValue
from casework.actions.steps.intervals import begin_interval, end_interval
from casework.model.call_session import Leg
from casework.model.line import LineFigures, Rung
from casework.store import schema_call as s
from casework.store.schema_line import leg_line
from casework.store.tx import Tx
from casework.views.lines import sound_subject

_FRESH: Mapping[str, int | str | None] = {
    column.name: 0 for column in leg_line.columns if column.name != "leg_id"
} | {"level": None, "up": Rung.FULL, "down": Rung.FULL}
_MEANS = {
    "up_kbps": "reports",
    "down_kbps": "reports",
    "up_loss_permille": "reports",
    "down_loss_permille": "reports",
    "rtt_ms": "rtt_reports",
    "jitter_ms": "jitter_reports",
}
_MOST = ("up_loss_permille", "down_loss_permille", "rtt_ms", "jitter_ms")
_COUNTED = ("freezes", *dict.fromkeys(_MEANS.values()), *(f"{name}_sum" for name in _MEANS))

# Built once: putting a statement of so many columns together costs more than running it.
_WANTED = select(leg_line).where(leg_line.c.leg_id == bindparam("leg"))
_ADD = (
    update(leg_line)
    .where(leg_line.c.leg_id == bindparam("leg"))
    .values({name: leg_line.c[name] + bindparam(f"more_{name}") for name in _COUNTED})
    .values({f"{name}_most": bindparam(f"new_{name}_most") for name in _MOST})
)


def line_row(tx: Tx, leg_id: str) -> Row[tuple[object, ...]]:
    """The leg's row, made if absent."""
    row = tx.conn.execute(_WANTED, {"leg": leg_id}).one_or_none()
    if row is None:
        tx.conn.execute(insert(leg_line).values(leg_id=leg_id, **_FRESH))
        row = tx.conn.execute(_WANTED, {"leg": leg_id}).one()
    return row


def add_figures(tx: Tx, row: Row[tuple[object, ...]], figures: Iterable[LineFigures]) -> None:
    """Adds reports to the sums of the leg whose row was read in this act."""
    told = list(figures)
    values: dict[str, object] = {
        "leg": row.leg_id,
        "more_reports": len(told),
        "more_freezes": sum(one.freezes for one in told),
    }
    for name, count in _MEANS.items():
        known = [value for one in told if (value := getattr(one, name)) is not None]
        values[f"more_{name}_sum"] = sum(known)
        if count != "reports":
            values[f"more_{count}"] = len(known)
        if name in _MOST:
            values[f"new_{name}_most"] = max((getattr(row, f"{name}_most"), *known))
    tx.conn.execute(_ADD, values)


def set_line(tx: Tx, leg_id: str, name: str, value: str, reason: str | None = None) -> None:
    """Sets `level`, `up` or `down` and begins its interval."""
    tx.conn.execute(update(leg_line).where(leg_line.c.leg_id == leg_id).values({name: value}))
    begin_interval(tx, f"{_SUBJECTS[name]}:{leg_id}", value, reason)


_SUBJECTS = {"level": "line", "up": "up", "down": "down"}


def sum_up_lines(tx: Tx, call_id: str, legs: Iterable[Leg]) -> None:
    """The call is over: ends the intervals of its lines and writes what each was like."""
    end_interval(tx, sound_subject(call_id))
    for leg in legs:
        row = tx.conn.execute(select(leg_line).where(leg_line.c.leg_id == leg.id)).one_or_none()
        if row is None:
            continue
        for subject in _SUBJECTS.values():
            end_interval(tx, f"{subject}:{leg.id}")
        tx.entry("desk.line.summed_up", f"call:{call_id}", plain=_summary(tx, leg, row))


def _summary(tx: Tx, leg: Leg, row: Row[tuple[object, ...]]) -> dict[str, JsonValue]:
    means = {
        name: _mean(getattr(row, f"{name}_sum"), getattr(row, count))
        for name, count in _MEANS.items()
    }
    return {
        "leg": leg.id,
        "reports": row.reports,
        "freezes": row.freezes,
        "mean": means,
        "most": {name: getattr(row, f"{name}_most") for name in _MOST},
        "ms": {
            name: _lasted(tx, f"{subject}:{leg.id}") for name, subject in sorted(_SUBJECTS.items())
        },
    }


def _mean(total: int, count: int) -> int | None:
    return round(total / count) if count else None


def _lasted(tx: Tx, subject: str) -> dict[str, JsonValue]:
    """How long each state lasted, in ms of the clock that nobody sets."""
    lasted: dict[str, JsonValue] = {}
    rows = tx.conn.execute(
        select(s.interval.c.state, s.interval.c.from_mono_ms, s.interval.c.to_mono_ms).where(
            s.interval.c.subject == subject, s.interval.c.to_mono_ms.is_not(None)
        )
    )
    for row in rows:
        before = lasted.get(row.state, 0)
        lasted[row.state] = (before if isinstance(before, int) else 0) + max(
            0, row.to_mono_ms - row.from_mono_ms
        )
    return lasted
