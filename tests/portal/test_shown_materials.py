"""Materials as they are shown: under a mark, made anew, with nothing of the file but what is seen."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageChops, ImageStat

from casework.model.material import MaterialGrade, MediaType
from casework.policy.material_refusals import ViewNotMade
from portal.shown_materials import view
from portal.shown_materials.picture import marked_picture
from portal.shown_materials.tile import tile_of
from portal.shown_materials.view import marked
from portal.shown_materials.words import copy_mark_of, mark_of
from scenes import hostile_files as h

NUMBER = "2025100900000158"
MARK = mark_of("失业保险金申领", NUMBER)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def darkened(before: Image.Image, after: Image.Image) -> float:
    """How much of the picture the mark changed, in the mean of its points (0 to 255)."""
    changed = ImageChops.difference(before.convert("L"), after.convert("L"))
    return float(ImageStat.Stat(changed).mean[0])


class TestWords:
    def test_for_this_matter_only(self):
        assert MARK.lines == (f"仅供办理失业保险金申领（{NUMBER}）使用",)

    def test_who_looked_in_the_hall_and_when(self):
        mark = mark_of("失业保险金申领", NUMBER, viewer="02", now_ms=1_795_000_000_000)
        assert mark.lines[1] == "查阅：02号 2026-11-18 19:06:40"

    def test_a_copy_of_what_was_compared_says_so_and_no_other_does(self):
        copy = copy_mark_of("失业保险金申领", NUMBER, MaterialGrade.B)
        assert "".join(copy.lines) == (
            f"此件经与原件核对无误，仅供办理失业保险金申领（{NUMBER}）使用"
        )
        for grade in (MaterialGrade.A, MaterialGrade.C, MaterialGrade.D):
            assert copy_mark_of("失业保险金申领", NUMBER, grade) == MARK

    def test_a_long_item_is_shortened_and_the_number_is_not(self):
        (line,) = mark_of("长" * 60, NUMBER).lines
        assert NUMBER in line
        assert len(line) < 80

    def test_the_words_are_drawn_and_differ(self):
        """A font that lacked them would draw the same boxes for all."""
        assert tile_of(MARK).getextrema()[1] > 60
        other = mark_of("社会保障卡补领", NUMBER)
        assert tile_of(MARK).tobytes() != tile_of(other).tobytes()


class TestPictures:
    @pytest.mark.parametrize("ground", ["white", "black", "gray", "red"])
    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_the_mark_is_seen_on_every_ground_and_the_picture_below_it(self, ground, kind):
        made = io.BytesIO()
        before = Image.new("RGB", (1654, 2339), ground)
        before.save(made, kind)
        media_type = MediaType.JPEG if kind == "JPEG" else MediaType.PNG
        after = opened(marked_picture(made.getvalue(), media_type, MARK))
        assert (after.size, after.format) == (before.size, kind)
        assert 0.5 < darkened(before, after) < 40

    @pytest.mark.parametrize("corner", range(4))
    def test_no_part_can_be_cut_out_without_it(self, corner):
        before = opened(h.picture("PNG", (1600, 1200)))
        after = opened(marked_picture(h.picture("PNG", (1600, 1200)), MediaType.PNG, MARK))
        x, y = 800 * (corner % 2), 600 * (corner // 2)
        box = (x, y, x + 800, y + 600)
        assert darkened(before.crop(box), after.crop(box)) > 0.5

    @pytest.mark.parametrize("size", [(1, 1), (3, 4000), (4000, 3), (120, 90)])
    def test_the_smallest_and_the_thinnest(self, size):
        content = h.picture("PNG", size)
        assert opened(marked_picture(content, MediaType.PNG, MARK)).size == size

    @pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
    def test_every_kind_of_png(self, mode):
        made = io.BytesIO()
        Image.new(mode, (300, 200)).save(made, "PNG")
        assert opened(marked_picture(made.getvalue(), MediaType.PNG, MARK)).mode == "RGB"

    def test_what_is_clear_shows_paper(self):
        made = io.BytesIO()
        Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(made, "PNG")
        shown = opened(marked_picture(made.getvalue(), MediaType.PNG, MARK))
        darkest, lightest = shown.convert("L").getextrema()
        assert lightest == 255
        assert darkest > 100  # nothing of the black that is not to be seen

    def test_four_colours_of_print(self):
        made = io.BytesIO()
        Image.new("CMYK", (300, 200)).save(made, "JPEG")
        assert opened(marked_picture(made.getvalue(), MediaType.JPEG, MARK)).mode == "RGB"

    def test_it_stands_upright_and_tells_no_place(self):
        shown = marked_picture(h.somewhere(), MediaType.JPEG, MARK)
        assert opened(shown).size == (400, 600)
        assert b"SECRET PLACE" in h.somewhere()
        assert b"SECRET PLACE" not in shown

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_a_second_file_in_the_same_bytes_stays_behind(self, kind):
        media_type = MediaType.JPEG if kind == "JPEG" else MediaType.PNG
        shown = marked_picture(h.with_a_tail(h.picture(kind)), media_type, MARK)
        assert b"<script>" not in shown
        assert b"PK\x03\x04" not in shown

    def test_what_cannot_be_opened_any_more_is_said(self):
        with pytest.raises(ViewNotMade):
            marked_picture(b"\xff\xd8\xff", MediaType.JPEG, MARK)


async def shown_pdf(content: bytes) -> bytes:
    return await marked(content, MediaType.PDF, MARK)


def words_on(content: bytes, page: int = 0) -> bytes:
    """What a page draws, its forms included."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        resources = pdf.pages[page].Resources
        forms = [one.read_bytes() for _, one in resources.XObject.items() if "/BBox" in one]
        return b"\n".join([pdf.pages[page].Contents.read_bytes(), *forms])


class TestDocuments:
    async def test_every_page_is_marked_and_keeps_what_it_shows(self):
        def draw(made):
            for page in made.pages:
                page.contents_add(b"BT /F1 12 Tf (kept) Tj ET")

        shown = await shown_pdf(h.pdf(draw, pages=3))
        with pikepdf.open(io.BytesIO(shown)) as pdf:
            assert len(pdf.pages) == 3
            for page in pdf.pages:
                masks = [one for _, one in page.Resources.XObject.items() if "/SMask" in one]
                assert len(masks) == 2  # the mark and its shadow
                assert page.Contents.read_bytes().count(b" Do Q") > 4
        assert b"(kept)" in words_on(shown)

    @pytest.mark.parametrize(
        ("turned", "size"),
        [(0, (595, 842)), (90, (842, 595)), (180, (595, 842)), (270, (842, 595))],
    )
    async def test_pages_that_are_turned_stay_turned(self, turned, size):
        def turn(made):
            made.pages[0].Rotate = turned

        with pikepdf.open(io.BytesIO(await shown_pdf(h.pdf(turn)))) as pdf:
            box = [round(float(one)) for one in pdf.pages[0].MediaBox]
        assert tuple(box[2:]) == size

    @pytest.mark.parametrize(
        "content",
        [
            b"q q q 0 0 0 0 0 0 cm",
            b"Q Q Q Q",
            b"0 0 0 0 re W n",
            b"q 0.001 0 0 0.001 9e9 9e9 cm",
            b"(",
        ],
    )
    async def test_nothing_on_a_page_pushes_the_mark_aside(self, content):
        def draw(made):
            made.pages[0].Contents = made.make_stream(content)

        shown = await shown_pdf(h.pdf(draw))
        with pikepdf.open(io.BytesIO(shown)) as pdf:
            drawn = pdf.pages[0].Contents.read_bytes()
        assert content not in drawn  # it is shut into a form
        assert drawn.count(b" Do Q") > 4

    async def test_attachments_scripts_and_links_stay_behind(self):
        def change(made):
            for one in (*h.ACTIVE, h.has_an_attachment):
                one(made)

        shown = await shown_pdf(h.pdf(change))
        with pikepdf.open(io.BytesIO(shown)) as pdf:
            assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
            assert not pdf.attachments
            assert "/Annots" not in pdf.pages[0]
            assert "/AA" not in pdf.pages[0]
            whole = b"".join(
                bytes(one.unparse(resolved=True)) for one in pdf.objects if one is not None
            )
        for word in (b"JavaScript", b"Launch", b"EmbeddedFile", b"SubmitForm"):
            assert word not in whole

    async def test_what_was_filled_into_a_form_is_still_seen(self):
        def change(made):
            look = Stream(made, b"BT (filled in) Tj ET")
            look.update(
                {"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 100, 20])}
            )
            field = Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("name"),
                V=String("filled in"),
                Rect=Array([100, 100, 200, 120]),
                F=4,
                AP=Dictionary(N=made.make_indirect(look)),
            )
            placed = made.make_indirect(field)
            made.pages[0].Annots = Array([placed])
            made.Root.AcroForm = Dictionary(Fields=Array([placed]))

        shown = await shown_pdf(h.pdf(change))
        with pikepdf.open(io.BytesIO(shown)) as pdf:
            drawn = [one.read_bytes() for one in pdf.objects if isinstance(one, Stream)]
        assert any(b"(filled in)" in one for one in drawn)

    @pytest.mark.parametrize("size", [(3, 14_400), (14_400, 14_400), (1, 1)])
    async def test_strange_sizes(self, size):
        def change(made):
            made.pages[0].MediaBox = Array([0, 0, *size])

        with pikepdf.open(io.BytesIO(await shown_pdf(h.pdf(change)))) as pdf:
            assert pdf.pages[0].Contents.read_bytes().count(b" Do Q") <= 2_000

    async def test_what_would_not_fit_into_memory_is_not_shown_and_takes_nothing_with_it(self):
        with pytest.raises(ViewNotMade):
            await shown_pdf(h.content_bomb(3_000))
        assert await shown_pdf(h.pdf())

    async def test_what_takes_too_long_is_left(self, monkeypatch):
        monkeypatch.setattr(view, "LONGEST_S", 0.0)
        with pytest.raises(ViewNotMade):
            await shown_pdf(h.pdf())
