"""The payload of a launch: strict, every text with a limit."""

import json
from collections.abc import Mapping
from typing import Annotated, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casework.model.launch import (
    MAX_FIELD_NAME,
    MAX_FIELD_VALUE,
    MAX_JTI,
    MAX_LAUNCH_FIELDS,
    MAX_REF,
    Launch,
)
from casework.policy.launch_refusals import LaunchMalformed

Word = Annotated[str, Field(min_length=1, max_length=120)]
_SHOWN_NAME = 40
Second = Annotated[int, Field(ge=0, lt=2**40)]


class _Claims(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    iss: Word
    aud: Word
    iat: Second
    exp: Second
    jti: Annotated[str, Field(min_length=8, max_length=MAX_JTI)]
    outlet: Annotated[str, Field(min_length=26, max_length=26)]
    item: Annotated[str, Field(min_length=1, max_length=40)]
    ref: Annotated[str, Field(min_length=1, max_length=MAX_REF)]
    window: Annotated[str, Field(min_length=1, max_length=10)] | None = None
    clerk: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    fields: Annotated[
        dict[
            Annotated[str, Field(min_length=1, max_length=MAX_FIELD_NAME)],
            Annotated[str, Field(max_length=MAX_FIELD_VALUE)],
        ],
        Field(max_length=MAX_LAUNCH_FIELDS),
    ]


def read_claims(payload: bytes) -> Launch:
    """Raises LaunchMalformed, whose `details["field"]` names the claim."""
    try:
        claims = _Claims.model_validate(strict_json(payload))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        # A name below `fields` is the platform's and may say anything: the claim's own name is enough.
        name = str(first["loc"][0])[:_SHOWN_NAME] if first["loc"] else ""
        raise LaunchMalformed(field=name) from error
    # A zero byte, for one, is no text for every database.
    for claim, texts in claims.model_dump(exclude={"iat", "exp"}, exclude_none=True).items():
        if not all(text.isprintable() for text in (texts if claim == "fields" else (texts,))):
            raise LaunchMalformed(field=claim)
    return Launch(
        issuer=claims.iss,
        audience=claims.aud,
        issued_s=claims.iat,
        expires_s=claims.exp,
        jti=claims.jti,
        outlet=claims.outlet,
        item=claims.item,
        ref=claims.ref,
        fields=claims.fields,
        window=claims.window,
        clerk=claims.clerk,
    )


def strict_json(text: bytes) -> Mapping[str, object]:
    """One JSON object in UTF-8 in which no member stands twice; raises LaunchMalformed."""
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
        # What cannot be written as UTF-8 cannot be kept.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise LaunchMalformed(field="payload") from error
    if not isinstance(value, dict):
        raise LaunchMalformed(field="payload")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a member stands twice")
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
