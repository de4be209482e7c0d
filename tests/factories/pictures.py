"""Generated pictures: scenes, filled-in forms, and files of each kind that people send."""

from __future__ import annotations

import base64
import io
import random
import zipfile
from functools import cache
from typing import Any

import pikepdf
from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter

SCENE = (1600, 1200)
FORM = (1240, 1754)


def colour(dice: random.Random) -> tuple[int, int, int]:
    return dice.randrange(256), dice.randrange(256), dice.randrange(256)


@cache
def grain(strength: float) -> Image.Image:
    """A tile of noise around the middle grey, the same in every run."""
    dice = random.Random(strength)
    levels = (min(255, max(0, round(dice.gauss(128, strength)))) for _ in range(256 * 256))
    return Image.frombytes("L", (256, 256), bytes(levels))


def noisy(picture: Image.Image, strength: float, dice: random.Random) -> Image.Image:
    """The picture as a sensor would see it. A tile of noise, pasted over and over at chance places."""
    tile = grain(strength)
    noise = Image.new("L", picture.size, 128)
    for left in range(-dice.randrange(256), picture.width, 256):
        for top in range(-dice.randrange(256), picture.height, 256):
            noise.paste(tile, (left, top))
    return ImageChops.add(picture, noise.convert(picture.mode), offset=-128)


@cache
def scene(seed: int, people: int = 0, size: tuple[int, int] = SCENE) -> Image.Image:
    """A place under the sky with things in it; the same place with other people for another `people`."""
    dice = random.Random(seed)
    sky, ground = colour(dice), colour(dice)
    slope = Image.linear_gradient("L").resize(size)
    picture = Image.composite(Image.new("RGB", size, ground), Image.new("RGB", size, sky), slope)
    draw = ImageDraw.Draw(picture)
    for _ in range(dice.randrange(12, 40)):
        x, y = dice.randrange(size[0]), dice.randrange(size[1] // 3, size[1])
        width, height = dice.randrange(20, size[0] // 8), dice.randrange(20, size[1] // 7)
        shape = dice.choice([draw.rectangle, draw.ellipse])
        shape((x - width, y - height, x + width, y + height), fill=colour(dice))
    crowd = random.Random(seed * 1000 + people)
    for _ in range(8 if people else 0):
        x, y = crowd.randrange(size[0]), crowd.randrange(size[1] // 2, size[1])
        draw.ellipse((x - 40, y - 40, x + 40, y + 40), fill=(200, 170, 150))
        draw.rectangle((x - 70, y + 40, x + 70, y + 300), fill=colour(crowd))
    return noisy(picture.filter(ImageFilter.GaussianBlur(2)), 8, dice)


@cache
def form(seed: int) -> Image.Image:
    """A scanned sign-in sheet: always the same lines, filled in differently."""
    dice = random.Random(seed)
    sheet = Image.new("L", FORM, 245)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((300, 80, 940, 130), fill=30)
    for row in range(25):
        draw.line((100, 200 + row * 55, 1140, 200 + row * 55), fill=60, width=2)
    for x in (100, 300, 600, 900, 1140):
        draw.line((x, 200, x, 200 + 24 * 55), fill=60, width=2)
    for row in range(24):
        for x in (120, 320, 620, 920):
            for _ in range(6 if dice.random() < 0.8 else 0):
                left, top = x + dice.randrange(120), 205 + row * 55 + dice.randrange(40)
                stroke = (left, top, left + dice.randrange(40), top + dice.randrange(-15, 15))
                draw.line(stroke, fill=20, width=3)
    return noisy(sheet.convert("RGB"), 4, dice)


def written(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    into = io.BytesIO()
    picture.save(into, kind, **options)
    return into.getvalue()


def camera(taken: str = "2026:03:05 08:12:13", orientation: int = 1, offset: str = "") -> Image.Exif:
    """EXIF as a phone writes it, the place included."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "湖畔手机".encode().decode("latin-1")
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    exif.get_ifd(ExifTags.IFD.GPSInfo)[2] = (30.0, 12.0, 34.5)
    return exif


@cache
def photo(seed: int = 1, size: tuple[int, int] = (640, 480), orientation: int = 1) -> bytes:
    """A photo of a phone."""
    return written(scene(seed).resize(size), quality=88, exif=camera(orientation=orientation))


def pdf(**more: Any) -> bytes:
    """A PDF of one blank page; `more` goes into its catalogue."""
    made = pikepdf.new()
    made.add_blank_page()
    for key, value in more.items():
        made.Root["/" + key] = made.make_indirect(value)
    into = io.BytesIO()
    made.save(into)
    return into.getvalue()


def archive(**members: bytes | str) -> bytes:
    """A ZIP; names are given with __ for / and _dot_ for the dot."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return into.getvalue()


def office_file(part: str = "xl__workbook_dot_xml", types: str = "", **more: bytes) -> bytes:
    """A file of today's Office, as far as its kind can be told."""
    parts: dict[str, Any] = {"[Content_Types]_dot_xml": f"<Types>{types}</Types>", part: "<x/>"}
    return archive(**{**parts, **more})


def mp4(brand: bytes = b"isom") -> bytes:
    box = b"ftyp" + brand + b"\0\0\2\0" + b"isomavc1"
    return (len(box) + 4).to_bytes(4, "big") + box + b"\0\0\0\x08free"


# 64 × 48 points of a phone's HEIC, with the moment it was taken.
HEIC = base64.b64decode(
    """
    AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA
    ADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAAS8AAgAAAAADEQABAAAAAAAAAFYAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA
    AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAA
    kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq
    5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh
    cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAA
    ABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAABjW1kYXQAAAErKAGvGYD3iy/8Ik9lcGkfkkbpvmxp/bmKzN8aNUCivk+n26Qw4wkh
    kkzxZG8fhG4Crj9uPoFdGhlRSJ94YAxjjiAdZC84/A1dhRxTRlaWZHucLlOQ3LqmW4Jn/VTReyTVKhSY/jbwmsTzkIGWyaaZhl+D
    P9BL2U2TZAAUfr9RA8zLXxkoc/6Z5OKWVzeQ8/oDwnbft48/JBvJCRqQLqR6hkiOEbCO32GvG/doGkj+L5y8dASqPMabuGOeGsC6
    FEj6g8Pmj1cWglVjeFNs8pPuxqSY4Byo37XNXIIPkQ8oNaspK7BHMw8buYLFWcca+ZrE7am9ZkHxVppl8dQO0jRg4D+m16wIb6TH
    pIYqcjs8dYBUPX0f7Rk0P2B5UR03VS6PPp4/5FAmk7n16cgAAAAGRXhpZgAATU0AKgAAAAgAAgESAAMAAAABAAYAAIdpAAQAAAAB
    AAAAJgAAAAAAAZADAAIAAAAUAAAAOAAAAAAyMDI2OjAzOjA0IDA3OjA4OjA5AA==
    """
)
