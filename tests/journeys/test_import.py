"""A file of five thousand rows with errors, fixed and tried again; a platform's export in four clicks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.jobs.runner import Runner
from app.jobs.work import Tools
from app.store.models import ImportBatch, LedgerEntry
from app.web.database import db
from app.web.ground import NAME
from tests.pages.browser import OFFICE, PHONE, Watch, axe_violations, sticks_out, visiting
from tests.pages.imports import ImportPages
from tests.pages.windows import Console
from tests.services.imports.importing import SEEKERS, csv_file, workbook

ROWS = 5000
WRONG = 150  # 3 in 100


class background:  # noqa: N801 — used like a function, in a with statement
    """What runs the jobs, as its own process would."""

    def __init__(self, app: Flask) -> None:
        shared = app.extensions[NAME]
        with app.app_context():
            tools = Tools(
                engine=db.engine, clock=shared.clock, signer=shared.signer, vault=shared.vault, files=shared.files,
                settings=shared.settings,
            )  # fmt: skip
        self.runner, self.stop = Runner(tools), Event()
        self.thread = Thread(target=self.work, daemon=True)

    def work(self) -> None:
        while not self.stop.wait(0.2):
            self.runner.run_one()

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()


@pytest.fixture
def console(app: Flask, console: Console) -> Iterator[Console]:
    """With its background."""
    with background(app):
        yield console


def count(console: Console) -> int:
    """How many entries there are now."""
    with Session(console.session.get_bind()) as other:
        return other.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) or 0


@pytest.fixture
def staff(browser: Browser, console: Console) -> Iterator[tuple[ImportPages, Watch]]:
    with visiting(browser, console.address, OFFICE) as (page, watch):
        console.hold(page, "field_staff")
        yield ImportPages(page, console.root), watch
        watch.forgive("htmx:sendAbort")
        watch.forgive("htmx:afterRequest")


def seekers() -> list[list[str]]:
    """Five thousand job seekers; every 33rd row or so has a phone, a day or a person that cannot be right."""
    rows = [list(SEEKERS)]
    for place in range(ROWS):
        row = [f"2026-02-{place % 28 + 1:02d}", f"人{place}", f"138{place:08d}", "保洁", ""]
        if place and place % 33 == 0 and place // 33 <= WRONG:
            column, value = ((2, "1380013"), (0, "2026-02-30"), (3, ""))[place // 33 % 3]
            row[column] = value
        rows.append(row)
    return rows


def mended(path: Path) -> bytes:
    """What the person does in Excel: every red cell is put right, the rest stays as it came back."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        for cell in row[2:]:
            if cell.fill.fgColor.rgb == "00FFC7CE":
                heading = str(sheet.cell(1, cell.column).value)
                number = int(str(row[3].value).removeprefix("人"))
                cell.value = {"手机号": f"138{number:08d}", "登记日期": "2026-02-28", "意向岗位": "保洁"}[heading]
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_five_thousand_rows_with_errors(staff: tuple[ImportPages, Watch], console: Console, tmp_path: Path) -> None:
    her, _ = staff
    her.begin("seekers")
    her.upload("登记.xlsx", workbook(("求职登记台账", seekers())))
    her.wait_for("有误的 150 行")
    assert (her.figure("文件里的行"), her.figure("可以导入"), her.figure("有误")) == ("5,000行", "4,850行", "150行")
    assert axe_violations(her.page) == []
    assert count(console) == 0
    her.bring_in()
    assert count(console) == ROWS - WRONG
    back = her.download("下载有误的行", tmp_path)
    assert load_workbook(back).worksheets[0].max_row == WRONG + 1
    her.tap(her.link("上传改好的文件"))
    her.choose("登记-改.xlsx", mended(back))
    her.wait_for("导入 150 行")
    her.bring_in()
    assert count(console) == ROWS
    # Chooser and file are two; nothing was asked twice, nothing was found anew.
    assert her.clicks <= 9
    with Session(console.session.get_bind()) as other:
        first, second = other.scalars(sa.select(ImportBatch).order_by(ImportBatch.id))
        assert (first.total, first.good, first.bad) == (ROWS, ROWS - WRONG, WRONG)
        assert (second.retry_of, second.total, second.good) == (first.id, WRONG, WRONG)


def export(month: int) -> bytes:
    """What a platform writes: a title, its own headings and words, seconds in every time."""
    rows = [["抖音创作者中心", "", "", ""], ["发布时间", "作品名称", "体裁", "播放量"]]
    for place in range(500):
        moment = f"2026-{month:02d}-{place % 28 + 1:02d} 10:{place % 60:02d}:07"
        rows.append([moment, f"作品{month}-{place}", "视频", str(place)])
    return csv_file(*rows, encoding="gb18030")


def test_a_platforms_export_takes_four_clicks(staff: tuple[ImportPages, Watch], console: Console) -> None:
    """The first time its columns are led to their places once; from then on four clicks."""
    her, _ = staff
    her.begin("news")
    her.upload("抖音1月.csv", export(1))
    expect(her.page.get_by_role("alert").or_(her.page.get_by_text("缺少必填项“渠道”")).first).to_be_visible()
    assert axe_violations(her.page) == []
    her.lead("作品名称", "情况")
    her.page.locator("[name=fixed-channels]").select_option("抖音")
    her.page.get_by_label("存下这份对应").fill("抖音创作者中心")
    her.tap(her.page.get_by_label("这是平台系统导出的原始文件"))
    her.tap(her.button("核对每一行"))
    her.wait_for("导入 500 行")
    her.bring_in()
    assert her.clicks <= 10
    her.begin("news")
    her.upload("抖音2月.csv", export(2))
    her.bring_in()
    assert her.clicks <= 4
    assert count(console) == 1000
    with Session(console.session.get_bind()) as other:
        entry = other.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id.desc()).limit(1)).one()
        assert (entry.fields["channels"], entry.state) == (["抖音"], "submitted")


def test_a_long_check_can_be_left_and_found_again(staff: tuple[ImportPages, Watch], console: Console) -> None:
    her, watch = staff
    her.begin("seekers")
    her.upload("登记.xlsx", workbook(("x", seekers())))
    her.page.goto(f"{her.contract}/jobs")
    polled = len([one for one in watch.asked if "/imports/" in one])
    her.wait_for("可导入 4850 行")
    assert len([one for one in watch.asked if "/imports/" in one]) == polled, "the page that was left asks no more"
    her.page.goto("/")
    her.wait_for("可导入 4850 行")
    assert count(console) == 0
    her.tap(her.link("导入核对"))
    her.wait_for("有误的 150 行")


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_nobody_is_shut_out(browser: Browser, console: Console, size: tuple[int, int]) -> None:
    with visiting(browser, console.address, size) as (page, watch):
        console.hold(page, "field_staff")
        her = ImportPages(page, console.root)
        page.goto(f"{her.contract}/ledgers/news/import")
        looked_at(page)
        her.choose("导出.csv", csv_file(["日期", "平台渠道", "标题"], ["2026-02-01", "电视台", "甲"], ["2026-02-02", "公众号", "乙"]))
        her.wait_for("文件里的写法和台账的选项不同")
        looked_at(page)
        her.tap(her.button("核对每一行"))
        her.wait_for("有误的 1 行")
        looked_at(page)
        her.bring_in()
        looked_at(page)
        for path in ("imports", "jobs", "ledgers/news/export"):
            page.goto(f"{her.contract}/{path}")
            looked_at(page)
        watch.forgive("htmx:sendAbort")
        watch.forgive("htmx:afterRequest")


def looked_at(page: Page) -> None:
    assert axe_violations(page) == []
    assert sticks_out(page) == []


def test_a_wrong_file_leaves_the_page_as_it_was(staff: tuple[ImportPages, Watch]) -> None:
    her, watch = staff
    her.begin("news")
    book = Workbook()
    content = io.BytesIO()
    book.save(content)
    her.upload("空的.xlsx", content.getvalue())
    her.wait_for("没有收下这个文件")
    expect(her.button("上传并核对")).to_be_enabled()
    watch.forgive("422")
