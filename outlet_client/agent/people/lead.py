"""A scripted duty lead: enrols the computer of a window."""

from outlet_client.agent.people.person import Person


class Lead(Person):
    DOOR = "lead"

    async def come_in(self, number: str, password: str) -> None:
        await self.browser.sign_in(number, password)

    async def enrol(self, key_id: str) -> None:
        """The device that a window showed."""
        await self.browser.act(f"/api/v1/devices/{key_id}/enrol")
