"""A workbook of outlets, windows and staff becomes an organisation: all of it, or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from casework.actions.add_staff import AddStaff, add_staff
from casework.actions.grant_items import GrantItems, grant_items
from casework.actions.grant_post import GrantPost, grant_post
from casework.actions.open_outlet import OpenOutlet, open_outlet
from casework.actions.open_window import OpenWindow, open_window
from casework.actions.steps.org_act import administer
from casework.actor import Role
from casework.errors import DomainError, InvalidInput
from casework.model.organisation import EmployerKind
from casework.model.outlet import OutletKind, WindowProfile
from casework.policy.organisation_refusals import EmployerMayNot, NameTaken, PlaceNeeded
from casework.store import schema_org as s
from casework.store.schema_catalogue import item_version
from casework.store.tx import Tx
from casework.tables.bad_cell import BadCell, Fault
from casework.tables.errors import BadCells
from casework.tables.shape import Sheet
from casework.tables.workbook import Line, Workbook


@dataclass(frozen=True, slots=True)
class ImportOrganisation:
    """`hashes` are those of the staff's first passwords, by row."""

    origin: str
    book: Workbook
    hashes: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ImportedOrganisation:
    outlets: int
    windows: int
    staff: int


@dataclass(slots=True)
class _Import:
    tx: Tx
    command: ImportOrganisation
    outlets: dict[str, str]
    bad: list[BadCell] = field(default_factory=list)
    unusable: set[tuple[str, int]] = field(default_factory=set)

    def attempt(self, line: Line, key: str, act: Callable[["_Import", Line], None]) -> None:
        """A refused row is noted at its cell; the rows after it are tried all the same."""
        try:
            act(self, line)
        except NameTaken as refused:
            named = str(refused.details.get("field", key))
            at = named if named in line.values else key
            self.bad.append(line.bad(at, Fault.EXISTS_ALREADY))
        except (EmployerMayNot, PlaceNeeded):
            self.bad.append(line.bad("role", Fault.NOT_TOGETHER))
        except InvalidInput as refused:
            named = str(refused.details.get("field", key))
            at = named if named in line.values else key
            self.bad.append(line.bad(at, Fault.MALFORMED))
        except DomainError:
            self.bad.append(line.bad(key, Fault.NOT_TOGETHER))


def import_organisation(tx: Tx, command: ImportOrganisation) -> ImportedOrganisation:
    """Each row is an act of its own with its entry; one bad cell, and BadCells takes all of them back
    with the action's savepoint. Raises NotAllowed.
    """
    administer(tx)
    book = command.book
    open_ones = tx.conn.execute(
        select(s.outlet.c.name, s.outlet.c.id).where(s.outlet.c.closed_ms.is_(None))
    )
    work = _Import(tx, command, {row.name: row.id for row in open_ones})
    work.bad.extend(book.bad)
    # A row in which a cell could not be read is listed already: it is not tried.
    work.unusable = {(cell.sheet, cell.row) for cell in book.bad}
    lines = {
        key: [one for one in rows if not _spoilt(work, one)] for key, rows in book.lines.items()
    }
    for line in lines.get("outlets", []):
        work.attempt(line, "name", _outlet)
    for line in lines.get("windows", []):
        work.attempt(line, "number", _window)
    for line in lines.get("staff", []):
        work.attempt(line, "number", _person)
    if work.bad:
        order = {sheet.title: at for at, sheet in enumerate(_sheets(book))}
        raise BadCells(
            tuple(sorted(work.bad, key=lambda one: (order.get(one.sheet, 0), one.row, one.column)))
        )
    return ImportedOrganisation(
        *(len(lines.get(key, [])) for key in ("outlets", "windows", "staff"))
    )


def _sheets(book: Workbook) -> list[Sheet]:
    return [rows[0].sheet for rows in book.lines.values() if rows]


def _spoilt(work: _Import, line: Line) -> bool:
    return (line.sheet.title, line.row) in work.unusable


def _outlet(work: _Import, line: Line) -> None:
    name, origin = line.values["name"], work.command.origin
    made = open_outlet(work.tx, OpenOutlet(origin, name, OutletKind(line.values["kind"])))
    work.outlets[name] = made.id
    if line.values["items"]:
        codes = tuple(work.tx.conn.scalars(select(item_version.c.code).distinct()))
        grant_items(work.tx, GrantItems(origin, made.id, codes))


def _place(work: _Import, line: Line) -> str | None:
    """The outlet's id; None, and the cell is noted, when there is none of this name."""
    found = work.outlets.get(line.values["outlet"])
    if found is None:
        work.bad.append(line.bad("outlet", Fault.UNKNOWN_REFERENCE))
    return found


def _window(work: _Import, line: Line) -> None:
    values, outlet_id = line.values, _place(work, line)
    if outlet_id is None:
        return
    command = OpenWindow(
        work.command.origin,
        outlet_id,
        values["number"],
        values["name"],
        WindowProfile(values["profile"]),
        accepts=bool(values["accepts"]),
        issues=bool(values["issues"]),
    )
    open_window(work.tx, command)


def _person(work: _Import, line: Line) -> None:
    values, origin = line.values, work.command.origin
    outlet_id = _place(work, line) if values["outlet"] else None
    if values["outlet"] and outlet_id is None:
        return
    made = add_staff(
        work.tx,
        AddStaff(
            origin,
            values["number"],
            values["name"],
            values["employer"],
            EmployerKind(values["employer_kind"]),
            # Nobody computed hashes for a workbook that is refused already; its rows are still tried.
            work.command.hashes.get(line.row, "none" if work.bad else ""),
            outlet_id=outlet_id,
        ),
    )
    if values["role"]:
        post = values["post"] or _written(line)
        grant_post(work.tx, GrantPost(origin, made.id, Role(values["role"]), post))


def _written(line: Line) -> str:
    """What stands in the cell of the role: the post's name where none is given."""
    column = next(one for one in line.sheet.columns if one.key == "role")
    return next(said for said, meant in column.choices if meant == line.values["role"])
