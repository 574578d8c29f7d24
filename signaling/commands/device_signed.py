"""What a page says that its window's device signed, as the act takes it."""

from audit.checkpoint import TreeHead
from audit.device import Said
from audit.errors import MalformedError
from audit.note import decode_base64
from casework.actor import Actor, Role
from casework.errors import InvalidInput
from casework.model.actor_key import SigningRule
from casework.model.device import SignedRequest
from casework.policy.device_refusals import DeviceMissing
from signaling.desk import DeviceRule
from signaling.protocol.client import DeviceSigned


def device_signed(
    devices: DeviceRule, actor: Actor, told: DeviceSigned | None
) -> SignedRequest | None:
    """None where nothing is signed: by the rule, or because the hall calls the window.

    Raises DeviceMissing where requests must be signed, InvalidInput for what says nothing.
    """
    if devices.rule is SigningRule.OFF or actor.role is not Role.CLERK:
        return None
    if told is None:
        if devices.rule is SigningRule.REQUIRED:
            raise DeviceMissing
        return None
    try:
        seen = TreeHead(told.size, decode_base64(told.root))
        said = Said(told.counter, told.answered, seen)
    except MalformedError as error:
        raise InvalidInput(str(error), field="device") from error
    return SignedRequest(devices.origin, told.key, told.signature, told.call, said)
