"""Templates of papers: those that ship with the program, and a city's own laid over them by name.

A city's file is tried when it is loaded: every size of its paper, a first copy and a reprint, with
made-up facts and with facts that look like typst. One that cannot be set is refused by name, and its
paper is not printed: the shipped template never takes its place unnoticed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from casework.model.paper import PaperKind
from casework.policy.paper_refusals import PaperTemplateBroken
from portal.papers.copies import set_copy
from portal.papers.samples import hostile, samples_of
from portal.papers.seal import Seal, WetStamp
from portal.papers.typesetting import PaperError

SHIPPED = Path(__file__).parent / "templates"
FRAME = "paper.typ"
ENDING = ".typ"
MAX_BYTES = 256 * 1024
FILES = (FRAME, *(f"{kind.value}{ENDING}" for kind in PaperKind))


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """`file` is a name in the city's folder; `why` is for whoever mends it."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class PaperTemplates:
    """`sources` has no entry for a paper that cannot be set; `own` are the city's files."""

    sources: Mapping[PaperKind, bytes]
    own: tuple[str, ...]
    problems: tuple[TemplateProblem, ...]

    def of(self, kind: PaperKind) -> bytes:
        """Frame and template in one text. Raises PaperTemplateBroken."""
        source = self.sources.get(kind)
        if source is None:
            named = [one.file for one in self.problems]
            file = f"{kind.value}{ENDING}"
            raise PaperTemplateBroken(template=file if file in named else FRAME)
        return source


def load_templates(folder: Path | None = None, seal: Seal | None = None) -> PaperTemplates:
    """`folder` is the city's and may be absent. Never raises: what is wrong stands in `problems`."""
    texts = {name: (SHIPPED / name).read_bytes() for name in FILES}
    own: list[str] = []
    problems: list[TemplateProblem] = []
    found = sorted(folder.glob(f"*{ENDING}")) if folder is not None and folder.is_dir() else []
    for path in found:
        if path.name not in texts:
            problems.append(TemplateProblem(path.name, "no paper has this name"))
            continue
        own.append(path.name)
        try:
            texts[path.name] = _read(path)
        except (OSError, ValueError) as error:
            problems.append(TemplateProblem(path.name, str(error)))
    unreadable = {one.file for one in problems}
    sources: dict[PaperKind, bytes] = {}
    for kind in PaperKind:
        name = f"{kind.value}{ENDING}"
        if {name, FRAME} & unreadable:
            continue
        source = texts[FRAME] + b"\n" + texts[name]
        try:
            if {name, FRAME} & set(own):
                _try(kind, source, seal or WetStamp())
        except PaperError as error:
            blamed = name if name in own else FRAME
            problems.append(TemplateProblem(blamed, str(error)))
        else:
            sources[kind] = source
    return PaperTemplates(sources, tuple(own), tuple(problems))


def _read(path: Path) -> bytes:
    """Raises OSError, ValueError."""
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES >> 10} KiB")
    text = path.read_bytes()
    text.decode("utf-8")
    return text


def _try(kind: PaperKind, source: bytes, seal: Seal) -> None:
    """Raises PaperError."""
    for sample in samples_of(kind, seal):
        for content in (sample.content, {**sample.content, "copy": 2}, hostile(sample.content)):
            set_copy(content, source, seal)
