"""What the scripted people bring with them: data of the demonstration, kept apart from the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Scene:
    """`before` and `after` by code of the item's changes; `values` by kind, for other items."""

    item: str
    applicant: Mapping[str, str]
    form: Mapping[str, str]
    materials: Mapping[str, str]
    material_note: str
    transaction_number: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    question: str
    purpose: str
    topic: str
    answer: str
    people: Mapping[str, str]
    values: Mapping[str, str]


@cache
def the_scene() -> Scene:
    path = files("outlet_client.agent") / "assets" / "scene.yaml"
    return Scene(**yaml.safe_load(path.read_text(encoding="utf-8")))
