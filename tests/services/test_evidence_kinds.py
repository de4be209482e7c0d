"""What may come in, told by content; what is refused, and why; names that cannot deceive."""

from __future__ import annotations

import io
import time
import unicodedata
import zipfile
import zlib

import olefile
import pikepdf
import pytest

from app.services.act import Refused
from app.services.evidence import kinds
from app.services.evidence.kinds import KINDS, OPEN_XML, kind_of
from app.services.evidence.names import LONGEST, clean, named, shown_size
from tests.factories.pictures import archive, mp4, office_file, pdf

TAKEN = [
    (pdf(), "a.pdf", "application/pdf"),
    (office_file(), "a.xlsx", f"{OPEN_XML}.spreadsheetml.sheet"),
    (office_file("word__document_dot_xml"), "a.docx", f"{OPEN_XML}.wordprocessingml.document"),
    (office_file("ppt__presentation_dot_xml"), "a.pptx", f"{OPEN_XML}.presentationml.presentation"),
    (archive(OFD_dot_xml="<x/>"), "发票.ofd", "application/ofd"),
    ("<?xml version='1.0' encoding='UTF-8'?><EInvoice><发票号码>26</发票号码></EInvoice>".encode(), "发票.xml", "application/xml"),
    (b"<EInvoice xmlns='http://www.example.cn/invoice'/>", "a.XML", "application/xml"),
    ("姓名,人数\n甲,3\n".encode(), "a.csv", "text/csv"),
    ("姓名,人数\n甲,3\n".encode("gb18030"), "a.csv", "text/csv"),
    ("姓名\t人数".encode("utf-16"), "a.txt", "text/plain"),
    (mp4(), "a.mp4", "video/mp4"),
    (mp4(b"3gp4"), "a.3gp", "video/mp4"),
    (mp4(b"qt  "), "a.mov", "video/quicktime"),
]


@pytest.mark.parametrize(("data", "name", "media_type"), TAKEN)
def test_these_come_in(data: bytes, name: str, media_type: str) -> None:
    assert kind_of(data, name).media_type == media_type


@pytest.mark.parametrize("data", [TAKEN[0][0], TAKEN[1][0], mp4()])
def test_a_false_name_changes_nothing(data: bytes) -> None:
    assert kind_of(data, "x.exe") == kind_of(data, "无扩展名")



def scripted(how: str) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    action = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))
    if how == "opening":
        made.Root.OpenAction = action
    elif how == "page":
        made.pages[0].obj.AA = pikepdf.Dictionary(O=action)
    elif how == "launch":
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name("/Launch"), F=pikepdf.String("cmd.exe"))
    else:
        made.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", made.make_indirect(action)])))
    into = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if how != "page" else pikepdf.ObjectStreamMode.disable
    made.save(into, object_stream_mode=mode)
    return into.getvalue()


def locked() -> bytes:
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.save(into, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return into.getvalue()


REFUSED = [
    (b"MZ\x90\0" + b"\0" * 60, "照片.jpg", "程序或脚本"),
    (b"\x7fELF\x02\x01", "a.pdf", "程序或脚本"),
    (b"#!/bin/sh\nrm -rf ~\n", "a.txt", "程序或脚本"),
    (b"<!DOCTYPE html><script>1</script>", "a.txt", "网页、SVG"),
    (b"\xef\xbb\xbf  <html>", "a.csv", "网页、SVG"),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.png", "网页、SVG"),
    (b"<?xml version='1.0'?><svg/>", "a.svg", "网页、SVG"),
    (b"<?xml version='1.0'?><svg/>", "a.xml", "网页、SVG"),
    (b"<?xml version='1.0'?><EInvoice><Header>", "a.xml", "不是完整的 XML"),
    (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "a.xml", "网页、SVG"),
    (b"<?xml version='1.0'?><a xmlns:h='http://www.w3.org/1999/xhtml'><h:p/></a>", "a.xml", "网页、SVG"),
    (b"<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><a/>", "a.xml", "网页、SVG"),
    (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "a.xml", "网页、SVG"),
    (b"<?xml version='1.0'?><a><b></a>", "a.xml", "不是完整的 XML"),
    (b"alert(1)", "a.js", "不是能收的文件"),
    (b"@echo off\r\ndel *", "a.bat", "不是能收的文件"),
    (b"\x00\x01\x02\x03", "a.txt", "不是能收的文件"),
    (b"\xff\xfe\xfd\x81\x30", "a.csv", "不是能收的文件"),
    (archive(a_dot_txt="x"), "a.zip", "压缩包"),
    (archive(a_dot_txt="x"), "a.xlsx", "压缩包"),
    (office_file("xl__workbook_dot_bin"), "a.xlsb", "压缩包"),
    (office_file(xl__vbaProject_dot_bin=b"x"), "a.xlsx", "带有宏"),
    (office_file(types="application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "a.xlsx", "带有宏"),
    (office_file()[:-30], "a.xlsx", "打不开"),
    (olefile.MAGIC + b"\0" * 600, "a.xls", "打不开"),
    (scripted("opening"), "a.pdf", "脚本"),
    (scripted("page"), "a.pdf", "脚本"),
    (scripted("names"), "a.pdf", "脚本"),
    (scripted("launch"), "a.pdf", "脚本"),
    (locked(), "a.pdf", "密码"),
    (b"%PDF-1.7\n" + b"x" * 200, "a.pdf", "打不开"),
    (b"/*%PDF-1.5*/alert(1)\n" + pdf(), "a.pdf", "不是能收的文件"),
    (b"\0\0\0\x18ftypjpeg", "a.mp4", "视频"),
]


@pytest.mark.parametrize(("data", "name", "told"), REFUSED)
def test_these_stay_out(data: bytes, name: str, told: str) -> None:
    with pytest.raises(Refused, match=told) as found:
        kind_of(data, name)
    assert "请" in found.value.message or "可以上传" in found.value.message


def test_an_archive_of_very_many_parts_is_not_gone_through() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as made:
        for place in range(kinds.MOST_MEMBERS + 1):
            made.writestr(f"{place}", b"")
    with pytest.raises(Refused, match="不像正常的文件"):
        kind_of(into.getvalue(), "a.xlsx")


def test_a_bomb_for_a_list_of_parts_is_read_within_bounds() -> None:
    data = office_file(types=" " * 60_000_000)
    assert len(data) < 100_000
    assert kind_of(data, "a.xlsx").media_type == f"{OPEN_XML}.spreadsheetml.sheet"


def bomb(length: int, name: bytes = b"/ObjStm") -> bytes:
    """A PDF whose objects lie in a stream that inflates to `length`."""
    squeezed = zlib.compress(b"4 0 " + b" " * length + b"<< /A 1 >>", 9)
    body = b"<< /N 1 /First 4 /Filter /FlateDecode /Type %s /Length %d >>\nstream\n" % (name, len(squeezed))
    return b"%PDF-1.5\n3 0 obj\n" + body + squeezed + b"\nendstream\nendobj\n"


@pytest.mark.parametrize("name", [b"/ObjStm", b"/Obj#53tm", b"/#4fbjStm"])
def test_a_bomb_in_a_pdf_is_not_inflated(name: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(Refused, match="过于庞大"):
        kind_of(bomb(200_000_000, name), "a.pdf")
    assert time.process_time() - begun < 2


def test_many_small_bombs_count_together() -> None:
    one = bomb(12_000_000)
    with pytest.raises(Refused, match="过于庞大"):
        kind_of(one + one[9:] * 12, "a.pdf")


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("现场.jpg", "现场.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\li\\照片.png", "照片.png"),
        ("照片\u202egpj.exe", "照片gpj.exe"),
        ("a\u200bb\x00c\r\n.txt", "abc.txt"),
        ('"><img src=x>.png', "___img src=x_.png"),
        ("   ", "未命名"),
        ("....", "未命名"),
        ("", "未命名"),
        ("a  b   c.txt", "a b c.txt"),
    ],
)
def test_names_are_made_plain(given: str, plain: str) -> None:
    assert clean(given) == plain


@pytest.mark.parametrize("name", ["照" * 300 + ".jpg", "x" * 300, ".jpg", "a.exe", "a.JPG", "e\u0301.jpeg", "a/b.jpg"])
def test_a_name_is_short_and_ends_as_its_kind(name: str) -> None:
    found = named(name, KINDS["image/jpeg"])
    assert len(found) <= LONGEST
    assert found.rpartition(".")[2].lower() in {"jpg", "jpeg"}
    assert unicodedata.is_normalized("NFC", found)


def test_a_disguise_is_seen_through() -> None:
    assert named("发票.pdf.exe", KINDS["application/pdf"]) == "发票.pdf.exe.pdf"


@pytest.mark.parametrize(("size", "shown"), [(0, "1 KB"), (1500, "1 KB"), (1024 * 1024, "1.0 MB"), (26214400, "25.0 MB")])
def test_sizes_are_read_easily(size: int, shown: str) -> None:
    assert shown_size(size) == shown
