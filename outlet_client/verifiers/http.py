"""A source that is asked over HTTP (docs/materials.md has question, answer and signature).

Nothing of the other side is believed but its form: the address is never left, the answer is small, strict
JSON about the very question, and whatever else comes is `unavailable`.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import ssl
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import aiohttp
import structlog
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from audit import canonical
from casework.clock import Clock
from casework.materials.verifier import Finding, SourceAnswer, SourceQuestion, SourceStatement

log = structlog.get_logger(component="material_source")

MAX_ANSWER_BYTES = 256 * 1024
MAX_KEY_BYTES = 4096
LEAST_KEY_BYTES = 16
SIGNATURE_HEADER = "Yc-Signature"


class Authorisation(StrEnum):
    """How the other side knows who asks: not at all, by a token, or by a signature over the question."""

    NONE = "none"
    BEARER = "bearer"
    HMAC = "hmac"


class HttpOptions(BaseModel):
    """`key_file` holds the token or the key, and nothing else; `ca_file` the certificates that are trusted
    instead of the system's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, Field(pattern=r"^https?://\S{1,500}$")]
    authorisation: Authorisation = Authorisation.NONE
    key_file: Path | None = None
    ca_file: Path | None = None
    timeout_s: Annotated[float, Field(ge=0.1, le=30)] = 8.0

    @model_validator(mode="after")
    def _fits(self) -> "HttpOptions":
        parts = urlsplit(self.url)
        if parts.username or parts.password or parts.fragment:
            raise ValueError("the address holds no name, no password and no fragment")
        if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
            raise ValueError("personal data leaves this machine by https only")
        if (self.authorisation is Authorisation.NONE) != (self.key_file is None):
            raise ValueError("key_file belongs to authorisation bearer or hmac")
        return self


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("control characters")
    return text


Words = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_plain)]
Label = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_plain)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ValueBody(_Strict):
    label: Label
    value: Words


class StatementBody(_Strict):
    issuer: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_plain)]
    number: Annotated[str, Field(max_length=80), AfterValidator(_plain)] = ""
    valid_until: dt.date | None = None
    values: Annotated[list[ValueBody], Field(min_length=1, max_length=40)]


class AnswerBody(_Strict):
    question: str
    result: Literal["found", "not_found"]
    statement: StatementBody | None = None

    @model_validator(mode="after")
    def _fits(self) -> "AnswerBody":
        if (self.result == "found") != (self.statement is not None):
            raise ValueError("a statement goes with found, and with nothing else")
        return self


class HttpVerifier:
    """See `casework.materials.verifier.MaterialVerifier`."""

    def __init__(self, options: HttpOptions, clock: Clock) -> None:
        """Raises ValueError or OSError when key or certificates cannot be used."""
        self._options = options
        self._clock = clock
        self._key = _key_of(options)
        self._tls: ssl.SSLContext | bool = (
            ssl.create_default_context(cafile=str(options.ca_file)) if options.ca_file else True
        )
        self._http: aiohttp.ClientSession | None = None
        self._closed = False

    async def ask(self, question: SourceQuestion) -> SourceAnswer:
        if self._closed:
            return _unavailable("closed")
        try:
            return await self._asked(question)
        except TimeoutError:
            return _unavailable("timeout")
        except aiohttp.ClientError as error:
            return _unavailable(type(error).__name__)
        except (ValidationError, ValueError):
            return _unavailable("malformed")
        except (OSError, RuntimeError):
            return _unavailable("fault")

    async def close(self) -> None:
        self._closed = True
        if self._http is not None:
            await self._http.close()

    async def _asked(self, question: SourceQuestion) -> SourceAnswer:
        body = canonical.encode(_told(question))
        async with self._session().post(
            self._options.url,
            data=body,
            headers=self._headers(question, body),
            allow_redirects=False,
            ssl=self._tls,
        ) as answer:
            if answer.status != HTTPStatus.OK:
                return _unavailable(f"status_{answer.status}")
            content = await answer.content.read(MAX_ANSWER_BYTES + 1)
            while len(content) <= MAX_ANSWER_BYTES and (
                more := await answer.content.read(MAX_ANSWER_BYTES + 1 - len(content))
            ):
                content += more
        if len(content) > MAX_ANSWER_BYTES:
            return _unavailable("too_large")
        said = AnswerBody.model_validate_json(content)
        if said.question != question.id:
            return _unavailable("another_question")
        if said.statement is None:
            return SourceAnswer(Finding.NOT_FOUND)
        return SourceAnswer(Finding.FOUND, self._statement(said.statement))

    def _statement(self, said: StatementBody) -> SourceStatement:
        values = tuple((one.label, one.value) for one in said.values)
        now_ms = self._clock.wall_ms()
        return SourceStatement(said.issuer, said.number, said.valid_until, values, now_ms)

    def _headers(self, question: SourceQuestion, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._options.authorisation is Authorisation.BEARER:
            headers["Authorization"] = f"Bearer {self._key.decode('ascii')}"
        elif self._options.authorisation is Authorisation.HMAC:
            t_ms = self._clock.wall_ms()
            signed = sign(self._key, t_ms, question.id, body)
            headers[SIGNATURE_HEADER] = f"t={t_ms},n={question.id},v1={signed}"
        return headers

    def _session(self) -> aiohttp.ClientSession:
        """Made when it is first needed: there is a loop then."""
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._options.timeout_s),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,  # nobody's small answer becomes a large one
            )
        return self._http


def build(options: Mapping[str, object], clock: Clock) -> HttpVerifier:
    """The entry point `http` of `yunchuang.material_verifiers`. Raises ValueError or OSError."""
    return HttpVerifier(HttpOptions.model_validate(dict(options)), clock)


def sign(key: bytes, t_ms: int, question_id: str, body: bytes) -> str:
    """Lower hex HMAC-SHA256 over `T.ID.` and the body as it is sent."""
    return hmac.new(key, f"{t_ms}.{question_id}.".encode() + body, hashlib.sha256).hexdigest()


def _told(question: SourceQuestion) -> dict[str, canonical.JsonValue]:
    applicant: dict[str, canonical.JsonValue] = {
        "name": question.name,
        "id_number": question.id_number,
    }
    if question.credit_code:
        applicant |= {"organisation": question.organisation, "credit_code": question.credit_code}
    return {
        "v": 1,
        "question": question.id,
        "item": question.item,
        "item_version": question.item_version,
        "material": question.material,
        "applicant": applicant,
    }


def _unavailable(cause: str) -> SourceAnswer:
    log.warning("material_source_unavailable", cause=cause)
    return SourceAnswer(Finding.UNAVAILABLE, cause=cause)


def _key_of(options: HttpOptions) -> bytes:
    if options.key_file is None:
        return b""
    key = options.key_file.read_bytes().strip()
    if not LEAST_KEY_BYTES <= len(key) <= MAX_KEY_BYTES:
        raise ValueError(f"the key has {LEAST_KEY_BYTES} to {MAX_KEY_BYTES} bytes")
    if options.authorisation is Authorisation.BEARER and not (
        key.isascii() and key.decode().isprintable() and b" " not in key
    ):
        raise ValueError("a bearer token is printable ASCII")
    return key


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
