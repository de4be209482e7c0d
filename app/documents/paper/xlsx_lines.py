"""Lines inside the cells of a workbook: no mark begins one, also in programs that do not look after that themselves."""

from __future__ import annotations

from app.documents.paper.lines import NEVER_FIRST, PLAIN, broken

#: Marks that take the room of a Chinese character.
WIDE = "“”‘’—…·"
#: How many more characters of the narrowest font stand in a line.
NARROWEST = 1.3


def wide(text: str) -> int:
    """Characters of width: Chinese ones are two."""
    return sum(2 if ord(sign) > 0x2E7F or sign in WIDE else 1 for sign in text)


def set_in_lines(text: str, room: float) -> str:
    """The text as it is wherever a plain filling of lines does for it; else with breaks of its own."""
    return "\n".join(_set(part, int(room)) for part in text.split("\n"))


def _set(text: str, room: int) -> str:
    if wide(text) <= room or not _begins_with_a_mark(text, room):
        return text
    return "\n".join(broken(text, room, room, wide))


def _begins_with_a_mark(text: str, room: int) -> bool:
    """Whether a line would, filled piece by piece: in a font as narrow beside the column's digits as there are any."""
    return any(_falls(text, each) for each in range(room - 2, int(room * NARROWEST) + 2))


def _falls(text: str, room: int) -> bool:
    left = room
    for piece in PLAIN.findall(text):
        left -= wide(piece)
        if left < 0:
            if piece[0] in NEVER_FIRST:
                return True
            left = room - wide(piece)
    return False


def lines_of(text: str, room: float) -> int:
    """How many lines the text takes."""
    return sum(max(1, -int(-wide(part) // room)) for part in text.split("\n"))
