"""What the demonstration has settled of each contract, line by line; whoever accepted may."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.demonstration.contracts import shows
from app.demonstration.run import load
from app.services.finance import overview
from app.services.money import reading
from app.services.settlement import sitting
from app.services.settlement.plan import plan_of
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.models import Contract
from tests.factories.demonstrations import stage_of
from tests.factories.ground import CLOCK, emptied

#: By contract: states of the lines in mid-term, and once the term is over; how many bodies the acceptance groups come from.
SETTLED = {
    "xingan": (["blocked"], ["blocked"], 0),
    "zhenjiang": (["paid", "blocked"], ["paid", "blocked"], 0),
    "yuehu": (["blocked", "later", "later", "later"], ["paid", "paid", "blocked", "later"], 0),
    "xinzhou": (["blocked", "later"], ["blocked", "later"], 0),
    "sandu": (["paid", "paid", "asked"], ["blocked", "later", "later"], 3),
}


@pytest.mark.long
@pytest.mark.parametrize("year_end", [False, True])
@pytest.mark.parametrize("short", list(SETTLED))
def test_each_contract_is_settled_as_far_as_it_can_be(short: str, year_end: bool, tmp_path: Path) -> None:
    app = emptied("sqlite")
    with stage_of(app) as stage:
        load(stage, tmp_path / "accounts.json", [one for one in shows(year_end=year_end) if one.short == short])
        with Session(stage.engine) as session:
            contract = session.scalars(sa.select(Contract)).one()
            scope = ContractScope(session, contract.id)
            expected, bodies = SETTLED[short][int(year_end)], SETTLED[short][2] if not year_end else 0
            view = plan_of(scope)
            assert [one.state for one in view.lines] == expected
            assert Counter(one.state for one in view.lines)["paid"] == len([one for one in view.lines if one.paid])
            assert reading.standing(scope).troubles == ()
            assert overview.overview(scope, CLOCK.now.date()).months
            rows = settlement.acceptances(session, contract.id)
            can = sitting.eligible(scope, CLOCK.now.date())
            groups = [settlement.members(session, contract.id, one.id) for one in rows]
            assert all(member.user_id in can for group in groups for member in group)
            assert all(len({member.unit for member in group}) == bodies for group in groups)
            assert bool(groups) == bool(bodies)
