"""python -m app.documents: the three files of a report from its data, all of them or none."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from docx import Document

from app.documents.__main__ import files_of, main, read
from kpi.reports.plain_data import plain_data
from tests.documents.reading import copied
from tests.factories.report_example import example


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "一月.json"
    path.write_text(json.dumps(plain_data(example()), ensure_ascii=False), "utf-8")
    return path


def letter(path: Path, *lines: str) -> Path:
    paper, raw = Document(), io.BytesIO()
    for line in lines:
        paper.add_paragraph(line)
    paper.save(raw)
    path.write_bytes(raw.getvalue())
    return path


def test_the_files_say_what_the_data_say(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = letter(tmp_path / "抬头.docx", "县人社局文件", "{{p 正文 }}")
    assert main([str(data), "--to", str(tmp_path), "--template", str(template), "--draft"]) == 0
    assert "《夜校月报》（2026年1月）：pdf、docx、xlsx" in capsys.readouterr().out
    pages = copied((tmp_path / "一月.pdf").read_bytes())
    assert "草稿" in pages[0]
    assert "94.3%" in "".join(pages)
    assert Document(str(tmp_path / "一月.docx")).paragraphs[0].text == "县人社局文件"
    assert read(data) == example()
    assert files_of(read(data)) == files_of(example())


@pytest.mark.parametrize(
    ("text", "told"),
    [("{}", "不是报告的数据"), ("[1, 2]", "不是报告的数据"), ("没有括号", "不是报告的数据"), ("[" * 100_000, "不是报告的数据")],
)
def test_what_is_no_report_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, "utf-8")
    assert main([str(path), "--to", str(tmp_path)]) == 2
    assert told in capsys.readouterr().err
    assert main([str(tmp_path / "没有.json"), "--to", str(tmp_path)]) == 2
    assert "找不到" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["x.json"]


@pytest.mark.parametrize("fails", ["write_bytes", "replace"])
def test_a_full_disk_leaves_the_files_that_were_there(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    (tmp_path / "一月.pdf").write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, fails, full)
        assert main([str(data), "--to", str(tmp_path)]) == 2
    assert "磁盘已满；原来的文件没有变" in capsys.readouterr().err
    assert (tmp_path / "一月.pdf").read_bytes() == b"old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["一月.json", "一月.pdf"]
    assert main([str(data), "--to", str(tmp_path / "没有的文件夹")]) == 2
    assert "文件夹不存在" in capsys.readouterr().err


def test_a_template_that_does_not_fit_says_why(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = letter(tmp_path / "抬头.docx", "{{ 局长 }}", "{{p 正文 }}")
    assert main([str(data), "--to", str(tmp_path), "--template", str(template)]) == 2
    assert "不认识的字段：局长" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.pdf"))
