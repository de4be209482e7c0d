"""Deliverables with their scans, what becomes due by itself, and what a file (案卷) takes in."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from app.security.report_terms import Medium
from app.services.act import Refused
from app.services.evidence import keeping
from app.services.reports import archive, delivering, duties, handing, occasions, writing
from app.services.reports.archive import Opening
from app.services.reports.delivering import Delivery, Expected, Handing
from app.services.reports.due import Owed
from app.services.verification import decide
from app.store import archive as kept
from app.store.archive import Deliverable
from app.store.entries import Entries
from kpi.quantities import Period
from kpi.rulebook.reports import Occasion, ReportDuty
from tests.factories import pictures
from tests.services.reporting import School, school

__all__ = ["school"]

MANUAL = Delivery("操作手册", "manual", "GK-3", date(2026, 2, 20), "V1", 2, Medium.PAPER.value, "")


def pdf(pages: int) -> bytes:
    made, raw = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.save(raw)
    return raw.getvalue()


@pytest.fixture
def manual(school: School) -> Deliverable:
    return delivering.record(school.act(), school.scope, MANUAL)


def hand(school: School, row: Deliverable, data: bytes | None) -> Deliverable:
    act = school.act()
    file = keeping.keep_bytes(act, school.scope, "手册.pdf", data).id if data is not None else None
    return delivering.hand_in(act, school.scope, row.id, Handing(date(2026, 2, 10), "刘𫖯", file), row.version)


def test_a_scan_is_handed_in_returned_handed_in_again_and_accepted(school: School, manual: Deliverable) -> None:
    with pytest.raises(Refused, match="请上传扫描件"):
        hand(school, manual, None)
    row = hand(school, manual, pdf(2))
    supervisor = school.act("supervisor")
    with pytest.raises(Refused, match="至少 4 个字"):
        delivering.give_back(supervisor, school.scope, row.id, "不行", row.version)
    row = delivering.give_back(supervisor, school.scope, row.id, "缺少目录，请补上", row.version)
    assert row.handed_on is None
    assert [(one.sha256, one.accepted) for one in archive.handed_over(school.scope)] == [("", "未交付")]
    with pytest.raises(Refused, match="还没有交付"):
        delivering.accept(supervisor, school.scope, row.id, row.version)
    row = hand(school, row, pdf(3))
    with pytest.raises(Refused, match="采购人审核台账的人"):
        delivering.accept(school.act(), school.scope, row.id, row.version)
    stale = row.version - 1
    with pytest.raises(Refused, match="刚刚被别人改过"):
        delivering.accept(supervisor, school.scope, row.id, stale)
    row = delivering.accept(supervisor, school.scope, row.id, row.version)
    deeds = kept.deeds(school.session, school.scope.contract_id, [row.id])
    assert [one.deed for one in deeds] == ["handed", "returned", "handed", "accepted"]
    [line] = [one for one in archive.handed_over(school.scope) if one.name == "操作手册"]
    assert len(line.sha256) == 64


def test_a_file_takes_in_accepted_scans_with_their_pages(school: School, manual: Deliverable) -> None:
    row = hand(school, manual, pdf(3))
    delivering.accept(school.act("supervisor"), school.scope, row.id, row.version)
    opening = Opening("二月", "fifteen", date(2026, 2, 1), date(2026, 2, 28))
    made = archive.open_dossier(school.act(), school.scope, opening)
    [item] = kept.items(school.session, school.scope.contract_id, made.id)
    assert (item.title, item.pages) == ("操作手册", 3)
    assert item.evidence_id is not None
    _, data = archive.bound(school.act(), school.scope, school.store, made.id)
    with pikepdf.open(io.BytesIO(data)) as whole:
        assert len(whole.pages) == 2 + 3


def test_a_report_that_was_given_back_lies_in_no_file(school: School) -> None:
    row = school.make()
    writing.save(school.act(), school.scope, row.id, {"words1": ["本月走访了网点。"]}, school.row(row).version)
    writing.fix(school.act(), school.scope, school.store, row.id, school.row(row).version)
    handing.submit(school.act(), school.scope, school.store, row.id, school.row(row).version)
    made = archive.open_dossier(school.act(), school.scope, Opening("二月", "fifteen", date(2026, 2, 1), date(2026, 2, 28)))
    assert [one.title for one in kept.items(school.session, school.scope.contract_id, made.id)] == ["夜校月报（2026年2月）"]
    entry = Entries(school.session, school.scope.contract_id).find(school.row(row).entry_id or 0)
    assert entry is not None
    decide.give_back(school.act("supervisor"), school.scope, entry.id, entry.version, "请补写本月工作")  # at the desk of the ledger
    assert archive.refill(school.act(), school.scope, made.id) == 0
    assert [one.accepted for one in archive.handed_over(school.scope)] == ["已退回"]


def test_a_photo_becomes_a_page(school: School, manual: Deliverable) -> None:
    row = hand(school, manual, pictures.photo())
    delivering.accept(school.act("supervisor"), school.scope, row.id, row.version)
    made = archive.open_dossier(school.act(), school.scope, Opening("二月", "ten", date(2026, 2, 1), date(2026, 2, 28)))
    _, data = archive.bound(school.act(), school.scope, school.store, made.id)
    with pikepdf.open(io.BytesIO(data)) as whole:
        assert len(whole.pages) == 3


def test_what_became_due_is_entered_once(school: School) -> None:
    act = school.system()
    duty = ReportDuty(id="returns", clauses=("GK-3",), title="见习报表", every="month")
    coming = [Expected(duty, "2026年2月", date(2026, 3, 31))]
    assert len(delivering.expect(act, school.scope, coming)) == 1
    assert delivering.expect(act, school.scope, coming) == []
    [row] = kept.unaccepted(school.session, [school.scope.contract_id])
    assert (row.title, row.due_on, row.recorded_by) == ("见习报表（2026年2月）", date(2026, 3, 31), None)


def test_the_months_of_a_stop_are_entered_later_and_none_twice(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    book = duties.books.book_of(school.scope, school.scope.contract())
    returns = ReportDuty(id="returns", clauses=("GK-3",), title="见习报表", every="month")
    both = book.rulebook.model_copy(update={"reports": (*book.rulebook.reports, returns)})
    more = replace(book, source=replace(book.source, rulebook=both))
    monkeypatch.setattr(duties.books, "book_of", lambda *_: more)

    def entered(today: date) -> list[str]:
        coming = [one for _, told in duties.expected(school.session, today) for one in told if one.duty is returns]
        return [row.title for row in delivering.expect(school.system(), school.scope, coming)]

    assert entered(date(2026, 3, 5)) == ["见习报表（2026年2月）"], "of a contract in its midst the latest month alone"
    assert entered(date(2026, 6, 2)) == ["见习报表（2026年3月）", "见习报表（2026年4月）", "见习报表（2026年5月）"]
    may = kept.unaccepted(school.session, [school.scope.contract_id])[-1]
    renamed = replace(MANUAL, title="五月的见习报表", duty="returns", due_on=may.due_on)
    delivering.change(school.act(), school.scope, may.id, renamed, may.version)
    assert entered(date(2026, 6, 3)) == []


AFTER = ReportDuty(
    id="round_report", clauses=("GK-1",), title="抽查报告", after=Occasion(ledger="lesson", field="title", quiet_days=2)
)  # fmt: skip


def owed(school: School, duty: ReportDuty, made: dict[str, list[tuple[str, date]]], today: date) -> list[Owed]:
    contract = school.scope.contract()
    book = duties.books.book_of(school.scope, contract)
    return list(occasions.unmade(school.scope, book, contract, duty, made, today))


def test_a_report_follows_its_event_when_it_is_over(school: School) -> None:
    last = [one for one in owed(school, AFTER, {}, date(2026, 2, 19)) if one.period.end == date(2026, 2, 16)]
    assert [(one.period.label, one.due) for one in last] == [("2026-02-16的课", date(2026, 2, 18))]
    assert not [one for one in owed(school, AFTER, {}, date(2026, 2, 18)) if one.period.end == date(2026, 2, 16)]
    near = {AFTER.id: [("按日期做的", date(2026, 2, 14))]}
    assert not [one for one in owed(school, AFTER, near, date(2026, 2, 19)) if one.period.end == date(2026, 2, 16)]
    other = {AFTER.id: [("2026-02-09的课", date(2026, 2, 9))]}
    labels = [one.period.label for one in owed(school, AFTER, other, date(2026, 2, 19))]
    assert "2026-02-16的课" in labels, "a week after another event's report it has one of its own"
    assert "2026-02-09的课" not in labels


def test_a_report_owed_by_a_day_is_made_before_it(school: School) -> None:
    duty = ReportDuty(id="special", clauses=("GK-1",), title="专报", once_by="02-20", lead_days=3)
    start = school.scope.contract().starts_on
    assert owed(school, duty, {}, date(2026, 2, 17)) == []
    [one] = owed(school, duty, {}, date(2026, 2, 18))
    assert (one.period, one.due) == (Period(start, date(2026, 2, 17)), date(2026, 2, 20))
    assert owed(school, duty, {"special": [("x", date(2026, 2, 1))]}, date(2026, 2, 18)) == []
    at_end = replace_once(duty, "term_end")
    [one] = owed(school, at_end, {}, date(2099, 1, 1))
    assert one.due == school.scope.contract().ends_on


def replace_once(duty: ReportDuty, text: str) -> ReportDuty:
    return duty.model_copy(update={"once_by": text})
