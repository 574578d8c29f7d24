"""Papers 单据 of a case: what each kind is, and in which sizes it is printed."""

from enum import StrEnum


class PaperKind(StrEnum):
    """The value is also the name of its template."""

    ACCEPTANCE_RECEIPT = "acceptance_receipt"
    """受理回执: the case was accepted, what was handed in, and until when it will be decided."""
    ONE_TIME_NOTICE = "one_time_notice"
    """一次性告知书: everything that is still missing before acceptance."""
    SUPPLEMENT_NOTICE = "supplement_notice"
    """补正告知书: everything that the review still asks the citizen for."""
    DECISION = "decision"
    """决定书: 准予 or 不予, a refusal with reasons and remedies, and the decision's place in the log. What was
    closed at the window without a decision has it as 办理结果告知书.
    """
    DELIVERY_RECEIPT = "delivery_receipt"
    """送达回证: what was handed over to whom, and the receiver's signature."""
    NEXT_STEPS = "next_steps"
    """明白纸: what the citizen does next."""


class PaperSize(StrEnum):
    """`TICKET` is a roll 80 mm wide, as long as what stands on it."""

    A4 = "a4"
    TICKET = "ticket"


NOTICES = frozenset({PaperKind.ONE_TIME_NOTICE, PaperKind.SUPPLEMENT_NOTICE})
"""A case may have several of them, one a round."""

_BOTH = (PaperSize.A4, PaperSize.TICKET)

SIZES: dict[PaperKind, tuple[PaperSize, ...]] = {
    PaperKind.ACCEPTANCE_RECEIPT: _BOTH,
    PaperKind.ONE_TIME_NOTICE: _BOTH,
    PaperKind.SUPPLEMENT_NOTICE: _BOTH,
    # Stamped, signed for and filed: a roll fades.
    PaperKind.DECISION: (PaperSize.A4,),
    PaperKind.DELIVERY_RECEIPT: (PaperSize.A4,),
    PaperKind.NEXT_STEPS: _BOTH,
}
"""The first size is the usual one."""
