"""What every act on the catalogue asks first."""

from casework.actor import Role
from casework.errors import NotAllowed
from casework.store.tx import Tx

MAY_CHANGE = frozenset({Role.ADMIN, Role.SYSTEM})


def require_catalogue_post(tx: Tx, verb: str) -> None:
    """Raises NotAllowed for anyone but an administrator and the program itself."""
    if tx.actor.role not in MAY_CHANGE:
        raise NotAllowed(reason="role_may_not", verb=verb)
