"""The place of the seal on a paper. A wet stamp is the default; an electronic seal is a plug-in."""

from dataclasses import dataclass
from typing import Protocol

from casework.model.paper import PaperKind
from portal.i18n import N_, Language, catalogue

_HERE = N_("Stamp here")


@dataclass(frozen=True, slots=True)
class SealMark:
    """What the template draws bottom right: `words` in a box to stamp into, or a `picture` (SVG) of
    the seal with `words` below it, for readers who cannot check a signature.
    """

    words: str
    picture: str = ""


class Seal(Protocol):
    """Guarantees that every implementation keeps (tests/portal/test_seal.py):

    - `mark` is told by its arguments alone, so that a copy can be set again;
    - `mark` has words, and a picture that is an SVG or none;
    - `close` gives a PDF with the same text, and for the same bytes the same bytes again, also after a
      restart: a service that signs anew each time keeps what it sealed, by the hash of what it was given;
    - `close` never gives back unsealed what it could not seal: it raises.
    """

    def mark(self, kind: PaperKind, organisation: str) -> SealMark: ...

    def close(self, paper: bytes) -> bytes: ...


class WetStamp:
    """盖章处: the paper is stamped by hand after it was printed; the file stays as it was set."""

    def mark(self, kind: PaperKind, organisation: str) -> SealMark:
        del kind, organisation
        return SealMark(catalogue(Language.ZH_CN).gettext(_HERE))

    def close(self, paper: bytes) -> bytes:
        return paper
