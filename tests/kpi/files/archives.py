"""Builds workbooks byte by byte, right ones and wrong ones: no library would write most of these."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

SHEET = "招聘会台账"
HEADINGS = ("编号", "日期", "岗位")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OPEN = f'<worksheet xmlns="{_MAIN}">'
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")


@dataclass(frozen=True)
class Part:
    """One entry of an archive as it will stand there: the packed bytes, and what is declared about them."""

    packed: bytes
    size: int
    crc: int
    method: int = 8
    flags: int = 0x800
    local_size: int | None = None

    @classmethod
    def of(cls, content: bytes | str, method: int = 8) -> Part:
        data = content.encode() if isinstance(content, str) else content
        return cls(deflated(data) if method == 8 else data, len(data), zlib.crc32(data), method)

    @classmethod
    def repeated(cls, start: str, block: str, times: int, end: str) -> Part:
        """`start`, then `block` so many times, then `end`: hundreds of megabytes without making them."""
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        head = packer.compress(start.encode()) + packer.flush(zlib.Z_FULL_FLUSH)
        middle = packer.compress(block.encode()) + packer.flush(zlib.Z_FULL_FLUSH)
        tail = packer.compress(end.encode()) + packer.flush()
        crc = zlib.crc32(start.encode())
        for _ in range(times):
            crc = zlib.crc32(block.encode(), crc)
        size = len(start.encode()) + len(block.encode()) * times + len(end.encode())
        return cls(head + middle * times + tail, size, zlib.crc32(end.encode(), crc))


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def archive(parts: Iterable[tuple[str, Part]], wide: bool = False, comment: bytes = b"") -> bytes:
    """A zip with these parts in this order; `wide`: with the records for more than four gigabytes."""
    out, directory, count = bytearray(), bytearray(), 0
    for name, part in parts:
        raw, at = name.encode(), len(out)
        size = part.size if part.local_size is None else part.local_size
        out += _LOCAL.pack(b"PK\x03\x04", 20, part.flags, part.method, 0, 33, part.crc, len(part.packed), size, len(raw), 0)
        out += raw + part.packed
        directory += _CENTRAL.pack(b"PK\x01\x02", 20, 20, part.flags, part.method, 0, 33, part.crc, len(part.packed),
                                   part.size, len(raw), 0, 0, 0, 0, 0, at) + raw  # fmt: skip
        count += 1
    start = len(out)
    out += directory
    if wide:
        here = len(out)
        out += struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), start)
        out += struct.pack("<4sLQL", b"PK\x06\x07", 0, here, 1)
        out += _END.pack(b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    else:
        out += _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), start, len(comment)) + comment
    return bytes(out)


def overlapping(parts: Mapping[str, Part], victim: str, names: int) -> bytes:
    """Many names for the same packed bytes, as a bomb needs them: the directory points to one place again and again."""
    plain = archive(parts.items())
    first = plain.index(b"PK\x01\x02")
    entries = []
    at = plain.index(victim.encode()) - _LOCAL.size
    one = parts[victim]
    for number in range(names):
        raw = victim.encode()[:-5] + f"{number:05d}".encode()
        entries.append(_CENTRAL.pack(b"PK\x01\x02", 20, 20, one.flags, one.method, 0, 33, one.crc, len(one.packed), one.size,
                                     len(raw), 0, 0, 0, 0, 0, at) + raw)  # fmt: skip
    end = _END.unpack(plain[-_END.size :])
    directory = plain[first : -_END.size] + b"".join(entries)
    return plain[:first] + directory + _END.pack(b"PK\x05\x06", 0, 0, end[3] + names, end[3] + names, len(directory), first, 0)


def place(column: int, row: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def cell(at: str, value: object) -> str:
    """A cell with a text in it, or a number; a text that begins with < is taken as the cell's own XML."""
    if isinstance(value, str) and value.startswith("<"):
        return f'<c r="{at}"{value.removeprefix("<c")}'
    if isinstance(value, str):
        text = value.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{at}"><v>{value!r}</v></c>'


def rows(*values: Iterable[object], first: int = 1, attributes: Mapping[int, str] | None = None) -> str:
    """Rows with their cells; `attributes` of single rows by number."""
    marks = attributes or {}
    return "".join(
        f'<row r="{number}"{" " + marks[number] if number in marks else ""}>'
        + "".join(cell(place(column, number), value) for column, value in enumerate(row, 1) if value is not None)
        + "</row>"
        for number, row in enumerate(values, first)
    )


def sheet(data: str, before: str = "", after: str = "") -> str:
    return f"{HEAD}{OPEN}{before}<sheetData>{data}</sheetData>{after}</worksheet>"


#: The usual sheet: headings and two rows.
DATA = rows(HEADINGS, ("f-1", "2026-03-05", 5), ("f-2", "2026-03-06", 6))
STYLES = (
    f'{HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/>'
    '<xf numFmtId="20" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def shared(*texts: str) -> str:
    return f'{HEAD}<sst xmlns="{_MAIN}">' + "".join(f"<si><t>{one}</t></si>" for one in texts) + "</sst>"


def parts_of(
    sheets: Mapping[str, str | bytes | Part], book: str = "", states: Mapping[str, str] | None = None,
    more: Mapping[str, str | bytes | Part] | None = None, targets: Mapping[str, str] | None = None,
) -> dict[str, Part]:
    """The parts of a workbook: sheets by title, attributes of workbook.xml, hidden sheets, further parts."""
    hidden, further = states or {}, dict(more or {})
    places = {title: (targets or {}).get(title, f"worksheets/sheet{n}.xml") for n, title in enumerate(sheets, 1)}
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINKS}/worksheet" Target="{places[title]}"/>' for n, title in enumerate(sheets, 1)
    )
    links += f'<Relationship Id="rIdS" Type="{_LINKS}/styles" Target="styles.xml"/>'
    if "xl/sharedStrings.xml" in further:
        links += f'<Relationship Id="rIdT" Type="{_LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
    listed = "".join(
        f'<sheet name="{title}" sheetId="{n}"{hidden.get(title, "")} r:id="rId{n}"/>' for n, title in enumerate(sheets, 1)
    )
    found: dict[str, str | bytes | Part] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="a/b"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr {book}/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/{places[title]}": content for title, content in sheets.items()},
        **further,
    }
    return {name: one if isinstance(one, Part) else Part.of(one) for name, one in found.items()}


def workbook(*args: object, **more: object) -> bytes:
    """A whole workbook, see `parts_of`."""
    return archive(parts_of(*args, **more).items())  # type: ignore[arg-type]


def usual(data: str = DATA, **more: object) -> bytes:
    """A workbook with the one ledger sheet."""
    return workbook({SHEET: sheet(data)}, **more)


def declaring(part: Part, size: int, crc: int | None = None) -> Part:
    """The part with another size (and checksum) declared than it has."""
    return replace(part, size=size, crc=part.crc if crc is None else crc)
