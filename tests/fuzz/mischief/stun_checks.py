"""Binding requests (RFC 8489) of people who do and who do not know a password."""

import binascii
import hmac
import random
import struct

from aioice import stun

from mischief.mutation import EXTREMES, mutated

_KINDS = (*stun.ATTRIBUTES_BY_TYPE, 0x0000, 0x7FFF, 0xFFFF, 0xC057)
_INTEGRITY, _FINGERPRINT, _USERNAME = 0x0008, 0x8028, 0x0006


class StunChecks:
    """Made for one leg: its fragment is known, and to those who are of the call its password."""

    def __init__(self, dice: random.Random, ufrag: str, password: str) -> None:
        self._dice = dice
        self._ufrag = ufrag
        self._password = password
        self._samples = [
            self._honest(ufrag, password),
            self._honest(ufrag, password, nominate=True),
            self._honest(ufrag, "w" * 24),
            self._honest("stranger", password),
            self._response(),
        ]

    def from_outside(self) -> bytes:
        """Never authentic, unless by a change that changes nothing."""
        dice = self._dice
        if dice.random() < 0.2:
            return bytes((dice.randrange(4),)) + dice.randbytes(dice.randint(0, 200))
        if dice.random() < 0.3:
            return self._written(b"not the password")
        return mutated(dice, dice.choice(self._samples), self._samples)

    def from_inside(self) -> bytes:
        """Attributes at will under a right MESSAGE-INTEGRITY: what the page itself could send."""
        return self._written(self._password.encode())

    def _written(self, key: bytes) -> bytes:
        dice = self._dice
        body = b""
        if dice.random() < 0.95:
            body += _attribute(_USERNAME, f"{self._ufrag}:theirs".encode())
        for _ in range(dice.choice((0, 1, 2, 3, 5, 40))):
            body += self._any_attribute()
        header = struct.pack("!HHI", 0x0001, len(body) + stun.INTEGRITY_LENGTH, stun.COOKIE)
        signed = header + dice.randbytes(12) + body
        whole = signed + _attribute(_INTEGRITY, hmac.digest(key, signed, "sha1"))
        for _ in range(dice.choice((0, 0, 1, 2))):
            whole += self._any_attribute()
        if dice.random() < 0.5:
            whole = stun.set_body_length(whole, len(whole) - 20 + stun.FINGERPRINT_LENGTH)
            crc = binascii.crc32(whole) ^ stun.FINGERPRINT_XOR
            return whole + _attribute(_FINGERPRINT, struct.pack("!I", crc))
        return stun.set_body_length(whole, len(whole) - 20)

    def _any_attribute(self) -> bytes:
        dice = self._dice
        value = dice.randbytes(dice.choice((0, 1, 2, 3, 4, 8, 8, 12, 20, 20, 64, 300)))
        kind = dice.choice(_KINDS) if dice.random() < 0.9 else dice.randrange(0x10000)
        if dice.random() < 0.1:
            return struct.pack("!HH", kind, dice.choice(EXTREMES) & 0xFFFF) + value
        return _attribute(kind, value)

    @staticmethod
    def _honest(ufrag: str, password: str, *, nominate: bool = False) -> bytes:
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{ufrag}:theirs"
        request.attributes["PRIORITY"] = 1
        request.attributes["ICE-CONTROLLING"] = 7
        if nominate:
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(password.encode())
        return bytes(request)

    def _response(self) -> bytes:
        message = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)
        message.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.1", 5000)
        message.attributes["ERROR-CODE"] = (487, "Role Conflict")
        message.add_message_integrity(self._password.encode())
        return bytes(message)


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)
