"""Public keys by which a platform signs: ES256 (P-256) or Ed25519, as PEM or as JWK (RFC 7517).

Only public keys: whoever runs the desk can check a launch and cannot make one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from casework.policy.launch_refusals import PlatformKeyUnfit

MAX_KEY_TEXT = 4_000
ALGORITHMS = MappingProxyType({"ES256": "EC", "Ed25519": "OKP", "EdDSA": "OKP"})
"""What a token's header may say, and the kind of key (`kty`) that it needs."""
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}
_KINDS: Mapping[str, type[ECKey] | type[OKPKey]] = MappingProxyType({"EC": ECKey, "OKP": OKPKey})


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """`jwk` has the members of RFC 7638 3.2 alone, so that `thumbprint` is of what is stored."""

    kind: str
    jwk: Mapping[str, str]

    @property
    def thumbprint(self) -> str:
        """RFC 7638, base64url of SHA-256: what people compare when a key is handed over."""
        return str(_KINDS[self.kind].import_key(dict(self.jwk)).thumbprint())

    @property
    def text(self) -> str:
        return json.dumps(dict(self.jwk), sort_keys=True, separators=(",", ":"))


def stored_key(text: str) -> PlatformKey:
    """What `PlatformKey.text` gave."""
    jwk = json.loads(text)
    return PlatformKey(jwk["kty"], jwk)


def read_key(text: str) -> PlatformKey:
    """The key in PEM or JWK. Raises PlatformKeyUnfit, whose `details["reason"]` is `private`, `kind` or
    `unreadable`.
    """
    if len(text) > MAX_KEY_TEXT:
        raise PlatformKeyUnfit(reason="unreadable")
    if "PRIVATE KEY" in text:
        raise PlatformKeyUnfit(reason="private")
    return _from_pem(text) if "-----BEGIN" in text else _from_jwk(text)


def _from_pem(text: str) -> PlatformKey:
    try:
        load_pem_public_key(text.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PlatformKeyUnfit(reason="unreadable") from error
    for kind in _KINDS.values():
        try:
            return _fitting(kind.import_key(text.strip()).as_dict(private=False))
        except (JoseError, ValueError):
            continue
    raise PlatformKeyUnfit(reason="kind")


def _from_jwk(text: str) -> PlatformKey:
    try:
        jwk = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlatformKeyUnfit(reason="unreadable") from error
    if not isinstance(jwk, dict):
        raise PlatformKeyUnfit(reason="unreadable")
    if "d" in jwk or "k" in jwk:
        raise PlatformKeyUnfit(reason="private")
    return _fitting(jwk)


def _fitting(jwk: Mapping[str, object]) -> PlatformKey:
    kind = jwk.get("kty")
    if not isinstance(kind, str) or kind not in _KINDS or jwk.get("crv") != _CURVES[kind]:
        raise PlatformKeyUnfit(reason="kind")
    members = {name: jwk.get(name) for name in _MEMBERS[kind]}
    texts = {name: value for name, value in members.items() if isinstance(value, str)}
    if len(texts) != len(members):
        raise PlatformKeyUnfit(reason="unreadable")
    try:
        # Reads the point as well: one that lies on no curve is no key.
        _KINDS[kind].import_key({**texts}).public_key  # noqa: B018 - asked for its checks
    except (JoseError, ValueError, TypeError) as error:
        raise PlatformKeyUnfit(reason="unreadable") from error
    return PlatformKey(kind, texts)
