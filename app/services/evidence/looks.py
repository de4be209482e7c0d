"""What a picture looks like, as numbers that survive another size, another quality, another brightness.

`look` is the pHash of 64 bits: the low frequencies of the cosine transform of the 32 × 32 grey picture, the
constant ones left out, each above the median or not. `fine` is the dHash of 256 bits: whether it grows
darker from one of 17 × 16 fields to the next. Two pictures look the same where both are near. The first
alone takes two differently filled-in copies of one form for the same, the second alone is hard to search.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median, pstdev

from PIL import Image

GRID = 32
LOW = 8
FINE = 16
# On generated photographs and forms, re-encoded at quality 40 and halved: at most 4 and 26. Different
# photographs: at least 20 and 68; the same form filled in differently, or the same place with other
# people: at least 6 and 32. See docs/decisions/evidence.md and tests/services/test_evidence_looks.py.
MOST_APART = 10
MOST_FINE_APART = 30
# Grey levels; a blank sheet looks like every other blank sheet.
LEAST_CONTRAST = 4.0

COSINES = [
    [math.cos(math.pi * (2 * place + 1) * frequency / (2 * GRID)) for place in range(GRID)]
    for frequency in range(1, LOW + 1)
]


@dataclass(frozen=True)
class Look:
    """Both hashes, hex: 16 and 64 signs."""

    coarse: str
    fine: str


def look_of(picture: Image.Image) -> Look | None:
    """The look of a picture of any size; None where it is all one colour."""
    grey = picture.convert("L")
    small = grey.resize((GRID, GRID), Image.Resampling.LANCZOS).tobytes()
    if pstdev(small) < LEAST_CONTRAST:
        return None
    return Look(coarse_of(small), fine_of(grey))


def coarse_of(pixels: bytes) -> str:
    rows = [pixels[start : start + GRID] for start in range(0, GRID * GRID, GRID)]
    across = [[sum(map(float.__mul__, cosine, map(float, row))) for row in rows] for cosine in COSINES]
    levels = [sum(map(float.__mul__, cosine, column)) for cosine in COSINES for column in across]
    middle = median(levels)
    return hexed([level > middle for level in levels])


def fine_of(grey: Image.Image) -> str:
    pixels = grey.resize((FINE + 1, FINE), Image.Resampling.LANCZOS).tobytes()
    width = FINE + 1
    return hexed(
        [
            pixels[row * width + place + 1] > pixels[row * width + place]
            for row in range(FINE)
            for place in range(FINE)
        ]
    )


def hexed(bits: list[bool]) -> str:
    number = 0
    for bit in bits:
        number = number << 1 | bit
    return f"{number:0{len(bits) // 4}x}"


def apart(one: str, other: str) -> int:
    """In how many bits two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def alike(one: Look, other: Look) -> int | None:
    """How far apart two looks are; None where they are not of the same picture."""
    distance = apart(one.coarse, other.coarse)
    if distance > MOST_APART or apart(one.fine, other.fine) > MOST_FINE_APART:
        return None
    return distance
