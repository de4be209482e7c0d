"""What finance looks at: due and overdue, blocked and why, the cash calendar, the reconciliation sheet, OCDS."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from openpyxl import load_workbook
from referencing import Registry
from referencing.jsonschema import DRAFT4
from sqlalchemy.orm import Session

from app.documents import money_book
from app.security.money_terms import Account, EnterpriseSize, GuaranteeForm, GuaranteeKind
from app.services.act import Refused
from app.services.finance import ocds, overview, reminders, sheet, tables
from app.services.money import declaring, funds, guarantees, payees
from app.services.money import reminders as money_reminders
from app.services.money.declaring import Said
from app.services.money.due import clocks_of
from app.services.money.funds import Budget, FundNature
from app.services.settlement.common import Done
from app.services.workbench import waiting
from app.store import settlement
from kpi.calendar import WorkCalendar
from kpi.quantities import Money
from tests.factories.ground import CLOCK
from tests.services.benches import bench
from tests.services.settling import Till, answer_all, case_of, of_contract, signed

ZJ, MIDDLING = "zhenjiang-gig-market", "a middling year"
#: Importing them registers what they have waiting.
REGISTERED = (reminders, money_reminders)
SCHEMAS = Path(__file__).with_name("ocds")


@pytest.fixture
def gig(session: Session) -> Till:
    """Zhenjiang's market at 84.1 points; the advance is paid, the final payment stated and not paid."""
    made = of_contract(session, ZJ, {"payment_plan": "advance_10"})
    answer_all(made)
    signed(made, case_of(ZJ, MIDDLING))
    made.settled("advance")
    made.stated("final")
    return made


def today() -> date:
    return CLOCK.now.date()


def test_a_year_as_finance_sees_it(gig: Till) -> None:
    """One year, made once: it is the making that takes time."""
    check_overview(gig)
    check_sheets(gig)
    check_workbooks(gig)
    check_release(gig)


def check_overview(gig: Till) -> None:
    held = overview.overview(gig.scope, today())
    assert held.standing.troubles == ()
    [due] = held.due
    assert (due.owed.line, due.open, due.state) == ("final", Money.parse("1344000.00"), "等供应商申请付款")
    [blocked] = held.blocked
    assert (blocked.title, blocked.frozen) == (due.owed.title, ())
    assert "无指标：还差 ¥1,344,000.00" in blocked.budget
    assert held.standing.of(Account.PAYABLE) == due.open
    whole = sum(one.paid.fen + one.owed.fen + one.expected.fen for one in held.months)
    assert whole == 168_000_00 + 1_344_000_00
    assert held.months[-1].left == Money(1_680_000_00 - whole)


def test_a_budget_lifts_the_one_and_the_law_starts_the_clock(gig: Till) -> None:
    act, scope = gig.act("finance"), gig.scope
    budget = Budget("财社〔2026〕1号", "就业", "", "", FundNature.EMPLOYMENT, "2000000", None, "")
    funds.allot(act, scope, funds.add_source(act, scope, budget).id, "final", "1344000")
    declaring.declare(act, scope, Said(EnterpriseSize.SMALL, scope.contract().starts_on, "", "", None))
    gig.session.commit()
    held = overview.overview(scope, today())
    assert held.blocked == ()
    [due] = held.due
    assert due.clocks.longest is not None
    assert due.clocks.contract is not None
    assert due.clocks.contract.due is None, "十个工作日从收到发票起算"
    row = settlement.live(gig.session, scope.contract_id)["final"]
    gig.ask(Done("final", statement_id=row.id))
    [due] = overview.overview(scope, today()).due
    assert due.clocks.contract is not None
    assert due.clocks.contract.due is not None
    late = overview.overview(scope, date(today().year + 1, today().month, 1)).due[0]
    assert late.late_days > 200
    assert late.clocks.interest.fen > 0
    check_home(gig)
    found = clocks_of(gig.session, scope.contract_id, "advance", None, WorkCalendar(provisional=True), today())
    assert found is not None
    assert found.paid_on == today()


def check_home(gig: Till) -> None:
    """What waits for each of two in finance: a letter that expires, an account of the other's, a payment that is due."""
    act, scope, made = gig.act("finance"), gig.scope, gig.base.made
    letter = guarantees.Given(
        GuaranteeKind.PERFORMANCE, GuaranteeForm.LETTER, "5000", "某银行", "BH-1", today(), today() + timedelta(days=20), None, "", []
    )
    guarantees.enter(act, scope, letter)
    payees.enter(act, scope, payees.Account("某公司", "某银行", "36001000000001", "", [gig.file()]))
    gig.session.commit()
    waits = {who: waiting.of(bench(gig.session, who, made)).get(scope.contract_id, []) for who in ("finance", "finance2", "supervisor")}
    told = {who: {(one.word, one.page) for one in rows if one.page.startswith("money")} for who, rows in waits.items()}
    assert told["finance"] == {("保函到期", "money.guarantee"), ("付款", "money.overview")}
    assert told["finance2"] == told["finance"] | {("核对", "money.funds")}
    assert told["supervisor"] == set()


def check_sheets(gig: Till) -> None:
    month, quarter = sheet.span_of(f"{today():%Y-%m}"), sheet.span_of(f"{today().year}-Q{(today().month + 2) // 3}")
    for span in (month, quarter):
        held = sheet.sheet(gig.scope, span)
        assert [one.batch.kind for one in held.lines] == ["advance"]
        assert (held.before, held.out, held.after, len(held.open_lines)) == (Money(0), Money(16_800_000), Money(16_800_000), 1)
        after = {one.account: one.after for one in held.summaries}
        assert after[Account.PAYABLE] == Money.parse("1344000.00")
        for one in held.summaries:
            change = one.credits - one.debits if one.account in {Account.PRICE, Account.AMENDMENTS} else one.debits - one.credits
            assert one.after == one.before + change
    later = sheet.sheet(gig.scope, sheet.span_of(f"{today().year + 1}-01"))
    assert (later.before, later.lines, later.after) == (Money(16_800_000), [], Money(16_800_000))


def check_workbooks(gig: Till) -> None:
    made = io.BytesIO()
    held = sheet.sheet(gig.scope, sheet.span_of(f"{today():%Y-%m}"))
    money_book.write(made, tables.sheet_tables(held, "=合同", today()))
    book = load_workbook(made)
    rows = list(book["付款日记账"].iter_rows(values_only=True))
    assert rows[-3][4] == 168000
    assert str(rows[0][0]).startswith("=合同")
    assert book["付款日记账"]["A1"].data_type == "s"
    made = io.BytesIO()
    money_book.write(made, tables.overview_tables(overview.overview(gig.scope, today()), "合同", today()))
    assert load_workbook(made)["应付与逾期"]["C4"].value == 1344000


def problems(data: dict[str, Any]) -> list[str]:
    """What the standard's schema with the metrics extension says against a release package."""
    package, release, extension = (
        json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
        for name in ("release-package-schema", "release-schema", "metrics-extension")
    )
    for name, more in extension["definitions"].items():
        known = release["definitions"].setdefault(name, {"properties": {}})
        release["definitions"][name] = {**known, **more, "properties": {**known["properties"], **more["properties"]}}
    reference = package["properties"]["releases"]["items"]["$ref"]
    resource = DRAFT4.create_resource(release)
    registry: Registry[Any] = Registry().with_resources([(reference, resource), (release["id"], resource)])
    checker = Draft4Validator(package, registry=registry, format_checker=FormatChecker())
    return [f"{list(one.absolute_path)}: {one.message}" for one in checker.iter_errors(data)]


def check_release(gig: Till) -> None:
    text = ocds.as_json(ocds.package(gig.scope, today(), "https://example.test/ocds.json", "ocds-abc123"))
    data = json.loads(text, parse_float=str)
    [contract] = data["releases"][0]["contracts"]
    done = contract["implementation"]
    assert [one["value"]["amount"] for one in done["transactions"]] == ["168000.00"]
    assert {one["id"]: one["status"] for one in done["milestones"]} | {} == {
        "payment-advance": "met", "payment-final": "scheduled", "assessment-1": "met",
    }  # fmt: skip
    assert done["metrics"][0]["observations"][0]["measure"] == "84.1"
    plain = json.loads(text)
    assert problems(plain) == []
    assert "账号" not in text.decode()
    assert plain["releases"][0]["ocid"].startswith("ocds-abc123-")
    del plain["releases"][0]["ocid"]
    plain["releases"][0]["contracts"][0]["status"] = "running"
    [metric] = plain["releases"][0]["contracts"][0]["implementation"]["metrics"]
    metric["observations"][0]["notes"] = ""
    del metric["observations"][0]["relatedImplementationMilestone"]["id"]
    assert len(problems(plain)) == 4


def test_a_contract_without_scores_is_valid_too(session: Session) -> None:
    made = of_contract(session, ZJ, {"payment_plan": "advance_10"})
    data = json.loads(ocds.as_json(ocds.package(made.scope, today(), "https://example.test/ocds.json", "ocds-abc123")))
    assert problems(data) == []
    assert "metrics" not in data["releases"][0]["contracts"][0]["implementation"]


@pytest.mark.parametrize("key", ["2026-13", "2026-00", "2026-Q5", "2026-", "Q1", "20261-01", "二〇二六-01"])
def test_a_span_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Refused, match="月份或季度"):
        sheet.span_of(key)


def test_spans_run_from_the_start_to_today() -> None:
    keys = [one.key for one in sheet.spans(date(2025, 11, 20), date(2026, 4, 2))]
    assert keys == ["2026-Q2", "2026-04", "2026-Q1", "2026-03", "2026-02", "2026-01", "2025-Q4", "2025-12", "2025-11"]
    assert (sheet.span_of("2024-02").last, sheet.span_of("2025-Q4").last) == (date(2024, 2, 29), date(2025, 12, 31))
