"""Pictures: read within bounds, turned upright, without EXIF for showing, with it sealed beside."""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache

import pi_heif
from PIL import (
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from app.clock import SHANGHAI
from app.logs import logger
from app.services.act import Refused
from app.services.evidence.looks import Look, look_of

# Each of these has made its format known by being imported; others stay unknown.
READERS = (
    BmpImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin,
)  # fmt: skip
FORMATS = {
    "JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif",
    "BMP": "image/bmp", "TIFF": "image/tiff", "HEIF": "image/heic",
}  # fmt: skip
# Longest sides. 4 000 × 3 000 of a camera halves to the shown size while it is decoded, at little cost.
SHOWN_SIDE = 2000
THUMB_SIDE = 360
QUALITY = 84
# JPEG is decoded at a fraction of its size; a progressive one and every other format are held whole.
MOST_PIXELS = 50_000_000
MOST_PIXELS_JPEG = 110_000_000
MOST_SIDE = 30_000
MOST_PROFILE = 64 * 1024
FIRST_YEAR = 2000
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
SIDEWAYS = frozenset({5, 6, 7, 8})
# What the decoders raise over broken or hostile bytes.
BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, MemoryError,
    RuntimeError, struct.error,
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """What is kept of a picture beside the bytes as they were sent."""

    media_type: str
    width: int
    height: int
    shown: bytes
    thumb: bytes
    exif: bytes
    taken_at: datetime | None
    look: Look | None


@cache
def known_formats() -> tuple[str, ...]:
    """The formats that are read; HEIC of phones among them."""
    pi_heif.register_heif_opener(thumbnails=False)
    return tuple(name for name in FORMATS if name != "MPO")  # found by the reader of JPEG


def read(data: bytes, now: datetime) -> Picture | None:
    """The picture in the bytes; None where they are no picture. Refused: broken, or too large to open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bounds are ours, and broken EXIF is no matter
        try:
            with Image.open(io.BytesIO(data), formats=known_formats()) as picture:
                return worked_out(picture, now)
        except UnidentifiedImageError:
            return None
        except Image.DecompressionBombError as error:
            raise too_large(None) from error
        except BROKEN as error:
            logger().info("picture_unreadable", error=repr(error)[:200])
            raise Refused(
                "这张图片打不开，可能没有传完或已损坏。请重新拍照，或从原来的手机里再传一次"
            ) from error


def worked_out(picture: Image.Image, now: datetime) -> Picture:
    """Decodes the picture once and makes everything of it."""
    check_size(picture)
    exif = picture.getexif()
    raw = bytes(picture.info.get("exif") or (exif.tobytes() if exif else b""))
    media_type = FORMATS[picture.format or ""]
    orientation = exif.get(ExifTags.Base.Orientation, 1)
    width, height = picture.size[::-1] if orientation in SIDEWAYS else picture.size
    profile = picture.info.get("icc_profile") or b""
    keeps_colours = picture.mode == "RGB" and len(profile) <= MOST_PROFILE
    picture.draft("RGB", fitting(picture.size))
    shown = upright(picture, TURNS.get(orientation))
    thumb = shown.copy()
    thumb.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    options = {"icc_profile": profile} if keeps_colours and profile else {}
    return Picture(
        media_type=media_type,
        width=width,
        height=height,
        shown=jpeg(shown, **options),
        thumb=jpeg(thumb, **options),
        exif=raw,
        taken_at=taken_at(exif, now),
        look=look_of(thumb),
    )


def check_size(picture: Image.Image) -> None:
    """Refuses by the size that the header claims, before anything is decoded."""
    width, height = picture.size
    small_steps = picture.format in {"JPEG", "MPO"} and not picture.info.get("progressive")
    if max(width, height) > MOST_SIDE or width * height > (MOST_PIXELS_JPEG if small_steps else MOST_PIXELS):
        raise too_large((width, height))


def too_large(size: tuple[int, int] | None) -> Refused:
    told = f"（{size[0]}×{size[1]}）" if size else ""
    return Refused(
        f"这张图片的尺寸太大{told}，打开它会占用过多内存，所以没有收。请缩小到 5000 万像素以内再上传"
    )


def fitting(size: tuple[int, int]) -> tuple[int, int]:
    """The size within the longest side that is shown."""
    scale = min(1.0, SHOWN_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def upright(picture: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """The picture to show: within the size, turned as it was held, on white where it is see-through."""
    picture.load()
    small = coloured(picture)
    target = fitting(small.size)
    if target != small.size:
        small = small.resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0)
    if turn is not None:
        small = small.transpose(turn)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
    return small.convert("RGB")


def coloured(picture: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller smoothly."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode.startswith("I"):  # 16 bits a point
        return picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    return picture if picture.mode in {"RGB", "L"} else picture.convert("RGB")


def jpeg(picture: Image.Image, **options: bytes) -> bytes:
    """The bytes to show. Only what is named here is written: neither EXIF nor a comment."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=QUALITY, **options)
    return written.getvalue()


def taken_at(exif: Image.Exif, now: datetime) -> datetime | None:
    """When the picture was taken, by the camera's clock; None where it does not say, or what cannot be."""
    details = exif.get_ifd(ExifTags.IFD.Exif)
    text = str(details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "")
    try:
        moment = datetime.strptime(text.strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    aware = moment.replace(tzinfo=zone(str(details.get(ExifTags.Base.OffsetTimeOriginal) or "")))
    return aware if aware.year >= FIRST_YEAR and aware <= now + timedelta(days=1) else None


def zone(text: str) -> tzinfo:
    """The offset as the camera wrote it (+08:00); Shanghai where it wrote none."""
    try:
        return datetime.strptime(text.strip("\0 "), "%z").tzinfo or SHANGHAI
    except ValueError:
        return SHANGHAI
