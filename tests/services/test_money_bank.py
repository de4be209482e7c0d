"""The bank's statement: read as banks write it, noticed twice, proposed with reasons, confirmed by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from app.security.money_terms import BankColumn, SourceKind
from app.services.act import Act, Refused
from app.services.money import bank_importing, postings, reconciling
from app.services.money.bank_reading import Columns, day_of, fen_of, guessed
from app.services.money.postings import Said, Source
from app.store.contracts import ContractScope
from app.store.models import BankLine, BankStatement, MoneyBatch
from app.store.money_bank import Bank
from kpi.quantities import Money
from tests.factories.bank_files import HEADINGS, csv_file, many, row, workbook
from tests.factories.office import Office
from tests.services.acting import act_of

DAY = date(2026, 3, 5)


@pytest.fixture
def act(session: Session, made: Office) -> Act:
    return act_of(session, made["finance"])


@pytest.fixture
def scope(session: Session, made: Office) -> ContractScope:
    return made.scope(session)


def taken(act: Act, scope: ContractScope, data: bytes, name: str = "流水.csv") -> BankStatement:
    return bank_importing.keep(act, scope, bank_importing.receive(name, data))


def paid(act: Act, scope: ContractScope, number: int, amount: str, on: date = DAY) -> MoneyBatch:
    statement, sum_ = Source(SourceKind.STATEMENT, number), Money.parse(amount)
    postings.earned(act, scope, statement, sum_, Said(on, "计价"))
    postings.approved(act, scope, statement, sum_, Said(on, "核定"))
    return postings.paid(act, scope, Source(SourceKind.PAYMENT, number), sum_, Said(on, f"第{number}期"))


def ours(made: Office) -> str:
    return str(made.contract.supplier.name)


@pytest.mark.parametrize("form", ["gb18030", "utf-8-sig", "xlsx"])
def test_a_statement_comes_in_as_the_bank_writes_it(act: Act, scope: ContractScope, form: str) -> None:
    rows = [row("20260305", "R1", "甲单位", out="1,234.50"), row("2026-03-04 09:10:11", "R2", "乙单位", into="88.00")]
    data = workbook(rows) if form == "xlsx" else csv_file(rows, encoding=form)
    kept = taken(act, scope, data, "流水.xlsx" if form == "xlsx" else "流水.csv")
    assert (kept.lines, kept.repeated, kept.first_on, kept.last_on) == (2, 0, date(2026, 3, 4), date(2026, 3, 5))
    lines = act.session.query(BankLine).order_by(BankLine.id).all()
    assert [(one.amount_fen, one.payee, one.bank_reference) for one in lines] == [(-123450, "甲单位", "R1"), (8800, "乙单位", "R2")]
    assert [why for _, why in kept.skipped] == ([] if form == "xlsx" else ["没有日期，可能是合计或说明"])


def test_the_same_file_and_overlapping_files_are_noticed(act: Act, scope: ContractScope) -> None:
    first = [row("20260305", "R1", "甲", out="10.00"), row("20260305", "R1", "甲", out="10.00"), row("20260306", "R2", "乙", out="20.00")]
    kept = taken(replace(act, now=datetime(2026, 3, 5, 20, tzinfo=UTC)), scope, csv_file(first))
    assert kept.lines == 3
    with pytest.raises(Refused, match=r"已在 2026-03-06 由.*导入过"):  # the day of the office, four in the morning
        taken(act, scope, csv_file(first))
    again = taken(act, scope, csv_file([*first, row("20260307", "R3", "丙", out="30.00")]), "流水二.csv")
    assert (again.lines, again.repeated) == (1, 3)
    assert act.session.query(BankLine).count() == 4


def test_unknown_columns_are_asked_for_once(act: Act, scope: ContractScope) -> None:
    headings = ("哪天", "编号", "给谁", "对方号码", "出去", "进来", "剩下", "说明")
    kept = taken(act, scope, csv_file([row("20260305", "R1", "甲", out="10.00")], headings))
    assert (kept.lines, kept.raw is not None) == (0, True)
    columns = Columns({BankColumn.BOOKED_ON: "哪天", BankColumn.OUT: "出去", BankColumn.INTO: "进来", BankColumn.PAYEE: "给谁"})
    with pytest.raises(Refused, match="日期"):
        bank_importing.choose(act, scope, kept.id, Columns({BankColumn.OUT: "出去"}))
    assert bank_importing.choose(act, scope, kept.id, columns).lines == 1
    later = taken(act, scope, csv_file([row("20260405", "R2", "乙", out="20.00")], headings), "四月.csv")
    assert (later.lines, later.raw) == (1, None)


def test_proposals_say_why_and_a_person_confirms(act: Act, scope: ContractScope, made: Office) -> None:
    one, two = paid(act, scope, 1, "500.00"), paid(act, scope, 2, "700.00", date(2026, 3, 2))
    taken(
        act, scope,
        csv_file([
            row("20260305", "R1", ours(made), out="500.00"), row("20260306", "R2", "别的单位", out="500.00"),
            row("20260304", "R3", ours(made), out="700.00"), row("20260305", "R4", "别的单位", out="999.00"),
            row("20260305", "R5", ours(made), into="500.00"),
        ]),
    )  # fmt: skip
    found = {each.payment.batch.id: each for each in reconciling.proposals(scope)}
    assert found[one.id].line.bank_reference == "R1"
    assert found[one.id].reasons[0] == "金额相同（¥500.00）"
    assert "同一天" in found[one.id].why
    assert found[two.id].line.bank_reference == "R3"
    reconciling.confirm(act, scope, one.id, found[one.id].line.id)
    with pytest.raises(Refused, match="已经对上"):
        reconciling.confirm(act, scope, one.id, found[one.id].line.id)
    with pytest.raises(Refused, match="金额不同"):
        reconciling.confirm(act, scope, two.id, act.session.query(BankLine).filter_by(bank_reference="R4").one().id)
    standing = reconciling.standing(scope)
    assert (standing.lines, standing.matched, len(standing.proposals)) == (5, 1, 1)
    match = standing.matches[0]
    reconciling.undo(act, scope, match.id)
    assert len(reconciling.proposals(scope)) == 2
    assert len(Bank(act.session, scope.contract_id).lines(matched=False)) == 5


def test_two_lines_alike_are_left_to_the_person(act: Act, scope: ContractScope, made: Office) -> None:
    paid(act, scope, 1, "500.00")
    taken(act, scope, csv_file([row("20260305", "R1", ours(made), out="500.00"), row("20260305", "R2", ours(made), out="500.00")]))
    [found] = reconciling.proposals(scope)
    assert (found.rivals, found.sure) == (1, False)
    assert reconciling.confirm_sure(act, scope) == 0


def test_a_returned_payment_has_both_its_lines(act: Act, scope: ContractScope, made: Office) -> None:
    paid(act, scope, 1, "500.00")
    postings.returned(act, scope, Source(SourceKind.PAYMENT, 1), Said(date(2026, 3, 6), "退票"))
    taken(act, scope, csv_file([row("20260305", "R1", ours(made), out="500.00"), row("20260306", "R2", ours(made), into="500.00")]))
    assert sorted((one.payment.fen, one.line.bank_reference) for one in reconciling.proposals(scope)) == [(-50000, "R1"), (50000, "R2")]


def test_a_mistake_in_the_ledger_is_not_looked_for(act: Act, scope: ContractScope) -> None:
    postings.reverse(act, scope, paid(act, scope, 1, "500.00").id, "登记错了")
    assert reconciling.standing(scope).unmatched == []


@pytest.mark.parametrize(
    ("text", "fen"), [("1,234.50", 123450), ("-88", -8800), ("", None), ("--", None), ("0.1000000001", 10), ("￥3.00", 300)]
)
def test_sums_as_banks_write_them(text: str, fen: int | None) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize("text", ["1e5", "一百", "1.005", "9" * 50, "NaN", "inf"])
def test_what_is_no_sum(text: str) -> None:
    with pytest.raises(ValueError, match="金额"):
        fen_of(text)


def test_days_and_headings() -> None:
    assert [day_of(text) for text in ("20260305101112", "2026/3/5", "2026年3月5日", "合计", "2026-02-30")] == [
        DAY, DAY, DAY, None, None,
    ]  # fmt: skip
    assert guessed(HEADINGS).problem == ""
    assert "金额" in guessed(("交易日期", "摘要")).problem


def test_a_busy_year_comes_in_whole(act: Act, scope: ContractScope) -> None:
    kept = taken(act, scope, csv_file(many(2_000)))
    assert (kept.lines, kept.repeated) == (2_000, 0)
