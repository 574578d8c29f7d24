"""JSON that is nearly a message: members changed within what JSON allows, and then some bytes."""

import copy
import json
import random
from collections.abc import Mapping, Sequence
from typing import Any

from mischief.mutation import mutated

_ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53,
    2**63,
    2**64,
    -(2**63),
    10**30,
    0.5,
    -0.0,
    1e308,
    "",
    " ",
    "x",
    "x" * 65,
    "x" * 70_000,
    "\x00",
    "\ud800",
    "\u202e名",
    "a:b",
    "..",
    "-",
    [],
    {},
    [[]],
    [None] * 300,
    {"": None},
)


def spoilt(dice: random.Random, message: Mapping[str, Any], known: Sequence[Any] = ()) -> str:
    """Text of the message with one to three members changed, taken away or added; `known` are
    values that mean something to the reader.
    """
    value = json.loads(json.dumps(message))
    for _ in range(dice.randint(1, 3)):
        _change(dice, value, known)
    text = json.dumps(value, ensure_ascii=dice.random() < 0.5)
    if dice.random() < 0.15:
        whole = text.encode(errors="surrogatepass")
        text = mutated(dice, whole).decode(errors="replace")
    return text


def _change(dice: random.Random, value: Any, known: Sequence[Any]) -> None:
    if isinstance(value, dict):
        _change_object(dice, value, known)
    elif isinstance(value, list):
        _change_list(dice, value, known)


def _change_object(dice: random.Random, value: dict[str, Any], known: Sequence[Any]) -> None:
    name = dice.choice(sorted(value)) if value else "type"
    inner = value.get(name)
    if isinstance(inner, dict | list) and dice.random() < 0.5:
        _change(dice, inner, known)
        return
    match dice.randrange(8):
        case 0:
            value.pop(name, None)
        case 1:
            value[dice.choice(("more", "id", "type", "call", "", "__class__"))] = _any(dice, known)
        case 2:
            value[name] = [inner]
        case 3:
            value[name] = {"type": inner}
        case _:
            value[name] = _any(dice, known)


def _change_list(dice: random.Random, value: list[Any], known: Sequence[Any]) -> None:
    if not value or dice.random() < 0.3:
        value.append(_any(dice, known))
        return
    at = dice.randrange(len(value))
    if isinstance(value[at], dict | list) and dice.random() < 0.6:
        _change(dice, value[at], known)
    elif dice.random() < 0.3:
        value.extend([value[at]] * dice.choice((1, 10, 300)))
    else:
        value[at] = _any(dice, known)


def _any(dice: random.Random, known: Sequence[Any]) -> Any:
    chosen = dice.choice(known) if known and dice.random() < 0.5 else dice.choice(_ODD)
    return copy.deepcopy(chosen)  # what is put in may be changed in its turn
