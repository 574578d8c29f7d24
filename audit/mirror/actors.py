"""What only a reader of the whole log can see of signatures: whose key it was, and whether it held
there (docs/evidence-package.md, "Signed acts"). Keys hold by their place in the log, not by time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from audit import act
from audit.act import KeyKind
from audit.assertion import RelyingParty, check_assertion, has_gone_on
from audit.device import REQUESTED_TYPE
from audit.entry import Entry
from audit.errors import MalformedError, SignatureError
from audit.mirror.chains import EntryRefused
from audit.note import decode_base64

_FACTS: dict[str, set[str]] = {
    KeyKind.WEBCRYPTO_P256: {"actor", "key", "kind", "public_key"},
    KeyKind.WEBAUTHN: {"actor", "key", "kind", "public_key", "rp_id", "web_origin"},
}


@dataclass(frozen=True, slots=True)
class _Key:
    actor: str
    public: bytes
    party: RelyingParty | None

    def check(self, entry: Entry, origin: str) -> int | None:
        """The authenticator's counter, if it was one. Raises MalformedError and SignatureError."""
        message, asig = act.signed_bytes(origin, entry), entry.asig or ""
        if self.party is None:
            act.check_signature(self.public, decode_base64(asig), message)
            return None
        return check_assertion(self.public, asig, message, self.party)


class Actors:
    """Keys of a log and of those before it, and their ends; `origin_at` tells under which origin the
    entry at an index was recorded. `take` entries in the log's order, after `Chains` did; they count
    from `commit` on, and `discard` forgets them.

    What a window's device signs is not looked at here, but by whoever counts its requests.
    """

    def __init__(self, origin_at: Callable[[int], str]) -> None:
        self._origin_at = origin_at
        self._keys: dict[str, _Key | None] = {}
        self._pending: dict[str, _Key | None] = {}
        # Of authenticators, as they told last. One that counts anew was copied.
        self._counters: dict[str, int] = {}
        self._counted: dict[str, int] = {}

    def take(self, index: int, entry: Entry) -> None:
        """Raises EntryRefused for an enrolment that is none, and for a signature that does not verify
        or whose key was not its actor's at this place.
        """
        where = f"entry {index} of the log, {entry.chain}#{entry.seq}"
        origin = self._origin_at(index)
        try:
            if entry.type == act.ENROLLED_TYPE:
                self._enrol(entry, origin)
            elif entry.type == act.REVOKED_TYPE and self._knows(str(entry.facts.get("key"))):
                self._pending[str(entry.facts.get("key"))] = None
            if entry.akey is not None and entry.type != REQUESTED_TYPE:
                self._count(entry.akey, self._holding(entry).check(entry, origin))
        except (MalformedError, SignatureError) as error:
            raise EntryRefused(f"{where}: {error}") from error

    def commit(self) -> None:
        self._keys.update(self._pending)
        self._counters.update(self._counted)
        self._pending.clear()
        self._counted.clear()

    def discard(self) -> None:
        self._pending.clear()
        self._counted.clear()

    def _count(self, key_id: str, counter: int | None) -> None:
        if counter is None:
            return
        last = self._counted.get(key_id, self._counters.get(key_id))
        if last is not None and not has_gone_on(counter, last):
            raise SignatureError("the authenticator counts anew")
        self._counted[key_id] = counter

    def _knows(self, key_id: str) -> bool:
        return key_id in self._pending or key_id in self._keys

    def _enrol(self, entry: Entry, origin: str) -> None:
        if entry.chain != f"log:{origin}":
            raise MalformedError("a key is enrolled on the log's own chain")
        facts = entry.facts
        texts = {name: value for name, value in facts.items() if isinstance(value, str)}
        wanted = _FACTS.get(texts.get("kind", ""))
        if wanted is None or not facts.keys() == texts.keys() == wanted:
            raise MalformedError("an enrolment has other facts")
        public = decode_base64(texts["public_key"])
        act.check_public_key(public)
        if act.key_id(public) != texts["key"]:
            raise MalformedError("the key has another id")
        if entry.actor != texts["actor"]:
            raise SignatureError("a key is enrolled by whose it is")
        # The first one counts: a second gave it to somebody else, or brought a revoked one back.
        if self._knows(texts["key"]):
            raise SignatureError("the key was enrolled before")
        party = RelyingParty(texts["rp_id"], texts["web_origin"]) if "rp_id" in texts else None
        self._pending[texts["key"]] = _Key(texts["actor"], public, party)

    def _holding(self, entry: Entry) -> _Key:
        key_id = entry.akey or ""
        if not self._knows(key_id):
            raise SignatureError("signed by a key that was not enrolled before")
        key = self._pending.get(key_id, self._keys.get(key_id))
        if key is None:
            raise SignatureError("signed by a key that was revoked before")
        if key.actor != entry.actor:
            raise SignatureError("signed by somebody else's key")
        return key
