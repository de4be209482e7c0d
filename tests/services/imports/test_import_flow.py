"""An import from the file to the ledger: checked along the path of the commit, counted, taken in at once, taken up again."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from app.security.terms import ContractState, EntryState
from app.services.act import Refused
from app.services.imports import deciding, papers, receiving
from app.services.imports.batches import Summary
from app.services.imports.mapping import ColumnMap
from app.services.ledger import write
from app.services.ledger.desk import Desk
from app.services.ledger.write import Typed
from app.services.verification import decide
from app.store.entries import Entries, LedgerEntry
from app.store.imports import Imports
from app.store.models import EntryEvidence, ImportBatch, ImportRow, Person
from tests.factories.office import CODES, Office, office
from tests.services.acting import act_of, recorded
from tests.services.imports.importing import (
    SEEKERS,
    Importing,
    csv_file,
    news_rows,
    seeker_rows,
    workbook,
)


@pytest.fixture
def way(session: Session, made: Office) -> Importing:
    return Importing(session, made)


def states(session: Session) -> Counter[str]:
    found = Counter(session.scalars(sa.select(LedgerEntry.state)))
    session.rollback()
    return found


def counts(batch: ImportBatch) -> tuple[str, int, int, int]:
    return batch.state, batch.total, batch.good, batch.bad


def test_a_file_in_our_own_words_goes_through(session: Session, made: Office, way: Importing) -> None:
    batch = way.upload("news", "宣传.xlsx", workbook(("宣传报道台账", news_rows(30))))
    assert batch.state == "checking", "no question is left, so none is asked"
    way.work()
    assert counts(batch) == ("checked", 30, 30, 0)
    assert states(session) == {}, "nothing is in the ledger before somebody says so"
    way.confirm(batch)
    way.work()
    assert counts(batch) == ("imported", 30, 30, 0)
    assert states(session) == {"submitted": 30}
    entry = Entries(session, made.contract.id).by_ids([1])[0]
    assert (entry.batch_id, entry.author_id, entry.fields["note"]) == (batch.id, made["field_staff"].id, "报道0")
    assert [each.deed for each in Entries(session, made.contract.id).history(1)] == ["imported", "submitted"]
    assert recorded(session)[-5:] == [
        "import.uploaded", "import.checked", "import.confirmed", "entries.imported", "import.finished",
    ]  # fmt: skip


def test_the_counts_add_up_and_each_wrong_row_says_where(session: Session, way: Importing) -> None:
    batch = way.upload("news", "宣传.csv", csv_file(*news_rows(1200, wrong=range(100, 136))))
    assert batch.state == "uploaded", "words that are not ours are asked about first"
    way.map(batch, shown=["channels"])
    way.work()
    assert counts(batch) == ("checked", 1200, 1164, 36)
    assert Summary.of(batch).fields == {"channels": 36}
    act = way.act()
    desk = Desk.at(act, way.scope, "news")
    found = papers.first_problems(act, way.scope, desk, batch, 2)
    assert [(line, title, standing) for line, title, standing, _ in found] == [
        (102, "渠道", "电视台"), (103, "渠道", "电视台"),
    ]  # fmt: skip
    assert "没有“电视台”这个选项" in found[0][3]
    assert papers.first_problems(act, way.scope, desk, batch, 2, after=136)[0][0] == 137


def test_words_of_the_file_are_translated_for_good(session: Session, made: Office, way: Importing) -> None:
    batch = way.upload("news", "宣传.csv", csv_file(*news_rows(3, wrong=[1])))
    with pytest.raises(receiving.WordsUnknown) as refused:
        way.map(batch)
    assert [each.words for each in refused.value.unknown] == [("电视台",)]
    session.rollback()
    act = way.act()
    given = replace(
        receiving.planned(act, Desk.at(act, way.scope, "news"), batch).given, values={"channels": {"电视台": "视频号"}}
    )
    way.map(batch, given, name="县融媒导出")
    way.work()
    assert counts(batch) == ("checked", 3, 3, 0)
    again = way.upload("news", "宣传2.csv", csv_file(*news_rows(4, wrong=[2])))
    assert (again.state, again.mapping_id) == ("checking", batch.mapping_id), "the mapping is used again by itself"
    way.work()
    assert counts(again) == ("checked", 4, 4, 0)


def test_columns_are_refused_before_rows_are_looked_at(session: Session, way: Importing) -> None:
    batch = way.upload("visits", "走访.csv", csv_file(["走访日期", "备注"], ["2026-03-01", "无"]))
    with pytest.raises(receiving.ColumnsWrong) as refused:
        way.map(batch)
    assert [each.place for each in refused.value.problems if each.missing] == ["enterprise", "topic"]
    assert session.scalar(sa.select(sa.func.count()).select_from(ImportRow)) == 0


def test_what_only_the_database_knows_and_repeats_within_the_file(session: Session, made: Office, way: Importing) -> None:
    way.bring_in("seekers", "一.xlsx", workbook(("x", seeker_rows(3))))
    rows = [*seeker_rows(800, first=2), ["2026-03-02", "重名", "13800000700", "保洁", ""]]
    batch = way.upload("seekers", "二.xlsx", workbook(("x", rows)))
    way.work()
    assert counts(batch) == ("checked", 801, 799, 2)
    act = way.act()
    found = papers.first_problems(act, way.scope, Desk.at(act, way.scope, "seekers"), batch, 9)
    assert [line for line, *_ in found] == [2, 802]
    assert "seekers-000003" in found[0][3]
    assert "前面的一条记录相同" in found[1][3]


def test_what_has_become_wrong_meanwhile_stays_out_and_is_told(session: Session, made: Office, way: Importing) -> None:
    batch = way.upload("seekers", "一.xlsx", workbook(("x", seeker_rows(3))))
    way.work()
    typed = Typed({"date": "2026-03-02", "person": {"name": "人1", "phone": "13800000001"}, "wish": "保安"})
    write.enter(act_of(session, made["field_staff2"]), way.scope, "seekers", typed)
    session.commit()
    way.confirm(batch)
    way.work()
    assert counts(batch) == ("imported", 3, 2, 1)
    assert "1 行没有导入" in batch.message
    assert states(session) == {"submitted": 3}


def test_people_are_sealed_in_staging_and_in_what_is_told(session: Session, made: Office, way: Importing) -> None:
    batch = way.upload("seekers", "一.xlsx", workbook(("x", [*seeker_rows(2), ["2026-13-02", "刘某某", "13800000077", "", ""]])))
    way.work()
    assert counts(batch) == ("checked", 3, 2, 1)
    held = [bytes(row) for row in session.scalars(sa.select(ImportRow.sealed))]
    told = str(session.execute(sa.select(ImportBatch.columns, ImportBatch.message)).all())
    told += str(session.execute(sa.select(ImportRow.problems)).all())
    for secret in ("刘某某", "13800000077", "人0"):
        assert all(secret.encode() not in each for each in held)
        assert secret not in told
    made_people = session.scalar(sa.select(sa.func.count()).select_from(Person))
    assert made_people == 0, "a dry run keeps nobody"


def test_entries_without_their_evidence_arrive_as_drafts(session: Session, made: Office, way: Importing) -> None:
    head = ["走访日期", "企业", "统一社会信用代码", "事项"]
    rows = [head, *(["2026-03-04", f"企业{code[-3:]}", code, "政策"] for code in CODES)]
    batch = way.upload("visits", "走访.xlsx", workbook(("x", rows)))
    way.work()
    summary = Summary.of(batch)
    assert (counts(batch), summary.drafts) == (("checked", 3, 3, 0), 3)
    assert next(iter(summary.due)).startswith("应有现场照片1份")
    way.confirm(batch)
    way.work()
    assert states(session) == {"draft": 3}


def test_a_platforms_export_proves_its_own_rows(session: Session, made: Office, way: Importing) -> None:
    data = csv_file(*news_rows(3))
    batch = way.upload("news", "公众号导出.csv", data)
    deciding_act = way.act()
    way.work()
    deciding.take_up(deciding_act, way.scope, batch.id, batch.version)
    session.commit()
    act = way.act()
    given = receiving.planned(act, Desk.at(act, way.scope, "news"), batch).given
    way.map(batch, replace(given, trace=True), name="公众号后台")
    way.work()
    way.confirm(batch)
    way.work()
    pieces = set(session.execute(sa.select(EntryEvidence.kind, EntryEvidence.file_id)).tuples())
    assert pieces == {("平台导出", batch.file_id)}
    assert states(session) == {"submitted": 3}


def test_only_the_failed_rows_are_tried_again(session: Session, made: Office, way: Importing) -> None:
    first = way.upload("news", "宣传.csv", csv_file(*news_rows(200, wrong=range(0, 200, 33))))
    way.map(first, shown=["channels"])
    way.work()
    assert counts(first) == ("checked", 200, 193, 7)
    way.confirm(first)
    way.work()
    back = workbook_of(way, first, only_bad=True)
    assert len(back) == 8
    assert back[0][:2] == ["错误（改好后原样上传，这一列不读）", "原文件行号（不读）"]
    assert all("没有“电视台”这个选项" in str(row[0]) for row in back[1:])
    fixed = [["公众号" if cell == "电视台" else cell for cell in row] for row in back]
    again = way.upload("news", "宣传-改.xlsx", workbook(("x", fixed)), retry_of=first.id)
    assert again.state == "checking", "the columns are those of the first file"
    way.work()
    assert counts(again) == ("checked", 7, 7, 0)
    way.confirm(again)
    way.work()
    assert states(session) == {"submitted": 200}
    assert [each.id for each in Imports(session, made.contract.id).retries(first.id)] == [again.id]


def test_rows_that_are_in_already_are_left_out_when_the_whole_file_comes_again(session: Session, way: Importing) -> None:
    first = way.upload("news", "宣传.csv", csv_file(*news_rows(50, wrong=[7, 9])))
    way.map(first, shown=["channels"])
    way.work()
    way.confirm(first)
    way.work()
    again = way.upload("news", "宣传-改.csv", csv_file(*news_rows(50)), retry_of=first.id)
    way.work()
    assert (counts(again), Summary.of(again).skipped) == (("checked", 2, 2, 0), 48)
    way.confirm(again)
    way.work()
    assert states(session) == {"submitted": 50}


def workbook_of(way: Importing, batch: ImportBatch, *, only_bad: bool) -> list[list[object]]:
    content = io.BytesIO()
    papers.write_errors(way.act(), way.scope, batch, content, only_bad=only_bad)
    sheet = load_workbook(content).active
    assert sheet is not None
    return [[cell if cell is not None else "" for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_the_workbook_that_comes_back_is_the_original_with_errors(session: Session, way: Importing) -> None:
    rows = [["台账"], list(SEEKERS), ["2026-03-02", "=1+1", 13800000001, "保洁", ""], ["昨天", "乙", "13800000002", "+7", "-5"]]
    batch = way.upload("seekers", "登记.csv", csv_file(*rows))
    way.work()
    assert counts(batch) == ("checked", 2, 1, 1)
    assert workbook_of(way, batch, only_bad=False)[1:] == [
        ["", "3", "2026-03-02", "=1+1", "13800000001", "保洁", ""],
        ["登记日期：“昨天”不是日期；请写成 2026-03-05 的样子", "4", "昨天", "乙", "13800000002", "+7", "-5"],
    ]


def test_the_same_file_twice_is_noticed(session: Session, made: Office, way: Importing) -> None:
    data = csv_file(*news_rows(5))
    first = way.bring_in("news", "宣传.csv", data)
    again = way.upload("news", "换了名字.csv", data)
    assert again.state == "uploaded", "it is not checked before somebody has said so"
    assert receiving.standing(Imports(session, made.contract.id), again) == [first]
    with pytest.raises(Refused, match="同一个文件已经导入过"):
        way.map(again)
    session.rollback()
    way.map(again, again=True)
    way.work()
    way.confirm(again)
    way.work()
    assert states(session) == {"submitted": 10}


def test_undoing_withdraws_all_and_frees_what_may_not_repeat(session: Session, made: Office, way: Importing) -> None:
    data = workbook(("x", seeker_rows(40)))
    batch = way.bring_in("seekers", "一.xlsx", data)
    count = deciding.undo(way.act(), way.scope, batch.id, batch.version, "文件拿错了")
    session.commit()
    assert (count, batch.state, batch.undone_by) == (40, "undone", made["field_staff"].id)
    assert states(session) == {"withdrawn": 40}
    history = Entries(session, made.contract.id).history(1)
    assert [(each.deed, each.version, each.reason) for each in history][-1] == ("withdrawn", 2, "文件拿错了")
    session.rollback()
    again = way.bring_in("seekers", "一.xlsx", data)
    assert counts(again) == ("imported", 40, 40, 0)
    assert recorded(session).count("import.undone") == 1


def test_nothing_is_undone_once_something_was_verified(session: Session, made: Office, way: Importing) -> None:
    batch = way.bring_in("news", "一.csv", csv_file(*news_rows(3)))
    decide.verify(act_of(session, made["supervisor"]), way.scope, 2, 1)
    session.commit()
    with pytest.raises(Refused, match="1 条已经审核过"):
        deciding.undo(way.act(), way.scope, batch.id, batch.version, "拿错了")
    session.rollback()
    assert states(session) == {"submitted": 2, "verified": 1}


def test_who_may_not_enter_may_not_import(session: Session, made: Office) -> None:
    supervisor = Importing(session, made, "supervisor")
    with pytest.raises(Refused, match="由供应商登记"):
        supervisor.upload("news", "一.csv", csv_file(*news_rows(2)))
    session.rollback()
    batch = supervisor.bring_in("hotline", "抽测.csv", csv_file(["抽测日期", "时间", "有人接听"], ["2026-03-02", "9:00", "是"]))
    assert counts(batch) == ("imported", 1, 1, 0)
    colleague = Importing(session, made, "field_staff2")
    own = Importing(session, made).upload("news", "一.csv", csv_file(*news_rows(2)))
    colleague.work()
    with pytest.raises(Refused, match="只有上传的人或项目经理"):
        colleague.confirm(own)


def test_a_contract_that_is_closed_meanwhile_takes_nothing_in(session: Session, made: Office, way: Importing) -> None:
    batch = way.upload("news", "一.csv", csv_file(*news_rows(2)))
    way.work()
    way.confirm(batch)
    made.contract.state = ContractState.CLOSED.value
    session.commit()
    way.work()
    assert (batch.state, states(session)) == ("checked", {})
    assert "已结束" in batch.message


def test_practice_stays_practice(session: Session) -> None:
    made = office(session)
    made.contract.state = ContractState.TRIAL.value
    session.commit()
    Importing(session, made).bring_in("news", "一.csv", csv_file(*news_rows(2)))
    assert session.scalars(sa.select(LedgerEntry.trial)).all() == [True, True]


def test_the_internal_check_comes_first_where_there_is_one(session: Session) -> None:
    made = office(session, internal_check=True)
    Importing(session, made).bring_in("news", "一.csv", csv_file(*news_rows(2)))
    assert states(session) == {EntryState.TO_CHECK.value: 2}


def test_a_fixed_value_goes_into_every_row(session: Session, way: Importing) -> None:
    batch = way.upload("news", "抖音.csv", csv_file(["发布时间", "标题"], ["2026-03-01 10:00:00", "甲"], ["2026-03-02 11:00:00", "乙"]))
    given = ColumnMap({"发布时间": "date", "标题": "note"}, {"channels": "抖音"})
    way.map(batch, given, name="抖音后台")
    way.work()
    way.confirm(batch)
    way.work()
    found = session.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert [(str(each.business_date), each.fields["channels"], each.fields["note"]) for each in found] == [
        ("2026-03-01", ["抖音"], "甲"), ("2026-03-02", ["抖音"], "乙"),
    ]  # fmt: skip
