"""Papers as they come out: a PDF/A with its words in it, the same bytes each time, a city's own templates."""

import io
from pathlib import Path

import pikepdf
import pytest

from casework.model.paper import SIZES, PaperKind, PaperSize
from casework.policy.paper_refusals import PaperTemplateBroken
from portal.papers.city_templates import FILES, MAX_BYTES, SHIPPED, load_templates
from portal.papers.content import Issuer, log_code
from portal.papers.copies import set_copy
from portal.papers.samples import CASE, ISSUER, Sample, hostile, samples_of
from portal.papers.seal import SealMark, WetStamp
from portal.papers.typesetting import PaperError, set_source
from scenes.paper_text import text_of

SAMPLES = [sample for kind in PaperKind for sample in samples_of(kind)]
TEMPLATES = load_templates()
EVERY = pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)

TITLES = {
    PaperKind.ACCEPTANCE_RECEIPT: "受理回执",
    PaperKind.ONE_TIME_NOTICE: "一次性告知书",
    PaperKind.SUPPLEMENT_NOTICE: "补正告知书",
    PaperKind.DECISION: "书",
    PaperKind.DELIVERY_RECEIPT: "送达回证",
    PaperKind.NEXT_STEPS: "办事明白纸",
}
SAID = {
    PaperKind.ACCEPTANCE_RECEIPT: ("收到的材料", "居民身份证", "5个工作日", "990*************12"),
    PaperKind.ONE_TIME_NOTICE: ("银行账户证明", "社会保障卡原件", "15个工作日", "为您保留"),
    PaperKind.SUPPLEMENT_NOTICE: ("银行账户证明", "社会保障卡原件", "15个工作日", "正在审核"),
    PaperKind.DECISION: ("第六条",),
    PaperKind.DELIVERY_RECEIPT: ("字〔2026〕2026112100000116号", "送达方式"),
    PaperKind.NEXT_STEPS: ("新账户自下一个发放日起使用", "重新就业"),
}


def made(sample: Sample, **changes: object) -> bytes:
    content = {**sample.content, **changes}
    return set_copy(content, TEMPLATES.of(sample.kind), WetStamp())  # type: ignore[arg-type]


def words_of(paper: bytes) -> str:
    return "".join(text_of(paper).split())


@EVERY
def test_every_paper_says_what_it_is_for_whom_and_how_to_ask(sample):
    text = words_of(made(sample))
    assert TITLES[sample.kind] in text
    for words in (CASE.number, ISSUER.organisation, CASE.applicant, *SAID[sample.kind]):
        assert words in text, words
    assert "补打" not in text
    assert ("盖章处" in text) is (sample.kind is not PaperKind.NEXT_STEPS)
    assert (CASE.code in text) is (sample.kind is not PaperKind.DELIVERY_RECEIPT)


@EVERY
def test_two_runs_give_the_same_bytes_and_a_reprint_says_so(sample):
    first, again = made(sample), made(sample, copy=3)
    assert first == made(sample)
    assert first != again
    assert "补打第3份" in words_of(again)


@EVERY
def test_every_paper_is_a_pdf_for_archives_with_its_fonts_inside(sample):
    with pikepdf.open(io.BytesIO(made(sample))) as pdf:
        with pdf.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "U")
        assert "/OutputIntents" in pdf.Root
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                (inner,) = font.DescendantFonts
                kept = {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys())
                assert kept, font.BaseFont
                assert "/ToUnicode" in font
        assert not [one for one in pdf.objects if _runs(one)]


def _runs(one: pikepdf.Object) -> bool:
    return isinstance(one, pikepdf.Dictionary) and bool(
        {"/JS", "/JavaScript", "/Launch", "/EmbeddedFile"} & {*one.keys(), str(one.get("/S", ""))}
    )


@EVERY
def test_it_has_the_size_it_was_asked_for(sample):
    with pikepdf.open(io.BytesIO(made(sample))) as pdf:
        assert len(pdf.pages) == 1
        width, height = (round(float(side)) for side in pdf.pages[0].MediaBox[2:])
    if sample.size is PaperSize.A4:
        assert (width, height) == (595, 842)
    else:
        assert width == round(80 / 25.4 * 72)


@EVERY
def test_what_people_type_is_never_read_as_typst(sample):
    """`#panic` and `#import` in a name would end the setting; they are printed as they stand."""
    text = words_of(made(sample, **hostile(sample.content)))
    assert '#panic("x")#import"/etc/passwd"' in text


def test_without_the_font_nothing_is_printed(tmp_path: Path):
    """Typst would leave the Chinese out and only warn."""
    sample = SAMPLES[0]
    source, data = TEMPLATES.of(sample.kind), {**sample.content, "qr": "", "log_qr": ""}
    assert set_source(source, data, made_s=0, name="with the font")
    with pytest.raises(PaperError):
        set_source(source, data, made_s=0, name="without the font", fonts=tmp_path)


def test_a_roll_is_as_long_as_what_stands_on_it():
    long, short = (
        next(one for one in SAMPLES if one.kind is kind and one.size is PaperSize.TICKET)
        for kind in (PaperKind.ONE_TIME_NOTICE, PaperKind.NEXT_STEPS)
    )
    heights = []
    for sample in (long, short):
        with pikepdf.open(io.BytesIO(made(sample))) as pdf:
            heights.append(float(pdf.pages[0].MediaBox[3]))
    assert heights[0] > heights[1]


def test_a_refusal_names_reasons_and_remedies_and_an_approval_does_not():
    decisions = [words_of(made(one)) for one in SAMPLES if one.kind is PaperKind.DECISION]
    approved, refused, window = decisions
    assert "办理结果告知书" in window
    for words in ("准予", "不予", "存证编号", "审核"):
        assert words not in window
    assert "准予办理决定书" in approved
    assert "YW20261121000123" in approved
    assert "行政复议" not in approved
    assert "不予办理决定书" in refused
    for words in ("行政复议", "行政诉讼", "系统登记信息与申请不一致", "领取期已于2026年6月结束"):
        assert words in refused
    assert "业务系统流水号" not in refused


def test_the_place_in_the_log_stands_where_it_is_known_and_its_code_leads_where_there_is_a_page():
    plain = next(samples_of(PaperKind.DECISION))
    line = str(plain.content["log_line"])
    assert plain.content["log_code"] == line
    text = words_of(made(plain))
    assert "存证编号" in text
    assert line.replace(" ", "") in text
    assert "扫码核对" not in text
    assert "存证编号" not in words_of(made(plain, log_line="", log_code=""))
    here = Issuer("示范市", public_log_url="https://log.example.org")
    leading = next(samples_of(PaperKind.DECISION, issuer=here))
    assert leading.content["log_code"] == log_code("https://log.example.org", line)
    assert "扫码核对" in words_of(made(leading))


def test_a_delivery_receipt_tells_how_the_result_was_delivered():
    papers = {one.name: words_of(made(one)) for one in samples_of(PaperKind.DELIVERY_RECEIPT)}
    told = {
        "delivery_receipt-a4": ("窗口直接送达", "示范银行第一支行1号窗口", "群众乙（代收）", "签名："),
        "delivery_receipt-other-outlet-a4": (
            "其他网点窗口直接送达", "受理网点：示范银行第一支行", "送达地点示范社区服务站", "送达人：301号",
        ),
        "delivery_receipt-post-a4": (
            "邮寄送达", "邮件号码RA473124829CN", "收件人群*", "以邮件签收记录为准", "送达人：101号",
        ),
        "delivery_receipt-electronic-a4": ("电子送达", "业务系统", "无需签名"),
    }  # fmt: skip
    assert papers.keys() == told.keys()
    for name, paper in papers.items():
        for words in told[name]:
            assert words in paper, (name, words)
        assert ("窗口直接送达" in paper) is (
            name[len("delivery_receipt-") :] in {"a4", "other-outlet-a4"}
        )


def test_a_qr_stands_only_where_a_telephone_can_follow_it():
    here = Issuer("示范市", public_base_url="https://example.org")
    asked = {one.name: one for one in samples_of(PaperKind.ACCEPTANCE_RECEIPT, issuer=here)}
    for plain in samples_of(PaperKind.ACCEPTANCE_RECEIPT):
        assert "二维码" not in words_of(made(plain))
        assert "二维码" in words_of(made(asked[plain.name]))
        assert (
            asked[plain.name].content["link"] == f"https://example.org/q/{CASE.number}#{CASE.code}"
        )


def test_signs_that_nobody_sees_are_left_out_and_a_missing_character_is_refused_by_code():
    sample = next(samples_of(PaperKind.NEXT_STEPS))
    odd = {**sample.content, "lines": ["第一行\x07\u202e第二行"]}
    assert "第一行第二行" in words_of(made(sample, **odd))
    with pytest.raises(PaperError) as refused:
        made(sample, lines=["\U0001f600"])
    assert refused.value.code == "C-83"


@pytest.mark.parametrize(
    "reach", ['#read("FILE")', '#read("../FILE")', '#import "@preview/x:0.1.0"']
)
def test_a_template_reaches_no_file_and_no_package(tmp_path: Path, reach):
    other = tmp_path / "other.txt"
    other.write_text("x")
    source = f'#set text(font: "Noto Sans CJK SC")\n{reach}'.replace("FILE", str(other))
    with pytest.raises(PaperError):
        set_source(source.encode(), {}, made_s=0, name="reach")


def test_a_citys_own_template_takes_the_place_of_the_shipped_one(tmp_path: Path):
    name = "next_steps.typ"
    own = (SHIPPED / name).read_text(encoding="utf-8").replace("办事明白纸", "温馨提示单")
    (tmp_path / name).write_text(own, encoding="utf-8")
    loaded = load_templates(tmp_path)
    assert (loaded.own, loaded.problems) == ((name,), ())
    sample = next(samples_of(PaperKind.NEXT_STEPS))
    assert "温馨提示单" in words_of(set_copy(sample.content, loaded.of(sample.kind), WetStamp()))
    assert loaded.of(PaperKind.DECISION) == TEMPLATES.of(PaperKind.DECISION)


def test_a_citys_own_frame_stands_round_every_paper(tmp_path: Path):
    frame = (SHIPPED / "paper.typ").read_text(encoding="utf-8").replace("补打 第", "补打（重印）第")
    (tmp_path / "paper.typ").write_text(frame, encoding="utf-8")
    loaded = load_templates(tmp_path)
    assert loaded.problems == ()
    for sample in SAMPLES:
        again = set_copy({**sample.content, "copy": 2}, loaded.of(sample.kind), WetStamp())
        assert "补打（重印）第2份" in words_of(again)


@pytest.mark.parametrize(
    "broken",
    [
        "#let x = ",
        "#data.no_such_field",
        '#eval(case.applicant, mode: "markup")',
        '#set text(font: "No Such Font")\n文字',
        '#import "@preview/x:0.1.0"',
        '#read("/etc/hostname")',
        "#while true {}",
    ],
)  # fmt: skip
def test_a_broken_template_is_refused_by_name_and_the_shipped_one_is_not_used(tmp_path, broken):
    (tmp_path / "decision.typ").write_text(broken, encoding="utf-8")
    loaded = load_templates(tmp_path)
    assert [one.file for one in loaded.problems] == ["decision.typ"]
    assert loaded.problems[0].why
    with pytest.raises(PaperTemplateBroken) as refused:
        loaded.of(PaperKind.DECISION)
    assert (refused.value.code, refused.value.details) == ("C-81", {"template": "decision.typ"})
    assert loaded.of(PaperKind.NEXT_STEPS) == TEMPLATES.of(PaperKind.NEXT_STEPS)


def test_a_broken_frame_stops_every_paper(tmp_path: Path):
    (tmp_path / "paper.typ").write_bytes(b"\xff\xfe")
    loaded = load_templates(tmp_path)
    assert [one.file for one in loaded.problems] == ["paper.typ"]
    for kind in PaperKind:
        with pytest.raises(PaperTemplateBroken):
            loaded.of(kind)


def test_a_file_that_no_paper_is_called_by_or_that_is_too_large_is_named(tmp_path: Path):
    (tmp_path / "desicion.typ").write_text("x")
    (tmp_path / "next_steps.typ").write_bytes(b" " * (MAX_BYTES + 1))
    loaded = load_templates(tmp_path)
    assert [one.file for one in loaded.problems] == ["desicion.typ", "next_steps.typ"]
    with pytest.raises(PaperTemplateBroken):
        loaded.of(PaperKind.NEXT_STEPS)


def test_every_kind_has_a_template_a_size_and_a_sample():
    assert {path.name for path in SHIPPED.glob("*.typ")} == set(FILES)
    assert {(one.kind, one.size) for one in SAMPLES} == {
        (kind, size) for kind in PaperKind for size in SIZES[kind]
    }


class Pictured:
    """An electronic seal as far as the template sees it."""

    def mark(self, kind: PaperKind, organisation: str) -> SealMark:
        del kind
        circle = '<circle cx="50" cy="50" r="45" fill="none" stroke="red"/>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">{circle}</svg>'
        return SealMark(f"{organisation}电子印章", svg)

    def close(self, paper: bytes) -> bytes:
        return paper


def test_a_seal_with_a_picture_stands_where_the_stamp_would():
    for sample in samples_of(PaperKind.DECISION, Pictured()):
        text = words_of(set_copy(sample.content, TEMPLATES.of(sample.kind), Pictured()))
        assert "电子印章" in text
        assert "盖章处" not in text
