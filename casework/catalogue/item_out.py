"""An item version as a file again: what `loader` reads back as the same version."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import TypeAdapter

from casework.catalogue.item import ItemVersion
from casework.model.material import SourceKind

_ADAPTER: TypeAdapter[ItemVersion] = TypeAdapter(ItemVersion)
_FIRST = ("code", "version", "name", "nature", "group", "risk", "bases", "conditions", "materials")
_REQUIRED_EMPTY = frozenset({"materials", "fields"})
"""Lists that a file says even when they are empty: that nothing is asked for is a statement."""


def plain(item: ItemVersion) -> dict[str, Any]:
    """Plain values in the order of a file; what says nothing special is left out."""
    value = _ADAPTER.dump_python(item, mode="json")
    value["applicants"] = sorted(value["applicants"])
    value["effective_from"] = item.effective_from
    for spec in value["materials"]:
        if spec["sources"] == [SourceKind.CITIZEN.value]:
            del spec["sources"]
    names = [*_FIRST, *(name for name in value if name not in _FIRST)]
    return {
        name: _without_nothing(value[name])
        for name in names
        if name in _REQUIRED_EMPTY or not _says_nothing(value[name])
    }


def catalogue_yaml(items: Iterable[ItemVersion]) -> bytes:
    """One document an item, UTF-8."""
    dumped = yaml.dump_all(
        [plain(item) for item in items],
        Dumper=yaml.CSafeDumper,
        allow_unicode=True,
        sort_keys=False,
        explicit_start=True,
        width=100,
        encoding="utf-8",
    )
    return bytes(dumped)


def _says_nothing(value: object) -> bool:
    """Numbers and truth always say something: their defaults are not all zero and false."""
    return value is None or value in ("", [], {})


def _without_nothing(value: object) -> object:
    if isinstance(value, Mapping):
        return {
            name: _without_nothing(inner)
            for name, inner in value.items()
            if not _says_nothing(inner)
        }
    if isinstance(value, list):
        return [_without_nothing(inner) for inner in value]
    return value
