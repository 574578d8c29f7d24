"""The certificate of a destruction 销毁证明, to be printed and filed. Its canonical JSON is what the
log binds; the text says the same for people.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from audit import canonical
from audit.canonical import JsonValue
from casework.calendar import day_of, instant
from casework.model.erasure import ErasureReason

Facts: TypeAlias = Mapping[str, JsonValue]

_REASONS = {
    ErasureReason.RETENTION_OVER: "保存期满 · the time of keeping is over",
    ErasureReason.PERSON_ASKED: "本人要求删除 · the person asked for it",
    ErasureReason.CONSENT_WITHDRAWN: "撤回同意 · consent was withdrawn",
    ErasureReason.COLLECTED_IN_ERROR: "误收集 · collected in error",
    ErasureReason.AUTHORITY_ORDERED: "主管机关要求 · ordered by an authority",
}


def as_text(certificate: bytes) -> str:
    """Chinese and English, one fact a line. Raises audit.errors.MalformedError."""
    said = _facts(canonical.decode(certificate))
    asked, confirmed, gone = (_facts(said[at]) for at in ("requested", "confirmed", "destroyed"))
    entry = _facts(said["entry"])
    lines = [
        "密钥销毁证明 · Certificate of destruction",
        "",
        f"办件 case          {said['case_number']}  ({said['case_id']})",
        f"原因 reason        {_REASONS[ErasureReason(str(said['reason']))]}",
        f"申请 asked for     {_at(asked)}  {asked['by']}  ({entry['chain']}#{asked['seq']})",
        f"确认 confirmed     {_at(confirmed)}  {confirmed['by']}  ({entry['chain']}#{confirmed['seq']})",
        f"销毁 destroyed     {_at(gone)}",
        *(f"密钥 key           {key}" for key in _items(gone["keys"])),
        *(f"保留 kept          call:{call}, 另有办件需要 · needed by another case"
          for call in _items(said["kept_calls"])),
        *(f"移除 removed       {kind}: {count}" for kind, count in _facts(said["removed"]).items()),
        *(_backup(_facts(one)) for one in _items(said["backups"])),
        f"日志 log           {said['origin']}",
        f"条目 entry         {entry['chain']}#{entry['seq']}",
        f"SHA-256            {hashlib.sha256(certificate).hexdigest()}",
        "",
        "证明和条目仍可验证；内容不能恢复。· Proofs and entries still verify; the contents do not come back.",
        "未列出的副本不在本证明之内。· Copies that are not listed here are not covered.",
    ]  # fmt: skip
    return "\n".join(lines)


def _backup(one: Facts) -> str:
    until = day_of(_number(one["expires_at_ms"]))
    return f"备份 still in      key backup {one['id']} until {until}"


def _at(step: Facts) -> str:
    return instant(_number(step["at_ms"]))


def _facts(value: JsonValue) -> Facts:
    return value if isinstance(value, Mapping) else {}


def _items(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _number(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0
