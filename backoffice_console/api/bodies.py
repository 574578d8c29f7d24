"""What the desk's acts take. Limits of texts are the actions'; these only bound what is read."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from audit.act import KeyKind
from audit.assertion import MAX_ASIG
from casework.model.actor_key import RevokeReason
from casework.model.case import Outcome
from casework.model.commitment import CommitmentState
from casework.model.decision import RefusalReason, Remedy, ReturnReason
from casework.model.material import MaterialCheck
from casework.model.opinion import Opinion
from casework.model.supplement import MAX_DAYS, MAX_POINTS, NoticeReason

Id = Annotated[str, Field(pattern=r"^[0-9A-Z]{26}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Code = Annotated[str, Field(min_length=1, max_length=80)]
Text = Annotated[str, Field(max_length=2_000)]
Values = Annotated[dict[Code, Text], Field(max_length=40)]


class Body(BaseModel):
    """Unknown members are refused: a misspelt one must not be ignored silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(Body):
    pass


class Versioned(Body):
    """`version` is the one the page shows; K-04 when the case has moved on."""

    version: int | None = None


class IdentityBody(Versioned):
    call: Id
    face_matches: bool
    document_shown: bool
    question: Text
    question_answered: bool


class CheckBody(Versioned):
    check: MaterialCheck
    fault: ReturnReason | None = None


class OpinionBody(Body):
    """`words` tell the window why; a material that must be replaced needs them."""

    material: Code
    opinion: Opinion
    words: Text = ""


class FaultBody(Body):
    target: Code
    reason: ReturnReason
    note: Text = ""


class ReturnBody(Versioned):
    faults: Annotated[list[FaultBody], Field(max_length=60)]


class PointBody(Body):
    target: Code
    reason: NoticeReason
    words: Text
    bring: Text = ""


class SupplementBody(Versioned):
    """`days` are working days, those of the item or the centre unless given; `call` is the running call in which the citizen was told."""

    points: Annotated[list[PointBody], Field(max_length=MAX_POINTS)]
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] | None = None
    call: Id | None = None


class PromiseBody(Versioned):
    """`result` is `verified` or `breached`; `finding` says by what that is known."""

    result: CommitmentState
    finding: Annotated[str, Field(min_length=1, max_length=500)]


class ReasonBody(Versioned):
    reason: Text


class DecisionBody(Versioned):
    outcome: Outcome
    call: Id | None = None
    transaction_number: Text = ""
    before: Values = Field(default_factory=dict)
    after: Values = Field(default_factory=dict)
    reasons: Annotated[list[RefusalReason], Field(max_length=10)] = Field(default_factory=list)
    text: Text = ""
    remedy: Remedy | None = None


class SignatureBody(Body):
    """`asig` is r and s in base64, or what an authenticator signed, in three parts; made with key `akey`
    for the entry at `seq` after `prev`.
    """

    akey: Digest
    asig: Annotated[str, Field(max_length=MAX_ASIG)]
    seq: Annotated[int, Field(ge=0, le=2**53 - 1)]
    prev: Digest


class ConfirmBody(Body):
    """Without a signature the decision is recorded as unsigned, where that is allowed."""

    signature: SignatureBody | None = None


class EnrolBody(Body):
    """`public_key` is SubjectPublicKeyInfo in base64."""

    kind: Literal[KeyKind.WEBCRYPTO_P256]
    public_key: Annotated[str, Field(max_length=400)]


class AuthenticatorBody(Body):
    """What `navigator.credentials.create` gave: the credential's id and both parts of its response, in
    base64url.
    """

    credential: Annotated[str, Field(max_length=1_400)]
    attestation_object: Annotated[str, Field(max_length=8_192)]
    client_data: Annotated[str, Field(max_length=2_100)]


class RevokeBody(Body):
    reason: RevokeReason


class RevealBody(Body):
    field: Code


class PurposeBody(Body):
    purpose: Text


class PlayBody(Body):
    """`viewing` is the entry of the case's viewing, whose purpose is that of playing too."""

    case: Id
    viewing: Annotated[int, Field(ge=0, le=2**53 - 1)]
