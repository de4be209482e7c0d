"""扫码核对 of what stands outside the register: each kind of paper, the same, changed, replaced, or not for this person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from app.security.field_terms import SpotOutcome
from app.services.assessments import mark_papers
from app.services.fieldwork import papers, visits
from app.services.fieldwork.rates import result_of
from app.services.rectification.checking import Checked
from app.services.scanned import elsewhere
from app.store import reports
from app.store.contracts import ContractScope
from app.store.models import UserAccount
from tests.factories import settlements
from tests.factories.office import Office, office
from tests.services.acting import act_of
from tests.services.assessing import Ground, orchard
from tests.services.fieldworks import TODAY, drawn_round, harbour, seen, verified_visits
from tests.services.reporting import School, school
from tests.services.test_assessment_people import appointed, marked

__all__ = ["orchard", "school"]


def asked(scope: ContractScope, who: UserAccount, code: str) -> Checked | None:
    return elsewhere(scope, act_of(scope.session, who).person(), code)


def same(scope: ContractScope, who: UserAccount, code: str) -> bool | None:
    found = asked(scope, who, code)
    assert found is not None
    return found.same


def test_a_payment_order_that_was_stated_anew_is_void(session: Session) -> None:
    made: Office = office(session)
    scope = made.scope(session)
    first = settlements.statement(session, made.contract, made["supervisor"], sha256="a" * 64)
    code = f"LYT-PAY:{first.number}\r\nSHA-256:{'a' * 64}"
    found = asked(scope, made["finance"], code)
    assert found is not None
    assert (found.same, found.void, found.page) == (True, "", ("settlement.statement", {"statement_id": first.id}))
    assert same(scope, made["finance"], code.replace("a" * 64, "b" * 64)) is False
    assert same(scope, made["finance"], f"LYT-PAY:{first.number}") is None
    again = settlements.statement(session, made.contract, made["supervisor"], sha256="b" * 64, revision=2, reason="补充协议")
    found = asked(scope, made["finance"], code)
    assert found is not None
    assert f"以第 {again.number} 号（第 2 版）为准" in found.void
    assert asked(scope, made["field_staff"], code) is None, "field staff have no business with payments"
    assert asked(scope, made["finance"], f"LYT-PAY:{again.number + 50}\nSHA-256:{'a' * 64}") is None


def test_a_report_is_known_by_the_data_of_its_version(school: School) -> None:
    row = school.make()
    version = reports.version(school.session, row.contract_id, row.id)
    assert version is not None
    code = f"LYT-REPORT:{row.duty}\n{row.label}\nSHA-256:"
    who = school.made["supervisor"]
    found = asked(school.scope, who, code + version.sha256)
    assert found is not None
    assert (found.title, found.same, found.void) == (row.title, True, "")
    assert same(school.scope, who, code + "0" * 64) is False
    school.lesson(date(2026, 2, 20), 5)
    school.make(who="project_manager")
    found = asked(school.scope, who, code + version.sha256)
    assert found is not None
    assert found.void == "这是第 1 版，现在以第 2 版为准"


def test_the_record_of_a_check_changes_with_what_was_seen(session: Session, tmp_path: Path) -> None:
    made = harbour(session, tmp_path)
    verified_visits(session, made, 3)
    row, scope = drawn_round(session, made), made.scope(session)
    line = result_of(scope, row).lines[0]

    def code() -> str:
        return str(papers.paper(scope, papers.visit_record(scope, row.id, line.entry_id), TODAY).proof.code)

    empty = code()
    assert same(scope, made["supervisor"], empty) is True
    visits.record(act_of(session, made["supervisor"]), scope, row.id, line.entry_id, seen(session, made, SpotOutcome.UNTRUE))
    assert same(scope, made["supervisor"], empty) is False
    assert same(scope, made["supervisor"], code()) is True
    assert asked(scope, made["project_manager"], empty) is None, "what was drawn is not for the contractor"
    assert asked(scope, made["supervisor"], empty.replace("LYT-CHECK:", "LYT-CHECK:9")) is None


def test_a_sheet_of_marks_is_compared_for_who_may_see_it(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": False})
    appointed(orchard, row.id, "supervisor2", "member", "member2")
    marked(orchard, row.id, "member", "item_order/GL-2", "1")
    row = orchard.row(row.id)
    sheet = mark_papers.member_sheet(orchard.scope, row, orchard.work(row), orchard.made["member"].id)
    code = f"LYT-{sheet.tag}\nSHA-256:{sheet.sha256}"
    assert same(orchard.scope, orchard.made["member"], code) is True
    assert asked(orchard.scope, orchard.made["supervisor2"], code) is None, "the own marks come first"
    marked(orchard, row.id, "member", "item_order/GL-2", "2")
    assert same(orchard.scope, orchard.made["member"], code) is False
    summary = mark_papers.summary_sheet(orchard.scope, row, orchard.work(orchard.row(row.id)))
    assert same(orchard.scope, orchard.made["member"], f"LYT-{summary.tag}\nSHA-256:{summary.sha256}") is True
