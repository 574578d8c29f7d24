"""A promise in the place of a material 告知承诺: the applicant was told conditions and consequences, chose
to promise, and is verified later.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from audit import canonical
from casework.catalogue.item import CommitmentTerms

_LABEL = b"yunchuang/promise/v1\0"


class CommitmentState(StrEnum):
    """`standing` until it is withdrawn, or until it was verified and found true or broken."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    VERIFIED = "verified"
    BREACHED = "breached"


CHECKED = (CommitmentState.VERIFIED, CommitmentState.BREACHED)


@dataclass(frozen=True, slots=True)
class Commitment:
    """`code` is the material in whose place it stands, `material_id` the signature. Times in wall ms."""

    id: str
    case_id: str
    code: str
    material_id: str
    state: CommitmentState
    made_at_ms: int
    verify_by_ms: int
    ended_at_ms: int | None = None
    ended_by: str | None = None


def commitment_digest(
    case_key: bytes,
    item_sha256: str,
    applicant: Mapping[str, str],
    code: str,
    terms: CommitmentTerms,
) -> str:
    """Lower hex HMAC-SHA256 under the case key over what is promised, by whom and for what: it binds the
    signature to the text that was read.
    """
    content: dict[str, canonical.JsonValue] = {
        "item": item_sha256,
        "applicant": dict(applicant),
        "material": code,
        "text": terms.text,
        "verify_days": terms.verify_days,
    }
    return hmac.new(case_key, _LABEL + canonical.encode(content), hashlib.sha256).hexdigest()
