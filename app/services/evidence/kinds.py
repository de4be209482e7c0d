"""What a file is, by its content: what is taken in, what is refused, and why.

The name never decides. What runs (programs, scripts, pages, macros) is refused; so is what a reviewer
cannot look into.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import olefile

from app.services.act import Refused
from app.services.evidence.pdfs import check_pdf
from app.services.evidence.xml_data import is_plain, is_whole

MOST_MEMBERS = 5_000
MOST_TYPES = 1_000_000
HEAD = 4_096
SAVE_ANEW = "请用 Office 或 WPS 打开，另存为不带宏的 xlsx、docx 或 pptx，再上传"
TAKEN = "可以上传照片（JPG、PNG、HEIC、WebP 等）、PDF、OFD、XML 电子发票、Word、Excel、PPT、CSV、TXT 和 MP4 视频"


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken in. `inline`: the browser may show it in its own window."""

    media_type: str
    endings: tuple[str, ...]
    word: str
    inline: bool = False


OPEN_XML = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.media_type: kind
    for kind in (
        Kind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif", "mpo"), "照片", inline=True),
        Kind("image/png", ("png",), "图片", inline=True),
        Kind("image/webp", ("webp",), "图片", inline=True),
        Kind("image/gif", ("gif",), "图片", inline=True),
        Kind("image/bmp", ("bmp",), "图片", inline=True),
        Kind("image/tiff", ("tif", "tiff"), "扫描件", inline=True),
        Kind("image/heic", ("heic", "heif"), "照片", inline=True),
        Kind("application/pdf", ("pdf",), "PDF", inline=True),
        Kind("application/ofd", ("ofd",), "OFD"),
        Kind("application/xml", ("xml",), "XML"),
        Kind(f"{OPEN_XML}.wordprocessingml.document", ("docx",), "Word 文档"),
        Kind(f"{OPEN_XML}.spreadsheetml.sheet", ("xlsx",), "Excel 表格"),
        Kind(f"{OPEN_XML}.presentationml.presentation", ("pptx",), "演示文稿"),
        Kind("application/msword", ("doc", "wps"), "Word 文档"),
        Kind("application/vnd.ms-excel", ("xls", "et"), "Excel 表格"),
        Kind("application/vnd.ms-powerpoint", ("ppt", "dps"), "演示文稿"),
        Kind("text/csv", ("csv", "tsv"), "CSV 表格"),
        Kind("text/plain", ("txt", "log"), "文本"),
        Kind("video/mp4", ("mp4", "m4v", "3gp"), "视频"),
        Kind("video/quicktime", ("mov",), "视频"),
    )
}
OPEN_XML_PARTS = {
    "word/document.xml": f"{OPEN_XML}.wordprocessingml.document",
    "xl/workbook.xml": f"{OPEN_XML}.spreadsheetml.sheet",
    "xl/workbook.bin": "",  # xlsb: no reader here opens it
    "ppt/presentation.xml": f"{OPEN_XML}.presentationml.presentation",
}
OLE_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!", b"dex\n")
PAGES = (
    b"<!doctype",
    b"<html",
    b"<svg",
    b"<?xml",
    b"<script",
    b"<head",
    b"<body",
    b"<iframe",
    b"<%",
    b"<?php",
)
VIDEO_BRANDS = (
    b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VP", b"MSNV", b"3gp",
    b"dash", b"hvc1",
)  # fmt: skip
MACROS_OLE = ("VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "MACROS")


def kind_of(data: bytes, name: str) -> Kind:
    """The kind of a file that is no picture; Refused says why it is not taken in."""
    head = data[:HEAD]
    if head.startswith(PROGRAMS):
        raise Refused(f"“{name}”是程序或脚本，会在别人的电脑上运行，所以没有收。{TAKEN}")
    if head.startswith(b"%PDF-"):
        check_pdf(data)
        return KINDS["application/pdf"]
    if head.startswith(b"PK\x03\x04"):
        return in_zip(data, name)
    if head.startswith(olefile.MAGIC):
        return in_ole(data, name)
    if head[4:8] == b"ftyp":
        return video(head, name)
    return text(data, name)


def in_zip(data: bytes, name: str) -> Kind:
    """Office and OFD are archives; other archives hide what is in them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise Refused(f"“{name}”里有 {len(members)} 个部分，不像正常的文件，所以没有收")
            names = {member.filename for member in members}
            types = content_types(archive, names)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refused(f"“{name}”打不开，可能没有传完或已损坏。请重新保存一份后再上传") from error
    lowered = {each.lower() for each in names}
    if "ofd.xml" in lowered:
        return KINDS["application/ofd"]
    if any(each.endswith("vbaproject.bin") for each in lowered) or b"macroenabled" in types.lower():
        raise Refused(f"“{name}”带有宏，宏会在打开时运行，所以没有收。{SAVE_ANEW}")
    for part, media_type in OPEN_XML_PARTS.items():
        if part in lowered and media_type:
            return KINDS[media_type]
    raise Refused(f"“{name}”是压缩包，审核的人看不到里面的内容，所以没有收。请解压后把里面的文件逐个上传")


def content_types(archive: zipfile.ZipFile, names: set[str]) -> bytes:
    """The list of an Office file's parts, as far as it is needed."""
    if "[Content_Types].xml" not in names:
        return b""
    with archive.open("[Content_Types].xml") as member:
        return member.read(MOST_TYPES)


def in_ole(data: bytes, name: str) -> Kind:
    """Office files of before 2007."""
    try:
        with olefile.OleFileIO(data) as old:
            entries = old.listdir(streams=True, storages=True)
    except (OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
        raise Refused(f"“{name}”打不开，可能没有传完或已损坏。请重新保存一份后再上传") from error
    tops = {entry[0] for entry in entries}
    if "EncryptedPackage" in tops:
        raise Refused(f"“{name}”要密码才能打开，审核的人看不到内容。请去掉打开密码后再上传")
    if any(part.upper() in MACROS_OLE for entry in entries for part in entry):
        raise Refused(f"“{name}”带有宏，宏会在打开时运行，所以没有收。{SAVE_ANEW}")
    for stream, media_type in OLE_STREAMS.items():
        if stream in tops:
            return KINDS[media_type]
    raise Refused(f"“{name}”不是能收的文件。{TAKEN}")


def video(head: bytes, name: str) -> Kind:
    """MP4 and the films of phones, by the brands in their first box."""
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[start : start + 4] for start in range(16, min(size, 256), 4))]
    if head[8:12] == b"qt  ":
        return KINDS["video/quicktime"]
    if any(brand.startswith(VIDEO_BRANDS) for brand in brands):
        return KINDS["video/mp4"]
    raise Refused(f"“{name}”不是能收的视频。请用手机拍成 MP4，或导出为 MP4 后再上传")


def text(data: bytes, name: str) -> Kind:
    """Plain text and CSV: readable, and neither a page nor a script."""
    start = data[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and name.lower().endswith(".xml") and is_plain(data):
        return KINDS["application/xml"]
    if start.startswith(PAGES) and name.lower().endswith(".xml") and not is_whole(data):
        raise Refused(f"“{name}”不是完整的 XML，可能没有下载完，或改过内容。请从开票或税务平台重新下载，也可以上传 OFD 或 PDF")
    if start.startswith(PAGES):
        raise Refused(
            f"“{name}”是网页、SVG 或 XML，里面可以带脚本，所以没有收。请截图，或打印成 PDF 后再上传"
        )
    ending = name.rpartition(".")[2].lower()
    for media_type in ("text/csv", "text/plain"):
        if ending in KINDS[media_type].endings and readable(data):
            return KINDS[media_type]
    raise Refused(f"“{name}”不是能收的文件。{TAKEN}")


def readable(data: bytes) -> bool:
    """Whether the bytes are text in one of the encodings in use here."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return decodes(data, "utf-16")
    return b"\0" not in data and (decodes(data, "utf-8") or decodes(data, "gb18030"))


def decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
