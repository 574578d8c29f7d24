"""A station as a device of its window: it numbers and signs its requests as a page does
(outlet_client/static/js/window/device.js), and keeps the newest checkpoint of the log.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from audit import act, device, durable, merkle
from audit.checkpoint import Checkpoint
from audit.device import NOTHING_SEEN, Said
from audit.note import Note, decode_base64, encode_base64
from casework.ids import new_id
from outlet_client.agent.browser import Browser


@dataclass(frozen=True, slots=True)
class _State:
    """Of the log `origin`, "" before the desk named it. `open_call` is the call that was asked for last,
    of which nothing is known yet.
    """

    key: str
    origin: str = ""
    counter: int = 0
    answered: int = 0
    open_call: str = ""
    checkpoint: str = ""


class StationDevice:
    """Its key and numbers lie in the file `path`, made when it is not there. One process at a time.

    They are of one log: for one that follows it another key is made, which must be enrolled.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.exists():
            self._use(_State(**json.loads(path.read_text("ascii"))))
        else:
            self._begin("")

    async def show(self, browser: Browser) -> str:
        """Shows the key to the desk; how it stands there. Raises as `Browser.act` does."""
        await self._ask_for_log(browser)
        body = {"public_key": encode_base64(self.public_key)}
        return str((await browser.act("/api/v1/window/device", body))["state"])

    async def sign(self, browser: Browser) -> dict[str, Any]:
        """The next request, as the member `device` of `call.request`. Its number is used up now.

        Raises ProofError if the log does not extend what this device saw of it, and nothing is signed.
        """
        await self._look_at_log(browser)
        await self._ask_for_log(browser)
        return self._signed(self._state.origin)

    def became(self, call: str) -> None:
        """The call exists: the next request says so."""
        if call == self._state.open_call:
            self._keep(replace(self._state, answered=self._state.counter, open_call=""))

    async def _ask_for_log(self, browser: Browser) -> None:
        stands = await browser.get(f"/api/v1/window/device?key={self.id}")
        origin, before = str(stands["origin"]), self._state
        if not before.origin and not before.counter:
            self._keep(replace(before, origin=origin))
        elif before.origin != origin:
            self._begin(origin, before.checkpoint)

    def _begin(self, origin: str, checkpoint: str = "") -> None:
        made = ec.generate_private_key(ec.SECP256R1())
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._keep(_State(pem.decode(), origin, checkpoint=checkpoint))
        self._use(self._state)

    def _use(self, state: _State) -> None:
        key = load_pem_private_key(state.key.encode(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  (made in `_begin`)
        self._state, self._key = state, key
        self.public_key = key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        self.id = act.key_id(self.public_key)

    async def _look_at_log(self, browser: Browser) -> None:
        seen = self._seen()
        asked = {"origin": seen.origin, "since": seen.head.size} if seen is not None else {}
        shown = await browser.get(f"/api/v1/log/checkpoint?{urlencode(asked)}")
        text = str(shown["checkpoint"])
        newest = Checkpoint.parse_body(Note.parse(text.encode()).text)
        if seen is not None and seen.origin == newest.origin and seen.head.size:
            proof = [decode_base64(one) for one in shown["proof"] or ()]
            old, new = seen.head, newest.head
            merkle.verify_consistency(old.size, new.size, proof, old.root, new.root)
        self._keep(replace(self._state, checkpoint=text))

    def _signed(self, origin: str) -> dict[str, Any]:
        call, counter = new_id(), self._state.counter + 1
        self._keep(replace(self._state, counter=counter, open_call=call))
        seen = self._seen()
        head = seen.head if seen is not None and seen.origin == origin else NOTHING_SEEN
        said = Said(counter, self._state.answered, head)
        message = device.signed_bytes(origin, f"call:{call}", said)
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return {
            "call": call,
            "key": self.id,
            "counter": said.counter,
            "answered": said.answered,
            "size": head.size,
            "root": encode_base64(head.root),
            "signature": encode_base64(raw),
        }

    def _seen(self) -> Checkpoint | None:
        if not self._state.checkpoint:
            return None
        return Checkpoint.parse_body(Note.parse(self._state.checkpoint.encode()).text)

    def _keep(self, state: _State) -> None:
        durable.write_file(self._path, json.dumps(asdict(state)).encode(), mode=0o600)
        self._state = state
