"""An entry as nearly all of a log are, told by one look at its bytes.

The audit of a log has millions of entries, and most of it went into parsing each, encoding it again
and holding it to its schema. What this form takes is canonical and of version 1 by its construction:
members in order, nothing escaped, no number beyond 2^53, objects in `facts` flat. It takes only what those checks
let pass, and says of no entry that it is bad: what it does not take goes the long way.
"""

import re
from typing import TypeAlias

from audit.verifier.limits import MAX_ENTRY

Link: TypeAlias = tuple[str, int, str | None]
"""Chain, seq and prev of an entry: what its chain needs to know of it."""

_NUMBER = r"(?:0|[1-9][0-9]{0,14})"  # 15 digits stay below 2^53
_HASH = r"[0-9a-f]{64}"
_CHAIN = (
    r"(?:case|call):[0-9A-Za-z][0-9A-Za-z_-]{0,63}|log:[\x21\x23-\x2a\x2c-\x5b\x5d-\x7e]{1,128}"
)
_REASON = r"[a-z][a-z0-9_.-]{0,63}"
_TEXT = r'"[\x20\x21\x23-\x5a\x5e-\x7a\x7c\x7e]*"'  # nothing escaped, and no bracket
_FIELD = r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}"
_COMMITTED = rf'"{_FIELD}":"{_HASH}"'
_SCALAR = rf"(?:{_TEXT}|-?[1-9][0-9]{{0,14}}|0|null|true|false)"


def _row(one: str) -> str:
    return rf"(?:{one}(?:,{one})*)?"


_MEMBER = rf'"{_FIELD}":{_SCALAR}'
_FLAT = rf"(?:{_SCALAR}|\{{{_row(_MEMBER)}\}})"
_FACT = rf'"{_FIELD}":(?:{_FLAT}|\[{_row(_FLAT)}\])'

_PLAIN = re.compile(
    r'\{"actor":"[0-9A-Za-z][0-9A-Za-z._:@-]{0,63}","akey":null,"asig":null,'
    rf'"c":\{{(?P<c>{_row(_COMMITTED)})\}},"chain":"(?P<chain>{_CHAIN})",'
    rf'"facts":\{{(?P<facts>{_row(_FACT)})\}},"mono":{_NUMBER},'
    rf'"policy":(?:null|\{{"decision":"(?:allow|deny)","reason":"{_REASON}"\}}),'
    rf'"prev":(?:null|"(?P<prev>{_HASH})"),'
    rf'"refs":\{{(?:"(?P<other>{_CHAIN})":"{_HASH}")?\}},"role":"[a-z][a-z0-9_.-]{{0,63}}",'
    rf'"seq":(?P<seq>{_NUMBER}),"t":{_NUMBER},'
    r'"type":"(?P<type>[a-z][a-z0-9_]{0,19}(?:\.[a-z][a-z0-9_]{0,19}){1,2})","v":1\}'
)
_NAME = re.compile(rf'"({_FIELD})":')
_INNER = re.compile(r"\{([^{}]*)\}")


def plain_link(data: bytes, but: frozenset[str]) -> Link | None:
    """The link of a plain entry whose type is none of `but`; None of every other."""
    if len(data) > MAX_ENTRY or not data.isascii():
        return None
    found = _PLAIN.fullmatch(data.decode("ascii"))
    if found is None:
        return None
    committed, chain, facts, prev, other, seq, kind = found.groups()
    if kind in but or chain == other or (prev is None) != (seq == "0"):
        return None
    return (chain, int(seq), prev) if _ordered(committed) and _all_ordered(facts) else None


def _ordered(members: str) -> bool:
    """In canonical order, and none twice."""
    names = _NAME.findall(members)
    return len(names) < 2 or names == sorted(set(names))


def _all_ordered(facts: str) -> bool:
    """The members of `facts`, and those of each object they hold."""
    if "{" not in facts:
        return _ordered(facts)
    return all(map(_ordered, _INNER.findall(facts))) and _ordered(_INNER.sub("", facts))
