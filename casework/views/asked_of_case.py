"""What a page asks of one case, said beforehand: PostgreSQL gets it all at once instead of one by one."""

from collections.abc import Mapping

from sqlalchemy import Connection

from casework.catalogue.stored_item import CONTENT
from casework.model.case import Case
from casework.store.prepared import Prepared, ahead
from casework.store.reading import LAST_SEQ
from casework.views.material_slots import MATERIALS_OF
from casework.views.notices import LEAVES_OF
from casework.views.opinions import OPINIONS_OF
from casework.views.sealed_values import SEALED

_OF_EVERY_CASE = (MATERIALS_OF, OPINIONS_OF, LEAVES_OF)


def ask_ahead(
    conn: Connection,
    case: Case,
    *more: Prepared,
    others: tuple[tuple[Prepared, Mapping[str, object]], ...] = (),
) -> None:
    """Form, applicant, materials and whatever else every page shows, `more` about the case, and `others`. What is
    left out here is asked later and costs a way of its own; what is never asked was asked in vain.
    """
    sealed = {
        case.applicant_seq,
        case.form_seq,
        case.persons_seq,
        case.present_seq,
        case.address_seq,
        case.posted_seq,
        case.decision_seq,
        case.at_hand_seq,
    }
    about = {"case": case.id}
    ahead(
        conn,
        (CONTENT, {"version": case.item_version_id}),
        (LAST_SEQ, {"stream": case.chain}),
        *((question, about) for question in (*_OF_EVERY_CASE, *more)),
        *((SEALED, {"chain": case.chain, "seq": seq}) for seq in sealed if seq is not None),
        *others,
    )
