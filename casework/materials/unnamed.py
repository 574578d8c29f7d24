"""Contents that no case names: of uploads that were refused, of signatures nobody issued with, and what a
crash left between the file and the act. They are personal data without a purpose, so they go.

Nothing that a case may still come to name is taken: whoever stores a content names it in the same request,
or within a day (the signature for receipt), and what lies here is thirty days old. A folder of a case
that the database does not know is left alone: then it is the database that is wrong.
"""

from collections.abc import Iterator
from itertools import islice

import structlog
from sqlalchemy import select

from casework.clock import Clock
from casework.materials.local import LocalMaterialStore
from casework.store import schema_case as s
from casework.store.engine import Store

UNNAMED_KEPT_MS = 30 * 86_400_000
AT_ONCE = 200
"""Folders of one turn: a hundred thousand cases are gone through in some hours, and nobody waits."""

_log = structlog.get_logger(component="materials")


class UnnamedContents:
    """Blocks on database and files: call it from a thread. Its place in the round is kept in memory; a
    desk that starts begins the round anew.
    """

    def __init__(self, store: Store, materials: LocalMaterialStore, clock: Clock) -> None:
        self._store = store
        self._materials = materials
        self._clock = clock
        self._round: Iterator[str] = iter(())

    def sweep_some(self, limit: int = AT_ONCE) -> int:
        """Goes on by `limit` cases; how many files went. Raises StoreUnavailable or OSError, and the
        next round comes by again.
        """
        folders = list(islice(self._round, limit))
        if not folders:
            self._round = iter(self._materials.cases())
            folders = list(islice(self._round, limit))
        before_ms = self._clock.wall_ms() - UNNAMED_KEPT_MS
        old = {case_id: self._materials.stored_before(case_id, before_ms) for case_id in folders}
        named = self._named([case_id for case_id, files in old.items() if files])
        gone = 0
        for case_id, names in named.items():
            for name in old[case_id]:
                if name not in names:
                    self._materials.remove(case_id, name)
                    gone += 1
        if gone:
            _log.info("unnamed_contents_removed", files=gone)
        return gone

    def _named(self, case_ids: list[str]) -> dict[str, set[str]]:
        """Of every case that the database knows, the contents it names."""
        if not case_ids:
            return {}
        with self._store.reading() as conn:
            known = conn.scalars(select(s.cases.c.id).where(s.cases.c.id.in_(case_ids)))
            named: dict[str, set[str]] = {case_id: set() for case_id in known}
            rows = conn.execute(
                select(s.case_material.c.case_id, s.case_material.c.blob).where(
                    s.case_material.c.case_id.in_(case_ids)
                )
            )
            for case_id, blob in rows:
                named[case_id].add(blob.partition("/")[2])
        return named
