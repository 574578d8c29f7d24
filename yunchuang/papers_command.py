"""`yunchuang papers`: every paper in every size with made-up facts, by the templates of this city."""

import sys
from pathlib import Path

from casework.data_dir import DataDir
from casework.model.paper import PaperKind
from casework.policy.paper_refusals import PaperTemplateBroken
from portal.papers.city_templates import load_templates
from portal.papers.content import Issuer
from portal.papers.copies import set_copy
from portal.papers.samples import ISSUER, samples_of
from portal.papers.seal import WetStamp
from yunchuang.settings import Settings


def write_papers(settings: Settings, out: Path) -> bool:
    """`out` is made if need be; files of the same names are replaced, a first copy and a reprint each.
    Their names go to standard output, what is wrong to standard error. False when a template is broken.
    """
    issuer = Issuer(
        settings.organisation or ISSUER.organisation,
        settings.help_line or ISSUER.help_line,
        settings.public_base_url,
        settings.public_log_url or settings.public_base_url,
    )
    seal = WetStamp()
    templates = load_templates(DataDir(settings.data).paper_templates, seal)
    out.mkdir(parents=True, exist_ok=True)
    for problem in templates.problems:
        sys.stderr.write(f"{problem.file}: {problem.why}\n")
    for kind in PaperKind:
        try:
            template = templates.of(kind)
        except PaperTemplateBroken:
            continue
        for sample in samples_of(kind, seal, issuer):
            for copy, ending in ((1, ""), (2, "-reprint")):
                path = out / f"{sample.name}{ending}.pdf"
                path.write_bytes(set_copy({**sample.content, "copy": copy}, template, seal))
                sys.stdout.write(f"{path}\n")
    return not templates.problems
