"""The one table of errors: stable code -> HTTP status and words.

The rows lie in `error_rows`, one file a family of codes. The same rows answer HTTP, pages and the
WebSocket; a test holds them against every DomainError of the program.
"""

from portal.error_rows.actor import ACTOR_ROWS
from portal.error_rows.backoffice import BACKOFFICE_ROWS
from portal.error_rows.call import CALL_ROWS
from portal.error_rows.case import CASE_ROWS
from portal.error_rows.device import DEVICE_ROWS
from portal.error_rows.evidence import EVIDENCE_ROWS
from portal.error_rows.kernel import KERNEL_ROWS
from portal.error_rows.launch import LAUNCH_ROWS
from portal.error_rows.material import MATERIAL_ROWS
from portal.error_rows.organisation import ORGANISATION_ROWS
from portal.error_rows.pages import PAGE_ROWS
from portal.error_rows.paper import PAPER_ROWS
from portal.error_rows.precheck import PRECHECK_ROWS
from portal.error_rows.row import ErrorRow
from portal.error_rows.socket import SOCKET_ROWS
from portal.error_rows.supplement import SUPPLEMENT_ROWS
from portal.error_rows.table import TABLE_ROWS
from portal.error_rows.visit import VISIT_ROWS

FAMILIES = (
    KERNEL_ROWS,
    ACTOR_ROWS,
    DEVICE_ROWS,
    PAGE_ROWS,
    CASE_ROWS,
    PAPER_ROWS,
    MATERIAL_ROWS,
    SUPPLEMENT_ROWS,
    PRECHECK_ROWS,
    CALL_ROWS,
    SOCKET_ROWS,
    BACKOFFICE_ROWS,
    EVIDENCE_ROWS,
    TABLE_ROWS,
    ORGANISATION_ROWS,
    LAUNCH_ROWS,
    VISIT_ROWS,
)
ERROR_TABLE: dict[str, ErrorRow] = {code: row for rows in FAMILIES for code, row in rows.items()}

# What a code without a row is answered with: a refusal that changed nothing.
UNLISTED = ERROR_TABLE["K-00"]


def row_of(code: str) -> ErrorRow:
    return ERROR_TABLE.get(code, UNLISTED)
