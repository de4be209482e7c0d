"""Edits against sign-off: whoever is first, what was signed is what stands there. Controls show that they do race."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.security.terms import AssessmentState
from app.services.act import Act
from app.services.assessments import appeals, capsules, decide, signing, steps
from app.services.assessments.appeals import Raised
from app.services.assessments.decide import Wish
from app.services.assessments.signing import Signing
from app.services.ledger import gates, write
from app.services.ledger.write import Typed
from app.store import assessments, locks
from app.store.assessments import Assessment
from app.store.models import AssessmentDecision
from app.web.database import db
from tests.services.acting import PASSWORDS, act_of
from tests.services.assessing import PASSWORD, WHY, Ground, lake, orchard
from tests.services.test_assessments import work_of_a_year
from tests.services.test_review_races import together

__all__ = ["lake", "orchard"]
LONG = os.environ.get("LONG") == "1"
ROUNDS = 200 if LONG else 4
PATIENCE = 0.3


@pytest.fixture
def engine(app: Flask) -> sa.Engine:
    with app.app_context():
        return db.engine


def signs(made: Ground, row: Assessment, version: int, sha256: str) -> object:
    def sign(act: Act) -> object:
        return signing.sign(act, made.made.scope(act.session), row.id, PASSWORDS, Signing(PASSWORD, sha256), version)

    return sign


def test_a_decision_is_in_what_was_scored_or_is_refused(engine: sa.Engine, orchard: Ground) -> None:
    """A decision and 核定 at once: the one that comes second hears that the sheet is no longer what it saw."""
    row = orchard.opened()
    orchard.decide(row, "item_held/GL-1", "12")
    orchard.all_met(row)
    key, people = "item_held/GL-1", orchard.made
    for number in range(ROUNDS):
        version, seen = orchard.row(row.id).version, decide.latest_of(orchard.work(row), key)
        assert seen is not None
        wish = Wish(key, "24" if number % 2 else "36", reason=WHY, seen=seen.revision)
        orchard.session.commit()
        answers = together(
            engine,
            (people["supervisor"], lambda act, wish=wish: decide.decide(act, people.scope(act.session), row.id, wish)),
            (people["supervisor2"], lambda act, seen=version: steps.score(act, people.scope(act.session), row.id, seen)),
        )
        assert answers["done"] == 1, answers
        now = orchard.row(row.id)
        if now.state == AssessmentState.SCORED:
            steps.unscore(orchard.act(), orchard.scope, row.id, "继续核对", now.version)
        orchard.session.commit()


def test_the_contractor_signs_or_contests(engine: sa.Engine, lake: Ground) -> None:
    """Two of the contractor's people at once: signed is signed, contested is contested, never both."""
    work_of_a_year(lake)
    row = lake.opened()
    lake.all_met(row)
    lake.scored(row)
    lake.published(row)
    kept = assessments.capsule(lake.session, lake.made.contract.id, row.id)
    assert kept is not None
    people, version, item = lake.made, lake.row(row.id).version, "item_visits"
    sign = signs(lake, row, version, kept.sha256)
    lake.session.commit()
    raised = Raised(item, "有两次没有计入")
    answers = together(
        engine, (people["project_manager"], sign),
        (people["project_manager"], lambda act: appeals.appeal(act, people.scope(act.session), row.id, raised, version)),
    )  # fmt: skip
    assert answers["done"] == 1, answers
    signed = assessments.signatures(lake.session, people.contract.id, row.id)
    assert (lake.row(row.id).state == AssessmentState.APPEALED) is not bool(signed)


@pytest.mark.parametrize("careful", [True, False])
def test_an_entry_that_saw_no_lock_is_in_before_the_result_is_frozen(
    engine: sa.Engine, lake: Ground, monkeypatch: pytest.MonkeyPatch, careful: bool
) -> None:
    """Without holding the contract, on PostgreSQL, an entry comes in after its period was signed: the negative control."""
    work_of_a_year(lake)
    row = lake.opened()
    lake.all_met(row)
    lake.scored(row)
    lake.published(row)
    lake.sign(row, "project_manager")
    kept = assessments.capsule(lake.session, lake.made.contract.id, row.id)
    assert kept is not None
    sign = signs(lake, row, lake.row(row.id).version, kept.sha256)
    looked, frozen, order, plain = Event(), Event(), [], gates.check_day

    def slow(*given: object) -> None:
        plain(*given)  # type: ignore[arg-type]
        looked.set()
        frozen.wait(PATIENCE)

    monkeypatch.setattr(gates, "check_day", slow)
    if not careful:
        monkeypatch.setattr(locks, "hold", lambda *_args, **_more: None)

    def enter() -> None:
        with Session(engine) as one:
            typed = Typed({"date": "2025-12-04", "channels": ["公众号"]})
            write.enter(act_of(one, lake.made["field_staff"]), lake.made.scope(one), "news", typed)
            one.commit()
            order.append("entered")

    def freeze() -> None:
        looked.wait(5)
        with Session(engine) as two:
            sign(act_of(two, lake.made["deputy_head"]))  # type: ignore[operator]
            two.commit()
            order.append("frozen")
            frozen.set()

    lake.session.commit()
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(enter), pool.submit(freeze)]:
            done.result()
    races = engine.dialect.name == "postgresql" and not careful
    assert order == (["frozen", "entered"] if races else ["entered", "frozen"])
    assert lake.row(row.id).state == AssessmentState.SIGNED
    assert capsules.examine_own(lake.scope, lake.row(row.id)).holds, "what came in moves nothing"


def test_without_care_a_decision_lands_on_a_scored_sheet(engine: sa.Engine, orchard: Ground) -> None:
    """The negative control: look at the state, then write what the look allows, without holding the sheet."""
    row = orchard.opened()
    orchard.decide(row, "item_held/GL-1", "12")
    people, seen = orchard.made, Barrier(2)
    late = {"contract_id": people.contract.id, "assessment_id": row.id, "key": "item_held/GL-1", "clause": "GL-1"}
    late |= {"revision": 9, "points": "60", "decided_by": people["supervisor"].id, "decided_at": people.contract.created_at}
    orchard.session.commit()

    def careless(scores: bool) -> bool:
        with Session(engine) as one:
            one.connection(execution_options={"reads_only": True})
            open_still = one.scalar(sa.select(Assessment.state).where(Assessment.id == row.id)) == AssessmentState.DRAFT
        seen.wait()
        with Session(engine) as two:
            if scores:
                two.execute(sa.update(Assessment).where(Assessment.id == row.id).values(state=AssessmentState.SCORED.value))
            else:
                two.add(AssessmentDecision(**late))
            two.commit()
        return open_still

    with ThreadPoolExecutor(2) as pool:
        effects = list(pool.map(careless, (True, False)))
    assert effects == [True, True], "both believed that the sheet was open"
    assert orchard.row(row.id).state == AssessmentState.SCORED
    assert orchard.work(row).decisions["item_held/GL-1"].points == "60", "a decision that nobody scored stands on the sheet"
