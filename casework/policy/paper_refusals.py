"""What is refused about papers."""

from casework.errors import DomainError


class PaperNotDue(DomainError):
    """The case is not where this paper is printed, or there is no paper of this size."""

    code = "C-80"
    slug = "paper_not_due"


class PaperTemplateBroken(DomainError):
    """The city's own template of this paper cannot be set; `details["template"]` names its file."""

    code = "C-81"
    slug = "paper_template_broken"


class PaperChanged(DomainError):
    """A printed copy cannot be made again byte by byte: the program that set it is another now."""

    code = "C-82"
    slug = "paper_changed"
