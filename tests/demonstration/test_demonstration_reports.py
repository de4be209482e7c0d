"""Which reports the scheduler makes for each contract of the demonstration, told from the contracts alone: no year is worked off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.demonstration import contracts, people
from app.demonstration.contracts import Show
from app.demonstration.stage import Stage, moment
from app.security.terms import OrganisationKind
from app.services.books import Book, book_of
from app.services.reports import duties
from app.store.contracts import ContractScope
from app.store.engine import own_transaction
from kpi.rulebook.loader import Source
from kpi.sampledata.generate import SampleSet
from tests.factories.demonstrations import stage_of
from tests.factories.ground import KINDS, emptied

NEEDED = ("project_manager", "supervisor", "deputy_head", "finance")
PASSWORD = "Fluss-an-der-3-Bruecke"
#: By contract: what is owed of the last month, the last quarter, the last week, once by a day, and after an event.
WANTED = {
    "xingan": {
        "month": {"monthly_analysis", "returnee_report"}, "week": {"outlet_dispatch_report"}, "once": {"industrial_report"},
        "quarter": {"employer_service_report", "labour_special_report", "labour_service_report"}, "event": set(),
    },
    "zhenjiang": {
        "month": {"market_month", "analysis", "data_return"}, "quarter": {"quarter_review"}, "week": set(), "once": set(), "event": set(),
    },
    "yuehu": {
        "month": {"ep1", "month_review", "loan_tables_report"}, "quarter": {"quarter_review", "subsidy_report"},
        "week": set(), "once": set(), "event": set(),
    },
    # Sixty days hold no whole quarter.
    "xinzhou": {
        "month": {"month_review"}, "quarter": set(), "week": {"progress"}, "once": set(), "event": {"stage_report", "final_report"},
    },
    "sandu": {
        "month": {"month_review"}, "quarter": {"quarter_review"}, "week": {"town_progress"}, "once": {"summary"},
        "event": {"sample_report"},
    },
}  # fmt: skip


@pytest.fixture(params=KINDS)
def app(request: pytest.FixtureRequest) -> Flask:
    return emptied(request.param)


@pytest.fixture
def stage(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Contracts without entries, with those alone whom going live asks for."""
    drawn = contracts.drawn

    def without_entries(show: Show, today: date) -> tuple[Source, SampleSet]:
        source, sample = drawn(show, today)
        return source, replace(sample, entries=iter(()))

    monkeypatch.setattr(contracts, "drawn", without_entries)
    monkeypatch.setattr(people, "PARTS", [one for one in people.PARTS if one.code in NEEDED])
    with stage_of(app) as found:
        yield found


def owed(session: Session, stage: Stage, contract_id: int) -> dict[str, set[str]]:
    """By how often, the reports that the scheduler makes of the contract now; and those that wait for an event."""
    found: dict[str, set[str]] = {"month": set(), "quarter": set(), "week": set(), "once": set()}
    for wish in duties.wished(session, stage.today):
        if wish.contract_id == contract_id:
            found[wish.kind if wish.kind in found else "once"] |= set(wish.duties)
    scope = ContractScope(session, contract_id)
    contract = scope.contract()
    assert contract is not None
    book: Book = book_of(scope, contract)
    return {**found, "event": {one.id for one in duties.made_here(book) if one.after is not None}}


def test_the_scheduler_makes_these_reports_of_each_contract(stage: Stage, session: Session) -> None:
    with own_transaction(stage.engine) as first:
        act = stage.act(first, None, moment(stage.today - timedelta(days=4000)))
        home = people.organisation(act, OrganisationKind.BUYER, "县级人力资源和社会保障信息中心")
        admin_id, _ = people.administrator(stage, act, home, PASSWORD)
    made = [contracts.set_up(stage, admin_id, show, PASSWORD, place)[0] for place, show in enumerate(contracts.shows())]
    assert {one.show.short: owed(session, stage, one.contract_id) for one in made} == WANTED
