"""What every seal keeps (portal.papers.seal); an electronic one is put into SEALS and tried alike."""

from collections.abc import Callable

import pytest

from casework.model.paper import PaperKind
from portal.papers.city_templates import load_templates
from portal.papers.copies import set_copy
from portal.papers.samples import samples_of
from portal.papers.seal import Seal, WetStamp
from scenes.paper_text import text_of

SEALS: dict[str, Callable[[], Seal]] = {"wet stamp": WetStamp}


@pytest.fixture(params=SEALS)
def begun(request) -> Callable[[], Seal]:
    """Each call is another start of the program."""
    return SEALS[request.param]


@pytest.fixture(scope="module")
def paper() -> bytes:
    sample = next(samples_of(PaperKind.DECISION))
    return set_copy(sample.content, load_templates().of(sample.kind), WetStamp())


@pytest.mark.parametrize("kind", PaperKind)
def test_a_mark_is_told_by_its_arguments_alone(begun, kind):
    mark = begun().mark(kind, "示范市")
    assert mark == begun().mark(kind, "示范市")
    assert mark.words
    assert not mark.picture or mark.picture.lstrip().startswith("<svg")


def test_closing_keeps_the_text_and_gives_the_same_bytes_again(begun, paper):
    closed = begun().close(paper)
    assert closed.startswith(b"%PDF-")
    assert text_of(closed) == text_of(paper)
    assert begun().close(paper) == closed
