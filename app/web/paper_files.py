"""A paper as a download: the same paper in the kind of file that the address asks for."""

from __future__ import annotations

import io
import re

from flask import Response, send_file

from app.documents.paper import Paper
from app.documents.paper.files import KINDS
from app.services.act import found

#: What a file's name may not hold on the systems of an office.
UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
LONGEST = 80
#: Papers that are signed by hand are taken as PDF or Word.
PRINTED = ("pdf", "docx")


def paper_file(paper: Paper, kind: str, name: str = "", kinds: tuple[str, ...] = PRINTED) -> Response:
    """The file for download; Missing for a kind that this paper is not made in."""
    made = found(KINDS.get(kind) if kind in kinds else None)
    stem = UNFIT.sub("", name or f"{paper.number} {paper.title}".strip())[:LONGEST].strip(" .")
    return send_file(
        io.BytesIO(made.of(paper)), mimetype=made.mimetype, as_attachment=True, download_name=f"{stem or '公文'}.{kind}",
        etag=False, max_age=None,
    )  # fmt: skip


def labelled(urls: dict[str, str]) -> list[tuple[str, str]]:
    """Buttons: what each says, and its address by the file's ending."""
    return [(KINDS[kind].label, url) for kind, url in urls.items()]
