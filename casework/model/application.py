"""What the applicant signs, and the digest that binds the signature to it."""

import hashlib
import hmac
from collections.abc import Mapping

from audit import canonical

_LABEL = b"yunchuang/application/v1\0"


def application_digest(
    case_key: bytes, item_sha256: str, applicant: Mapping[str, str], form: Mapping[str, str]
) -> str:
    """Lower hex HMAC-SHA256 under the case key over item version, applicant and form.

    Keyed, because a plain hash of a form would confirm a guess after the key's destruction.
    """
    content = canonical.encode(
        {"item": item_sha256, "applicant": dict(applicant), "form": dict(form)}
    )
    return hmac.new(case_key, _LABEL + content, hashlib.sha256).hexdigest()
