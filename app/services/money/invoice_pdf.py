"""Invoices as PDF: the texts of the page, put together as the eye sees them, and read by their labels."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from app.services.act import Refused
from app.services.evidence.pdfs import check_pdf

CHILD = Path(__file__).with_name("invoice_child.py")
SECONDS = 15
#: Texts whose middles are this near to each other (points) stand in one line.
NEAR = 4.0
NUMBER = re.compile(r"发票号码\s*[:：]?\s*(\d{20}|\d{8})(?!\d)")
LONE_NUMBER = re.compile(r"(?<!\d)\d{20}(?!\d)")
CODE = re.compile(r"发票代码\s*[:：]?\s*(\d{12}|\d{10})(?!\d)")
DAY = re.compile(r"开票日期\s*[:：]?\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)")
LONE_DAY = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
NAME = re.compile(r"名\s*称\s*[:：]")
#: Words written downwards beside the boxes, which end up at the end of a line.
BESIDE = re.compile(r"(?:\s+[购买销售方信息密码区])+\s*\Z")
TAX = re.compile(r"(?:纳税人识别号|统一社会信用代码)[^:：]*[:：]\s*([0-9A-Z]{15,20})")
SUM = re.compile(r"[¥￥]\s*(-?[\d,]+\.\d{2})")
WORDS = re.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正]{3,}")
TITLE = re.compile(r"(电子发票\s*[（(][^）)]{2,20}[）)]|[^\s]{0,8}增值税电子(?:普通|专用)发票)")


class Run(NamedTuple):
    """A run of text and where it stands, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


def found_in(data: bytes) -> dict[str, list[str]]:
    """What a PDF invoice says; Refused for scans, passwords, scripts."""
    check_pdf(data)
    pages = runs_of(data)
    if not any(run.text.strip() for page in pages for run in page):
        raise Refused("这份 PDF 里没有文字，是扫描件或照片，读不出来。请上传税务平台下载的原件，或手工填写各栏")
    lines = [line for page in pages for line in lines_of(page)]
    if not any("发票" in line for line in lines):
        raise Refused("这份 PDF 里没有“发票”字样，不是电子发票。请核对文件")
    return read_lines(lines)


def runs_of(data: bytes) -> list[list[Run]]:
    """The texts of each page, from a process that may take so much time and memory and no more."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", f"import runpy; runpy.run_path({str(CHILD)!r}, run_name='__main__')"],
            input=data, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        told = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Refused("读这份 PDF 花的时间太长或内容不正常，所以没有收。请用“打印到 PDF”另存一份，或手工填写各栏") from error
    if why := told.get("refused"):
        word = "要密码才能打开" if why == "password" else "打不开，可能没有下载完整"
        raise Refused(f"这份 PDF {word}。请重新下载发票后再上传")
    return [[Run(*each) for each in page] for page in told["pages"]]


def lines_of(page: Sequence[Run]) -> list[str]:
    """The page from top to bottom, each line from left to right."""
    rows: list[list[Run]] = []
    for run in sorted((one for one in page if one.text.strip()), key=lambda one: -one.middle):
        if rows and abs(rows[-1][0].middle - run.middle) <= NEAR:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [" ".join(one.text.strip() for one in sorted(row, key=lambda one: one.left)) for row in rows]


def read_lines(lines: Sequence[str]) -> dict[str, list[str]]:
    """The fields, by the labels in front of them; the buyer stands left of the seller, or above."""
    text = "\n".join(lines)
    names = [BESIDE.sub("", part).strip() for line in lines for part in NAME.split(line)[1:]]
    taxes = TAX.findall(text)
    sums = totals(lines)
    found = {
        "title": TITLE.findall(text)[:1], "number": NUMBER.findall(text) or LONE_NUMBER.findall(text), "code": CODE.findall(text),
        "issued": DAY.findall(text) or LONE_DAY.findall(text)[:1], "buyer": names[:1], "seller": names[1:2],
        "buyer_tax": taxes[:1] if len(taxes) > 1 else [], "seller_tax": taxes[-1:], **sums,
    }  # fmt: skip
    return {name: list(values) for name, values in found.items()}


def totals(lines: Sequence[str]) -> dict[str, list[str]]:
    """合计 holds net and tax, 价税合计 the total in words and figures."""
    found: dict[str, list[str]] = {}
    for line in lines:
        sums, flat = SUM.findall(line), line.replace(" ", "")
        if "价税合计" in flat or "小写" in flat:
            found.setdefault("total", []).extend(sums[-1:])
            found.setdefault("words", []).extend(WORDS.findall(flat.partition("大写")[2])[:1])
        elif flat.startswith("合计") and sums:
            found.setdefault("net", []).extend(sums[:1])
            found.setdefault("tax", []).extend(sums[1:2])
    return found
