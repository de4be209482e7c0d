"""The Chinese font that goes into PDFs, and the two mends that reportlab needs for it.

Characters beyond the first 65,536 (rare names) are written to the ToUnicode map as UTF-16, else copied text
is wrong; Chinese punctuation may not begin or end a line. A character that the font lacks is shown as 〓.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from reportlab.lib import textsplit
from reportlab.pdfbase import pdfmetrics, ttfonts

NAME = "NotoSansSC"
FILE = Path(__file__).parent / "noto-sans-sc-0.4.3" / "NotoSansSC_400Regular.ttf"
MISSING = "〓"
NEVER_FIRST = "，；：？！、。．”’）》〉】〕』」…—～％·"
NEVER_LAST = "“‘（《〈【〔『「￥"


@cache
def ready() -> Any:
    """The font, known to reportlab by its name."""
    for mark in NEVER_FIRST:
        if mark not in textsplit.ALL_CANNOT_START:
            textsplit.ALL_CANNOT_START += mark
    for mark in NEVER_LAST:
        if mark not in textsplit.ALL_CANNOT_END:
            textsplit.ALL_CANNOT_END += mark
    ttfonts.makeToUnicodeCMap = to_unicode
    font = ttfonts.TTFont(NAME, str(FILE))
    pdfmetrics.registerFont(font)
    return font


def lacking(text: str) -> set[str]:
    """The characters that the font cannot show."""
    known = ready().face.charToGlyph
    return {sign for sign in text if ord(sign) not in known and sign not in "\n\t"}


def shown(text: str) -> str:
    """The text with a mark for each character that the font lacks."""
    missing = lacking(text)
    return "".join(MISSING if sign in missing else sign for sign in text)


def to_unicode(name: str, subset: list[int]) -> str:
    """The map from glyphs back to text, in UTF-16 as PDF wants it."""
    pairs = [f"<{place:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for place, code in enumerate(subset)]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]  # 100 at most stand in one block
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap", "/CIDSystemInfo",
            f"<< /Registry ({name})", f"/Ordering ({name})", "/Supplement 0", ">> def", f"/CMapName /{name} def",
            "/CMapType 2 def", "1 begincodespacerange", f"<00> <{len(subset) - 1:02X}>", "endcodespacerange",
            *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
            "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end",
        ]
    )  # fmt: skip
