"""Time-limited TURN credentials, which coturn checks by the secret it shares with us.

Source: "A REST API for Access to TURN Services" (draft-uberti-behave-turn-rest-00), which coturn
calls `use-auth-secret`: the user name begins with the time it expires, the password is its HMAC.
"""

import base64
import hmac
from collections.abc import Callable, Sequence
from hashlib import sha1
from secrets import token_hex

from casework.clock import Clock
from signaling.protocol.server import IceServer


def turn_servers(
    urls: Sequence[str], secret: str, clock: Clock, lives_s: int
) -> Callable[[], list[IceServer]]:
    """What a page is told with each offer; nothing when no `urls` are configured.

    `urls` are `turn:` or `turns:` URIs (RFC 7065). The name is random: it tells nobody who calls.
    Each is good for `lives_s` seconds. That is enough for what is gathered upon the offer, and a
    connection that stands lives on: coturn asks for the age only when an address is allocated.
    Raises ValueError for URIs of another kind or a missing secret.
    """
    if any(not url.startswith(("turn:", "turns:")) for url in urls):
        raise ValueError("ice servers must be turn: or turns: URIs")
    if urls and not secret:
        raise ValueError("TURN servers need the secret they share with this desk")

    def credentials() -> list[IceServer]:
        if not urls:
            return []
        expires = clock.wall_ms() // 1000 + lives_s
        username = f"{expires}:{token_hex(8)}"
        # HMAC-SHA1 is what coturn expects here; it is keyed, and the secret never travels.
        digest = hmac.new(secret.encode(), username.encode(), sha1).digest()
        credential = base64.b64encode(digest).decode()
        return [IceServer(urls=list(urls), username=username, credential=credential)]

    return credentials
