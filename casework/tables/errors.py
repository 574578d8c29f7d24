"""Why a workbook is refused as a whole. The letter T stands for tables."""

from casework.errors import DomainError
from casework.tables.bad_cell import BadCell


class NotAWorkbook(DomainError):
    """The bytes are no .xlsx that can be read; `details["reason"]` is a word for the log."""

    code = "T-01"
    slug = "not_a_workbook"


class WorkbookTooLarge(DomainError):
    """A limit is passed; `details` name it as `limit` and say how much is `allowed`."""

    code = "T-02"
    slug = "workbook_too_large"


class WorkbookUnsafe(DomainError):
    """Encrypted, packed out of all reason, or with entities of its own; none is ever opened."""

    code = "T-03"
    slug = "workbook_unsafe"


class BadCells(DomainError):
    """Some cells cannot stand: nothing was taken over. `cells` are all that were found, in order."""

    code = "T-04"
    slug = "bad_cells"

    def __init__(self, cells: tuple[BadCell, ...]) -> None:
        super().__init__(f"{len(cells)} bad cells", count=len(cells))
        self.cells = cells
