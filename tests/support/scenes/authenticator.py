"""A security key in software, and the browser before it, as the W3C's text describes them."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit import note

RP_ID, WEB_ORIGIN = "window.example", "https://hall.window.example"
UP, UV, BE, BS, AT, ED = (1 << bit for bit in (0, 2, 3, 4, 6, 7))


class Authenticator:
    """Holds the key made from `secret` for one site; counts on with every signature."""

    def __init__(self, secret: int, rp_id: str = RP_ID, web_origin: str = WEB_ORIGIN) -> None:
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        self.rp_id, self.web_origin, self.counter = rp_id, web_origin, 0
        self.spki = self._key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        self.credential = sha256(self.spki).digest()

    def asserted(
        self,
        message: bytes,
        *,
        text: str = "",
        flags: int = UP | UV,
        rp_id: str = "",
        counter: int | None = None,
        rest: bytes = b"",
        **members: object,
    ) -> str:
        """The `asig` of an act. `text` stands for all of clientDataJSON, `rest` behind the counter."""
        self.counter += 1
        data = self._data(flags, rp_id, self.counter if counter is None else counter) + rest
        client = (text or self._client("webauthn.get", message, members)).encode()
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return ".".join(map(note.encode_base64, (data, client, signature)))

    def attested(self, message: bytes, *, flags: int = UP | UV | AT, **members: object) -> dict:
        """The answer to `navigator.credentials.create`, as `PublicKeyCredential.toJSON` writes it;
        the challenge is SHA-256 of `message`.
        """
        numbers = self._key.public_key().public_numbers()
        x, y = (value.to_bytes(32, "big") for value in (numbers.x, numbers.y))
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        size = len(self.credential).to_bytes(2, "big")
        data = self._data(flags, "", self.counter) + bytes(16) + size + self.credential + cose
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", message, members).encode()
        return {
            "id": base64url(self.credential),
            "rawId": base64url(self.credential),
            "type": "public-key",
            "response": {
                "attestationObject": base64url(made),
                "clientDataJSON": base64url(client),
            },
        }

    def _data(self, flags: int, rp_id: str, counter: int) -> bytes:
        rp = sha256((rp_id or self.rp_id).encode()).digest()
        return rp + bytes([flags]) + counter.to_bytes(4, "big")

    def _client(self, type_: str, message: bytes, members: dict[str, object]) -> str:
        told = {
            "type": type_,
            "challenge": base64url(sha256(message).digest()),
            "origin": self.web_origin,
            "crossOrigin": False,
        }
        return json.dumps(told | members, separators=(",", ":"))


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
