"""The press: what a process needs to print papers, whichever room asks."""

import hashlib
from dataclasses import dataclass

from casework.policy.paper_refusals import PaperChanged
from casework.views.papers import KeptCopy
from portal.papers.city_templates import PaperTemplates
from portal.papers.copies import set_copy
from portal.papers.seal import Seal


@dataclass(frozen=True, slots=True)
class PaperPress:
    templates: PaperTemplates
    seal: Seal

    def again(self, kept: KeptCopy) -> bytes:
        """The very bytes that were printed. Raises PaperChanged where another typst, font or seal
        makes others of them: what cannot be shown to be the same is not shown.
        """
        paper = set_copy(kept.content, kept.template, self.seal)
        if hashlib.sha256(paper).hexdigest() != kept.pdf_sha256:
            raise PaperChanged(paper=kept.kind.value, copy=kept.copy)
        return paper
