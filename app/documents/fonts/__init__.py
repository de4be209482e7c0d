"""The Chinese fonts that go into PDFs, and the mend that reportlab needs for them.

Characters beyond the first 65,536 (rare names) are written to the ToUnicode map as UTF-16, else copied text
is wrong. A character that the first font of a family lacks is taken from the second; one that both lack is
shown as 〓. Signs without a shape (joiners, variation selectors) are left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics, ttfonts

SANS, SERIF = "NotoSansSC", "NotoSerifSC"
FILES = {
    SANS: "noto-sans-sc-0.4.3/NotoSansSC_400Regular.ttf",
    SERIF: "noto-serif-sc-0.4.3/NotoSerifSC_400Regular.ttf",
}
MISSING = "〓"
SHAPELESS = frozenset({"Cf", "Cc", "Mn", "Me"})


class NoFont(RuntimeError):
    """A font that the program brings along is not there or damaged; the message is Chinese and names the file."""


class Sign(NamedTuple):
    """A character as it is drawn: the font, its width in thousandths of the size, what is shown for it."""

    font: str
    width: int
    shown: str


@cache
def ready(name: str) -> Any:
    """The font, known to reportlab by its name."""
    ttfonts.makeToUnicodeCMap = to_unicode
    try:
        font = ttfonts.TTFont(name, str(Path(__file__).parent / FILES[name]))
    except (ttfonts.TTFError, OSError) as error:
        raise NoFont(f"字库文件 {FILES[name]} 打不开") from error
    pdfmetrics.registerFont(font)
    return font


class Family(dict[str, Sign]):
    """Characters to their signs: from the first font, else from the second, else a mark. `lacking`: what had none."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__()
        self.first, self.second = first, second
        self.lacking: set[str] = set()

    def __missing__(self, character: str) -> Sign:
        self[character] = sign = self._found(" " if character == "\t" else character)
        return sign

    def _found(self, character: str) -> Sign:
        for name in (self.first, self.second):
            widths = ready(name).face.charWidths
            if ord(character) in ready(name).face.charToGlyph:
                return Sign(name, widths.get(ord(character), 1000), character)
        if unicodedata.category(character) in SHAPELESS:
            return Sign(self.first, 0, "")
        self.lacking.add(character)
        return Sign(self.first, 1000, MISSING)

    def width(self, text: str) -> int:
        """In thousandths of the size."""
        return sum([self[each][1] for each in text])

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """Pieces of the text with the font of each, as they are shown."""
        if {self[each][0] for each in text} == {self.first}:
            yield self.first, "".join([self[each][2] for each in text])
            return
        for font, signs in groupby((self[each] for each in text), key=lambda sign: sign.font):
            yield font, "".join(sign.shown for sign in signs)


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
