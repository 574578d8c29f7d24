"""Every kind of paper with plainly made-up facts: to try a template, and to look at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from audit.canonical import JsonValue
from casework.model.case import Outcome
from casework.model.decision import RefusalReason, Remedy
from casework.model.issue_channel import IssueChannel
from casework.model.paper import SIZES, PaperKind, PaperSize
from casework.model.paper_facts import (
    AcceptanceFacts,
    DecisionFacts,
    DeliveryFacts,
    MaterialLine,
    NextStepsFacts,
    NoticeFacts,
    NoticeLine,
    PaperCase,
    PaperFacts,
)
from portal.papers.content import Issuer, paper_content
from portal.papers.seal import Seal, WetStamp

_DAY_MS = 86_400_000
_NOW_MS = 1_795_000_000_000
_BASES = ("《社会保险经办条例》（国务院令第765号）第六条",)
ISSUER = Issuer("示范市人力资源和社会保障局", "0000-12333")
CASE = PaperCase(
    number="2026112100000116",
    code="K3F7-9QXM",
    item="失业保险金账号变更",
    applicant="群众甲",
    id_number="990*************12",
    organisation="",
    outlet="示范银行第一支行",
    window="1号窗口",
    clerk="101",
)
_POINTS = (
    NoticeLine("社会保障卡", "卡面照片不清楚，看不出发卡银行。", "社会保障卡原件"),
    NoticeLine("银行账户证明", "没有提交。新账户应当是本人名下的一类账户。", "银行卡或者存折原件"),
    NoticeLine("", "申请表上的联系电话少一位，请说明。", ""),
)
_LOG_LINE = f"log.example.org/2026 1234567 {'0123456789abcdef' * 4}"
_APPROVED = DecisionFacts(
    outcome=Outcome.APPROVED,
    result="失业保险金账号变更确认单",
    bases=_BASES,
    changes=(("待遇发放账号", "9999***********0002", "9999***********0010"),),
    transaction_number="YW20261121000123",
    reasons=(),
    text="",
    remedy=None,
    reviewer="02",
    accepted_ms=_NOW_MS - _DAY_MS,
    decided_ms=_NOW_MS,
    log_line=_LOG_LINE,
)
_AT_THE_WINDOW = DecisionFacts(
    outcome=None,
    result="参保缴费证明",
    bases=_BASES,
    changes=(),
    transaction_number="",
    reasons=(),
    text="",
    remedy=None,
    reviewer="",
    accepted_ms=_NOW_MS,
    decided_ms=_NOW_MS,
)
_REFUSED = DecisionFacts(
    outcome=Outcome.REFUSED,
    result="失业保险金账号变更确认单",
    bases=_BASES,
    changes=(),
    transaction_number="",
    reasons=(RefusalReason.DATA_CONTRADICTS, RefusalReason.OTHER),
    text="系统登记的领取期已于2026年6月结束，申请变更的账户与登记的姓名不一致。",
    remedy=Remedy.RECONSIDERATION_OR_LAWSUIT,
    reviewer="02",
    accepted_ms=_NOW_MS - _DAY_MS,
    decided_ms=_NOW_MS,
    log_line=_LOG_LINE,
)
_RESULT = "失业保险金账号变更确认单"
_NOTICE = NoticeFacts(1, _POINTS, 15, _NOW_MS + 21 * _DAY_MS, _NOW_MS, "101")
_LAPSING = replace(_NOTICE, lapses="《示范市政务服务条例》第三十六条")
_FACTS: tuple[tuple[str, PaperKind, PaperFacts], ...] = (
    (
        "",
        PaperKind.ACCEPTANCE_RECEIPT,
        AcceptanceFacts(
            materials=(
                MaterialLine("居民身份证", 2),
                MaterialLine("社会保障卡", 2),
                MaterialLine("本人名下银行账户证明", 1),
            ),
            accepted_ms=_NOW_MS,
            due_ms=_NOW_MS + 7 * _DAY_MS,
            promised_days=5,
            bases=_BASES,
        ),
    ),
    ("", PaperKind.ONE_TIME_NOTICE, _NOTICE),
    ("", PaperKind.SUPPLEMENT_NOTICE, _NOTICE),
    ("lapsing", PaperKind.ONE_TIME_NOTICE, _LAPSING),
    ("lapsing", PaperKind.SUPPLEMENT_NOTICE, _LAPSING),
    ("approved", PaperKind.DECISION, _APPROVED),
    ("refused", PaperKind.DECISION, _REFUSED),
    ("window", PaperKind.DECISION, _AT_THE_WINDOW),
    (
        "",
        PaperKind.DELIVERY_RECEIPT,
        DeliveryFacts(Outcome.APPROVED, _RESULT, "群众乙", True, None),
    ),
    (
        "other-outlet",
        PaperKind.DELIVERY_RECEIPT,
        DeliveryFacts(
            Outcome.APPROVED,
            _RESULT,
            "群众甲",
            False,
            _NOW_MS,
            IssueChannel.OTHER_OUTLET,
            outlet="示范社区服务站",
            issuer="301",
        ),
    ),
    (
        "post",
        PaperKind.DELIVERY_RECEIPT,
        DeliveryFacts(
            Outcome.REFUSED,
            _RESULT,
            "",
            False,
            _NOW_MS,
            IssueChannel.POST,
            recipient="群*",
            address="示范市示范路***********",
            tracking_number="RA473124829CN",
            issuer="101",
        ),
    ),
    (
        "electronic",
        PaperKind.DELIVERY_RECEIPT,
        DeliveryFacts(
            Outcome.APPROVED, _RESULT, "", False, _NOW_MS, IssueChannel.ELECTRONIC, issuer="101"
        ),
    ),
    (
        "",
        PaperKind.NEXT_STEPS,
        NextStepsFacts(
            "失业保险金账号变更确认单",
            (
                "新账户自下一个发放日起使用，旧账户请保留到下月底。",
                "发放日后三个工作日仍未到账的，请带社会保障卡到任一网点窗口查询。",
                "重新就业的，请在一个月内办理停发手续。",
            ),
            _NOW_MS,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """`name` is a file's, without its ending."""

    name: str
    kind: PaperKind
    size: PaperSize
    content: dict[str, JsonValue]


def samples_of(
    kind: PaperKind, seal: Seal | None = None, issuer: Issuer = ISSUER
) -> Iterator[Sample]:
    """Every size and case of a paper, with this authority at its head."""
    for case, of, facts in _FACTS:
        for size in SIZES[kind] if of is kind else ():
            content = paper_content(
                CASE,
                facts,
                kind=kind,
                size=size,
                copy=1,
                printed_ms=_NOW_MS,
                issuer=issuer,
                seal=seal or WetStamp(),
            )
            name = "-".join(part for part in (kind.value, case, size.value) if part)
            yield Sample(name, kind, size, content)


_TYPST = '#panic("x") #import "/etc/passwd" *_`$ #{1/0} ] } \\ @ <a> //'
_CODED = frozenset({"paper", "size", "link", "seal", "channel", "log_code"})


def hostile(content: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The same content with every text a person may have typed turned into what looks like typst."""
    return {name: value if name in _CODED else _turned(value) for name, value in content.items()}


def _turned(value: JsonValue) -> JsonValue:
    match value:
        case str():
            return f"{value}{_TYPST}" if value else value
        case list():
            return [_turned(one) for one in value]
        case dict():
            return {name: _turned(one) for name, one in value.items()}
        case _:
            return value
