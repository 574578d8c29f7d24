"""Materials of a case: pages, versions, source, trust grade, check result."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class MaterialGrade(StrEnum):
    """可信等级 of an electronic material (国办函〔2016〕108号), best first."""

    A = "A"
    """Kept by the authority that issued it."""
    B = "B"
    """Checked against the original at the window."""
    C = "C"
    """Sent in by the applicant, to be checked against the original."""
    D = "D"
    """Made by the applicant: a promise or an application."""

    def suffices_for(self, expected: "MaterialGrade") -> bool:
        return self.value <= expected.value


class MaterialSource(StrEnum):
    STILL = "still"
    UPLOAD = "upload"
    SIGNATURE = "signature"
    SHARED_DATA = "shared_data"
    INTERNAL = "internal"
    COMMITMENT = "commitment"


class SourceKind(StrEnum):
    """Where a material may come from, as the catalogue says it for each."""

    CITIZEN = "citizen"
    """The citizen brings it; left out, she is not asked for it."""
    SHARED_DATA = "shared_data"
    """The authority that issued it is asked (国务院令第716号第七条)."""
    INTERNAL = "internal"
    """Taken over from another case of the same applicant."""
    COMMITMENT = "commitment"
    """The applicant may promise instead (告知承诺)."""


STANDS_FOR_ALL_PAGES = frozenset({MaterialSource.SHARED_DATA, MaterialSource.COMMITMENT})
"""A statement or a promise takes the place of the whole material, however many pages it has."""


class MaterialCheck(StrEnum):
    UNCHECKED = "unchecked"
    GOOD = "good"
    FAULTY = "faulty"


class MediaType(StrEnum):
    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class StoredMaterial:
    """What a MaterialStore answers: the content is durable, encrypted under the case key.

    `blob` names it in the store; both hashes are lower hex. `content_sha256` is the plain content's:
    it is only ever committed to, since a plain hash would confirm a guess after the key's
    destruction.
    """

    blob: str
    ciphertext_sha256: str
    content_sha256: str
    media_type: MediaType
    size: int
    pages: int = 1

    @property
    def content(self) -> "StoredMaterial":
        """The same content wherever it lies: a file that is sent again lies in another blob."""
        return replace(self, blob="", ciphertext_sha256="")


@dataclass(frozen=True, slots=True)
class Material:
    """One version of a page of a material of a case; the newest version of each page counts.

    `code` is a material code of the item version, or one of RESERVED_CODES. `page` counts from 1; a
    file of several pages begins there. `origin_seq` is the number of the entry that tells where a
    material came from that nobody brought.
    """

    id: str
    case_id: str
    code: str
    version: int
    grade: MaterialGrade
    source: MaterialSource
    stored: StoredMaterial
    check: MaterialCheck
    fault: str | None
    added_by: str
    added_at_ms: int
    page: int = 1
    origin_seq: int | None = None


def good_pages(versions: Iterable[Material], grade: MaterialGrade) -> frozenset[int]:
    """Pages of one material whose newest version is not faulty and is trusted at least as `grade`.

    A commitment suffices whatever the grade: it is there only where the item allows one in its place.
    """
    newest: dict[int, Material] = {}
    for material in sorted(versions, key=lambda one: one.version):
        for page in range(material.page, material.page + material.stored.pages):
            newest[page] = material
    return frozenset(
        page
        for page, material in newest.items()
        if material.check is not MaterialCheck.FAULTY
        and (material.source is MaterialSource.COMMITMENT or material.grade.suffices_for(grade))
    )


APPLICATION_SIGNATURE = "application_signature"
RECEIPT_SIGNATURE = "receipt_signature"
NOTICE_SIGNATURE = "notice_signature"
RESERVED_CODES = frozenset({APPLICATION_SIGNATURE, RECEIPT_SIGNATURE, NOTICE_SIGNATURE})
