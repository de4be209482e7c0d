"""XML that is data alone, such as an electronic invoice: what may draw, run or fetch something is not."""

from __future__ import annotations

from xml.parsers import expat

MOST_ELEMENTS = 200_000
MOST_DEPTH = 100
#: Vocabularies that a browser draws or runs: pages, drawings, formulas, style sheets.
ACTIVE_SPACES = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math", "http://www.w3.org/1999/XSL")
ACTIVE_NAMES = frozenset({"html", "svg", "script", "math", "stylesheet", "transform", "iframe", "include"})
APART = " "


class NotPlain(Exception):
    """Something in the document is more than data."""


def is_plain(data: bytes) -> bool:
    """Whether it is one well-formed document of data: no DOCTYPE, no instructions, nothing that a browser would run."""
    count = depth = 0

    def start(name: str, _attributes: object) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        space, _, local = name.rpartition(APART)
        active = space.startswith(ACTIVE_SPACES) or local.lower() in ACTIVE_NAMES
        if active or count > MOST_ELEMENTS or depth > MOST_DEPTH:
            raise NotPlain

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise NotPlain

    parser = expat.ParserCreate(namespace_separator=APART)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ProcessingInstructionHandler = refuse
    try:
        parser.Parse(data, True)
    except (NotPlain, expat.ExpatError, ValueError, LookupError):
        return False
    return True


def is_whole(data: bytes) -> bool:
    """Whether it can be read to its end, whatever it holds; nothing of it is kept or fetched."""
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except NotPlain:
        return True
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True


def _refuse(*_: object) -> None:
    raise NotPlain
