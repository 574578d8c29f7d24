"""Being there: presence of staff, and the second screen of a window."""

from audit.canonical import JsonValue
from casework.actions.issue_pairing_code import IssuePairingCode, issue_pairing_code
from casework.actions.revoke_citizen_screen import RevokeCitizenScreen, revoke_citizen_screen
from casework.actions.set_presence import SetPresence, set_presence
from signaling.desk import Desk
from signaling.page import Page
from signaling.protocol.client import PresenceSet, ScreenCode, ScreenRevoke

Answer = dict[str, JsonValue]


async def set_own_presence(desk: Desk, page: Page, message: PresenceSet) -> Answer:
    command = SetPresence(message.state, message.reason)
    done = await desk.act(page, set_presence, command)
    return {"state": done.state, "reason": done.reason, "since_ms": done.since_ms}


async def ask_for_code(desk: Desk, page: Page, _message: ScreenCode) -> Answer:
    issued = await desk.act(page, issue_pairing_code, IssuePairingCode())
    return {"code": issued.code, "expires_ms": issued.expires_ms}


async def revoke_screen(desk: Desk, page: Page, _message: ScreenRevoke) -> Answer:
    await desk.act(page, revoke_citizen_screen, RevokeCitizenScreen())
    return {}
