"""The kinds of files that a Paper becomes, by their ending."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.documents.paper import docx, pdf, xlsx
from app.documents.paper.blocks import Paper

OFFICE = "application/vnd.openxmlformats-officedocument"


class FileKind(NamedTuple):
    """What a download button says, what the browser is told, and what makes the bytes."""

    label: str
    mimetype: str
    of: Callable[[Paper], bytes]


KINDS = {
    "pdf": FileKind("PDF", "application/pdf", pdf.of),
    "docx": FileKind("Word", f"{OFFICE}.wordprocessingml.document", docx.of),
    "xlsx": FileKind("Excel", f"{OFFICE}.spreadsheetml.sheet", xlsx.of),
}
