"""The clerk shows the filled application on the citizen screen to be read back and signed."""

from dataclasses import dataclass

from casework.actions.steps.application import digest_now, require_form_filled, require_identity
from casework.actions.steps.case_act import begin, finish
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class ReadBack:
    case_id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class ReadBackSheet:
    """`digest` goes back with the signature and binds it to what was shown."""

    case_id: str
    version: int
    digest: str


def read_back(tx: Tx, command: ReadBack) -> ReadBackSheet:
    """Raises IdentityNotConfirmed or FormIncomplete. A signature given before is taken away."""
    act = begin(tx, CaseVerb.READ_BACK, command.case_id, command.expected_version)
    require_identity(act)
    require_form_filled(act)
    digest = digest_now(act)
    done = finish(
        act,
        "desk.application.read_back",
        changes={"application_digest": digest, "signed_at_ms": None},
        plain={"digest": digest},
    )
    return ReadBackSheet(act.case.id, done.case.version, digest)
