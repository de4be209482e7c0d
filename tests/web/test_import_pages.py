"""An import over HTTP: the pages say what is wrong and what to do, nothing is written before somebody says so."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.store.models import ColumnMapping, ImportBatch, Job, LedgerEntry
from tests.architecture.test_get_writes import QUERY_BUDGET
from tests.factories.ground import CLOCK
from tests.factories.office import CODES, Office
from tests.jobs.tooling import runner
from tests.services.imports.importing import csv_file, news_rows, seeker_rows, workbook
from tests.services.imports.test_import_files import HOSTILE
from tests.web.browser import Browser
from tests.web.statements import asked


class Visit:
    """A person at the pages of one contract."""

    def __init__(self, app: Flask, session: Session, made: Office, who: str = "field_staff") -> None:
        self.session, self.made, self.browser = session, made, Browser(app)
        self.browser.sign_in_as(session, made[who])

    @property
    def base(self) -> str:
        return f"/contracts/{self.made.contract.id}"

    def upload(self, ledger: str, name: str, data: bytes, **more: Any) -> TestResponse:
        return self.browser.post(
            f"{self.base}/ledgers/{ledger}/import", {"file": (io.BytesIO(data), name), **more}, content_type="multipart/form-data"
        )

    def batch(self) -> ImportBatch:
        """The latest batch as it is now."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).one()

    def page(self, **more: Any) -> TestResponse:
        return self.browser.get(f"{self.base}/imports/{self.batch().id}", **more)

    def press(self, what: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        batch = self.batch()
        given = {"version": str(batch.version), **(data or {})}
        self.session.rollback()
        return self.browser.post(f"{self.base}/imports/{batch.id}/{what}", given, **more)

    def columns(self, *places: str, **more: Any) -> TestResponse:
        """Sends the form of the columns: a target for each place."""
        return self.press("columns", {f"to-{place}": key for place, key in enumerate(places)} | more)

    def work(self) -> None:
        bind = self.session.get_bind()
        assert isinstance(bind, sa.Engine)
        self.session.rollback()
        running = runner(bind)
        while running.run_one():
            pass

    def entries(self) -> int:
        self.session.rollback()
        return self.session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) or 0


@pytest.fixture
def visit(app: Flask, session: Session, made: Office) -> Visit:
    return Visit(app, session, made)


def test_the_way_of_a_platforms_export(visit: Visit) -> None:
    start = visit.browser.get(f"{visit.base}/ledgers/news/import")
    assert "要导入的文件" in start.text
    sent = visit.upload("news", "抖音导出.csv", csv_file(["发布时间", "标题"], ["2026-03-01 10:00", "甲"], ["2026-03-02 11:00", "乙"]))
    assert sent.status_code == 303
    page = visit.page().text
    assert "缺少必填项“渠道”" in page
    assert "按内容猜的，请核对" in page
    assert "“标题”对应到" in page
    wrong = visit.columns("date", "note")
    assert (wrong.status_code, "缺少必填项“渠道”" in wrong.text) == (422, True)
    fine = visit.columns("date", "note", **{"fixed-channels": "抖音", "name": "抖音后台", "trace": "1"})
    assert fine.status_code == 303
    under_way = visit.page()
    assert "正在核对每一行" in under_way.text
    assert 'hx-trigger="every 1s, resume"' in under_way.text
    visit.work()
    checked = visit.page()
    assert "导入 2 行" in checked.text
    assert "data-poll" not in checked.text.partition('id="batch"')[2][:200]
    assert visit.entries() == 0
    assert visit.press("confirm").status_code == 303
    visit.work()
    assert "已导入" in visit.page().text
    assert visit.entries() == 2
    again = visit.upload("news", "抖音导出4月.csv", csv_file(["发布时间", "标题"], ["2026-03-03 10:00", "丙"]))
    assert again.status_code == 303
    visit.work()
    assert visit.batch().state == "checked", "the mapping kept under a name needs no second word"
    assert "抖音后台" in visit.browser.get(f"{visit.base}/ledgers/news/import").text


def test_rows_with_errors_come_back_as_a_workbook(visit: Visit) -> None:
    visit.upload("news", "宣传.csv", csv_file(*news_rows(120, wrong=range(40, 80))))
    asked = visit.columns("date", "outlet", "channels", "note")
    assert (asked.status_code, "文件里有 1 个写法和台账的选项不同" in asked.text) == (422, True)
    assert "电视台" in asked.text
    visit.columns("date", "outlet", "channels", "note", shown="channels")
    visit.work()
    page = visit.page().text
    assert "先导入对的 80 行" in page
    assert "第 42 行" in page
    assert "没有“电视台”这个选项" in page
    later = visit.browser.get(f"{visit.base}/imports/{visit.batch().id}?after=61")
    assert "第 62 行" in later.text
    assert "第 61 行" not in later.text
    sheet = visit.press("errors", {"rows": "bad"})
    assert "attachment" in sheet.headers["Content-Disposition"]
    rows = list(load_workbook(io.BytesIO(sheet.data)).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 41
    assert load_workbook(io.BytesIO(visit.press("errors", {"rows": "all"}).data)).worksheets[0].max_row == 121
    visit.press("confirm")
    visit.work()
    batch = visit.batch().id
    assert f"retry={batch}" in visit.page().text
    assert "上传改好的文件" in visit.browser.get(f"{visit.base}/ledgers/news/import?retry={batch}").text
    fixed = [["公众号" if cell == "电视台" else cell or "" for cell in row] for row in rows]
    visit.upload("news", "宣传-改.xlsx", workbook(("宣传报道台账", fixed)), retry_of=str(batch))
    visit.work()
    visit.press("confirm")
    visit.work()
    assert visit.entries() == 120
    assert "改好后又上传了" in visit.browser.get(f"{visit.base}/imports/{batch}").text


def test_words_are_translated_on_the_page(visit: Visit) -> None:
    visit.upload("news", "宣传.csv", csv_file(*news_rows(3, wrong=[0])))
    words = {"shown": "channels", "theirs-channels-1": "电视台", "ours-channels-1": "视频号", "name": "县融媒"}
    assert visit.columns("date", "outlet", "channels", "note", **words).status_code == 303
    visit.work()
    assert visit.batch().bad == 0
    assert visit.session.scalars(sa.select(ColumnMapping.columns)).one()["values"] == {"channels": {"电视台": "视频号"}}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_are_refused_on_the_page(visit: Visit, what: str) -> None:
    name, data = HOSTILE[what]
    answer = visit.upload("news", name, data)
    assert answer.status_code == 422
    assert "没有收下这个文件" in answer.text
    visit.session.rollback()
    assert visit.session.scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == 0


def test_a_body_beyond_bounds_is_not_read(visit: Visit) -> None:
    answer = visit.upload("news", "a.csv", b"x" * (22 * 1024 * 1024))
    assert answer.status_code == 413
    assert visit.upload("news", "a.csv", b"x" * (20 * 1024 * 1024 + 1)).status_code == 422


@pytest.mark.parametrize("name", ["'><script>alert(1)</script>.csv", "../../etc/passwd.csv", "a\u202excod.csv"])
def test_names_and_contents_run_nothing(visit: Visit, name: str) -> None:
    evil = '<img src=x onerror=alert(1)>'
    answer = visit.upload("news", name, csv_file(["日期", "渠道", evil], ["2026-03-01", evil, evil]))
    assert answer.status_code == 303, answer.text[answer.text.index("error-summary"):][:500]
    page = visit.page().text
    assert evil not in page
    assert "<script>alert" not in page
    visit.columns("date", "channels", "note", shown="channels")
    visit.work()
    assert evil not in visit.page().text


def test_the_same_file_twice_asks_first(visit: Visit) -> None:
    data = csv_file(*news_rows(2))
    visit.upload("news", "宣传.csv", data)
    visit.work()
    visit.press("confirm")
    visit.work()
    visit.upload("news", "宣传.csv", data)
    page = visit.page().text
    assert "同一个文件以前传过" in page
    assert "已导入 2 条" in page
    refused = visit.columns("date", "outlet", "channels", "note")
    assert (refused.status_code, "勾选" in refused.text) == (422, True)
    assert visit.columns("date", "outlet", "channels", "note", again="1").status_code == 303


def test_a_batch_is_undone_with_a_reason(visit: Visit) -> None:
    visit.upload("news", "宣传.csv", csv_file(*news_rows(2)))
    visit.work()
    visit.press("confirm")
    visit.work()
    blank = visit.press("undo", {"reason": ""})
    assert (blank.status_code, "请填写" in blank.text) == (422, True)
    assert visit.press("undo", {"reason": "文件拿错了"}).status_code == 303
    assert "已经整批撤销" in visit.page().text


def test_a_stale_page_changes_nothing(visit: Visit) -> None:
    visit.upload("news", "宣传.csv", csv_file(*news_rows(2)))
    visit.work()
    old = {"version": str(visit.batch().version - 1)}
    assert visit.press("confirm", old).status_code == 303
    assert visit.batch().state == "checked"
    assert "刚刚被别人处理过" in visit.page().text


def test_another_sheet_and_another_line_of_headings(visit: Visit) -> None:
    first = ("一月", [["说明"], ["日期", "渠道"], ["2026-01-03", "抖音"]])
    second = ("二月", [["日期", "渠道"], ["2026-02-03", "抖音"], ["2026-02-04", "抖音"]])
    data = workbook(first, second)
    visit.upload("news", "两个月.xlsx", data)
    visit.work()
    visit.press("take-up")
    assert "工作表“一月”" in visit.page().text
    visit.press("look", {"sheet": "二月", "line": ""})
    assert "下面有 2 行数据" in visit.page().text
    visit.press("look", {"sheet": "二月", "line": "2"})
    assert "2026-02-03" in visit.page().text


def test_drafts_and_warnings_are_told_before(visit: Visit) -> None:
    head = ["走访日期", "企业", "统一社会信用代码", "事项", "时长"]
    visit.upload("visits", "走访.csv", csv_file(head, ["2026-03-04", "湖畔电子", CODES[0], "政策", "10"]))
    visit.work()
    page = visit.page().text
    assert "1 行要求的佐证材料表格里没有，导入后存为草稿" in page
    assert "应有现场照片1份" in page
    assert "走访不足30分钟" in page


def test_rows_of_people_show_to_nobody_without_papers(app: Flask, session: Session, made: Office, visit: Visit) -> None:
    visit.upload("seekers", "登记.csv", csv_file(*seeker_rows(1), ["昨天", "刘某某", "13800000099", "保洁", ""]))
    visit.work()
    assert "第 3 行" in visit.page().text
    auditor = Visit(app, session, made, "supervisor")
    session.execute(sa.text("UPDATE roster_entry SET confidentiality_signed_on = NULL, confidentiality_signed = :no"), {"no": False})
    session.commit()
    page = auditor.page().text
    assert "昨天" not in page
    assert "要有已登记的保密协议" in page
    assert "没有签署的保密协议" not in visit.press("errors", {"rows": "all"}).headers.get("Content-Disposition", "")
    assert visit.press("errors", {"rows": "all"}).status_code == 303


def test_the_template_has_what_the_ledger_asks(visit: Visit) -> None:
    answer = visit.browser.client.get(f"{visit.base}/ledgers/visits/import/template")
    book = load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    assert sheet.title == "企业走访台账"
    heads = [str(cell.value) for cell in sheet[1]]
    assert heads == ["走访日期", "企业", "企业统一社会信用代码", "网点", "事项", "缺工人数", "交通费", "满意比例", "时长", "情况"]
    rules = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules == {"D2": '"城东街道,湖畔县"', "E2": '"用工,政策,培训"'}
    assert all(sheet.column_dimensions[letter].number_format == "@" for letter in "ABCDEFGHIJ")
    comment = sheet["F1"].comment
    assert comment is not None
    assert "不大于 500" in comment.text
    assert book["选项"].sheet_state == "hidden"


def test_a_filled_in_template_needs_no_word(visit: Visit) -> None:
    answer = visit.browser.client.get(f"{visit.base}/ledgers/visits/import/template")
    book = load_workbook(io.BytesIO(answer.data))
    book.worksheets[0].append(["2026-03-04", "湖畔电子", CODES[0], "城东街道", "用工", "3", "12.5", "87.3%", "1:30", "无"])
    content = io.BytesIO()
    book.save(content)
    visit.upload("visits", "走访模板.xlsx", content.getvalue())
    visit.work()
    batch = visit.batch()
    assert (batch.state, batch.total, batch.bad) == ("checked", 1, 0)


def test_what_runs_in_the_background_is_found_again(visit: Visit) -> None:
    visit.upload("news", "宣传.csv", csv_file(*news_rows(2)))
    own = visit.browser.get(f"{visit.base}/jobs")
    assert "等待" in own.text
    assert "data-poll" in own.text
    job = visit.session.scalars(sa.select(Job)).one().id
    visit.session.rollback()
    assert "排队中" in visit.browser.get(f"{visit.base}/jobs/{job}", headers={"HX-Request": "true", "X-Poll": "true"}).text
    visit.work()
    done = visit.browser.get(f"{visit.base}/jobs").text
    assert "可导入 2 行" in done
    assert f"/imports/{visit.batch().id}" in done
    assert "data-poll" not in visit.browser.get(f"{visit.base}/jobs").text
    assert "宣传.csv" in visit.browser.get(f"{visit.base}/imports").text


def test_each_step_asks_the_database_little(visit: Visit) -> None:
    visit.upload("news", "宣传.csv", csv_file(*news_rows(40, wrong=[1, 2])))
    counts = {}

    def look(step: str) -> None:
        counts[step] = asked(visit.browser.app, visit.browser, f"{visit.base}/imports/{visit.batch().id}")

    look("columns")
    visit.columns("date", "outlet", "channels", "note", shown="channels")
    look("under way")
    visit.work()
    look("checked")
    visit.press("confirm")
    visit.work()
    look("imported")
    assert max(counts.values()) <= QUERY_BUDGET, counts


def test_a_platforms_history_is_reminded_of_where_it_is_imported(visit: Visit) -> None:
    visit.made.contract.history_days = 30
    visit.session.commit()
    visit.upload("news", "抖音导出.csv", csv_file(["发布时间", "标题"], ["2026-03-01 10:00", "甲"]))
    visit.columns("date", "note", **{"fixed-channels": "抖音", "name": "抖音后台", "trace": "1"})
    visit.work()
    visit.press("confirm")
    visit.work()
    start = f"{visit.base}/ledgers/news/import"
    assert "导出提醒" not in visit.browser.get(start).text
    CLOCK.forward(days=24)
    visit.browser.sign_in_as(visit.session, visit.made["field_staff"])
    assert "平台只保留到 2026-04-04" in visit.browser.get(start).text
    home = visit.browser.get("/").text
    assert f"/imports/{visit.batch().id}" not in home, "yesterday's runs are no news"


def test_what_has_ended_is_on_the_home_page(visit: Visit) -> None:
    visit.upload("news", "宣传.csv", csv_file(*news_rows(2)))
    visit.work()
    home = visit.browser.get("/").text
    assert "可导入 2 行" in home
    assert f"/imports/{visit.batch().id}" in home
