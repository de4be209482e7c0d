"""The files of a report from its data alone.

`python -m kpi report … --json > 报告.json`, then `python -m app.documents 报告.json --to 文件夹`.

The engine knows no PDF and no Word, so its command writes data; this one draws the same three files as the console, without a database.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.documents.fonts import NoFont
from app.documents.report_files import all_of
from app.documents.report_letter import TemplateProblem
from app.documents.report_paper import Printed
from kpi.capsule import canonical
from kpi.reports.marks import with_aside
from kpi.reports.model import Report, from_data
from kpi.reports.plain_data import plain_data
from kpi.reports.words import UnknownField, check

MOST_BYTES = 64 * 1024 * 1024
REASONS = {28: "磁盘已满", 2: "文件夹不存在", 13: "没有权限", 20: "上一级不是文件夹", 21: "它是文件夹"}


class BadInput(ValueError):
    """What was given cannot be used; the message is Chinese and says what to change."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all files are written, 2 when none is."""
    parser = argparse.ArgumentParser(prog="python -m app.documents", description="把一份报告的数据写成 PDF、Word 和 Excel")
    parser.add_argument("report", type=Path, help="python -m kpi report … --json 写出的数据")
    parser.add_argument("--to", type=Path, required=True, help="写到哪个文件夹，要先建好")
    parser.add_argument("--template", type=Path, help="单位自己的 Word 模板（.docx）")
    parser.add_argument("--name", help="文件名，默认与数据文件同名")
    parser.add_argument("--draft", action="store_true", help="每页印上“草稿”")
    chosen = parser.parse_args(arguments)
    try:
        report = read(chosen.report)
        letter = _bytes(chosen.template) if chosen.template else None
        made = files_of(report, letter, draft=chosen.draft)
        keep(chosen.to, {f"{chosen.name or chosen.report.stem}.{kind}": data for kind, data in made.items()})
    except (BadInput, TemplateProblem) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    except NoFont as lacking:
        sys.stderr.write(f"{lacking}，没有写出文件。请重新安装程序\n")
        return 2
    sys.stdout.write(f"{with_aside(f'《{report.title}》', report.label)}：{'、'.join(made)} 写到了 {chosen.to}\n")
    return 0


def read(path: Path) -> Report:
    """The report of a data file; BadInput for what is none."""
    try:
        report = from_data(json.loads(_bytes(path)))
        check(report)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, UnknownField) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{path} 不是报告的数据；请用 python -m kpi report … --json 重新写出") from error
    return report


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"{path} 超过 64 MB，不像是要用的文件；请核对路径")
        return path.read_bytes()
    except OSError as error:
        reason = "找不到" if error.errno == 2 else f"读不出（{REASONS.get(error.errno or 0, '打不开')}）"
        raise BadInput(f"{reason} {path}；请核对路径") from error


def files_of(report: Report, letter: bytes | None = None, *, draft: bool = False) -> dict[str, bytes]:
    """The files by their ending; the same report gives the same bytes."""
    digest = hashlib.sha256(canonical(plain_data(report)).encode()).hexdigest()
    printed = Printed(1, digest, "", "草稿" if draft else "")
    return {kind: one.data for kind, one in all_of(report, printed, letter).items()}


def keep(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes all files or none: each beside its place first. What lay there before stays where one cannot be written."""
    parts = {folder / name: folder / f".{name}.part" for name in files}
    try:
        for target, part in parts.items():
            part.write_bytes(files[target.name])
        for target, part in parts.items():
            part.replace(target)
    except OSError as error:
        reason = REASONS.get(error.errno or 0, "写不进去")
        raise BadInput(f"没有写到 {folder}：{reason}；原来的文件没有变。请换个文件夹，或腾出空间后再试") from error
    finally:
        for part in parts.values():
            if part.parent.is_dir():
                part.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
