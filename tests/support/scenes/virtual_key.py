"""The virtual authenticator of a page (Chrome DevTools Protocol, domain WebAuthn)."""

OPTIONS = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class VirtualKey:
    def __init__(self, cdp, id_: str) -> None:
        self.cdp, self.id = cdp, id_

    @classmethod
    async def plugged_in(cls, page) -> "VirtualKey":
        cdp = await page.context.new_cdp_session(page)
        await cdp.send("WebAuthn.enable")
        made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
        return cls(cdp, made["authenticatorId"])

    async def knows_its_owner(self, verified: bool) -> None:
        said = {"authenticatorId": self.id, "isUserVerified": verified}
        await self.cdp.send("WebAuthn.setUserVerified", said)
