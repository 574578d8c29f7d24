"""The hall's evidence service: packages kept as zips beside the data, verified as an outsider would.

Implements `backoffice_console.ports.EvidenceService` and `casework.log.case_status.LogStatus`.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from audit.checkpoint import SignedCheckpoint
from audit.log import MerkleLog
from audit.package.model import Form
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from backoffice_console.ports import Package, Problem, Verdict, Verification
from casework.actor import Actor
from casework.errors import KeyDestroyed, NotFound
from casework.installation import Installation
from casework.log.cosigned import Cosigned
from casework.log.time_stamps import TimeStamps
from casework.views.package_contents import KnownPackage, known_package, packages_of
from yunchuang.export import Exporter
from yunchuang.package_log import PackageLogGone
from yunchuang.package_refusals import PackageNotAsSealed

_log = structlog.get_logger(component="evidence")


class PackageShelf:
    """Zips under `folder`, one a package; a missing one is written again from the installation."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self._store = installation.store
        self._exporter = Exporter(installation)
        self._folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)

    def export(self, case_id: str, actor: Actor) -> Package:
        """Raises what `Exporter.make` and `Exporter.write` raise."""
        package_id = self._exporter.make(case_id, Form.SEALED, actor)
        return self._package(self._known(case_id, package_id))

    def packages(self, case_id: str) -> Sequence[Package]:
        with self._store.reading() as conn:
            known = packages_of(conn, case_id)
        shown = []
        for one in known:
            # What was sealed before the case was erased, in a log that was lost since, or by an earlier
            # version of the program cannot be written any more.
            try:
                shown.append(self._package(one))
            except (KeyDestroyed, PackageLogGone):
                pass
            except PackageNotAsSealed:
                _log.warning("package_not_as_sealed", package=one.id)
        return shown

    def path_of(self, case_id: str, package_id: str) -> Path:
        return self._written(self._known(case_id, package_id))

    def verify(self, case_id: str, package_id: str) -> Verification:
        """By the second implementation, from the file alone, with the log's key brought along.

        It tells the hall whether the file is whole. Whoever distrusts the operator runs the
        verifier on a machine of their own, with a key they had before.
        """
        path = self.path_of(case_id, package_id)
        key = self._exporter.key_of(package_id).vkey
        began = time.monotonic()
        trust = make_trust(parse_keys(f"{key}\n".encode(), "log key"), None, outside=True)
        report = verify(path, trust).as_json()
        return Verification(
            verdict=Verdict(str(report["verdict"])),
            package_id=package_id,
            entries=_number(report["entries"]),
            recordings=len(_items(report["recordings"])),
            origin=str(report["origin"]),
            size=_number(report["size"]),
            key=key,
            took_ms=round((time.monotonic() - began) * 1000),
            problems=[_problem(one) for one in _items(report["problems"])],
        )

    def _known(self, case_id: str, package_id: str) -> KnownPackage:
        with self._store.reading() as conn:
            known = known_package(conn, package_id)
        if known.case_id != case_id:
            raise NotFound("no such package of this case")
        return known

    def _package(self, known: KnownPackage) -> Package:
        size = self._written(known).stat().st_size
        return Package(known.id, known.case_id, known.made_at_ms, size)

    def _written(self, known: KnownPackage) -> Path:
        path = self._folder / f"{known.id}.zip"
        if not path.exists():
            # Whole or not at all: the writer gives a finished file its name. Somebody else may be
            # faster; the bytes are the same.
            with suppress(FileExistsError):
                self._exporter.write(known.id, path)
        return path


class PublishedLog:
    """What pages are told of the log. Implements `portal.log_checkpoint.LogToProve` as well."""

    def __init__(
        self,
        log: MerkleLog,
        cosigned: Cosigned,
        time_stamps: TimeStamps | None = None,
        *,
        time_stamping: bool = False,
    ) -> None:
        """`time_stamping`: an authority is configured."""
        self._log = log
        self._cosigned = cosigned
        self._time_stamps = time_stamps
        self.time_stamping = time_stamping

    def published(self) -> SignedCheckpoint:
        return self._log.checkpoint

    def cosigned(self) -> SignedCheckpoint | None:
        return self._cosigned.newest()

    def time_stamped_at(self, log_index: int) -> int | None:
        return self._time_stamps.time_stamped_at(log_index) if self._time_stamps else None

    @property
    def witnesses(self) -> int:
        return len(self._cosigned.policy.witnesses)

    @property
    def vkey(self) -> str:
        return self._cosigned.log_key.vkey

    def consistency_proof(self, old: int, new: int) -> Sequence[bytes]:
        return self._log.consistency_proof(old, new)


def _problem(raw: object) -> Problem:
    value = raw if isinstance(raw, dict) else {}
    fields = {name: str(value.get(name) or "") for name in ("code", "path", "record")}
    return Problem(
        **fields, expected=str(value.get("expected") or ""), found=str(value.get("found") or "")
    )


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
