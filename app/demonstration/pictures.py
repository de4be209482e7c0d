"""Evidence for the demonstration: drawn pictures with a time stamp, and tables of the entries they prove."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont

SIZE = (800, 600)
SHAPES = 14


def photo(seed: str, taken: datetime) -> bytes:
    """A JPEG like no other: a scene of plain shapes, the time in its corner, and when it was taken in its EXIF."""
    draw_from = random.Random(seed)
    tone = [draw_from.randint(90, 220) for _ in range(3)]
    picture = Image.new("RGB", SIZE, tuple(tone))
    pen = ImageDraw.Draw(picture)
    for _ in range(SHAPES):
        x, y = draw_from.randint(0, SIZE[0]), draw_from.randint(0, SIZE[1])
        width, height = draw_from.randint(40, 420), draw_from.randint(30, 300)
        colour = tuple(draw_from.randint(20, 245) for _ in range(3))
        shape = pen.ellipse if draw_from.random() < 0.4 else pen.rectangle
        shape((x - width // 2, y - height // 2, x + width // 2, y + height // 2), fill=colour)
    stamp = f"{taken:%Y-%m-%d %H:%M}"
    pen.rectangle((20, SIZE[1] - 64, 330, SIZE[1] - 16), fill=(0, 0, 0))
    pen.text((32, SIZE[1] - 58), stamp, fill=(255, 255, 255), font=ImageFont.load_default(30))
    exif = Image.Exif()
    exif[0x0132] = f"{taken:%Y:%m:%d %H:%M:%S}"
    exif.get_ifd(0x8769)[0x9003] = f"{taken:%Y:%m:%d %H:%M:%S}"
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=78, exif=exif)
    return target.getvalue()


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV that Excel opens: what a platform gives out as the record of a month."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(headings)
    writer.writerows(rows)
    return target.getvalue().encode("utf-8-sig")
