"""Who came with the applicant, opened, and as pages show it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.model.masking import mask_id_number, mask_name
from casework.model.present import PresentRole
from casework.views.sealed_values import sealed_fields


@dataclass(frozen=True, slots=True)
class ShownPresent:
    """Name and number masked; `reveal_name` and `reveal_number` are what `reveal_field` takes."""

    role: PresentRole
    name: str
    id_number: str
    reveal_name: str
    reveal_number: str


def present_of(conn: Connection, keys: KeyRing, case: Case) -> tuple[dict[str, str], ...]:
    """`role`, `name` and, where it was taken, `id_number` of each. Raises KeyDestroyed."""
    if case.present_seq is None:
        return ()
    sealed = sealed_fields(conn, keys, case.chain, case.present_seq)
    return tuple(
        {str(code): value for code, value in row.items() if isinstance(value, str)}
        for _field, row in sorted(sealed.items())
        if isinstance(row, dict)
    )


def shown_present(conn: Connection, keys: KeyRing, case: Case) -> tuple[ShownPresent, ...]:
    """Raises KeyDestroyed."""
    return tuple(
        ShownPresent(
            PresentRole(one["role"]),
            mask_name(one["name"]),
            mask_id_number(one.get("id_number", "")),
            f"present.{at:02d}.name",
            f"present.{at:02d}.id_number" if "id_number" in one else "",
        )
        for at, one in enumerate(present_of(conn, keys, case), start=1)
    )
