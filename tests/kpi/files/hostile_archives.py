"""Workbooks that are wrong as archives: bombs, lies about sizes, two faces, other kinds of files."""

from __future__ import annotations

import zlib

from tests.kpi.files.archives import (
    DATA,
    HEAD,
    SHEET,
    Part,
    archive,
    declaring,
    overlapping,
    parts_of,
    rows,
    shared,
    sheet,
    usual,
    workbook,
)
from tests.kpi.files.hostile import BOTH, FIRST, Case, refused

SHEET_PART = "xl/worksheets/sheet1.xml"
_MEGA = 1024**2
_OPEN, _CLOSE = sheet(DATA).split("<sheetData>")[0] + "<sheetData>", "</sheetData></worksheet>"


def with_part(name: str, part: Part | str | bytes) -> bytes:
    """The usual workbook and one part more, or another one instead."""
    return archive({**parts_of({SHEET: sheet(DATA)}), name: part if isinstance(part, Part) else Part.of(part)}.items())


def blanks(megabytes: int) -> bytes:
    """A sheet of nothing but spaces: 400 kB that become 400 MB and were once read as an empty sheet."""
    return with_part(SHEET_PART, Part.repeated(_OPEN, " " * _MEGA, megabytes, _CLOSE))


def tags(megabytes: int, tag: str = "<row/>") -> bytes:
    """A sheet of nothing but tags."""
    return with_part(SHEET_PART, Part.repeated(_OPEN + DATA, tag * (_MEGA // len(tag)), megabytes, _CLOSE))


def styled_blanks() -> bytes:
    """Cells with a format and nothing else, as far as the bounds allow."""
    empty = "".join(f'<row r="{n}">' + "".join(f'<c r="{x}{n}" s="1"/>' for x in "ABCDEFGHIJ") + "</row>" for n in range(1, 20_001))
    return usual(empty)


def short_of_its_size() -> bytes:
    """Declares the size and checksum of its harmless beginning; who reads on finds the bomb."""
    text = sheet(rows(("编号", "日期", "岗位"), ("f-1", "2026-03-05", 5)))
    start = text.replace("</sheetData></worksheet>", "").encode()
    real = Part.repeated(start.decode(), "<row/>" * (_MEGA // 6), 300, _CLOSE)
    return with_part(SHEET_PART, declaring(real, len(start), zlib.crc32(start)))


def long_of_its_size() -> bytes:
    part = Part.of(sheet(DATA))
    return with_part(SHEET_PART, declaring(part, part.size + 1000))


def local_size_differs() -> bytes:
    """The header beside the part says another size than the directory; only the directory counts."""
    part = Part.of(sheet(DATA))
    return with_part(SHEET_PART, Part(part.packed, part.size, part.crc, local_size=7))


def multiplied_text() -> bytes:
    """One text as long as a cell may be, in three hundred thousand cells: 10 GB of text from 80 kB."""
    refers = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{x}{n}" t="s"><v>0</v></c>' for x in "ABCDEFGHIJ") + "</row>" for n in range(1, 30_001)
    )
    return usual(refers, more={"xl/sharedStrings.xml": shared("字" * 10_900)})


def long_shared_text() -> bytes:
    parts = parts_of({SHEET: sheet(DATA)}, more={"xl/sharedStrings.xml": shared("x")})
    bomb = Part.repeated(shared("x")[:-16].replace("<t>x", "<t>"), "a" * _MEGA, 300, "</t></si></sst>")
    return archive({**parts, "xl/sharedStrings.xml": bomb}.items())


def many_runs() -> bytes:
    """A shared text in thousands of pieces, none of them long."""
    text = shared("").replace("<t></t>", "<r><t>" + "字" * 1000 + "</t></r>" + "<r><t>字字字字字字字字</t></r>" * 12_000)
    return usual(more={"xl/sharedStrings.xml": text})


def laughs() -> bytes:
    names = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)]
    text = shared("&l9;").replace(HEAD, f'{HEAD}<!DOCTYPE sst [<!ENTITY l0 "哈">{"".join(names)}]>\n')
    return usual(more={"xl/sharedStrings.xml": text})


def outside_entity() -> bytes:
    text = sheet(DATA).replace(HEAD, f'{HEAD}<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n').replace("f-1", "&x;")
    return workbook({SHEET: text})


def entity_in_the_directory() -> bytes:
    parts = parts_of({SHEET: sheet(DATA)})
    book = parts["xl/workbook.xml"]
    text = zlib.decompress(book.packed, -15).decode().replace(HEAD, f'{HEAD}<!DOCTYPE w [<!ENTITY x "{SHEET}">]>\n')
    return archive({**parts, "xl/workbook.xml": Part.of(text.replace(SHEET, "&x;"))}.items())


def twice_named() -> bytes:
    parts = [*parts_of({SHEET: sheet(DATA)}).items()]
    return archive([*parts, (SHEET_PART.upper(), Part.of(sheet(rows(("编号", "日期", "岗位")))))])


def encrypted() -> bytes:
    part = Part.of(sheet(DATA))
    return with_part(SHEET_PART, Part(part.packed, part.size, part.crc, flags=0x801))


def odd_method() -> bytes:
    part = Part.of(sheet(DATA), method=0)
    return with_part(SHEET_PART, Part(part.packed, part.size, part.crc, method=12))


def other_kind(*names: str) -> bytes:
    return archive((name, Part.of("<a/>")) for name in names)


def shared_in_the_sheet() -> bytes:
    """The sheet's own part named as the one of shared texts, so that its texts would go unmeasured."""
    parts = parts_of({SHEET: sheet(DATA)}, more={"xl/sharedStrings.xml": shared("x")})
    return archive({**parts, "xl/sharedStrings.xml": Part.of(sheet(DATA))}.items())


PLAIN = usual()
ARCHIVES: list[Case] = [
    Case("plain", usual, BOTH),
    Case("zip64", lambda: archive(parts_of({SHEET: sheet(DATA)}).items(), wide=True), BOTH),
    Case("stored", lambda: with_part(SHEET_PART, Part.of(sheet(DATA), method=0)), BOTH),
    Case("local-size-differs", local_size_differs, BOTH),
    refused("blanks-400mb", lambda: blanks(400), "内容超过 1024 KB"),
    refused("tags-400mb", lambda: tags(400), "解压后有 399 MB", "几乎没有内容"),
    refused("strange-tags-400mb", lambda: tags(400, "<a/>"), "内容超过 1024 KB"),
    refused("inflates-beyond-1gb", lambda: tags(1100), "解压后超过 1024 MB"),
    refused("comments-in-a-sheet", lambda: usual(DATA.replace("</row>", "<!-- x --></row>", 1)), "注释或特殊标记"),
    refused("styled-blanks", styled_blanks, "只有格式"),
    refused("declares-less", short_of_its_size, "工作簿"),
    refused("declares-more", long_of_its_size, "声明的大小与实际不符"),
    refused("overlapping", lambda: overlapping(parts_of({SHEET: sheet(DATA)}), SHEET_PART, 100), "互相重叠"),
    refused("multiplied-text", multiplied_text, "文字展开后超过 512 MB"),
    refused("long-shared-text", long_shared_text, "超过 256 KB"),
    refused("many-runs", many_runs, "超过 256 KB"),
    refused("billion-laughs", laughs, "实体声明"),
    refused("outside-entity", outside_entity, "实体声明"),
    refused("entity-in-the-directory", entity_in_the_directory, "实体声明"),
    refused("style-bomb", lambda: with_part("xl/styles.xml", Part.repeated("<a>", "<xf/>" * 200_000, 140, "</a>")), "超过 128 MB"),
    refused("part-named-twice", twice_named, "部件重名"),
    refused("part-outside", lambda: with_part("../sheet.xml", "<a/>"), "名称不正常"),
    refused("encrypted-part", encrypted, "有密码"),
    refused("odd-compression", odd_method, "少见的压缩方式"),
    refused("three-thousand-parts", lambda: other_kind(*(f"p{n}" for n in range(3000))), "3000个部件"),
    refused("half-sent", lambda: PLAIN[: len(PLAIN) // 2], "没有传完"),
    refused("one-byte-changed", lambda: PLAIN.replace(b"PK\x01\x02", b"PK\x01\x03", 1), "已损坏"),
    refused("page-behind", lambda: PLAIN + b"<script>alert(1)</script>", "末尾有多余的内容"),
    refused("with-a-comment", lambda: archive(parts_of({SHEET: sheet(DATA)}).items(), comment=b"PK\x05\x06x"), "末尾有多余的内容"),
    refused("picture-before", lambda: b"\xff\xd8\xff\xe0" + PLAIN, "内容却是图片"),
    refused("page-before", lambda: b"<html><script>1</script>" + PLAIN, "内容却是网页"),
    refused("pdf-before", lambda: b"%PDF-1.7\n" + PLAIN, "内容却是PDF"),
    refused("archive-before", lambda: archive([("a", Part.of("x"))])[:-22] + PLAIN, "开头或中间夹有多余的内容"),
    refused("macros", lambda: with_part("xl/vbaProject.bin", b"\xd0\xcf"), "有宏"),
    refused("old-macros", lambda: with_part("xl/macrosheets/sheet1.xml", "<a/>"), "有宏"),
    refused("password", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1500), "有密码，或是旧格式"),
    refused("binary-workbook", lambda: other_kind("[Content_Types].xml", "xl/workbook.bin"), "二进制工作簿"),
    refused("word", lambda: other_kind("word/document.xml"), "Word 文档"),
    refused("ods", lambda: other_kind("mimetype", "content.xml"), "ODS"),
    refused("program", lambda: other_kind("META-INF/MANIFEST.MF", "A.class"), "程序包"),
    refused("any-archive", lambda: other_kind("读我.txt"), "普通压缩包"),
    refused("empty-archive", lambda: archive([]), "空的压缩包"),
    refused("no-links", lambda: archive((n, p) for n, p in parts_of({SHEET: sheet(DATA)}).items() if "rels" not in n), "已损坏"),
    refused("directory-not-xml", lambda: with_part("xl/workbook.xml", "<workbook"), "目录已损坏"),
    refused("shared-texts-in-a-sheet", shared_in_the_sheet, "目录已损坏"),
    Case("first-sheet-of-two-broken", lambda: workbook({
        "交办单台账": sheet(rows(("编号", "日期"), ("o-1", "2026-03-05")))[:-60],
        SHEET: sheet(rows(("编号", "日期", "岗位"), ("f-1", "2026-03-05", 5))),
    }), FIRST, ("工作表“交办单台账”的内容已损坏",), whole=True),
]  # fmt: skip
