"""Reads a folder of item files and reports every bad row, not only the first."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from casework.catalogue.item import ItemVersion
from casework.catalogue.item_file import ItemFile

SEED = Path(__file__).parent / "items"
MAX_FILE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class BadRow:
    """`where` is the place inside the file, such as `materials.2.basis`."""

    file: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """`items` are the good files, in order of code; publish nothing while `bad_rows` has any."""

    items: tuple[ItemVersion, ...]
    bad_rows: tuple[BadRow, ...]


class _Loader(yaml.CSafeLoader):
    """A mapping that says the same key twice is a mistake, not a choice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


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
            bad_rows.append(BadRow(path.name, "code", f"{item.id} stands in another file too"))
        else:
            items[item.id] = item
    return CatalogueReport(tuple(items[key] for key in sorted(items)), tuple(bad_rows))


def read_item(file: str, content: bytes) -> tuple[ItemVersion | None, list[BadRow]]:
    """One item of YAML bytes, or all that is wrong with it."""
    if len(content) > MAX_FILE_BYTES:
        return None, [BadRow(file, "", f"larger than {MAX_FILE_BYTES} bytes")]
    try:
        # An alias lets a small file grow into a large one; no item needs any.
        if any(
            isinstance(event, yaml.AliasEvent) for event in yaml.parse(content, yaml.CSafeLoader)
        ):
            return None, [BadRow(file, "", "aliases are not allowed")]
        # A SafeLoader underneath: it builds plain values and nothing else.
        value = yaml.load(content, Loader=_Loader)  # noqa: S506 - see above
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        return None, [BadRow(file, where, getattr(error, "problem", None) or "not readable YAML")]
    try:
        return ItemFile.model_validate(value).build(), []
    except ValidationError as error:
        return None, [
            BadRow(file, ".".join(str(part) for part in fault["loc"]), fault["msg"])
            for fault in error.errors(include_input=False, include_url=False)
        ]
