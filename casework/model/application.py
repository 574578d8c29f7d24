"""What the applicant signs, and the digest that binds the signature to it."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from audit import canonical
from audit.canonical import JsonValue

_LABEL = b"yunchuang/application/v1\0"


def application_digest(
    case_key: bytes,
    item_sha256: str,
    applicant: Mapping[str, str],
    form: Mapping[str, str],
    persons: Sequence[Mapping[str, str]] = (),
    acting: Sequence[Mapping[str, str]] = (),
) -> str:
    """Lower hex HMAC-SHA256 under the case key over item version, applicant, form and, where there are any,
    the table of persons and those who act for the applicant.

    Keyed, because a plain hash of a form would confirm a guess after the key's destruction.
    """
    content: dict[str, JsonValue] = {
        "item": item_sha256,
        "applicant": dict(applicant),
        "form": dict(form),
    }
    if persons:
        content["persons"] = [dict(row) for row in persons]
    if acting:
        content["acting"] = [dict(one) for one in acting]
    return hmac.new(case_key, _LABEL + canonical.encode(content), hashlib.sha256).hexdigest()
