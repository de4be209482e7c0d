"""What is behind a figure: the rows know as much as the entries; targets, figures by hand, the task plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.security.terms import Side
from app.services import standing
from app.services.act import Refused
from app.services.assessments.basis import basis
from app.services.indicators import aims, manual, plan_files, plans
from app.services.indicators.aims import Proposal
from app.services.indicators.behind import Asked, Look
from app.services.indicators.detail import Detail
from app.services.indicators.filters import as_ledger_filter
from app.services.indicators.live import Live, live
from app.services.indicators.manual import Entered
from app.services.indicators.plans import Overtaken, Row, Sent
from app.services.indicators.spreading import evenly
from app.services.standing import counts, refresh
from app.services.workbench.tasks import tasks_of
from app.store import indicators as stored
from app.store.models import Assessment
from tests.factories.ground import CLOCK
from tests.factories.office import Office, evidence_file, office
from tests.services.acting import act_of
from tests.services.benches import bench
from tests.services.rollup_hands import Hands
from tests.services.standings import done, people, stand, visits

ORCHARD = Path(__file__).resolve().parents[1] / "factories" / "orchard.yaml"
TODAY = date(2026, 3, 5)


def counted(session: Session, made: Office) -> Live:
    """The rollups counted, and the standing kept."""
    counts.prepare(act_of(session, made["supervisor"]), made.scope(session))
    stand(session, made)
    return live(made.scope(session), TODAY)


def detail_of(session: Session, made: Office, clause: str, figure: str = "") -> Detail:
    now, view = live(made.scope(session), TODAY), standing.of(made.scope(session))
    assert view is not None
    one = next(each for each in view.indicators if each.clause == clause)
    return Detail(view, one, now, {}, figure)


def listed(detail: Detail, asked: Asked) -> Iterator[str]:
    """The numbers of all entries behind the figure, page by page."""
    assert detail.figure is not None
    assert detail.figure.ledger is not None
    while True:
        page = Look(detail.live, detail.live.compiled[detail.figure.key], detail.figure.ledger, asked).page()
        yield from (line.number for line in page.lines)
        if page.after is None:
            return
        asked = replace(asked, after=page.after)


def test_the_list_of_entries_agrees_with_the_count(session: Session, made: Office) -> None:
    """After whatever was done: of every figure and side, in all, by month, place and person."""
    hands = Hands(session, made, 11)
    for _ in range(150):
        hands.one()
    counted(session, made)
    tried = 0
    for clause in ("LK-1", "LK-2", "LK-4"):
        detail = detail_of(session, made, clause)
        months = {(date.fromisoformat(one.link["from"]), date.fromisoformat(one.link["until"])) for one in detail.by_month()}
        asks = [Asked(side) for side in Side] + [Asked(first=first, last=last) for first, last in months]
        asks += [Asked(place=one.link["place"]) for one in detail.by_place()]
        asks += [Asked(author=int(one.link["author"])) for one in detail.by_person()]
        for asked in asks:
            found = list(listed(detail, asked))
            assert len(found) == len(set(found)) == detail.number(asked.side, asked.first, asked.last, asked.place, asked.author)
            tried += bool(found)
    assert tried > 9


def test_the_ledger_s_own_list_is_offered_where_it_says_the_same(session: Session, made: Office) -> None:
    visits(session, made, date(2026, 1, 5), 3)
    people(session, made, 4, date(2026, 2, 3))
    done(session, made, "hotline", TODAY, fields={"date": TODAY.isoformat(), "answered": False})
    counted(session, made)
    span = {"from": "2026-01-01", "until": "2026-12-31"}
    assert as_ledger_filter(detail_of(session, made, "LK-1"), Asked()) == {"state": "verified", **span}
    assert as_ledger_filter(detail_of(session, made, "LK-2"), Asked(Side.CLAIMED)) is None
    assert as_ledger_filter(detail_of(session, made, "LK-3"), Asked()) is None, "没有人接听，不是一个能筛选的值"
    assert as_ledger_filter(detail_of(session, made, "LK-4"), Asked()) is None, "台账里还有零报告"


def without_behind(found: dict[str, Any]) -> dict[str, Any]:
    """What a standing holds, the number of entries left out: only rollups know it."""
    for one in found["indicators"]:
        assert all(each.pop("behind", [0])[0] for each in one["criteria"] if each.get("exact") not in (None, "0"))
        for each in one["criteria"]:
            each.pop("behind", None)
    return found


def test_counted_from_rollups_the_standing_is_the_same(session: Session, made: Office) -> None:
    hands = Hands(session, made, 5)
    for _ in range(120):
        hands.one()
    read = refresh.computed(made.scope(session), CLOCK.now)
    counts.prepare(act_of(session, made["supervisor"]), made.scope(session))
    kept = refresh.computed(made.scope(session), CLOCK.now)
    assert (without_behind(kept["found"]), kept["windows"]) == (read["found"], read["windows"])
    assert kept["found"]["counts"]["counted"]
    assert read["lines"] == {}
    assert [row[0] for row in kept["lines"]["LK-2/0/0"]] == ["2026-01-31", "2026-02-28", "2026-03-05"]
    assert kept["lines"]["LK-2/0/0"][-1][1] == kept["found"]["indicators"][1]["criteria"][0]["exact"]


def test_what_is_dated_after_today_is_read_and_waits(session: Session, made: Office) -> None:
    people(session, made, 3, date(2026, 2, 3))
    done(session, made, "news", date(2026, 3, 20))
    counts.prepare(act_of(session, made["supervisor"]), made.scope(session))
    assert refresh.computed(made.scope(session), CLOCK.now)["found"]["counts"]["later"] == 1


# -- targets ---------------------------------------------------------------------------------------


PARAMETER = "parameters:\n  - {id: trainings_wanted, clause: GL-1, title: 全年培训, value: 4, unit: 场}\n"


def with_parameter(text: str) -> str:
    """The book with its target as a parameter."""
    text = text.replace("at_least: 4,", "at_least: trainings_wanted,").replace("4 - held", "trainings_wanted - held")
    return text.replace("indicators:\n", f"{PARAMETER}indicators:\n", 1)


@pytest.fixture
def orchard(session: Session, tmp_path: Path) -> Office:
    book = tmp_path / "orchard.yaml"
    book.write_text(with_parameter(ORCHARD.read_text("utf-8")), "utf-8")
    return office(session, book)


def asked_for(value: str, **given: object) -> Proposal:
    return replace(Proposal("trainings_wanted", value, "停电两周，会议纪要3号", date(2026, 3, 1)), **given)  # type: ignore[arg-type]


def wanted(session: Session, made: Office) -> str:
    return str(stand(session, made).indicators[0].criteria[0]["wanted"])


def test_a_target_moves_once_the_other_side_agrees(session: Session, orchard: Office) -> None:
    scope = orchard.scope(session)
    row = aims.propose(act_of(session, orchard["supervisor"]), scope, asked_for("3 场"))
    assert wanted(session, orchard) == "不少于4场"
    for who in ("supervisor", "supervisor2", "deputy_head", "field_staff"):
        with pytest.raises(Refused, match="由另一方的人答复"):
            aims.decide(act_of(session, orchard[who]), scope, row.id, agreed=True, opinion="")
    aims.decide(act_of(session, orchard["project_manager"]), scope, row.id, agreed=True, opinion="")
    assert wanted(session, orchard) == "不少于3场"
    past = Assessment(contract_id=scope.contract_id, from_on=date(2025, 1, 1), until_on=date(2026, 2, 28), part="", number=1)
    now = Assessment(contract_id=scope.contract_id, from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), part="", number=2)
    assert basis(scope, past).given.targets == {}, "生效以前结束的周期不动"
    assert {name: one.value for name, one in basis(scope, now).given.targets.items()} == {"trainings_wanted": 3}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (asked_for("三"), "数字"), (asked_for("-1"), "负数"), (asked_for("4"), "没有变化"), (asked_for("3", reason="因为"), "理由"),
        (asked_for("3", effective_on=date(2025, 12, 31)), "不再变动"), (asked_for("3", effective_on=date(2027, 1, 1)), "合同期"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be(session: Session, orchard: Office, said: Proposal, why: str) -> None:
    with pytest.raises(Refused, match=why):
        aims.propose(act_of(session, orchard["project_manager"]), orchard.scope(session), said)


# -- by hand ---------------------------------------------------------------------------------------


def orderly(session: Session, made: Office, who: str, **given: object) -> stored.ManualFigure:
    scope = made.scope(session)
    inputs = live(scope, TODAY).inputs
    indicator = next(one for one in inputs.book.rulebook.indicators if one.clause == "GL-2")
    file = evidence_file(session, made.contract, made["supervisor"])
    said = replace(Entered({"orderly": "是"}, "现场检查记录", [file.id]), **given)  # type: ignore[arg-type]
    return manual.enter(act_of(session, made[who]), scope, "GL-2", dict(indicator.figures), said)


def test_figures_by_hand_count_once_a_second_person_has_looked(session: Session, orchard: Office) -> None:
    scope = orchard.scope(session)
    with pytest.raises(Refused, match="采购人登记台账的人"):
        orderly(session, orchard, "field_staff")
    with pytest.raises(Refused, match="证据"):
        orderly(session, orchard, "supervisor", files=())
    row = orderly(session, orchard, "supervisor")
    assert [one.data["met"] for one in stand(session, orchard).indicators if one.clause == "GL-2"] == [None]
    with pytest.raises(Refused, match="另一人核实"):
        manual.verify(act_of(session, orchard["supervisor"]), scope, row.id)
    manual.verify(act_of(session, orchard["supervisor2"]), scope, row.id)
    assert [one.data["met"] for one in stand(session, orchard).indicators if one.clause == "GL-2"] == [True]
    whole = Assessment(contract_id=scope.contract_id, from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), part="", number=1)
    assert basis(scope, whole).given.facts == {"GL-2": {"orderly": True}}
    with pytest.raises(Refused, match="刚刚改过"):
        orderly(session, orchard, "supervisor")
    undone = orderly(session, orchard, "supervisor", seen=1, undo=True)
    assert [one.data["met"] for one in stand(session, orchard).indicators if one.clause == "GL-2"] == [True]
    manual.verify(act_of(session, orchard["supervisor2"]), scope, undone.id)
    assert [one.data["met"] for one in stand(session, orchard).indicators if one.clause == "GL-2"] == [None]


# -- task plan -------------------------------------------------------------------------------------


def grid(session: Session, made: Office) -> plans.Grid:
    detail = detail_of(session, made, "LK-1")
    return plans.grid(made.scope(session), detail.live, detail.one, "LK-1/visited")


def planned(found: plans.Grid) -> Mapping[tuple[int, str], list[int]]:
    return {(one.user_id, one.place): [one.planned.get(month, 0) for month in found.months] for one in found.rows}


def test_a_plan_is_spread_carried_over_and_kept(session: Session, made: Office) -> None:
    visits(session, made, date(2026, 1, 5), 3, outlet_id=made.outlets[1].id)
    counted(session, made)
    manager, scope, staff = act_of(session, made["project_manager"]), made.scope(session), made["field_staff"].id
    start = grid(session, made)
    assert (start.wanted, start.total, len(start.months)) == (48, 48, 12)
    two = [Row(staff, "", {}), Row(made["field_staff2"].id, "", {})]
    plans.save(manager, scope, start, plans.spread(start, Sent(50, two)))
    even = grid(session, made)
    assert planned(even) == {(staff, ""): [3, 2, *[2] * 10], (made["field_staff2"].id, ""): [3, 2, *[2] * 10]}
    assert even.planned == 50
    assert even.done(Side.VERIFIED, even.rows[0], date(2026, 1, 1)) == 3
    plans.save(manager, scope, even, plans.carry(even, Sent(50, even.rows, 1)))
    carried = grid(session, made)
    assert planned(carried)[staff, ""] == [3, 0, 3, 3, *[2] * 8]
    assert planned(carried)[made["field_staff2"].id, ""] == [0, 0, *evenly(25, 10)]
    with pytest.raises(Overtaken, match="刚刚存过"):
        plans.save(manager, scope, carried, Sent(50, even.rows, 1))
    with pytest.raises(Refused, match="项目经理"):
        plans.save(act_of(session, made["field_staff"]), scope, carried, Sent(50, carried.rows, 2))
    (task,) = tasks_of(bench(session, "field_staff", made), [scope.contract_id])[scope.contract_id]
    assert (task.planned, task.done, task.today) == (3, 0, 1)


def test_a_plan_goes_out_and_comes_back_as_a_workbook(session: Session, made: Office) -> None:
    counted(session, made)
    manager, scope, start = act_of(session, made["project_manager"]), made.scope(session), grid(session, made)
    rows = [Row(made["field_staff"].id, "城东街道", {start.months[0]: 7, start.months[11]: 5})]
    plans.save(manager, scope, start, Sent(12, rows))
    kept = grid(session, made)
    content = plan_files.written(kept, "合同")
    again = plan_files.read(kept, content, kept.version)
    assert (again.total, list(again.rows)) == (12, list(kept.rows))
    with pytest.raises(Refused):
        plan_files.read(kept, b"not a workbook", 1)


@pytest.mark.parametrize(("total", "parts"), [(0, 3), (10, 3), (2, 5), (48, 12)])
def test_equal_parts_add_up(total: int, parts: int) -> None:
    found = evenly(total, parts)
    assert (sum(found), len(found)) == (total, parts)
    assert max(found) - min(found) <= 1
