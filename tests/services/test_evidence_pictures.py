"""Pictures: within bounds, upright, without EXIF; what a camera says of the time."""

from __future__ import annotations

import io
import struct
import time
import zlib
from datetime import UTC, datetime

import pytest
from PIL import Image

from app.clock import SHANGHAI
from app.services.act import Refused
from app.services.evidence import pictures
from app.services.evidence.pictures import SHOWN_SIDE, THUMB_SIDE, Picture
from tests.factories.pictures import HEIC, camera, photo, scene, written

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
RED, BLUE = (220, 30, 30), (30, 30, 220)


def read(data: bytes) -> Picture:
    found = pictures.read(data, NOW)
    assert found is not None
    return found


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def two_coloured(mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (400, 200), BLUE)
    picture.paste(RED, (0, 0, 200, 200))
    return picture.convert(mode)


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=True))


def test_what_is_shown_holds_no_exif_and_what_was_sent_does() -> None:
    found = read(photo())
    for shown in (found.shown, found.thumb):
        assert b"Exif" not in shown
        assert not opened(shown).getexif()
        assert "comment" not in opened(shown).info
    assert b"2026:03:05" in found.exif
    assert found.taken_at == datetime(2026, 3, 5, 8, 12, 13, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [(1, "left"), (2, "right"), (3, "right"), (4, "left"), (5, "top"), (6, "top"), (7, "bottom"), (8, "bottom")],
)
def test_the_picture_stands_as_it_was_held(orientation: int, red_at: str) -> None:
    found = read(written(two_coloured(), quality=95, exif=camera(orientation=orientation)))
    shown = opened(found.shown)
    assert shown.size == (found.width, found.height)
    middle = (shown.width // 2, shown.height // 2)
    places = {
        "left": (20, middle[1]), "right": (shown.width - 20, middle[1]),
        "top": (middle[0], 20), "bottom": (middle[0], shown.height - 20),
    }  # fmt: skip
    assert near(shown.getpixel(places[red_at]), RED)


def test_large_pictures_become_smaller_and_small_ones_stay() -> None:
    found = read(written(scene(2).resize((4000, 3000)), quality=80))
    assert max(opened(found.shown).size) == SHOWN_SIDE
    assert max(opened(found.thumb).size) == THUMB_SIDE
    assert (found.width, found.height) == (4000, 3000)
    assert opened(read(photo()).shown).size == (640, 480)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_other_formats_are_read_too(kind: str) -> None:
    found = read(written(two_coloured(), kind))
    assert near(opened(found.shown).getpixel((20, 100)), RED)
    assert near(opened(found.shown).getpixel((380, 100)), BLUE)


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA", "I;16", "CMYK"])
def test_every_kind_of_point_can_be_shown(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    picture = two_coloured("L" if mode == "I;16" else mode)
    if mode == "I;16":
        picture = picture.convert("I").point(lambda level: level * 256).convert("I;16")
    shown = opened(read(written(picture, kind)).shown)
    assert (shown.mode, shown.size) == ("RGB", (400, 200))
    assert shown.convert("L").getextrema() != (0, 0)


def test_see_through_is_white() -> None:
    shown = opened(read(written(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")).shown)
    assert near(shown.getpixel((10, 10)), (255, 255, 255))


def test_the_heic_of_a_phone_is_read() -> None:
    found = read(HEIC)
    assert (found.media_type, found.width, found.height) == ("image/heic", 64, 48)
    assert found.taken_at == datetime(2026, 3, 4, 7, 8, 9, tzinfo=SHANGHAI)
    assert near(opened(found.shown).getpixel((5, 5)), (230, 40, 40))


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        ("2026:03:04 23:30:00", "", datetime(2026, 3, 4, 15, 30, tzinfo=UTC)),
        ("2026:03:04 23:30:00", "+09:00", datetime(2026, 3, 4, 14, 30, tzinfo=UTC)),
        ("2026:03:04 23:30:00", "nonsense", datetime(2026, 3, 4, 15, 30, tzinfo=UTC)),
        ("1980:01:01 00:00:00", "", None),
        ("2031:01:01 00:00:00", "", None),
        ("0000:00:00 00:00:00", "", None),
        ("昨天".encode().decode("latin-1"), "", None),
    ],
)
def test_the_camera_s_clock(taken: str, offset: str, expected: datetime | None) -> None:
    found = read(written(two_coloured(), exif=camera(taken, offset=offset)))
    assert found.taken_at == expected


def test_no_picture_is_no_error() -> None:
    assert pictures.read(b"%PDF-1.7 and so on", NOW) is None
    assert pictures.read(b"<svg xmlns='x'/>", NOW) is None


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_half_a_picture_is_refused(share: float) -> None:
    data = photo()
    with pytest.raises(Refused, match="没有传完"):
        pictures.read(data[: int(len(data) * share)], NOW)


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(50_000, 50_000), (8_000, 7_000), (1, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_claimed_size_beyond_bounds_is_refused_at_once(size: tuple[int, int]) -> None:
    begun = time.process_time()
    with pytest.raises(Refused, match="尺寸太大"):
        pictures.read(claiming(*size), NOW)
    assert time.process_time() - begun < 0.5


def test_a_large_photo_costs_little() -> None:
    data = written(scene(3).resize((4032, 3024)), quality=97)
    begun = time.process_time()
    read(data)
    assert len(data) > 3_000_000
    assert time.process_time() - begun < 1
