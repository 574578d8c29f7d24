"""Draws the side-by-side picture: clock, tiles with names, gaps, captions, and what it is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import av
from PIL import Image, ImageDraw, ImageFont

from casework.ports import GapCause, TrackSource
from recording.compose.layout import HEAD_HEIGHT, MARK_HEIGHT, Box, Layout, fitted
from recording.compose.program import Program

_FONT = Path(str(files("manimgx_fonts_cjk"))) / "NotoSansCJK-VF.otf.ttc"
_WEIGHT = 500
_BACK = "#15181c"
_TILE = "#000000"
_PANEL = "#1d2025"
_HATCH = "#3a3f47"
_TEXT = "#f2f4f6"
_SOFT = "#aeb6bf"
_WARN = "#ffb74d"
_HATCH_STEP = 28
_CAPTIONS = 2


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing to show: by `cause` of the gap ledger, or because nothing was recorded yet."""

    cause: GapCause | None


Shown = av.VideoFrame | Absent


class Page:
    """One canvas that is drawn over and over; only what changed is drawn again."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._zone = ZoneInfo(program.time_zone)
        self.layout = Layout.of(len(program.tiles))
        self._canvas = Image.new("RGB", (self.layout.width, self.layout.height), _BACK)
        self._draw = ImageDraw.Draw(self._canvas)
        self._shown: list[Shown | None] = [None] * len(program.tiles)
        self._second = -1
        self._texts: list[str] | None = None
        self._say_what_it_is()

    def draw(self, at_ms: int, tiles: Sequence[Shown]) -> Image.Image:
        """The picture at `at_ms` from the beginning; `tiles` in the order of `Program.tiles`. The
        image is good until the next call.
        """
        for number, shown in enumerate(tiles):
            before = self._shown[number]
            if shown is before or (isinstance(shown, Absent) and shown == before):
                continue
            self._shown[number] = shown
            self._tile(number, shown)
        self._clock(at_ms)
        self._captions(at_ms)
        return self._canvas

    def _tile(self, number: int, shown: Shown) -> None:
        box = self.layout.tile(number)
        if isinstance(shown, Absent):
            self._panel(box, shown, sound=self._is_sound(number))
        else:
            inner = fitted(shown.width, shown.height, box)
            if inner != box:
                self._fill(box, _TILE)
            picture: Image.Image = shown.to_image(  # type: ignore[no-untyped-call]  # PyAV has no types here
                width=inner.width, height=inner.height
            )
            self._canvas.paste(picture, (inner.left, inner.top))
        name = self._program.names[self._program.tiles[number]]
        face = _face(22)
        width = round(face.getlength(name))
        self._fill(Box(box.left, box.top, width + 24, 36), _BACK)
        self._draw.text((box.left + 12, box.top + 2), name, _TEXT, face)

    def _is_sound(self, number: int) -> bool:
        return self._program.tiles[number][1] is TrackSource.MICROPHONE

    def _panel(self, box: Box, absent: Absent, *, sound: bool) -> None:
        words = self._program.words
        panel = Image.new("RGB", (box.width, box.height), _PANEL)
        draw = ImageDraw.Draw(panel)
        text = "" if sound else words.not_recorded
        if absent.cause is not None:
            for left in range(-box.height, box.width, _HATCH_STEP):
                draw.line((left, box.height, left + box.height, 0), _HATCH, 3)
            text = words.missing % {"cause": words.causes[absent.cause]}
        middle = (box.width // 2, box.height // 2)
        face = _face(26)
        half = round(face.getlength(text)) // 2 + 14
        if text:
            area = (middle[0] - half, middle[1] - 24, middle[0] + half, middle[1] + 24)
            draw.rectangle(area, _PANEL)
        draw.text(middle, text, _WARN if absent.cause is not None else _SOFT, face, anchor="mm")
        self._canvas.paste(panel, (box.left, box.top))

    def _clock(self, at_ms: int) -> None:
        wall_ms = self._program.timeline.wall_ms + at_ms
        if wall_ms // 1000 == self._second:
            return
        self._second = wall_ms // 1000
        self._fill(Box(0, 0, self.layout.width, HEAD_HEIGHT), _BACK)
        now = dt.datetime.fromtimestamp(self._second, self._zone)
        self._draw.text((16, 6), f"{now:%Y-%m-%d %H:%M:%S}", _TEXT, _face(26))
        minutes, seconds = divmod(at_ms // 1000, 60)
        passed = f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        place = (self.layout.width - 16, HEAD_HEIGHT // 2)
        self._draw.text(place, passed, _SOFT, _face(22), anchor="rm")

    def _captions(self, at_ms: int) -> None:
        now = [one.text for one in self._program.captions if one.from_ms <= at_ms < one.to_ms]
        texts = now[-_CAPTIONS:]
        if texts == self._texts:
            return
        self._texts = texts
        top = self.layout.foot_top
        height = self.layout.height - top - MARK_HEIGHT
        self._fill(Box(0, top, self.layout.width, height), _BACK)
        for line, text in enumerate(texts):
            self._draw.text((16, top + 2 + line * (height // _CAPTIONS)), text, _TEXT, _face(21))

    def _say_what_it_is(self) -> None:
        text = f"{self._program.words.derived} · {self._program.call}"
        place = (16, self.layout.height - MARK_HEIGHT // 2)
        size = 15
        # One tile is narrow; the line must be whole to be worth anything.
        while size > 9 and _face(size).getlength(text) > self.layout.width - 32:
            size -= 1
        self._draw.text(place, text, _SOFT, _face(size), anchor="lm")

    def _fill(self, box: Box, colour: str) -> None:
        right, bottom = box.left + box.width - 1, box.top + box.height - 1
        self._draw.rectangle((box.left, box.top, right, bottom), colour)


@cache
def _face(size: int) -> ImageFont.FreeTypeFont:
    """A face that has Chinese, of `size` pixels."""
    face = ImageFont.truetype(str(_FONT), size)
    face.set_variation_by_axes([_WEIGHT])
    return face
