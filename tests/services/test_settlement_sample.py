"""A whole year of each contract's sample: what is stated, posted and paid agrees with the capsule to the fen."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.security.money_terms import Account
from app.services.settlement.content import content_of
from app.services.settlement.plan import plan_of
from app.services.settlement.preparing import prepared
from app.store import assessments, settlement
from app.store.money import Books
from kpi.capsule import canonical, verify
from kpi.cli.inputs import measure, setup, with_period
from kpi.quantities import Money, parse_exact
from kpi.rulebook.given import Given
from kpi.rulebook.loader import load_known
from kpi.sampledata.generate import generate
from kpi.sampledata.plan import load_plan
from kpi.sampledata.writing import write_sample
from tests.factories.ground import CLOCK
from tests.services.frozen import frozen
from tests.services.settling import Till, answer_all, of_contract

LONG = os.environ.get("LONG") == "1"
QUICK = ("zhenjiang-gig-market",)
NET = {"zhenjiang-gig-market": "1512000.00", "yuehu-public-services": "1152000.00"}
EVERY = (*QUICK, "yuehu-public-services", "sandu-employment-data", "xingan-employment-home", "xinzhou-labour-survey")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Given, list[Any]]]:
    """Given data and measured figures of each contract's sample, drawn and counted once."""
    folder, found = tmp_path_factory.mktemp("samples"), {}
    for key in EVERY if LONG else QUICK:
        source = load_known(key)
        write_sample(folder, generate(source, load_plan(key), seed=1, today=CLOCK.now.date()))
        given = with_period(setup(Path(folder / key / "setup.yaml"), source), None)
        found[key] = given, measure(source, given, [folder / key / "entries.jsonl"], source.sha256.encode()).figures
    return found


def year(session: Session, key: str, given: Given, figures: list[Any]) -> Till:
    """The contract as the sample has it, its year signed."""
    assert given.term is not None
    assert given.price is not None
    term = {"starts_on": given.term.start, "ends_on": given.term.end}
    made = of_contract(session, key, {name: typed(value) for name, value in given.answers.items()}, given.price.fen, **term)
    answer_all(made)
    frozen(made, given, figures)
    return made


def typed(value: Any) -> Any:
    """An answer as the database keeps it."""
    return value if isinstance(value, str | bool | int | list | None) else str(value)


@pytest.mark.parametrize("key", EVERY if LONG else QUICK)
def test_statements_postings_and_capsule_agree(session: Session, samples: dict[str, tuple[Given, list[Any]]], key: str) -> None:
    made = year(session, key, *samples[key])
    row = assessments.every(session, made.scope.contract_id)[0]
    kept = assessments.capsule(session, made.scope.contract_id, row.id, 1, text=True)
    assert kept is not None
    assert verify(kept.text) == []
    payment = json.loads(kept.text)["results"]["payment"]
    wanted = {one["id"]: one["amount"] for one in payment["plans"][payment["chosen"]]["lines"]}
    settled = settle(made)
    live = settlement.live(session, made.scope.contract_id)
    for line in settled:
        assert Money(live[line].amount_fen).plain() == Money.parse(wanted[line]).plain(), line
    books = Books(session, made.scope.contract_id).balances()
    assert books[Account.PAID] == sum(live[line].payable_fen for line in settled)
    assert books[Account.EARNED] == books[Account.PAYABLE] == 0
    if key in NET:  # what the command `kpi demo` says it earns
        assert books[Account.PAID] == int(parse_exact(NET[key]) * 100)
    left = [one for one in plan_of(made.scope).lines if one.line.id not in settled]
    assert settled or all(one.blockers or one.state == "later" for one in left), "什么都没有付,也没有说为什么"


def settle(made: Till) -> list[str]:
    """Every line that nothing stands against is paid; the lines."""
    settled = []
    while (now := plan_of(made.scope).next) is not None:
        if {one.kind for one in now.blockers} == {"acceptance"}:
            made.accepted(now.line.id)
            now = plan_of(made.scope).next
        if now is None or now.blockers:
            break
        done = made.stated(now.line.id)
        row = made.statement(done)
        again = prepared(made.scope, now.past, row.line, row.assessment_id)
        assert canonical(content_of(again)) == canonical(row.content)
        if row.payable_fen:
            made.pay(made.approved(made.ask(done)))
        settled.append(row.line)
    return settled
