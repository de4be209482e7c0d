"""Looking changes nothing: checked on every page, and refused by the database itself."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.store.engine import READING
from app.store.schema import Base
from app.web.database import db
from tests.architecture.access_table import ACCESS
from tests.architecture.sources import python_files, shown
from tests.architecture.test_access import ROLES, address, calls
from tests.factories.world import world
from tests.web.browser import Browser
from tests.web.statements import queries

# Noted when a session is used: the one thing that looking may change.
EXEMPT = {("user_session", "last_seen_at")}
QUERY_BUDGET = 14
# The reviewer's desk is a list, an entry and its evidence on one screen.
# A rectification is shown as its whole file: notice, service, reports, reinspections, exemptions, the past.
# An indicator stands with its windows, counts, targets, figures by hand and task plan on one page.
# An assessment is evaluated anew from its figures, decisions, facts, marks and the register: each its own statement.
# Its sheet shows beside each clause what rounds, inspections, complaints and surveys found: one statement each.
# A payment plan reads what was settled and what stands in the way; a request its invoices, papers, approvals and payments.
HEAVIER = {
    # The overview of the money stands on the whole payment plan (settlement.plan), the ledger and the clocks.
    "money.overview": 25, "money.export": 23, "money.ocds_file": 21, "money.funds": 17,
    # Beside the payment stand its clocks (what is owed, the declared size) and the budgets it is paid from.
    "settlement.plan": 20, "settlement.sheet": 20, "settlement.statement": 17, "settlement.request": 23, "settlement.request_file": 18,
    "indicators.indicators": 16, "indicators.plan_file": 15, "indicators.one": 23, "indicators.entries": 16, "indicators.plan": 17,
    # The whole case on paper: score, letters with their service, appeals, signatures, exemptions, history, files.
    "assessment.dossier": 22,
    # The register counts its pages and what waits in each state.
    "rectification.cases": 16,
    # The sheet shows what each clause rests on: findings, contract events, spot checks, inspections, complaints, surveys.
    "assessment.one": 21, "assessment.result": 20, "assessment.sign": 18, "assessment.answer": 21, "assessment.export": 17,
    "rectification.case": 17, "rectification.dossier": 18, "rectification.dossier_file": 20,
    "review.queue": 17, "review.one": 17, "review.batch_one": 18, "check.queue": 17, "check.one": 17, "check.batch_one": 18,
}  # fmt: skip


def contents(session: Session) -> dict[str, list[object]]:
    """Every row of every table."""
    found: dict[str, list[object]] = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.c if (table.name, column.name) not in EXEMPT]
        found[table.name] = [
            tuple(row) for row in session.execute(sa.select(*columns).order_by(*table.primary_key))
        ]
    session.rollback()
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_page_changes_anything_or_asks_too_much(app: Flask, session: Session, role: str) -> None:
    made = world(session)
    before = contents(session)
    for rule, method in calls(app):
        if method != "GET" or rule.endpoint == "static":
            continue
        browser = Browser(app)
        browser.hold(made.tokens[role])
        url = address(app, rule, made.own)
        asked = queries(app, partial(browser.get, url))
        assert asked <= HEAVIER.get(rule.endpoint, QUERY_BUDGET), f"{rule.rule} 查了 {asked} 次"
    assert contents(session) == before


def test_the_database_refuses_to_write_while_looking(app: Flask) -> None:
    with app.app_context():
        db.session.connection(execution_options=READING)
        with pytest.raises((sa.exc.OperationalError, sa.exc.InternalError)):
            db.session.execute(sa.text("UPDATE role SET name = 'x'"))
        db.session.rollback()
        db.session.execute(sa.text("UPDATE role SET name = name"))
        db.session.commit()


def test_there_is_one_place_that_commits_a_request() -> None:
    owners = {"app/web/transaction.py", "app/store/engine.py"}
    found = {shown(path) for path in python_files("app") if ".commit(" in path.read_text()}
    assert found == owners, "只有一处提交事务"


def test_the_table_is_not_empty() -> None:
    assert len(ACCESS) > 40
