"""办事指南 as a sheet to take home: A4, always in Chinese, the same bytes for the same version."""

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from audit.canonical import JsonValue
from casework.catalogue.item import ItemVersion
from outlet_client.shapes.guide import guide_of
from portal.i18n import N_, Language, catalogue
from portal.papers.qr import qr_svg
from portal.papers.typesetting import set_paper

TEMPLATE = Path(__file__).with_name("guide.typ")
_WORDS = {
    "title": N_("Service guide"),
    "materials": N_("Materials"),
    "material": N_("Material"),
    "form": N_("Form"),
    "basis": N_("Asked for by"),
    "required": N_("required"),
    "if_needed": N_("if needed"),
    "no_materials": N_("No materials are needed."),
    "scan": N_("Scan for this guide"),
    "code": N_("Short code"),
    "version": N_("Version %d, in force from %s"),
    "use": N_("Tell any window this short code, or type it there, to begin."),
}
_MADE_S = 0
"""The date inside the file: a sheet tells its version's, not when it was printed."""


def guide_link(public_base_url: str, code: str) -> str:
    """Where a telephone finds the guide; nothing where none could follow it."""
    return f"{public_base_url.rstrip('/')}/guide/{code}" if public_base_url else ""


@lru_cache(maxsize=256)
def guide_qr(link: str) -> str:
    """An SVG; nothing for no link."""
    return qr_svg(link, border=2)


@lru_cache(maxsize=64)
def guide_pdf(item: ItemVersion, *, organisation: str, public_base_url: str) -> bytes:
    """Kept for the last 64 asked for: anybody may ask, and setting a sheet costs. Raises PaperError."""
    say = catalogue(Language.ZH_CN).gettext
    words = {name: say(text) for name, text in _WORDS.items()}
    words["version"] %= (item.version, item.effective_from.isoformat())
    guide = guide_of(item, say)
    data: dict[str, JsonValue] = {
        "words": dict(words),
        "organisation": organisation,
        "code": guide.code,
        "name": guide.name,
        "facts": [list(fact) for fact in guide.facts],
        "before": [_plain(asdict(part)) for part in guide.before],
        "materials": [_plain(asdict(material)) for material in guide.materials],
        "after": [_plain(asdict(part)) for part in guide.after],
        "qr": guide_qr(guide_link(public_base_url, item.code)),
    }
    return set_paper(TEMPLATE, data, made_s=_MADE_S)


def _plain(value: dict[str, object]) -> JsonValue:
    """Tuples as JSON knows them."""
    return {
        name: list(inner) if isinstance(inner, tuple) else inner  # type: ignore[misc]
        for name, inner in value.items()
    }
