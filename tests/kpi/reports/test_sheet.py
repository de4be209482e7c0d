"""The readable result: what a person must find on it."""

from __future__ import annotations

from kpi.reports.sheet import Sheet, result_sheet
from tests.kpi import riverside


def text(sheet: Sheet) -> str:
    rows = [" ".join(row) for section in sheet.sections for row in section.rows]
    notes = [note for section in sheet.sections for note in section.notes]
    return "\n".join([sheet.title, sheet.subtitle, *(one.title for one in sheet.sections), *rows, *notes])


def test_price_period_version_and_hash_stand_on_top() -> None:
    subtitle = result_sheet(riverside.year()).subtitle
    for words in ("第 1 版", riverside.source().sha256[:12], "¥100,000.00", "2025-01-01 至 2025-12-31"):
        assert words in subtitle


def test_every_item_shows_maximum_deduction_self_score_and_score() -> None:
    sheet = result_sheet(riverside.year(riverside.lessons(4, 19), self_scores={"item_2": 40}))
    rows = {row[0]: row for section in sheet.sections if section.title == "考核细则" for row in section.rows}
    assert rows["item_2"][2:6] == ("40", "8", "40", "32")
    assert "912" in rows["item_2"][6]


def test_what_is_refused_says_why_and_shows_no_number() -> None:
    shown = text(result_sheet(riverside.year(facts={})))
    assert "合计：不能计算" in shown
    assert "没有“达标情况”的数据" in shown
    assert "总分还不能计算，档次待定" in shown


def test_payment_lines_reductions_and_decision() -> None:
    shown = text(result_sheet(riverside.year(riverside.lessons(4, 19), paid={"advance": 20000})))
    for words in ("预付和结算（已选定）", "已付 ¥20,000.00", "88 例 × ¥10.00 = ¥880.00", "缺少付款材料：付款申请", "暂不能支付"):
        assert words in shown


def test_changed_targets_stand_with_reason_and_approver() -> None:
    change = {"learners_target": {"value": 800, "reason": "封路两个月", "by": "分管领导", "date": "2025-09-01"}}
    shown = text(result_sheet(riverside.year(targets=change)))
    for words in ("调整过的目标", "封路两个月", "分管领导", "800人", "2025-09-01"):
        assert words in shown


def test_met_indicators_can_be_left_out() -> None:
    whole, short = (result_sheet(riverside.year(), all_indicators=every) for every in (True, False))
    assert len(whole.sections[0].rows) == 3
    assert short.sections[0].rows == ()
