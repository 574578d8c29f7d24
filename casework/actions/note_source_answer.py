"""What the issuing authority answered: a material of grade A, or that there is none to be had there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from audit.canonical import JsonValue
from casework.actions.steps.another_applicant import of_whom
from casework.actions.steps.call_evidence import mark_running_calls
from casework.actions.steps.case_act import CaseAct, begin, finish, record
from casework.actions.steps.material_rows import add_version
from casework.actions.steps.mending import mend
from casework.actions.steps.sources import require_source
from casework.errors import InvalidInput, VersionConflict
from casework.materials.verifier import Finding, SourceStatement
from casework.model.call import MarkKind
from casework.model.material import MaterialGrade, MaterialSource, SourceKind, StoredMaterial
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx
from casework.views.sealed_values import sealed_values


@dataclass(frozen=True, slots=True)
class NoteSourceAnswer:
    """`statement` and `stored`, the sheet made of it, are there with `found` and with nothing else.
    `applicant` is about whom was asked.
    """

    case_id: str
    code: str
    verifier: str
    question_id: str
    finding: Finding
    statement: SourceStatement | None = None
    stored: StoredMaterial | None = None
    cause: str = ""
    applicant: Mapping[str, str] = field(default_factory=dict)

    @property
    def meant(self) -> "NoteSourceAnswer":
        """Asking again for the same press of a button gets the first answer, whatever the second was."""
        return replace(
            self,
            question_id="",
            finding=Finding.UNAVAILABLE,
            statement=None,
            stored=None,
            cause="",
            applicant={},
        )


@dataclass(frozen=True, slots=True)
class SourceAnswered:
    """`material_id` is None where nothing was found."""

    case_id: str
    finding: Finding
    material_id: str | None
    version: int


def note_source_answer(tx: Tx, command: NoteSourceAnswer) -> SourceAnswered:
    """Raises InvalidInput for an answer that does not fit its finding; SourceNotAllowed; VersionConflict
    when somebody else applies by now than the one whom the question was about.
    """
    act = begin(tx, CaseVerb.ASK_SOURCE, command.case_id)
    require_source(act, command.code, SourceKind.SHARED_DATA)
    applies = sealed_values(tx.conn, tx.keys, act.case.chain, act.case.applicant_seq, "applicant")
    if command.statement is not None and of_whom(command.applicant) != of_whom(applies):
        raise VersionConflict("another applicant was asked about", version=act.case.version)
    if (command.finding is Finding.FOUND) != (command.statement is not None):
        raise InvalidInput(field="statement")
    if command.statement is None:
        record(
            act,
            "desk.source.answered",
            plain={"question": command.question_id},
            committed={
                "code": command.code,
                "verifier": command.verifier,
                "finding": command.finding,
                "cause": command.cause or None,
            },
        )
        return SourceAnswered(act.case.id, command.finding, None, act.case.version)
    if command.stored is None:
        raise InvalidInput(field="stored")
    return _found(act, command, command.statement, command.stored)


def _found(
    act: CaseAct, command: NoteSourceAnswer, statement: SourceStatement, stored: StoredMaterial
) -> SourceAnswered:
    origin_seq = act.tx.next_seq(act.case.chain)
    material = add_version(
        act,
        command.code,
        stored,
        MaterialSource.SHARED_DATA,
        MaterialGrade.A,
        origin_seq=origin_seq,
    )
    mend(act.tx, act.case, command.code)
    mark_running_calls(act, MarkKind.MATERIAL, material.id)
    said: dict[str, JsonValue] = statement.as_json()
    done = finish(
        act,
        "desk.material.added",
        plain={
            "material": material.id,
            "version": material.version,
            "ciphertext_sha256": stored.ciphertext_sha256,
            "size": stored.size,
            "question": command.question_id,
        },
        committed={
            "sha256": stored.content_sha256,
            "code": command.code,
            "source": MaterialSource.SHARED_DATA,
            "grade": MaterialGrade.A,
            "media_type": stored.media_type,
            "pages": material.stored.pages,
            "page": material.page,
            "verifier": command.verifier,
            "statement": said,
        },
    )
    return SourceAnswered(act.case.id, Finding.FOUND, material.id, done.case.version)
