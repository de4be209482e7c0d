"""What an assessment asks of whom: the wish to open a signed one again stands on the desk of the second person."""

from __future__ import annotations

from app.services.assessments import reopening
from app.services.workbench import waiting as desks
from app.services.workbench.bench import Bench
from tests.factories.ground import CLOCK
from tests.services.assessing import Ground, lake, orchard

__all__ = ["lake", "orchard"]


def words(made: Ground, who: str) -> list[tuple[str, str, str]]:
    contract = made.session.merge(made.made.contract)
    found = desks.of(Bench(made.session, made.act(who).person(), CLOCK.now, (contract,))).get(contract.id, [])
    return [(one.word, one.page, one.note) for one in found]


def test_a_wish_to_open_again_waits_for_the_second_person(orchard: Ground) -> None:
    orchard.made.contract.state = "live"
    row = orchard.opened()
    for clause, table in (("GL-1", {"held": 4}), ("GL-2", {"orderly": True}), ("GL-3", {"rank": 2, "reports": 7})):
        orchard.state(row, clause, table)
    orchard.signed(row)
    wanted = ("决定是否重开", "assessment.result", "漏计了三月的两次走访")
    assert wanted not in words(orchard, "deputy_head")
    wish = reopening.ask(orchard.act(), orchard.scope, row.id, wanted[2], orchard.row(row.id).version)
    orchard.session.commit()
    assert wanted in words(orchard, "deputy_head")
    assert wanted in words(orchard, "supervisor2")
    assert wanted not in words(orchard, "supervisor"), "who asked does not decide"
    assert wanted not in words(orchard, "project_manager")
    reopening.refuse(orchard.act("deputy_head"), orchard.scope, wish.id, "没有漏计")
    orchard.session.commit()
    assert wanted not in words(orchard, "deputy_head")
