"""Evidence packages out of an installation: made once and sealed, written as often as asked.

A package is sealed by the case chain's next entry, so making one is an act; writing one that exists
is not, and gives the same bytes every time.
"""

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from audit.checkpoint import SignedCheckpoint, open_checkpoint
from audit.commitment import derive
from audit.entry import Entry
from audit.errors import SealMismatchError
from audit.log import directory_reader, proof_files, read_published
from audit.note import VerifyingKey
from audit.package.model import (
    Attachment,
    AttachmentForm,
    ChainSlice,
    Contents,
    Enrolment,
    Form,
    Opening,
    RecordedPart,
)
from audit.package.prepare import derive_salt, prepare
from audit.package.sealing import Sealed, seal
from audit.package.writing import write_folder, write_zip
from audit.tiles import TileReader
from casework.actions.seal_package import ProveSeal, SealPackage, prove_seal, seal_package
from casework.actor import SYSTEM, Actor
from casework.errors import NotFound
from casework.ids import new_id
from casework.installation import Installation
from casework.log.setup import load_log_key
from casework.materials.local import LocalMaterialStore
from casework.model.erasure import CALL_KEY_DESTROYED, CASE_KEY_DESTROYED
from casework.policy.refusals import PackageOutdated
from casework.views.package_contents import (
    CaseEvidence,
    KnownPackage,
    case_evidence,
    enrolment_of,
    find_case_id,
    known_package,
)
from casework.views.sealed_values import sealed_fields
from yunchuang.package_log import PackageLog, PackageLogGone, package_log
from yunchuang.package_refusals import CallStillRunning, NotLoggedInTime, PackageNotAsSealed

_ATTEMPTS = 5
_LOGGED_S = 30.0
_COSIGNED_S = 3.0
_STAMPED_S = 3.0
_DESTROYED = frozenset({CASE_KEY_DESTROYED, CALL_KEY_DESTROYED})
_NO_KEY = bytes(32)
# Without it nobody could tell an approval, which needs a healthy recording, from a refusal.
_ALWAYS_OPEN = frozenset({("decision.confirmed", "outcome")})
_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class Exporter:
    """Blocks on database and files: call it from a thread, never from an event loop."""

    def __init__(self, installation: Installation) -> None:
        self._in = installation
        self._materials = LocalMaterialStore(installation.data.materials, installation.keys)
        self._key = load_log_key(installation.data.log_key).verifying_key

    @property
    def key(self) -> VerifyingKey:
        """The log's public key. Who verifies must have it from elsewhere than the package."""
        return self._key

    def key_of(self, package_id: str) -> VerifyingKey:
        """Of the log that this package stands in. Raises NotFound, PackageLogGone."""
        with self._in.store.reading() as conn:
            known = known_package(conn, package_id)
            return package_log(conn, self._in.data, self._key, known.checkpoint).key

    def find(self, name: str) -> str:
        """The id of the case with this id or number. Raises NotFound."""
        with self._in.store.reading() as conn:
            return find_case_id(conn, name)

    def make(self, case_id: str, form: Form, actor: Actor = SYSTEM) -> str:
        """Seals a new package of the case and returns its id.

        Raises NotFound, CallStillRunning, NotLoggedInTime, KeyDestroyed, or PackageOutdated when
        the case never stood still long enough.
        """
        package_id = new_id()
        until = time.monotonic() + _COSIGNED_S + _STAMPED_S
        for _ in range(_ATTEMPTS):
            evidence = self._logged(case_id)
            signed, reader = self._checkpoint(_logged_before(evidence))
            stamp = self._in.time_stamps.over(signed, wait_s=until - time.monotonic())
            with self._in.store.reading() as conn:
                log = package_log(conn, self._in.data, self._key)
                contents = self._contents(conn, evidence, package_id, form, signed, reader, log)
            prepared = prepare(replace(contents, time_stamp=stamp))
            command = SealPackage(
                case_id=case_id,
                package_id=package_id,
                form=form,
                chains=tuple((chain, len(entries)) for chain, entries in evidence.chains),
                checkpoint=signed.encode(),
                facts=prepared.seal_facts(),
                time_stamp=stamp,
                instructions=contents.instructions,
            )
            try:
                self._in.writer.run_sync(seal_package, command, actor=actor)
            except PackageOutdated:
                continue
            return package_id
        raise PackageOutdated

    def write(self, package_id: str, path: Path) -> None:
        """Writes a sealed package: a zip when `path` ends in `.zip`, a folder otherwise.

        Raises NotFound, NotLoggedInTime, PackageLogGone, PackageNotAsSealed, KeyDestroyed, FileExistsError,
        OSError.
        """
        sealed = self.sealed(package_id)
        if path.suffix == ".zip":
            write_zip(sealed, path)
        else:
            write_folder(sealed, path)

    def sealed(self, package_id: str) -> Sealed:
        """The finished package, before it is written anywhere."""
        with self._in.store.reading() as conn:
            known = known_package(conn, package_id)
            log = package_log(conn, self._in.data, self._key, known.checkpoint)
        full = log.placed(self._logged(known.case_id))
        leaf, index = _entry_at(full, f"case:{known.case_id}", known.seal_seq)
        known = self._with_seal_proved(known, index, log)
        signed = open_checkpoint(known.checkpoint, log.key)
        seal_signed = open_checkpoint(known.seal_checkpoint or b"", log.key)
        reader = log.reader(seal_signed.head)
        with self._in.store.reading() as conn:
            evidence = _cut(full, dict(known.chains))
            contents = self._contents(conn, evidence, known.id, known.form, signed, reader, log)
        contents = replace(contents, time_stamp=known.time_stamp, instructions=known.instructions)
        (proof,) = proof_files(seal_signed, reader, [index])
        consistency = reader.consistency_proof(signed.head.size, seal_signed.head.size)
        try:
            return seal(prepare(contents), leaf, proof.encode(), consistency)
        except SealMismatchError as error:
            raise PackageNotAsSealed(
                "the package cannot be made again as it was sealed: export the case anew"
            ) from error

    def _with_seal_proved(self, known: KnownPackage, index: int, log: PackageLog) -> KnownPackage:
        if known.seal_checkpoint is not None:
            return known
        if log.has_ended:
            raise PackageLogGone
        signed, _ = self._checkpoint(index + 1)
        if signed.head.size <= index:
            raise NotLoggedInTime
        self._in.writer.run_sync(prove_seal, ProveSeal(known.id, signed.encode()), actor=SYSTEM)
        with self._in.store.reading() as conn:
            return known_package(conn, known.id)

    def _logged(self, case_id: str) -> CaseEvidence:
        """The case's evidence once all of it is in the log and published."""
        deadline = time.monotonic() + _LOGGED_S
        while True:
            with self._in.store.reading() as conn:
                evidence = case_evidence(conn, case_id)
            if evidence.running_calls:
                raise CallStillRunning
            if not evidence.waiting:
                return evidence
            if time.monotonic() > deadline:
                raise NotLoggedInTime
            if self._in.sequencer.turn() == 0:
                time.sleep(0.01)

    def _checkpoint(self, entries: int) -> tuple[SignedCheckpoint, TileReader]:
        """One over so many entries that a quorum of witnesses cosigned, if they do so in time; else
        one that some of them did, or the newest.
        """
        cosigned = self._in.cosigned
        if cosigned.policy.witnesses:
            deadline = time.monotonic() + _COSIGNED_S
            while not cosigned.vouches(entries) and time.monotonic() < deadline:
                time.sleep(0.05)
        newest = cosigned.newest()
        if newest is None or newest.head.size < entries:
            return read_published(self._in.data.log, self._key)
        return newest, directory_reader(self._in.data.log, newest.head.size)

    def _contents(
        self,
        conn: Connection,
        evidence: CaseEvidence,
        package_id: str,
        form: Form,
        signed: SignedCheckpoint,
        reader: TileReader,
        log: PackageLog,
    ) -> Contents:
        # By the entries of this very package: one that was sealed before cannot be written again.
        erased = _erased(evidence)
        return Contents(
            package_id=package_id,
            case_id=evidence.case_id,
            case_number=evidence.case_number,
            form=form,
            origin=signed.origin,
            chains=tuple(_slice(chain, evidence, signed, reader) for chain, _ in evidence.chains),
            checkpoint=signed.encode(),
            salt=derive_salt(self._salt_key(evidence.case_id, erased), package_id),
            parts=tuple(self._part(call, part, form, erased) for call, part in evidence.parts),
            attachments=tuple(self._attachments(evidence, form, erased)),
            openings=tuple(self._openings(conn, evidence, form, erased)),
            vkeys=(log.key.vkey,),
            enrolments=tuple(_enrolments(conn, evidence, signed, reader, log)),
            beginning=tuple(log.beginning(signed, reader)),
        )

    def _salt_key(self, case_id: str, erased: frozenset[str]) -> bytes:
        """Once nothing of the case can be shown, nothing of it need be hidden."""
        return _NO_KEY if f"case:{case_id}" in erased else self._in.keys.case_key(case_id)

    def _part(self, call: str, part: str, form: Form, erased: frozenset[str]) -> RecordedPart:
        folder = self._in.data.recordings / call
        if f"call:{call}" in erased:
            return RecordedPart(call, part, None, folder / f"{part}.tsv", None)
        key = self._in.keys.call_key(call) if form is Form.ARCHIVE else None
        return RecordedPart(call, part, folder / f"{part}.bin", folder / f"{part}.tsv", key)

    def _attachments(
        self, evidence: CaseEvidence, form: Form, erased: frozenset[str]
    ) -> Iterable[Attachment]:
        chain = f"case:{evidence.case_id}"
        for one in evidence.materials:
            content: bytes | None
            if chain in erased:
                content, name, shown = None, f"{one.id}.sealed", AttachmentForm.CIPHERTEXT
            elif form is Form.ARCHIVE:
                content = self._materials.get(evidence.case_id, one.blob, one.ciphertext_sha256)
                name = f"{one.id}.{_EXTENSIONS.get(one.media_type, 'bin')}"
                shown = AttachmentForm.PLAIN
            else:
                content = self._materials.get_sealed(evidence.case_id, one.blob)
                name, shown = f"{one.id}.sealed", AttachmentForm.CIPHERTEXT
            yield Attachment("materials", name, content, chain, one.seq, shown)

    def _openings(
        self, conn: Connection, evidence: CaseEvidence, form: Form, erased: frozenset[str]
    ) -> Iterable[Opening]:
        keys = self._in.keys
        for chain, entries in evidence.chains:
            for entry in entries if chain not in erased else ():
                type_ = Entry.decode(entry.body).type
                for field, value in sealed_fields(conn, keys, chain, entry.seq).items():
                    if form is Form.ARCHIVE or (type_, field) in _ALWAYS_OPEN:
                        key = derive(keys.chain_key(chain), chain, entry.seq, field)
                        yield Opening(chain, entry.seq, field, key, value)


def _slice(
    chain: str, evidence: CaseEvidence, signed: SignedCheckpoint, reader: TileReader
) -> ChainSlice:
    entries = dict(evidence.chains)[chain]
    indices = [entry.log_index for entry in entries if entry.log_index is not None]
    proofs = proof_files(signed, reader, indices)
    return ChainSlice(
        chain, tuple(entry.body for entry in entries), tuple(proof.encode() for proof in proofs)
    )


def _enrolments(
    conn: Connection,
    evidence: CaseEvidence,
    signed: SignedCheckpoint,
    reader: TileReader,
    log: PackageLog,
) -> Iterable[Enrolment]:
    """Of every key that signed one of the entries. Its enrolment was committed, and so logged, first."""
    entries = (entry for _, entries in evidence.chains for entry in entries)
    signed_by = {made.akey: made.type for one in entries if (made := Entry.decode(one.body)).akey}
    for key, type_ in sorted(signed_by.items()):
        entry = enrolment_of(conn, key, type_)
        index = log.index(entry.log_index)
        if index is None:
            raise NotLoggedInTime
        (proof,) = proof_files(signed, reader, [index])
        yield Enrolment(key, entry.body, proof.encode())


def _cut(evidence: CaseEvidence, extents: dict[str, int]) -> CaseEvidence:
    """The evidence as it was when the package was sealed: later entries belong to later packages."""
    chains = tuple(
        (chain, entries[: extents[chain]]) for chain, entries in evidence.chains if chain in extents
    )
    count = extents[f"case:{evidence.case_id}"]
    announced = {
        Entry.decode(entry.body).facts.get("part") for _, entries in chains for entry in entries
    }
    return CaseEvidence(
        evidence.case_id,
        evidence.case_number,
        chains,
        tuple((call, part) for call, part in evidence.parts if part in announced),
        tuple(one for one in evidence.materials if one.seq < count),
        (),
    )


def _erased(evidence: CaseEvidence) -> frozenset[str]:
    """Chains whose own key the entries say is destroyed."""
    return frozenset(
        chain
        for chain, entries in evidence.chains
        if any(Entry.decode(entry.body).type in _DESTROYED for entry in entries)
    )


def _logged_before(evidence: CaseEvidence) -> int:
    """The size of a log that holds every entry of the evidence."""
    indices = (entry.log_index for _, entries in evidence.chains for entry in entries)
    return max((index + 1 for index in indices if index is not None), default=0)


def _entry_at(evidence: CaseEvidence, chain: str, seq: int) -> tuple[bytes, int]:
    for entry in dict(evidence.chains)[chain]:
        if entry.seq == seq and entry.log_index is not None:
            return entry.body, entry.log_index
    raise NotFound("the seal is not in the log")
