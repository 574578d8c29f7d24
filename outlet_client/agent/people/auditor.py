"""A scripted auditor: says why, has an evidence package made, and takes it away."""

from pathlib import Path

from yarl import URL

from outlet_client.agent.people.person import Person
from outlet_client.agent.refusal import OddAnswer


class Auditor(Person):
    DOOR = "auditor"

    async def come_in(self, number: str, password: str) -> None:
        await self.browser.sign_in(number, password)

    async def open_case(self, case: str, purpose: str) -> int:
        """The entry that says why; every further look names it."""
        onward = await self.browser.submit(f"/audit/cases/{case}", {"purpose": purpose})
        viewing = URL(onward).query.get("viewing", "")
        if not viewing.isdecimal():
            raise OddAnswer("the viewing has no number")
        return int(viewing)

    async def take_package(self, case: str, viewing: int, target: Path) -> str:
        """Writes a new package as a zip to `target`; its id."""
        path = f"/api/v1/audit/cases/{case}/packages"
        made = await self.browser.act(f"{path}?viewing={viewing}")
        await self.browser.download(f"{path}/{made['id']}?viewing={viewing}", target)
        return str(made["id"])
