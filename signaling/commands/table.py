"""Every message of a page: what carries it out, and from which roles it may come.

The roles here keep a wrong door out before anything is read; what a role may do with *this* call is
the act's own rule.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from audit.canonical import JsonValue
from casework.actor import Role
from signaling.commands import calls, legs, presence, streams
from signaling.desk import Desk
from signaling.page import Page
from signaling.protocol import client as c
from signaling.protocol.base import ClientMessage

# The table pairs each message type with a handler of that very type; mypy cannot say so for a
# mapping, hence Any.
Handler = Callable[[Desk, Page, Any], Awaitable[Mapping[str, JsonValue]]]

EVERYBODY = frozenset(Role) - {Role.SYSTEM}
PARTIES = frozenset({Role.CLERK, Role.REVIEWER, Role.CITIZEN})
STAFF = frozenset({Role.CLERK, Role.REVIEWER})
CLERK = frozenset({Role.CLERK})
REVIEWER = frozenset({Role.REVIEWER})
CITIZEN = frozenset({Role.CITIZEN})


@dataclass(frozen=True, slots=True)
class Command:
    handler: Handler
    roles: frozenset[Role]


COMMANDS: Mapping[type[ClientMessage], Command] = MappingProxyType(
    {
        c.Ping: Command(streams.ping, EVERYBODY),
        c.Subscribe: Command(streams.subscribe, EVERYBODY),
        c.Unsubscribe: Command(streams.unsubscribe, EVERYBODY),
        c.ReadSnapshot: Command(streams.read_snapshot, EVERYBODY),
        c.PresenceSet: Command(presence.set_own_presence, STAFF),
        c.ScreenCode: Command(presence.ask_for_code, CLERK),
        c.ScreenRevoke: Command(presence.revoke_screen, CLERK),
        c.CallRequest: Command(calls.ask_for_call, STAFF),
        c.CallCancel: Command(calls.cancel, STAFF),
        c.CallEnd: Command(calls.end, STAFF),
        c.CallHold: Command(calls.put_on_hold, REVIEWER),
        c.CallSoundOnly: Command(calls.keep_sound_only, STAFF),
        c.CallRecheck: Command(calls.check_again, REVIEWER),
        c.CallAddPerson: Command(calls.person_came, CLERK),
        c.CallAttachCase: Command(calls.case_came, CLERK),
        c.CallClose: Command(calls.close, STAFF),
        c.OfferAccept: Command(calls.accept, STAFF),
        c.OfferDecline: Command(calls.decline, STAFF),
        c.NoticeAnswered: Command(calls.answer, CITIZEN),
        c.ConsentWithdraw: Command(calls.withdraw, CITIZEN | CLERK),
        c.MarkRecord: Command(calls.mark, PARTIES),
        c.LegJoin: Command(legs.join, PARTIES),
        c.LegAttach: Command(legs.attach, PARTIES),
        c.LegAnswer: Command(legs.answer, PARTIES),
        c.LegRestart: Command(legs.restart, PARTIES),
        c.LegLeave: Command(legs.leave, PARTIES),
        c.LegReport: Command(legs.report, PARTIES),
        c.LegDevices: Command(legs.devices, PARTIES),
    }
)
