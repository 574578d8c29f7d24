"""The reviewer's steps up to the point where nothing stands in the way of an approval any more."""

from dataclasses import dataclass

from outlet_client.agent.refusal import Refused
from playhouse.people import Company
from playhouse.until import until

_STEP_S = 30.0


@dataclass(frozen=True, slots=True)
class Approval:
    """Of one case in one running call."""

    company: Company
    call: str
    case: str

    @property
    def _path(self) -> str:
        return f"/api/v1/review/cases/{self.case}"

    async def check_everything(self) -> None:
        """Notice, identity, declaration, every paper."""
        reviewer, line = self.company.reviewer, self.company.lines["reviewer"]
        await self.until_allowed()
        await line.ask("mark.record", call=self.call, kind="notice", case=self.case)
        for slot in (await reviewer.get(self._path))["materials"]:
            for version in slot["versions"][:1]:
                path = f"{self._path}/materials/{version['id']}/check"
                await reviewer.act(path, {"check": "good"})
        await self.identify()
        await line.ask("mark.record", call=self.call, kind="declaration", case=self.case)
        await until(self.is_allowed, "nothing blocks an approval", _STEP_S)

    async def identify(self) -> None:
        await self.company.reviewer.act(
            f"{self._path}/identity",
            {
                "call": self.call,
                "face_matches": True,
                "document_shown": True,
                "question": "question",
                "question_answered": True,
            },
        )

    async def until_allowed(self) -> None:
        """The light at the reviewer's desk is green."""

        async def green() -> bool:
            path = f"{self._path}/evidence?call={self.call}"
            light = (await self.company.reviewer.get(path))["recording"]
            return bool(light and light["ok"] and light["durable_ago_ms"] is not None)

        await until(green, "green at the reviewer's desk", _STEP_S)

    async def take_again(self) -> None:
        """The lock on the case, which lasts by the wall clock."""
        await self.company.reviewer.act(f"{self._path}/take")

    async def is_allowed(self) -> bool:
        """Whether nothing stands in the way of an approval now."""
        path = f"{self._path}/evidence?call={self.call}"
        return (await self.company.reviewer.get(path))["blocked"] is None

    async def refusal(self) -> str:
        """The slug with which an approval is refused now, "" if it is prepared; then it is taken
        back at once.
        """
        reviewer = self.company.reviewer
        asked = {
            "outcome": "approved",
            "call": self.call,
            "transaction_number": "T-1",
            "before": {},
            "after": {},
        }
        try:
            prepared = await reviewer.act(f"{self._path}/decision", asked)
        except Refused as refused:
            return refused.slug
        await reviewer.act(f"{self._path}/decision/{prepared['decision_id']}/revert")
        return ""
