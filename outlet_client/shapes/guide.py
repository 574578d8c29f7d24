"""办事指南: one item as citizens read it, the same on the page and on the sheet."""

from collections.abc import Callable
from dataclasses import dataclass

from casework.catalogue.guide import (
    ChannelKind,
    ClockStart,
    DayUnit,
    LegalBasis,
    StopCause,
    SupplementRule,
)
from casework.catalogue.item import ItemVersion, MaterialSpec, Nature
from casework.model.applicant import ApplicantKind
from casework.model.material import MaterialGrade, SourceKind
from outlet_client.shapes.case_shown import basis_line
from portal.i18n import N_

Say = Callable[[str], str]

NATURES = {
    Nature.LICENCE: N_("Administrative licence"),
    Nature.BENEFIT: N_("Administrative payment"),
    Nature.CONFIRMATION: N_("Administrative confirmation"),
    Nature.SERVICE: N_("Public service"),
}
APPLICANTS = {
    ApplicantKind.PERSON: N_("Persons"),
    ApplicantKind.ORGANISATION: N_("Organisations"),
}
CHANNELS = {
    ChannelKind.OUTLET: N_("At an outlet"),
    ChannelKind.HALL: N_("In the hall"),
    ChannelKind.ONLINE: N_("Online"),
    ChannelKind.TELEPHONE: N_("By telephone"),
    ChannelKind.POST: N_("By post"),
    ChannelKind.HOME_VISIT: N_("At home"),
}
STARTS = {
    ClockStart.RECEIPT: N_("counted from the receipt of the application"),
    ClockStart.ACCEPTANCE: N_("counted from acceptance"),
}
STOPS = {
    StopCause.SUPPLEMENT: N_("Not counted: the time in which materials are supplied"),
    StopCause.SPECIAL_PROCEDURE: N_("Not counted: hearings, appraisals and inquiries"),
    StopCause.PUBLIC_NOTICE: N_("Not counted: the time of public notice"),
    StopCause.OTHER_AGENCY: N_("Not counted: the reply of another authority"),
}
GRADES = {
    MaterialGrade.A: N_("Taken from the issuing authority"),
    MaterialGrade.B: N_("Original, photographed at the window"),
    MaterialGrade.C: N_("Copy or picture"),
    MaterialGrade.D: N_("Written by the applicant"),
}


@dataclass(frozen=True, slots=True)
class GuideMaterial:
    name: str
    basis: str
    form: str
    required: bool
    note: str


@dataclass(frozen=True, slots=True)
class GuidePart:
    """`ordered` lines follow one another; the others stand side by side."""

    title: str
    lines: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    """All words are in the reader's language but those of the item itself, which are Chinese.

    `facts` are pairs of what and value; `before` stands before the materials and `after` behind.
    """

    code: str
    version: int
    name: str
    facts: tuple[tuple[str, str], ...]
    before: tuple[GuidePart, ...]
    materials: tuple[GuideMaterial, ...]
    after: tuple[GuidePart, ...]


def guide_of(item: ItemVersion, say: Say) -> Guide:
    parts_before = (
        GuidePart(
            say(N_("Rules that it rests on")), tuple(basis_line(basis) for basis in item.bases)
        ),
        GuidePart(say(N_("Conditions")), item.conditions),
    )
    fields = tuple(
        label + ("" if required else say(N_(" (if known)")))
        for label, required in ((field.label, field.required) for field in item.fields)
    )
    parts_after = (
        GuidePart(say(N_("What is filled in")), fields),
        GuidePart(
            say(N_("Table of persons (a workbook, one line a person)")),
            tuple(
                column.label + ("" if column.required else say(N_(" (if known)")))
                for column in item.persons
            ),
        ),
        GuidePart(say(N_("How it goes")), item.process, ordered=True),
        GuidePart(
            say(N_("Where it can be had")),
            tuple(f"{say(CHANNELS[one.kind])}：{one.text}" for one in item.channels),
        ),
        GuidePart(say(N_("What to do next")), item.follow_up),
        *(GuidePart(one.title, (one.text,)) for one in item.elements),
    )
    return Guide(
        code=item.code,
        version=item.version,
        name=item.name,
        facts=tuple(_facts(item, say)),
        before=_spoken(parts_before),
        materials=tuple(_material(spec, say) for spec in item.materials),
        after=_spoken(parts_after),
    )


def _facts(item: ItemVersion, say: Say) -> list[tuple[str, str]]:
    applicants = [say(APPLICANTS[kind]) for kind in ApplicantKind if kind in item.applicants]
    facts = [
        (say(N_("Item code")), item.code),
        (say(N_("Kind of matter")), say(NATURES[item.nature])),
        (say(N_("Who may apply")), "、".join(applicants)),
    ]
    legal = _legal_limit(item, say)
    if legal:
        facts.append((say(N_("Legal time limit")), legal))
    facts.append((say(N_("Promised time limit")), _promised(item, say)))
    stops = "；".join(
        f"{say(STOPS[stop.cause])}（{basis_line(stop.basis)}）" for stop in item.limit.stops
    )
    if stops:
        facts.append((say(N_("Time that does not count")), stops))
    if item.supplement:
        facts.append((say(N_("Term of a supplement")), _supplement(item.supplement, say)))
    yuan = say(N_("yuan"))
    fees = "；".join(
        f"{fee.name} {fee.yuan} {yuan}（{basis_line(fee.basis)}）" for fee in item.fees
    )
    facts.append((say(N_("Fees")), fees or say(N_("Free of charge"))))
    facts.append((say(N_("Result")), item.result))
    if item.call_required:
        facts.append(
            (
                say(N_("Video call")),
                say(
                    N_(
                        "The hall confirms identity and wish in a recorded video call at the window."
                    )
                ),
            )
        )
    return facts


def _legal_limit(item: ItemVersion, say: Say) -> str:
    limit = item.limit
    if limit.legal_days is None:
        return ""
    words = N_("%d working days") if limit.unit is DayUnit.WORKING else N_("%d days")
    basis: LegalBasis | None = limit.basis
    said = f"{say(words) % limit.legal_days}，{say(STARTS[limit.starts])}"
    return f"{said}（{basis_line(basis)}）" if basis else said


def _supplement(rule: SupplementRule, say: Say) -> str:
    days = say(N_("%d working days")) % rule.days
    if rule.lapses is None:
        return days
    lapses = say(N_("what does not come by then counts as withdrawn"))
    return f"{days}；{lapses}（{basis_line(rule.lapses)}）"


def _promised(item: ItemVersion, say: Say) -> str:
    if item.promised_days == 0:
        return say(N_("On the spot"))
    days = say(N_("%d working days")) % item.promised_days
    return f"{days}，{say(STARTS[item.limit.starts])}"


def _material(spec: MaterialSpec, say: Say) -> GuideMaterial:
    told = [spec.note] if spec.note else []
    if not spec.may_come_from(SourceKind.CITIZEN):
        told.append(say(N_("you need not bring it, the window looks it up")))
    elif spec.may_come_from(SourceKind.SHARED_DATA):
        told.append(say(N_("where the window can look it up, you need not bring it")))
    if spec.may_come_from(SourceKind.INTERNAL):
        told.append(say(N_("what an earlier case of yours has need not be brought again")))
    if spec.may_come_from(SourceKind.COMMITMENT):
        told.append(say(N_("you may promise instead")))
    note = say(N_("; ")).join(told)
    return GuideMaterial(
        spec.name, basis_line(spec.basis), say(GRADES[spec.grade]), spec.required, note
    )


def _spoken(parts: tuple[GuidePart, ...]) -> tuple[GuidePart, ...]:
    """A part that has nothing to say is left out: versions from before it was known have none."""
    return tuple(part for part in parts if part.lines)
