"""For which pages security keys sign (W3C Web Authentication, sections 4 and 5.1.2, "RP ID")."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from urllib.parse import urlsplit

from aiohttp import web

from audit.assertion import RelyingParty
from audit.errors import MalformedError
from backoffice_console import keys
from casework.model.actor_key import ActorKey

_LOCAL = "localhost"
_PORTS = {"https": 443, "http": 80}


def relying_party(request: web.Request) -> RelyingParty | None:
    """The site that the installation is set up for. Without one only `http://localhost` is, as browsers
    take it for secure (a demonstration, a test); None where neither holds.
    """
    url = request.app[keys.SITE] or f"{request.scheme}://{request.host}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if not request.app[keys.SITE] and host != _LOCAL:
            return None
        # As browsers tell an origin: the port of its scheme is left out (RFC 6454 6.2).
        shown = host if port in {None, _PORTS.get(parts.scheme)} else f"{host}:{port}"
        return RelyingParty(host, f"{parts.scheme}://{shown}")
    except (ValueError, MalformedError):
        return None


def credentials_for(held: Iterable[ActorKey], party: RelyingParty | None) -> list[dict[str, str]]:
    """Key and handle (base64url) of those that sign for these pages."""
    return [
        {"key": key.id, "credential": base64url(key.authenticator.credential_id)}
        for key in held
        if key.authenticator is not None and key.authenticator.party == party
    ]


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
