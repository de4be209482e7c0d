"""The three files of a report, drawn from one Paper; the Word file inside the office's own template where there is one."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import pikepdf

from app.documents.paper import docx, pdf, xlsx
from app.documents.report_letter import lettered
from app.documents.report_paper import Printed, paper_of
from kpi.reports.model import Report


@dataclass(frozen=True)
class Made:
    """The bytes of a file; `pages` where it has any that are known."""

    data: bytes
    pages: int = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def all_of(report: Report, printed: Printed, letter: bytes | None = None) -> dict[str, Made]:
    """PDF, Word and workbook. TemplateProblem where the office's template cannot take the report."""
    paper = paper_of(report, printed)
    portable = pdf.of(paper)
    word = docx.of(paper) if letter is None else lettered(letter, report, printed)
    return {"pdf": Made(portable, pages_of(portable)), "docx": Made(word), "xlsx": Made(xlsx.of(paper))}


def pages_of(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as file:
        return len(file.pages)
