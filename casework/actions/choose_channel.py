"""出件方式: the applicant chooses how the result is to reach her; until it is issued she may change it."""

from dataclasses import dataclass

from sqlalchemy import select

from casework.actions.steps.case_act import CaseAct, CaseChanged, begin, finish
from casework.errors import InvalidInput
from casework.model.issue_channel import (
    IssueChannel,
    PostalAddress,
    WrongAddressError,
    normalise_address,
)
from casework.policy.case_verb import CaseVerb
from casework.store import schema_org as org
from casework.store.tx import Tx
from casework.views.sealed_values import prefixed


@dataclass(frozen=True, slots=True)
class ChooseChannel:
    """`outlet_id` goes with `other_outlet`, `address` with `post`, neither with the others."""

    case_id: str
    channel: IssueChannel
    outlet_id: str | None = None
    address: PostalAddress | None = None
    expected_version: int | None = None


def choose_channel(tx: Tx, command: ChooseChannel) -> CaseChanged:
    """What was checked of a receiver counts no more. Raises InvalidInput for an outlet that cannot issue, an
    address that does not fit, or what does not belong to the channel.
    """
    act = begin(tx, CaseVerb.CHOOSE_CHANNEL, command.case_id, command.expected_version)
    if (command.channel is IssueChannel.OTHER_OUTLET) != (command.outlet_id is not None):
        raise InvalidInput(field="outlet_id")
    if (command.channel is IssueChannel.POST) != (command.address is not None):
        raise InvalidInput(field="address")
    if command.outlet_id is not None:
        _require_issuing(act, command.outlet_id)
    address: dict[str, str] = {}
    if command.address is not None:
        try:
            address = normalise_address(command.address).values()
        except WrongAddressError as wrong:
            raise InvalidInput(field=wrong.fields[0], fields=wrong.fields) from wrong
    return finish(
        act,
        "desk.channel.chosen",
        changes={
            "channel": command.channel,
            "issue_outlet_id": command.outlet_id,
            "receiver_checked_at_ms": None,
            **({} if address else {"address_seq": None}),
        },
        seq_column="address_seq" if address else None,
        committed={
            "channel": command.channel,
            "outlet": command.outlet_id,
            **prefixed("address", address),
        },
    ).changed


def _require_issuing(act: CaseAct, outlet_id: str) -> None:
    """Another outlet than the one that accepted, in use, with a window that issues."""
    found = act.tx.conn.scalar(
        select(org.window.c.id)
        .join(org.outlet, org.outlet.c.id == org.window.c.outlet_id)
        .where(
            org.window.c.outlet_id == outlet_id,
            org.window.c.issues,
            org.window.c.closed_ms.is_(None),
            org.outlet.c.active,
        )
        .limit(1)
    )
    if found is None or outlet_id == act.case.outlet_id:
        raise InvalidInput("no other outlet that issues", field="outlet_id")
