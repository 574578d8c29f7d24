"""Time-limited TURN credentials, which coturn checks by the secret it shares with us.

Source: "A REST API for Access to TURN Services" (draft-uberti-behave-turn-rest-00), which coturn
calls `use-auth-secret`: the user name begins with the time it expires, the password is its HMAC.
What follows the time is the user to whom coturn counts its quota.
"""

import base64
import hmac
from collections.abc import Callable, Sequence
from hashlib import sha1, sha256

from casework.clock import Clock
from signaling.protocol.server import IceServer

SHORTEST_SECRET = 16
"""Characters. Whoever guesses the secret makes names of his own."""
USER_DIGITS = 16

IceServers = Callable[[str], list[IceServer]]
"""What the page of a leg (its id) is told with an offer."""


def no_servers(_leg: str) -> list[IceServer]:
    return []


def turn_servers(urls: Sequence[str], secret: str, clock: Clock, lives_s: int) -> IceServers:
    """What a page is told with each offer; nothing when no `urls` are configured.

    `urls` are `turn:` or `turns:` URIs (RFC 7065). The user is one for all offers of a leg and tells
    nobody who calls: a keyed digest of the leg's id. Each name is good for `lives_s` seconds. That is enough for what is gathered upon the offer, and a
    connection that stands lives on: coturn asks for the age only when an address is allocated.
    Raises ValueError for URIs of another kind, or a secret that is missing or too short.
    """
    if any(not url.startswith(("turn:", "turns:")) for url in urls):
        raise ValueError("ice servers must be turn: or turns: URIs")
    if not urls:
        return no_servers
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(
            "turn_secret: TURN servers need the secret they share with this desk, "
            f"of {SHORTEST_SECRET} characters or more"
        )

    def credentials(leg: str) -> list[IceServer]:
        expires = clock.wall_ms() // 1000 + lives_s
        user = hmac.new(secret.encode(), leg.encode(), sha256).hexdigest()[:USER_DIGITS]
        username = f"{expires}:{user}"
        # HMAC-SHA1 is what coturn expects here; it is keyed, and the secret never travels.
        digest = hmac.new(secret.encode(), username.encode(), sha1).digest()
        credential = base64.b64encode(digest).decode()
        return [IceServer(urls=list(urls), username=username, credential=credential)]

    return credentials
