"""Keys at hand: a small cache over the key file, sealing of values, and the blind index."""

import base64
import hashlib
import hmac
import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.keys.key_file import KeyFile, KeyKind
from casework.keys.wrapping import NONCE_BYTES

CACHED_KEYS = 1024
_INDEX_ID = "blind-index"


class SealBroken(Exception):
    """A sealed value was changed, moved to another place, or belongs to another key."""


@dataclass(frozen=True, slots=True)
class Sealed:
    nonce: bytes
    ciphertext: bytes


class KeyRing:
    """Keys of cases and calls by id; safe to use from any thread.

    Keys are cached in memory, so one process must own the key file: `destroy` forgets the key here
    and nowhere else.
    """

    def __init__(self, file: KeyFile) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[KeyKind, str], bytes] = OrderedDict()
        self._index_key = file.create_key(KeyKind.INDEX, _INDEX_ID)

    @property
    def kek_id(self) -> str:
        return self._file.kek_id

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keys made within by this thread become durable at its end, see `KeyFile.together`."""
        try:
            with self._file.together():
                yield
        except sqlite3.Error:
            with self._lock:
                self._cache.clear()  # a key that was lost must not go on being used
            raise

    def create_case_key(self, case_id: str) -> bytes:
        """Durable on return, or at the end of `together` (see `KeyFile.create_key`); repeating it
        returns the same key.
        """
        return self._create(KeyKind.CASE, case_id)

    def create_call_key(self, call_id: str) -> bytes:
        return self._create(KeyKind.CALL, call_id)

    def case_key(self, case_id: str) -> bytes:
        """32 bytes; raises NotFound or KeyDestroyed."""
        return self._get(KeyKind.CASE, case_id)

    def call_key(self, call_id: str) -> bytes:
        return self._get(KeyKind.CALL, call_id)

    def chain_key(self, chain: str) -> bytes:
        """The key that seals values of `case:ID` or `call:ID`; ValueError for other chains."""
        kind, _, id_ = chain.partition(":")
        if kind not in {KeyKind.CASE, KeyKind.CALL} or not id_:
            raise ValueError(f"chain {kind}: has no key: its entries carry no committed values")
        return self._get(KeyKind(kind), id_)

    def destroy(self, kind: KeyKind, id_: str) -> bool:
        with self._lock:
            self._cache.pop((kind, id_), None)
            return self._file.destroy(kind, id_)

    def blind_index(self, field: str, value: str) -> str:
        """Lower hex HMAC-SHA256 by which equal values find each other without being stored.

        The caller normalises `value`. Rows that hold it go when the case is erased.
        """
        text = f"yunchuang/index/v1\0{field}\0{value}".encode()
        return hmac.new(self._index_key, text, hashlib.sha256).hexdigest()

    def kept_key(self, owner: str) -> bytes:
        """32 bytes under which a page keeps what `owner` (an actor's id) has not handed in yet.

        Only whoever is signed in as the owner is given it, so that what lies on a shared machine
        opens for nobody else.
        """
        text = f"yunchuang/kept/v1\0{owner}".encode()
        return hmac.new(self._index_key, text, hashlib.sha256).digest()

    def cursor_key(self) -> bytes:
        """32 bytes by which a list knows the cursors that it gave out (`views/lists/cursor.py`)."""
        return hmac.new(self._index_key, b"yunchuang/cursor/v1", hashlib.sha256).digest()

    def launch_handle(self, token: str) -> str:
        """What the link of a launch ends in, base64url of 32 bytes: the same for the same token, so that a
        platform that lost our answer gets it again. Who has store and keys but not the token cannot make it.
        """
        text = f"yunchuang/launch-handle/v1\0{token}".encode()
        digest = hmac.new(self._index_key, text, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def launch_key(self, handle: str) -> bytes:
        """32 bytes under which a launch lies until its link is opened."""
        text = f"yunchuang/launch/v1\0{handle}".encode()
        return hmac.new(self._index_key, text, hashlib.sha256).digest()

    def close(self) -> None:
        with self._lock:
            self._cache.clear()
        self._file.close()

    def _get(self, kind: KeyKind, id_: str) -> bytes:
        # The lock covers the reading of the file: a key read just before `destroy` must not enter
        # the cache just after it.
        with self._lock:
            key = self._cache.get((kind, id_))
            if key is None:
                key = self._file.key(kind, id_)
            return self._keep(kind, id_, key)

    def _create(self, kind: KeyKind, id_: str) -> bytes:
        with self._lock:
            return self._keep(kind, id_, self._file.create_key(kind, id_))

    def _keep(self, kind: KeyKind, id_: str, key: bytes) -> bytes:
        self._cache[kind, id_] = key
        self._cache.move_to_end((kind, id_))
        if len(self._cache) > CACHED_KEYS:
            self._cache.popitem(last=False)
        return key


def seal(key: bytes, place: tuple[str, ...], value: bytes) -> Sealed:
    """AES-256-GCM with a random nonce; `place` (table, row, field ...) is authenticated, so that a
    ciphertext moved elsewhere does not open. No part of `place` may hold a zero byte.
    """
    nonce = os.urandom(NONCE_BYTES)
    return Sealed(nonce, AESGCM(key).encrypt(nonce, value, _associated(place)))


def unseal(key: bytes, place: tuple[str, ...], sealed: Sealed) -> bytes:
    """Raises SealBroken if key, place or bytes are not the ones it was sealed with."""
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, _associated(place))
    except (InvalidTag, ValueError) as error:
        raise SealBroken("the value does not open at this place under this key") from error


def _associated(place: tuple[str, ...]) -> bytes:
    if any("\0" in part for part in place):
        raise ValueError("a place must not hold a zero byte")
    return "\0".join(("yunchuang/seal/v1", *place)).encode()
