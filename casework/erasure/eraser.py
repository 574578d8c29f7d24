"""Carries out confirmed erasures, now or after a restart.

Order and crash points:
  confirmed (committed)      two persons decided; from here on it is carried out, whatever happens
  keys gone from the key file
  files gone
  (a crash up to here)       the erasure is still confirmed: the next start does all of it again
  entry, certificate         one transaction, which also deletes the sealed values and index rows
"""

import structlog

from casework.actions.destroy_keys import DestroyKeys, KeysDestroyed, destroy_keys
from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.erasure.files import remove_files
from casework.errors import DomainError, KeyDestroyed, NotFound
from casework.keys.backup_ledger import BackupLedger
from casework.keys.key_file import KeyKind
from casework.keys.key_ring import KeyRing
from casework.model.erasure import Erasure, ErasureStatus
from casework.store.engine import Store
from casework.store.erasure_rows import erasures_in
from casework.store.writer import Writer
from casework.views.package_contents import packages_of

_log = structlog.get_logger(component="erasure")


class Eraser:
    """Blocks on database and files: call it from a thread, never from the writer's own."""

    def __init__(
        self, data: DataDir, store: Store, writer: Writer, keys: KeyRing, *, origin: str
    ) -> None:
        self._data = data
        self._store = store
        self._writer = writer
        self._keys = keys
        self._origin = origin

    def carry_out(self) -> list[KeysDestroyed]:
        """Every confirmed erasure. Raises StoreUnavailable or OSError; the rest waits then, and
        nothing is lost by asking again.
        """
        with self._store.reading() as conn:
            waiting = erasures_in(conn, ErasureStatus.CONFIRMED)
        return [self._carry_out(one) for one in waiting]

    def settle(self) -> None:
        """At a start: carries out what a crash cut short, and destroys again what an older copy of
        the key file brought back. What fails now waits for the next start.
        """
        try:
            self._destroy_again()
            self.carry_out()
        except (DomainError, OSError) as error:
            _log.error("erasure_waits", error=type(error).__name__)

    def _carry_out(self, decided: Erasure) -> KeysDestroyed:
        for kind, id_ in _keys_of(decided):
            self._keys.destroy(kind, id_)
        with self._store.reading() as conn:
            packages = [package.id for package in packages_of(conn, decided.case_id)]
        files = remove_files(self._data, decided.case_id, decided.calls, packages)
        command = DestroyKeys(
            decided.id,
            self._origin,
            self._keys.kek_id,
            files,
            [
                {
                    "id": backup.id,
                    "made_at_ms": backup.made_at_ms,
                    "expires_at_ms": backup.expires_at_ms,
                    "kek": backup.kek,
                }
                for backup in BackupLedger(self._data.keys).kept()
            ],
        )
        done = self._writer.run_sync(destroy_keys, command, actor=SYSTEM)
        if not self._store.scrub():
            _log.warning("old_pages_remain_until_the_store_is_closed")
        _log.info("keys_destroyed", case=decided.case_id, calls=len(decided.calls))
        return done

    def _destroy_again(self) -> None:
        with self._store.reading() as conn:
            done = erasures_in(conn, ErasureStatus.DONE)
        for kind, id_ in (key for one in done for key in _keys_of(one)):
            if self._opens(kind, id_):
                self._keys.destroy(kind, id_)
                _log.warning("key_had_come_back", kind=kind, id=id_)

    def _opens(self, kind: KeyKind, id_: str) -> bool:
        try:
            self._keys.chain_key(f"{kind}:{id_}")
        except (KeyDestroyed, NotFound):
            return False
        return True


def _keys_of(decided: Erasure) -> list[tuple[KeyKind, str]]:
    calls = [(KeyKind.CALL, call_id) for call_id in decided.calls]
    return [*calls, (KeyKind.CASE, decided.case_id)]
