"""The signed form of a launch: a compact JWS (RFC 7515) of type `yunchuang-launch+jwt`.

The type keeps signatures that a platform makes for other purposes from being taken for launches
(RFC 8725 3.11), and the key says which algorithm it is used with, never the token (RFC 8725 3.1).
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, OKPKey

from casework.launch.claims import read_claims, strict_json
from casework.launch.platform_key import ALGORITHMS, PlatformKey
from casework.model.launch import MAX_LAUNCH_BYTES, MAX_LIFE_S, SKEW_S, Launch
from casework.policy.launch_refusals import (
    LaunchMalformed,
    LaunchNotTrusted,
    LaunchOutOfTime,
    LaunchTooLarge,
)

TYPE = "yunchuang-launch+jwt"
_HEADER = {"alg", "kid", "typ"}
_PARTS = 3
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class UnverifiedLaunch:
    """What a token says of itself before anybody has looked at its signature."""

    token: str
    kid: str
    algorithm: str
    launch: Launch


class _Registry(jws.JWSRegistry):
    """Exactly our algorithms, `EdDSA` among them: RFC 9864 renames it, and platforms still send it."""

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in ALGORITHMS:
            raise JoseError(f"algorithm {name}")
        return self.algorithms[name]


_REGISTRY = _Registry()


def peek(token: bytes) -> UnverifiedLaunch:
    """Reads what is needed to find the key. Raises LaunchTooLarge and LaunchMalformed."""
    if len(token) > MAX_LAUNCH_BYTES:
        raise LaunchTooLarge(limit=MAX_LAUNCH_BYTES)
    try:
        text = token.decode("ascii")
    except UnicodeDecodeError as error:
        raise LaunchMalformed(field="token") from error
    parts = text.split(".")
    if len(parts) != _PARTS or not all(map(_BASE64URL.fullmatch, parts)):
        raise LaunchMalformed(field="token")
    header = strict_json(_bytes(parts[0]))
    texts = {name: value for name, value in header.items() if isinstance(value, str)}
    if set(header) != _HEADER or len(texts) != len(_HEADER) or not texts["kid"].isprintable():
        raise LaunchMalformed(field="header")
    if texts["typ"] != TYPE or texts["alg"] not in ALGORITHMS:
        raise LaunchMalformed(field="header")
    return UnverifiedLaunch(text, texts["kid"], texts["alg"], read_claims(_bytes(parts[1])))


def verify(unverified: UnverifiedLaunch, key: PlatformKey, *, audience: str, now_ms: int) -> Launch:
    """The launch, once its signature, its audience and its time hold. Raises LaunchNotTrusted,
    LaunchOutOfTime.
    """
    if unverified.algorithm not in ALGORITHMS or ALGORITHMS[unverified.algorithm] != key.kind:
        raise LaunchNotTrusted
    public = (ECKey if key.kind == "EC" else OKPKey).import_key(dict(key.jwk))
    try:
        jws.deserialize_compact(unverified.token, public, registry=_REGISTRY)
    except (JoseError, ValueError) as error:
        raise LaunchNotTrusted from error
    launch = unverified.launch
    if not audience or launch.audience != audience:
        raise LaunchNotTrusted
    now_s = now_ms // 1_000
    if not 0 < launch.expires_s - launch.issued_s <= MAX_LIFE_S:
        raise LaunchOutOfTime(reason="life")
    if launch.issued_s > now_s + SKEW_S:
        raise LaunchOutOfTime(reason="future")
    if launch.expires_s <= now_s - SKEW_S:
        raise LaunchOutOfTime(reason="expired")
    return launch


def launch_in(token: str) -> Launch:
    """The claims of a token that was verified when it came in."""
    return read_claims(_bytes(token.split(".")[1]))


def token_sha256(token: str) -> str:
    """Lower hex, by which the same launch is known again."""
    return hashlib.sha256(token.encode()).hexdigest()


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as error:
        raise LaunchMalformed(field="token") from error
