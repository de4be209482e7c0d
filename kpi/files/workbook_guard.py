"""Is a workbook safe to open? Looks at every byte once, without building anything from it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from kpi.files.limits import MEGA, Limits, Watch
from kpi.files.package import Package
from kpi.files.refusal import FileRefused
from kpi.files.sheet_scan import STRANGE, STRANGE_WORDS, SheetFacts, SheetScan, bytes_pattern

#: The sheet of explanations in the workbooks that we give out; nobody fills it in.
GUIDE = "说明"
MOST_SHEETS = 256
_LONGEST_PIECE = MEGA  # between two tags of a sheet
_LONGEST_TEXT = 256 * 1024  # one shared text; a cell holds 32 767 characters
_DIRECTORY = 8 * MEGA
_REPORT = 32 * MEGA
#: Sheets up to this size are parsed once, too: the reader takes crossed tags for whole ones. Larger ones would
#: cost as much again as reading them.
_PARSED = 64 * MEGA
_OTHER_PART = 128 * MEGA
_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".wdp", ".bin", ".vml", ".mp3", ".mp4")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_SHARED = bytes_pattern(rb"<(?:[^\s<>/:]+:)?sst[\s/>]")
_SHARED_TEXT = re.compile(rb"<(?:[^\s<>/:]+:)?si(?=[\s/>])")
_DATA_END = re.compile(rb"</(?:[^\s<>/:]+:)?sheetData|sheetData\s*/>")
_REFERENCE = re.compile(rb"""\st\s*=\s*["']s["'][^<>]*>\s*<(?:[^\s<>/:]+:)?v>\s*(\d{1,8})\s*<""")
_DAMAGED = "工作簿的目录已损坏；请用 Excel 打开后另存一份"
BROKEN = "工作表“{}”的内容已损坏，读不出来；请用 Excel 打开后另存一份"


def scan_workbook(path: Path, watch: Watch | None = None) -> dict[str, SheetFacts]:
    """What the sheets claim, by their titles; a sheet without cells at all (a chart) is left out.

    FileRefused for bombs, huge or placeless sheets, passwords, macros, archives or texts that two readers could
    read differently, and for other kinds of files.
    """
    watch = watch or Watch()
    with Package(path, watch) as package:
        book, links = _directory(package)
        scan = _Scan(package, watch)
        scan.all_parts()
        scan.check_shared({"xl/sharedstrings.xml", *(one.part for one in links if one.kind == "sharedStrings")})
        scan.refuse_multiplied_texts()
        targets = {one.id: one.part for one in links}
        titles = _titles(book)
        return {title: scan.sheets[part] for title, link in titles.items() if (part := targets.get(link)) in scan.sheets}


class _Scan:
    """One pass over all parts of a package."""

    def __init__(self, package: Package, watch: Watch) -> None:
        self._package, self._watch = package, watch
        self.sheets: dict[str, SheetFacts] = {}
        self._shared: set[str] = set()
        self._texts = array("I")  # length of every shared text

    def all_parts(self) -> None:
        declared = sum(part.file_size for part in self._package.parts.values()) or 1
        done = 0
        for name, part in self._package.parts.items():
            look = _Part(name, self._watch.limits)
            for chunk in self._package.chunks(part):
                look.take(chunk)
                done += len(chunk)
                if (done - len(chunk)) // _REPORT != done // _REPORT:
                    percent = min(100, done * 100 // declared)
                    self._watch.tell(f"正在检查工作簿是否安全（{percent}%）", None, percent)
            look.finish()
            if look.shared:
                self._shared.add(name)
                self._texts.extend(look.texts)
            elif look.sheet.is_sheet:
                self.sheets[name] = look.sheet.facts
                if part.file_size <= _PARSED:
                    look.sheet.facts.broken = not _well_formed(self._package.chunks(part, again=True))

    def check_shared(self, names: set[str]) -> None:
        """What the reader takes shared texts from must be what was measured as such."""
        if names & (self._package.parts.keys() - self._shared) or len(self._shared) > 1:
            raise FileRefused(_DAMAGED)

    def refuse_multiplied_texts(self) -> None:
        """A long shared text that millions of cells point to becomes a copy in each of them."""
        most = self._watch.limits.text
        longest = max(self._texts, default=0)
        if longest * sum(facts.cells for facts in self.sheets.values()) <= most:
            return
        total = 0
        for name in self.sheets:
            for text in pieces(self._package.chunks(self._package.parts[name], again=True)):
                total += sum(map(self._length, _REFERENCE.findall(text)))
                if total > most:
                    raise FileRefused(f"工作表的文字展开后超过 {most // MEGA} MB，可能是恶意文件；请拆分后再读入")

    def _length(self, number: bytes) -> int:
        index = int(number)
        return self._texts[index] if index < len(self._texts) else 0


def _well_formed(chunks: Iterator[bytes]) -> bool:
    parser = expat.ParserCreate()
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        return False
    return True


class _Part:
    """One part of the package while it is inflated: text is cut before a tag and looked at piece by piece."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name, self._limits = name, limits
        self._media = name.endswith(_MEDIA)
        self._first, self._size, self.shared = True, 0, False
        self._rest = b""
        self._cells = False  # whether cells may follow
        self.sheet = SheetScan(limits)
        self.texts = array("I")

    def take(self, chunk: bytes) -> None:
        if self._media:
            return
        self._size += len(chunk)
        if self._first:
            self._first = False
            _check_encoding(chunk)
        text = self._rest + chunk
        if not self.shared and not self.sheet.is_sheet:
            self.shared = _SHARED.search(text) is not None
        cut, most = self._cut(text), _LONGEST_TEXT if self.shared else _LONGEST_PIECE
        if len(text) - cut > most:
            raise FileRefused(f"工作簿里有一段内容超过 {most // 1024} KB，不可能是一格的文字；请用 Excel 打开后另存一份")
        self._look(text[:cut])
        self._rest = text[cut:]

    def _cut(self, text: bytes) -> int:
        """Where the last thing begins that may not be whole yet: a shared text, a cell, else a tag."""
        if self.shared:
            starts = [found.start() for found in _SHARED_TEXT.finditer(text, max(0, len(text) - 2 * _LONGEST_TEXT))]
            return starts[-1] if starts else 0
        at, edge = len(text), text.rfind(b"sheetData")
        if edge >= 0:
            self._cells = _DATA_END.search(text) is None
        if self._cells:
            at = max(text.rfind(b'c r="'), text.rfind(b"row"), edge)
        return max(0, text.rfind(b"<", 0, max(at, 0)))

    def finish(self) -> None:
        if self._media:
            return
        self._look(self._rest)
        if self.sheet.is_sheet:
            self.sheet.finish()
        elif not self.shared and self._size > _OTHER_PART:
            raise FileRefused(
                f"工作簿里的部件 {self._name[:60]} 解压后超过 {_OTHER_PART // MEGA} MB；"
                "请删去数据透视表、图形等附加内容，只留数据，另存后再读入"
            )

    def _look(self, text: bytes) -> None:
        if self.shared:
            if STRANGE.search(text):
                raise FileRefused(STRANGE_WORDS)
            lengths = array("I", map(len, _SHARED_TEXT.split(text)[1:]))
            if len(self.texts) + len(lengths) > self._limits.cells:
                raise FileRefused(f"工作簿里的文字超过 {self._limits.cells // 10_000} 万条；请拆分后再读入")
            self.texts.extend(lengths)
            longest = max(lengths, default=0)
            if longest > _LONGEST_TEXT:
                raise FileRefused(f"工作簿里有一格的文字超过 {_LONGEST_TEXT // 1024} KB；请缩短后再读入")
        else:
            self.sheet.look(text)


def _check_encoding(head: bytes) -> None:
    """Only UTF-8: another encoding hides the tags from whoever looks for them in UTF-8."""
    declared = _ENCODING.search(head[:400])
    if head.startswith(_WIDE_MARKS) or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
        raise FileRefused("工作簿里的文字不是 UTF-8 编码；请用 Excel 打开后另存一份")


def pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, each cut before its last cell, so that no reference is cut in two."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        cut = max(text.rfind(b"<c "), text.rfind(b":c "), 0)
        yield text[:cut]
        rest = text[cut:]
    yield rest


class _Link(NamedTuple):
    id: str
    kind: str
    part: str


def _directory(package: Package) -> tuple[ElementTree.Element, list[_Link]]:
    """The workbook's own part and its links; neither may declare entities."""
    parsed: list[ElementTree.Element] = []
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        text = package.whole(name, _DIRECTORY)
        _check_encoding(text)
        if STRANGE.search(text):
            raise FileRefused(STRANGE_WORDS)
        try:
            parsed.append(ElementTree.fromstring(text))
        except (ElementTree.ParseError, ValueError) as error:
            raise FileRefused(_DAMAGED) from error
    book, links = parsed
    return book, [
        _Link(one.get("Id", ""), one.get("Type", "").rpartition("/")[2], _target(one.get("Target", ""))) for one in links
    ]


def _titles(book: ElementTree.Element) -> dict[str, str]:
    """Title of every sheet → the link to its part."""
    found: dict[str, str] = {}
    for sheet in (one for one in book.iter() if _bare(one.tag) == "sheet"):
        title = sheet.get("name", "")
        if title in found or len(found) >= MOST_SHEETS:
            raise FileRefused(f"工作簿里有两张同名的工作表，或超过 {MOST_SHEETS} 张；请改名或拆分后再读入")
        found[title] = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
    return found


def _bare(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _target(text: str) -> str:
    """A part's name from a link, as the reader takes it."""
    if text.startswith("/"):
        text = text[1:]
    return (text if text.startswith("xl/") else f"xl/{text}").lower()
