"""What goes wrong while a report is written: the message is clear, nothing is half kept, the version before it is untouched."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from app.documents import fonts
from app.services.act import Refused
from app.services.reports import writing
from app.store import reports
from tests.services.acting import refused
from tests.services.reporting import School, school

__all__ = ["school"]


def letter(*lines: str) -> bytes:
    paper, raw = Document(), io.BytesIO()
    for line in lines:
        paper.add_paragraph(line)
    paper.save(raw)
    return raw.getvalue()


def lying(school: School) -> set[str]:
    """Every file in the folder of reports, unfinished ones too."""
    folder = school.store.blobs.folder  # type: ignore[attr-defined]
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file()}


@contextmanager
def untouched(school: School, told: str) -> Iterator[None]:
    """A report is there, its entries have changed, and making it anew fails with this message."""
    row = school.make()
    before = {kind: school.bytes_of(row, kind) for kind in ("pdf", "docx", "xlsx")}
    school.lesson(date(2026, 2, 23), 10)
    yield
    files = lying(school)
    with pytest.raises(Refused, match=told) as raised:
        school.make()
    assert "报告没有保存，原来的版本没有变" in raised.value.message
    school.session.rollback()
    assert school.row(row).revision == 1
    assert {kind: school.bytes_of(row, kind) for kind in before} == before
    assert lying(school) == files


def test_a_font_that_is_missing(school: School, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    font = tmp_path / "NotoSansSC.ttf"
    with untouched(school, "字库文件 .*NotoSansSC.ttf 打不开"):
        monkeypatch.setitem(fonts.FILES, fonts.SANS, str(font))
        fonts.ready.cache_clear()
    monkeypatch.undo()
    fonts.ready.cache_clear()


def test_a_disk_that_is_full(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full while the bytes are written: no part of a file stays."""
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with untouched(school, "磁盘已满"):
        monkeypatch.setattr("os.fsync", full)
    monkeypatch.undo()


def test_a_template_whose_file_is_gone(school: School) -> None:
    with untouched(school, "Word 模板“抬头.docx”的文件不见了"):
        data = letter("{{ 标题 }}", "{{p 正文 }}")
        row = writing.keep_letter(school.act("supervisor"), school.scope, school.store, "抬头.docx", data)
        school.session.commit()
        school.store.blobs.delete(f"{school.made.contract.id}/{row.sha256[:2]}/{row.sha256}")  # type: ignore[index]
        wanted = lying(school)
    assert lying(school) == wanted


def test_a_template_that_cannot_be_used_is_refused_at_once_and_the_one_before_goes_on(school: School) -> None:
    good = letter("县人社局文件", "{{p 正文 }}")
    writing.keep_letter(school.act("supervisor"), school.scope, school.store, "抬头.docx", good)
    school.session.commit()
    files = lying(school)
    damaged = letter("{{ 标题.第一个字 }}", "{{p 正文 }}")
    refused("file", "模板不能填写", lambda: writing.keep_letter(
        school.act("supervisor"), school.scope, school.store, "坏.docx", damaged))  # fmt: skip
    school.session.rollback()
    assert lying(school) == files
    kept = reports.letter(school.session, school.made.contract.id)
    assert kept is not None
    assert kept.name == "抬头.docx"
    assert b"PK" in school.bytes_of(school.make(), "docx")[:4]


def test_a_template_kept_by_an_earlier_version_that_no_longer_fits(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    with untouched(school, "Word 模板用不了.*不认识的字段：局长.*或停用模板后再生成"):
        monkeypatch.setattr(writing, "check_letter", lambda _: None)
        data = letter("{{ 局长 }}", "{{p 正文 }}")
        writing.keep_letter(school.act("supervisor"), school.scope, school.store, "抬头.docx", data)
        school.session.commit()
