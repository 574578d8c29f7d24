"""Reads item files and reports every bad row, not only the first."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from casework.catalogue.faults import BadRow, bad_value
from casework.catalogue.item import ItemVersion
from casework.catalogue.item_file import ItemFile
from casework.catalogue.item_rules import broken_rules

SEED = Path(__file__).parent / "items"
MAX_FILE_BYTES = 256 * 1024
MAX_IMPORT_BYTES = 4 * 1024 * 1024
MAX_IMPORTED_ITEMS = 500
MAX_DEPTH = 8
MAX_EVENTS = 200_000
"""Far above MAX_IMPORTED_ITEMS full items; a parser event each is what reading costs."""


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """`items` are the good ones, in order of id; publish nothing while `bad_rows` has any."""

    items: tuple[ItemVersion, ...]
    bad_rows: tuple[BadRow, ...]


class _Loader(yaml.CSafeLoader):
    """A mapping that says the same key twice is a mistake, not a choice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is no word", key_node.start_mark
                )
            if key in seen:
                raise _TwiceError(None, None, f"key {key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


class _TwiceError(yaml.constructor.ConstructorError):
    pass


def load_catalogue(folder: Path = SEED) -> CatalogueReport:
    """All `*.yaml` files of `folder`; OSError when the folder cannot be read."""
    items: dict[str, ItemVersion] = {}
    bad_rows: list[BadRow] = []
    for path in sorted(folder.glob("*.yaml")):
        item, faults = read_item(path.name, path.read_bytes())
        bad_rows += faults
        if item is None:
            continue
        if item.id in items:
            bad_rows.append(_repeated(path.name, "code", item.id))
        else:
            items[item.id] = item
    return CatalogueReport(tuple(items[key] for key in sorted(items)), tuple(bad_rows))


def read_item(file: str, content: bytes) -> tuple[ItemVersion | None, list[BadRow]]:
    """One item of YAML bytes, or all that is wrong with it."""
    documents, faults = yaml_documents(file, content, MAX_FILE_BYTES, 1)
    if faults:
        return None, faults
    return check_item(file, documents[0] if documents else None)


def read_catalogue(file: str, content: bytes) -> CatalogueReport:
    """A whole catalogue of YAML bytes, one document an item.

    A fault's place begins with the number of its document, from 1: `3.materials.0.basis`.
    """
    documents, bad_rows = yaml_documents(file, content, MAX_IMPORT_BYTES, MAX_IMPORTED_ITEMS)
    if not documents and not bad_rows:
        bad_rows.append(BadRow(file, "", "the file has no items", "no_items"))
    items: dict[str, ItemVersion] = {}
    for number, document in enumerate(documents, start=1):
        item, faults = check_item(file, document)
        bad_rows += [
            BadRow(file, f"{number}.{fault.where}".rstrip("."), fault.message, fault.code)
            for fault in faults
        ]
        if item is not None:
            # One version of an item at a time: the next follows when this one is published.
            if any(item.code == known.code for known in items.values()):
                bad_rows.append(_repeated(file, f"{number}.code", item.code))
            items.setdefault(item.id, item)
    return CatalogueReport(tuple(items[key] for key in sorted(items)), tuple(bad_rows))


def check_item(file: str, value: object) -> tuple[ItemVersion | None, list[BadRow]]:
    """Plain values as an item, or all that is wrong with them."""
    try:
        row = ItemFile.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        return None, [bad_value(file, dict(fault)) for fault in faults]
    broken = broken_rules(row)
    if broken:
        return None, [
            BadRow(file, where, f"{where}: {code}".replace("_", " "), code)
            for where, code in broken
        ]
    return row.build(), []


def yaml_documents(
    file: str, content: bytes, limit: int, most: int
) -> tuple[list[object], list[BadRow]]:
    """Looks at the stream of events first: nothing is built of a file that could grow."""
    if len(content) > limit:
        return [], [BadRow(file, "", f"larger than {limit} bytes", "too_large")]
    try:
        fault = _shape_fault(yaml.parse(content, yaml.CSafeLoader), most)
        if fault:
            return [], [BadRow(file, "", fault.replace("_", " "), fault)]
        # A SafeLoader underneath: it builds plain values and nothing else.
        return list(yaml.load_all(content, Loader=_Loader)), []
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError) as error:
        # The last two are what PyYAML makes of a tag that its value does not fit, such as `!!bool x`.
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        code = "key_twice" if isinstance(error, _TwiceError) else "not_readable"
        problem = getattr(error, "problem", None) or "not readable YAML"
        return [], [BadRow(file, where, problem, code)]


def _shape_fault(events: Iterator[Any], most: int) -> str:
    """An alias lets a small file grow into a large one, and no item needs any."""
    depth = documents = 0
    for count, event in enumerate(events):
        if isinstance(event, yaml.AliasEvent):
            return "aliases"
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return "too_deep"
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        if count > MAX_EVENTS or documents > most:
            return "too_many"
    return ""


def _repeated(file: str, where: str, what: str) -> BadRow:
    return BadRow(file, where, f"{what} stands there twice", "repeated")
