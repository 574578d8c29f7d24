"""A city's intake platform, as the desk knows it: registered, with keys, and signing launches."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from casework.actions.add_platform_key import AddPlatformKey, add_platform_key
from casework.actions.open_platform import OpenPlatform, open_platform
from casework.actions.receive_launch import ReceivedLaunch, ReceiveLaunch, receive_launch
from casework.actions.save_mappings import SavedMappings, SaveMappings, save_mappings
from casework.actions.set_platform_outlet import SetPlatformOutlet, set_platform_outlet
from casework.actor import SYSTEM
from casework.ids import new_id
from casework.launch.mapping_file import read_mappings
from casework.launch.signed import TYPE, peek, verify
from casework.seed import SeededDemo
from casework.views.launches import trusted_key
from scenes.case_scene import a_bank_card, an_applicant
from scenes.kernel import Kernel

ISSUER = "intake.example"
ORIGIN = "desk.example/log"
KID = "2026-1"
MAPPING = """\
item: SB-002
applicant:
  name: sqrxm
  id_number: sfzjhm
  phone: lxdh
form:
  last_employer: yydw
  left_on: {from: jcrq, date: YYYYMMDD}
  cause: {from: syyy, values: {"01": 劳动合同期满终止, "02": 用人单位解除劳动合同}}
  account: yhkh
  bank: {fixed: 示范银行}
ignored: [lsh]
"""
FIELDS = {
    "sqrxm": "群众甲",
    "sfzjhm": an_applicant().id_number,
    "lxdh": "13900000001",
    "yydw": "示范企业",
    "jcrq": "20250131",
    "syyy": "01",
    "yhkh": a_bank_card(),
    "lsh": "ignored",
}
"""All of them fit."""


def private_key(kind: str = "EC") -> Any:
    """A new pair: `EC` signs ES256, `OKP` Ed25519."""
    return ECKey.generate_key("P-256") if kind == "EC" else OKPKey.generate_key("Ed25519")


class Anything(jws.JWSRegistry):
    """Signs whatever it is told to, by any algorithm: what a hostile platform can do as well."""

    def check_header(self, header: Any) -> None:
        pass

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


def signed(key: Any, claims: Any, **header: Any) -> str:
    """Compact JWS over the claims, or over the very bytes that are given."""
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    protected = {"alg": "ES256", "kid": KID, "typ": TYPE, **header}
    return jws.serialize_compact(protected, payload, key, registry=Anything())


def base64url(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def unsigned(claims: Any, algorithm: str) -> str:
    """Header and payload as they are signed, for what no library signs."""
    header = {"alg": algorithm, "kid": KID, "typ": TYPE}
    return ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))


@dataclass
class IntakePlatform:
    """One that may launch at the bank, with its item mapped."""

    k: Kernel
    city: SeededDemo
    key: Any = field(default_factory=private_key)
    id: str = ""

    def registered(self) -> "IntakePlatform":
        self.open(ISSUER, json.dumps(self.key.as_dict(private=False)), KID)
        self.allow("bank")
        assert not self.map(MAPPING).bad_rows
        return self

    def admin(self, action: Any, command: Any) -> Any:
        return self.k.writer.run_sync(action, command, actor=self.city.actors["admin"])

    def open(self, issuer: str, public_key: str, kid: str) -> None:
        self.id = self.admin(open_platform, OpenPlatform(ORIGIN, "示范市政务服务平台", issuer))
        self.admin(add_platform_key, AddPlatformKey(ORIGIN, self.id, public_key, kid))

    def add_key(self, key: Any, kid: str) -> None:
        public = json.dumps(key.as_dict(private=False))
        self.admin(add_platform_key, AddPlatformKey(ORIGIN, self.id, public, kid))

    def allow(self, outlet: str, *, allowed: bool = True) -> None:
        command = SetPlatformOutlet(ORIGIN, self.id, self.city.outlets[outlet], allowed)
        self.admin(set_platform_outlet, command)

    def map(self, text: str) -> SavedMappings:
        report = read_mappings("mapping.yaml", text.encode())
        assert report.bad_rows == ()
        saved = self.admin(save_mappings, SaveMappings(ORIGIN, self.id, report.mappings))
        assert isinstance(saved, SavedMappings)
        return saved

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Of a launch at the bank that is made now; None takes a claim out."""
        now = self.k.clock.wall_ms() // 1_000
        claims = {
            "iss": ISSUER,
            "aud": ORIGIN,
            "iat": now,
            "exp": now + 120,
            "jti": new_id(),
            "outlet": self.city.outlets["bank"],
            "item": "SB-002",
            "ref": "PT-2026-0001",
            "fields": dict(FIELDS),
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def launch(self, **changed: Any) -> str:
        return signed(self.key, self.claims(**changed))

    def receive(self, token: str) -> ReceivedLaunch:
        """As the desk does: the signature first, then the act."""
        now_ms = self.k.clock.wall_ms()
        unverified = peek(token.encode())
        with self.k.store.reading() as conn:
            found = trusted_key(conn, unverified.launch.issuer, unverified.kid, now_ms)
        launch = verify(unverified, found.key, audience=ORIGIN, now_ms=now_ms)
        command = ReceiveLaunch(found.platform_id, unverified.kid, token, launch)
        return self.k.writer.run_sync(receive_launch, command, actor=SYSTEM)

    def handed_over(self, **changed: Any) -> str:
        """The handle of a new launch."""
        return self.receive(self.launch(**changed)).handle
