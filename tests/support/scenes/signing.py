"""A browser that signs what its person decides, as the page's scripts do."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit import act, canonical, commitment, note
from audit.assertion import RelyingParty
from audit.entry import Entry
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.enrol_authenticator import EnrolAuthenticator, enrol_authenticator
from casework.actions.enrol_key import EnrolKey, enrol_key
from casework.actions.revoke_key import RevokeKey, revoke_key
from casework.actor import Actor
from casework.model.actor_key import ActSignature, RevokeReason
from casework.store.reading import entries_of
from casework.views.act_to_sign import ActToSign, act_to_sign
from scenes.authenticator import Authenticator
from scenes.kernel import Kernel

ORIGIN = "window.example/log"


class Browser:
    """Of one person; its key is made from `secret` and enrolled when asked."""

    def __init__(self, kernel: Kernel, actor: Actor, secret: int, origin: str = ORIGIN) -> None:
        self.kernel, self.actor, self.origin = kernel, actor, origin
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        self.public_key = self._key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        self.id = act.key_id(self.public_key)

    def enrol(self, actor: Actor | None = None) -> str:
        command = EnrolKey(self.origin, note.encode_base64(self.public_key))
        return self.kernel.writer.run_sync(enrol_key, command, actor=actor or self.actor).id

    def revoke(self) -> None:
        command = RevokeKey(self.origin, self.id, RevokeReason.REPLACED)
        self.kernel.writer.run_sync(revoke_key, command, actor=self.actor)

    def asked(self, case_id: str, decision_id: str) -> ActToSign:
        with self.kernel.store.reading() as conn:
            return act_to_sign(conn, self.kernel.keys, self.actor, case_id, decision_id)

    def signed(self, asked: ActToSign, **shown: canonical.JsonValue) -> ActSignature:
        """`shown` are values that the page shows instead of those it was given."""
        asig = self.sign_bytes(message_of(self.origin, asked, shown))
        return ActSignature(self.origin, self.id, asig, asked.seq, asked.prev)

    def sign_bytes(self, message: bytes) -> str:
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        return note.encode_base64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def confirm(self, case_id: str, decision_id: str) -> ActSignature:
        """Signed and confirmed at once."""
        signature = self.signed(self.asked(case_id, decision_id))
        command = ConfirmDecision(case_id, decision_id, signature)
        self.kernel.writer.run_sync(confirm_decision, command, actor=self.actor)
        return signature


class Holder(Browser):
    """Somebody with a security key: `device` holds the same secret, and is enrolled for its site."""

    def __init__(self, kernel: Kernel, actor: Actor, secret: int, origin: str = ORIGIN) -> None:
        super().__init__(kernel, actor, secret, origin)
        self.device = Authenticator(secret)
        self.changes: dict[str, object] = {}
        """What device or browser do otherwise at the next signature."""

    def enrol(self, actor: Actor | None = None, **changes: object) -> str:
        owner = actor or self.actor
        said = f"yunchuang/enrol/v1\n{self.origin}\n{owner.id}\n".encode()
        made = self.device.attested(said, **changes)
        command = EnrolAuthenticator(
            self.origin,
            RelyingParty(self.device.rp_id, self.device.web_origin),
            made["id"],
            made["response"]["attestationObject"],
            made["response"]["clientDataJSON"],
        )
        return self.kernel.writer.run_sync(enrol_authenticator, command, actor=owner).id

    def sign_bytes(self, message: bytes) -> str:
        return self.device.asserted(message, **self.changes)


def entries(kernel: Kernel, chain: str) -> list[Entry]:
    """All of the chain, as they stand in the database."""
    with kernel.store.reading() as conn:
        return [Entry.decode(one.body) for one in entries_of(conn, chain)]


def message_of(
    origin: str, asked: ActToSign, shown: dict[str, canonical.JsonValue] | None = None
) -> bytes:
    """The signed bytes, built from the page's words alone and not by `audit.act`."""
    lines = ["yunchuang/act/v1", origin, asked.chain, str(asked.seq), asked.prev]
    lines += [asked.call or "-", asked.type]
    for one in sorted(asked.fields, key=lambda one: one.field):
        value = (shown or {}).get(one.field, one.value)
        made = commitment.commit_json(bytes.fromhex(one.key), value).hex()
        lines.append(f"{one.field} {made}")
    return "".join(f"{line}\n" for line in lines).encode()
