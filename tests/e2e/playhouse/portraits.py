"""Drawn people for the pictures of the papers: nobody's face, and kinder to the eye than test cards."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from bench.live.chromium import CAPTURE_S, Devices
from outlet_client.agent.capture_file import HEIGHT, WIDTH, write_audio, write_pictures

_FINE = 2
"""Drawn so much larger and then made small, for smooth edges."""
_SKIN, _LINE = "#f1c9a5", "#3a2b26"


@dataclass(frozen=True, slots=True)
class Looks:
    wall: str
    floor: str
    coat: str
    collar: str
    hair: str
    long_hair: bool = False


CLERK = Looks("#dfe9e4", "#b9cdc3", "#1f4e5f", "#ffffff", "#2b2422", long_hair=True)
GUEST = Looks("#efe6d8", "#d9c6a8", "#8a5a44", "#f3ede2", "#6d6a68")
REVIEWER = Looks("#dbe6ef", "#b7c9da", "#22375a", "#eef3fb", "#241d1b")


def make_portrait(folder: Path, station: int, looks: Looks) -> Devices:
    """A person who sways, blinks and speaks, as capture files; the beep is there as always."""
    devices = Devices(station, folder / f"{station}.y4m", folder / f"{station}.wav")
    write_pictures(devices.video, _drawing(looks), CAPTURE_S)
    write_audio(devices.audio, station, CAPTURE_S)
    return devices


def _drawing(looks: Looks) -> Callable[[int], Image.Image]:
    def draw(number: int) -> Image.Image:
        width, height = WIDTH * _FINE, HEIGHT * _FINE
        picture = Image.new("RGB", (width, height), looks.wall)
        pen = ImageDraw.Draw(picture)
        pen.rectangle((0, height * 0.78, width, height), looks.floor)
        # One turn in five seconds: the file begins again where it ends.
        sway = math.sin(2 * math.pi * number / 75) * width * 0.012
        _person(pen, looks, width / 2 + sway, height, number)
        return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)

    return draw


def _person(
    pen: ImageDraw.ImageDraw, looks: Looks, middle: float, height: int, number: int
) -> None:
    head = height * 0.17
    top = height * 0.40

    def round_(x: float, y: float, rx: float, ry: float, colour: str) -> None:
        pen.ellipse((x - rx, y - ry, x + rx, y + ry), colour)

    if looks.long_hair:
        round_(middle, top + head * 0.35, head * 1.22, head * 1.55, looks.hair)
    round_(middle, height * 1.02, height * 0.42, height * 0.40, looks.coat)
    pen.polygon(
        [
            (middle - head * 0.55, height * 0.66),
            (middle, height * 0.84),
            (middle + head * 0.55, height * 0.66),
        ],
        looks.collar,
    )
    pen.rectangle((middle - head * 0.3, top, middle + head * 0.3, height * 0.68), _SKIN)
    round_(middle, top, head * 0.88, head * 1.1, _SKIN)
    wide, low = (1.0, 0.7) if looks.long_hair else (0.9, 0.35)
    crown = (middle - head * wide, top - head * 1.32, middle + head * wide, top + head * low)
    pen.chord(crown, 180, 360, looks.hair)
    blink = number % 60 < 3
    for side in (-1, 1):
        x, y = middle + side * head * 0.36, top + head * 0.02
        round_(x, y, head * 0.085, head * (0.02 if blink else 0.1), _LINE)
    opening = abs(math.sin(number * 0.9)) if number % 45 < 25 else 0.1
    round_(middle, top + head * 0.6, head * 0.2, head * (0.03 + 0.07 * opening), "#a8564b")
