"""A window's device that asks for calls, as the page's script does."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from audit.checkpoint import TreeHead
from audit.device import NOTHING_SEEN, Said, signed_bytes
from audit.note import encode_base64
from casework.actions.enrol_device import EnrolDevice, enrol_device
from casework.actions.propose_device import ProposeDevice, propose_device
from casework.actions.revoke_device import RevokeDevice, revoke_device
from casework.actor import Actor
from casework.ids import new_id
from casework.model.actor_key import RevokeReason
from casework.model.device import DeviceState, SignedRequest
from scenes.kernel import Kernel
from scenes.signing import ORIGIN, Browser


class WindowDevice(Browser):
    """Of the window at which `actor` sits; its key is made from `secret`."""

    def __init__(self, kernel: Kernel, actor: Actor, secret: int, origin: str = ORIGIN) -> None:
        super().__init__(kernel, actor, secret, origin)

    def propose(self) -> DeviceState:
        command = ProposeDevice(self.origin, encode_base64(self.public_key))
        return self.kernel.writer.run_sync(propose_device, command, actor=self.actor).state

    def enrol(self, actor: Actor | None = None) -> str:
        command = EnrolDevice(self.origin, self.id)
        return self.kernel.writer.run_sync(enrol_device, command, actor=actor or self.actor).id

    def revoke(self, actor: Actor | None = None) -> None:
        command = RevokeDevice(self.origin, self.id, RevokeReason.LOST)
        self.kernel.writer.run_sync(revoke_device, command, actor=actor or self.actor)

    def sign(
        self,
        counter: int,
        answered: int,
        *,
        call: str = "",
        origin: str = "",
        told: Said | None = None,
        asig: str = "",
        seen: TreeHead = NOTHING_SEEN,
    ) -> SignedRequest:
        """`told` is said to the desk in the place of what was signed."""
        call, said = call or new_id(), Said(counter, answered, seen)
        message = signed_bytes(origin or self.origin, f"call:{call}", said)
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        raw = encode_base64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return SignedRequest(self.origin, self.id, asig or raw, call, told or said)
