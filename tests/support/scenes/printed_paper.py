"""Papers as a window prints them, without the window's pages."""

import hashlib

from casework.actions.print_paper import PrintPaper, print_paper
from casework.actor import Actor
from casework.model.paper import PaperKind, PaperSize
from casework.views.paper_facts import paper_source
from casework.views.papers import copies_of
from portal.papers.city_templates import load_templates
from portal.papers.content import Issuer, paper_content
from portal.papers.copies import set_copy
from portal.papers.seal import WetStamp

ISSUER = Issuer("示范市", public_log_url="https://log.example")


def a_paper(
    k, case_id: str, kind: PaperKind, clerk: Actor | None = None, origin: str = ""
) -> bytes:
    """The next copy of a paper that a case has once; printed by `clerk`, else only set."""
    template, seal = load_templates().of(kind), WetStamp()
    with k.store.reading() as conn:
        source = paper_source(conn, k.keys, case_id, kind, k.clock.wall_ms(), origin)
        copy = 1 + copies_of(conn, case_id, kind, 0)
    content = paper_content(
        source.case,
        source.facts,
        kind=kind,
        size=PaperSize.A4,
        copy=copy,
        printed_ms=k.clock.wall_ms(),
        issuer=ISSUER,
        seal=seal,
    )
    paper = set_copy(content, template, seal)
    if clerk is not None:
        sha256 = hashlib.sha256(paper).hexdigest()
        command = PrintPaper(case_id, kind, PaperSize.A4, 0, copy, content, template, sha256)
        k.writer.run_sync(print_paper, command, actor=clerk)
    return paper
