"""The tone that goes with the flash: once a second, each station at its own pitch.

Sound: 48,000 Hz, mono, signed 16 bit. The pitch lies above most of a voice, so that a reader finds
it under speech.
"""

import math
from array import array
from typing import TypeAlias

SAMPLE_RATE = 48_000
BEEP_SAMPLES = SAMPLE_RATE // 25
Samples: TypeAlias = "array[int]"
"""48 kHz mono signed 16 bit."""

BASE_HZ = 2_600
STEP_HZ = 200
_LOUDNESS = 6_000


def pitch_hz(station: int) -> int:
    """Stations 1 to 20 are told apart by ear and by machine; higher numbers repeat."""
    return BASE_HZ + STEP_HZ * (station % 20)


def beep(station: int) -> Samples:
    """One beep of 40 ms with edges of 2 ms."""
    edge = SAMPLE_RATE // 500
    turn = 2 * math.pi * pitch_hz(station) / SAMPLE_RATE
    return array(
        "h",
        (
            int(_LOUDNESS * min(1.0, i / edge, (BEEP_SAMPLES - i) / edge) * math.sin(turn * i))
            for i in range(BEEP_SAMPLES)
        ),
    )


def find_beeps(samples: Samples, station: int) -> list[float]:
    """Seconds at which a beep of this station begins (Goertzel's algorithm, windows of 2.5 ms)."""
    window = SAMPLE_RATE // 400
    coefficient = 2 * math.cos(2 * math.pi * pitch_hz(station) / SAMPLE_RATE)
    found: list[float] = []
    run = 0
    for begin in range(0, len(samples) - window, window):
        first = second = 0.0
        energy = 1.0
        for sample in samples[begin : begin + window]:
            first, second = sample + coefficient * first - second, first
            energy += sample * sample
        tone = first * first + second * second - coefficient * first * second
        # A pure tone of this pitch gives about window / 2; a voice or another pitch far less.
        loud = energy / window > 250_000 and tone / (energy * window) > 0.3
        run = run + 1 if loud else 0
        # A sibilant may hold the pitch for a few milliseconds, never for half a beep.
        if run == BEEP_SAMPLES // window // 2:
            found.append((begin - (run - 1) * window) / SAMPLE_RATE)
    return found
