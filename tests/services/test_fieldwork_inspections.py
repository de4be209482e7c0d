"""现场检查: kept item by item; closing makes findings and entries of the buyer's ledger, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.case_terms import FindingSource
from app.security.terms import Signature
from app.services.act import Missing, Refused
from app.services.fieldwork import closing, inspections, records, sources
from app.services.fieldwork.closing import Closing
from app.services.fieldwork.common import Met, Overtaken
from app.services.fieldwork.inspections import Plan, Tap
from app.store.cases import Cases
from app.store.fieldwork import Fieldwork, Inspection, InspectionItem
from app.store.models import LedgerEntry
from tests.factories.office import Office, evidence_file
from tests.services.acting import act_of, recorded
from tests.services.fieldworks import TODAY, harbour

SIGNED = Closing(Met("李站长", Signature.SIGNED))


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Office:
    return harbour(session, tmp_path)


def planned(session: Session, made: Office, **given: object) -> tuple[Inspection, list[InspectionItem]]:
    wanted = replace(Plan("site", made.outlets[1].id, "", TODAY), **given)  # type: ignore[arg-type]
    row = inspections.plan(act_of(session, made["supervisor"]), made.scope(session), wanted)
    return row, list(Fieldwork(session, made.contract.id).items([row.id]))


def tapped(session: Session, made: Office, item: InspectionItem, label: str, who: str = "supervisor", **given: object) -> None:
    said = Tap(label, **given)  # type: ignore[arg-type]
    inspections.tap(act_of(session, made[who]), made.scope(session), item.inspection_id, item.id, said)


def photo(session: Session, made: Office) -> int:
    return evidence_file(session, made.contract, made["supervisor"]).id


def closed(session: Session, made: Office, row: Inspection, said: Closing = SIGNED, who: str = "supervisor") -> None:
    closing.close(act_of(session, made[who]), made.scope(session), row.id, row.version, said)


def entries(session: Session, ledger: str) -> list[LedgerEntry]:
    return list(session.scalars(sa.select(LedgerEntry).where(LedgerEntry.ledger == ledger).order_by(LedgerEntry.id)))


def test_from_the_plan_to_findings_and_entries(session: Session, made: Office) -> None:
    row, items = planned(session, made)
    assert [(one.value, one.clause) for one in items] == [("标识明显", "LK-3"), ("宽带畅通", "LK-3"), ("消防齐全", "LK-4")]
    tapped(session, made, items[0], "具备")
    assert (row.state, row.visited_on, row.place) == ("under_way", TODAY, "城东街道")
    tapped(session, made, items[1], "具备", typed={"speed": "300", "in_place": "否", "nonsense": "1"})
    tapped(session, made, items[2], "缺少", note="灭火器过期", files=[photo(session, made)])
    closed(session, made, row, replace(SIGNED, second_id=made["supervisor2"].id))
    session.commit()
    kept = entries(session, "site_check")
    assert [(one.fields["condition"], one.fields["in_place"]) for one in kept] == [
        ("标识明显", True), ("宽带畅通", True), ("消防齐全", False),
    ]  # fmt: skip
    assert {one.state for one in kept} == {"submitted"}, "等采购人的另一人审核"
    people = f"{made['supervisor'].display_name}、{made['supervisor2'].display_name}"
    assert {one.fields["inspectors"] for one in kept} == {people}
    (finding,) = Cases(session, made.contract.id).findings()
    assert (finding.clause, finding.source, finding.place) == ("LK-4", FindingSource.INSPECTION, "城东街道")
    assert "灭火器过期" in finding.found
    assert (items[2].finding_id, items[2].entry_id, items[0].finding_id) == (finding.id, kept[2].id, None)
    assert recorded(session)[-1] == "inspection.closed"
    check_papers(session, made, row)


def check_papers(session: Session, made: Office, row: Inspection) -> None:
    """The record for the paper, and what the sheet shows at each clause."""
    paper = records.check_record(made.scope(session), records.INSPECTION, row.id)
    assert [(one.result, one.finding[:2], one.files) for one in paper.lines] == [("具备", "", 0), ("具备", "", 0), ("缺少", "问题", 1)]
    assert (paper.spoken_to, paper.signature, len(paper.investigators)) == ("李**", "本人签字", 2)
    shown = sources.sources_of(made.scope(session), TODAY, TODAY)
    assert [(clause, one.bad) for clause, found in sorted(shown.items()) for one in found] == [("LK-3", False), ("LK-4", True)]
    assert "不合格 1 项：消防齐全" in shown["LK-4"][0].text


def test_an_item_can_be_tapped_again_and_nothing_is_lost(session: Session, made: Office) -> None:
    row, items = planned(session, made, second_id=made["supervisor2"].id)
    tapped(session, made, items[0], "缺少", note="被树挡住")
    tapped(session, made, items[0], "具备", who="supervisor2")
    tapped(session, made, items[1], "")
    assert [(one.result, one.note) for one in items[:2]] == [("pass", ""), ("none", "")]
    assert items[0].recorded_by == made["supervisor2"].id
    with pytest.raises(Refused, match="还有 1 项没有查：第 3 项"):
        closed(session, made, row)
    tapped(session, made, items[2], "缺少")
    with pytest.raises(Refused, match="不合格的要写明情况：第 3 项"):
        closed(session, made, row)


def test_what_the_ledger_does_not_take_closes_nothing(session: Session, made: Office) -> None:
    row, items = planned(session, made, second_id=made["supervisor2"].id)
    for one in items:
        tapped(session, made, one, "具备")
    session.commit()
    with pytest.raises(Refused, match="第 2 项“宽带畅通”记不进“场所检查表”"):
        closed(session, made, row)
    session.rollback()
    assert entries(session, "site_check") == []
    tapped(session, made, items[1], "具备", typed={"speed": "200"})
    closed(session, made, row)
    assert len(entries(session, "site_check")) == 3


def test_who_may_and_when(session: Session, made: Office) -> None:
    row, items = planned(session, made)
    with pytest.raises(Refused, match="只有这次检查的两名检查人"):
        tapped(session, made, items[0], "具备", who="supervisor2")
    with pytest.raises(Refused, match="不是采购人的人"):
        tapped(session, made, items[0], "具备", who="project_manager")
    with pytest.raises(Refused, match="从所列的结果里选"):
        tapped(session, made, items[0], "很好")
    other, _ = planned(session, made)
    with pytest.raises(Missing):
        inspections.tap(act_of(session, made["supervisor"]), made.scope(session), other.id, items[0].id, Tap("具备"))
    for one in items:
        tapped(session, made, one, "")
    with pytest.raises(Refused, match="须有两名检查人"):
        closed(session, made, row)
    refusal = Closing(Met("李站长", Signature.REFUSED), second_id=made["supervisor2"].id)
    with pytest.raises(Refused, match="见证人"):
        closed(session, made, row, refusal)
    with pytest.raises(Overtaken):
        closing.close(act_of(session, made["supervisor"]), made.scope(session), row.id, 1, refusal)
    closed(session, made, row, replace(refusal, met=Met("李站长", Signature.REFUSED, "张书记")))
    assert entries(session, "site_check") == [], "都不适用，没有可记的"
    with pytest.raises(Refused, match="已办结"):
        tapped(session, made, items[0], "具备")


def test_a_checklist_without_a_ledger_makes_findings_alone_and_a_plan_can_be_cancelled(session: Session, made: Office) -> None:
    row, (item,) = planned(session, made, checklist="boards", outlet_id=None, place="县城广场", second_id=made["supervisor2"].id)
    tapped(session, made, item, "不合格", note="还是上月的岗位")
    closed(session, made, row)
    assert (item.entry_id, item.finding_id is not None) == (None, True)
    other, _ = planned(session, made)
    inspections.cancel(act_of(session, made["supervisor"]), made.scope(session), other.id, other.version, "当天停电改期")
    assert (other.state, other.note) == ("cancelled", "当天停电改期")


@pytest.mark.parametrize(
    ("given", "text"),
    [({"checklist": "nothing"}, "没有这张检查表"), ({"outlet_id": None}, "请选网点"), ({"outlet_id": 99999}, "没有这个网点"),
     ({"planned_on": TODAY.replace(year=2020)}, "合同期内"), ({"second_id": 99999}, "采购人的人员")],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(session: Session, made: Office, given: dict[str, object], text: str) -> None:
    with pytest.raises(Refused, match=text):
        planned(session, made, **given)
