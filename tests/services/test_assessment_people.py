"""Self scores, the group's marks, what the register of findings brings, and the entries that prove a capsule."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.security.terms import AssessmentState
from app.services.act import Missing, Refused
from app.services.assessments import (
    capsules,
    decide,
    group,
    marks,
    measuring,
    periods,
    reopening,
    self_scoring,
    steps,
)
from app.services.assessments.group import Appointment
from app.services.assessments.self_scoring import Own
from app.services.assessments.views import Sheet
from app.store import assessments, scoring
from app.store.models import ContractEvent, Exemption, Finding, Job
from app.web.database import db
from kpi.cli import main
from tests.factories.ground import CLOCK, START
from tests.jobs.tooling import runner
from tests.services.assessing import WHY, Ground, lake, orchard
from tests.services.standings import done

__all__ = ["lake", "orchard"]
S = AssessmentState


def own(made: Ground, row_id: int, typed: dict[str, Own], *, send: bool = False) -> None:
    seen = made.row(row_id).version
    self_scoring.save(made.act("project_manager"), made.scope, row_id, typed, send=send, seen=seen)
    made.session.commit()


# -- self scores ----------------------------------------------------------------------------------


def test_the_contractor_scores_itself_item_by_item(orchard: Ground) -> None:
    row = orchard.opened()
    own(orchard, row.id, {"item_held": Own("55", "少办一场，已补办")})
    with pytest.raises(Refused, match="还有 1 项没有填自评分（现场秩序）"):
        own(orchard, row.id, {}, send=True)
    orchard.session.rollback()
    own(orchard, row.id, {"item_order": Own("40", ""), "reports": Own("5", "五篇")}, send=True)
    assert orchard.row(row.id).state == S.SELF_SCORED
    with pytest.raises(Refused, match="已经提交"):
        own(orchard, row.id, {"item_held": Own("60")})
    orchard.session.rollback()
    assert {key: one.points for key, one in orchard.work(row).self_scores.items()} == {
        "item_held": "55", "item_order": "40", "reports": "5"
    }  # fmt: skip


def test_a_self_score_is_beside_the_decision_never_its_default(orchard: Ground) -> None:
    row = orchard.opened()
    own(orchard, row.id, {"item_held": Own("60"), "item_order": Own("39.5")}, send=True)
    orchard.state(row, "GL-2", {"orderly": False})
    item = Sheet(orchard.work(row)).item("item_order")
    assert item.self_score == "39.5"
    assert item.clauses[0].input == "0.5"
    assert item.clauses[0].state == "choose"


@pytest.mark.parametrize(("points", "text"), [("61", "不在范围内，满分 60 分"), ("-1", "不在范围内"), ("很好", "不是可用的数字")])
def test_a_self_score_stays_inside_the_item(orchard: Ground, points: str, text: str) -> None:
    row = orchard.opened()
    with pytest.raises(Refused, match=text) as told:
        own(orchard, row.id, {"item_held": Own(points)})
    assert told.value.field == "p-item_held"


def test_only_the_contractor_scores_itself_and_the_buyer_can_give_it_back(orchard: Ground) -> None:
    row = orchard.opened()
    with pytest.raises(Refused, match="供应商一方"):
        self_scoring.save(orchard.act(), orchard.scope, row.id, {}, send=False, seen=orchard.row(row.id).version)
    orchard.session.rollback()
    own(orchard, row.id, {"item_held": Own("60"), "item_order": Own("40")}, send=True)
    self_scoring.give_back(orchard.act(), orchard.scope, row.id, "自评没有写说明", orchard.row(row.id).version)
    orchard.session.commit()
    assert orchard.row(row.id).state == S.DRAFT
    own(orchard, row.id, {"item_held": Own("58", "重新核过")}, send=True)
    assert orchard.work(row).self_scores["item_held"].revision == 2


# -- the group ------------------------------------------------------------------------------------


def appointed(made: Ground, row_id: int, *names: str, head: str = "supervisor2") -> None:
    ids = tuple(made.made[name].id for name in names)
    wish = Appointment("湖人社考〔2026〕3号", date(2026, 3, 2), ids, made.made[head].id)
    group.appoint(made.act(), made.scope, row_id, wish, made.row(row_id).version)
    made.session.commit()


def marked(made: Ground, row_id: int, who: str, key: str, points: str) -> None:
    marks.mark(made.act(who), made.scope, row_id, marks.Given(key, points, WHY))
    made.session.commit()


@pytest.mark.parametrize(
    ("names", "head", "text"),
    [
        (("supervisor", "supervisor2"), "supervisor2", "单数，现在选了 2 人"),
        (("supervisor", "supervisor2", "member", "member2"), "supervisor2", "单数，现在选了 4 人"),
        (("supervisor", "member", "member2"), "supervisor2", "组长要从成员里选"),
        (("supervisor2", "member", "project_manager"), "supervisor2", "有人不能作考核组成员"),
    ],
)
def test_a_group_is_odd_has_a_head_and_nobody_of_the_contractor(
    orchard: Ground, names: tuple[str, ...], head: str, text: str
) -> None:
    row = orchard.opened()
    with pytest.raises(Refused, match=text):
        appointed(orchard, row.id, *names, head=head)


def test_marks_are_merged_as_the_rulebook_says(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": False})
    orchard.decide(row, "item_order/GL-2", "5")
    appointed(orchard, row.id, "supervisor2", "member", "member2")
    key = "item_order/GL-2"
    assert key not in orchard.work(row).decisions, "one person's decision ends with the group"
    with pytest.raises(Refused, match="由考核组评分"):
        orchard.decide(row, key, "2")
    orchard.session.rollback()
    marked(orchard, row.id, "member", key, "1")
    marked(orchard, row.id, "member2", key, "2")
    assert orchard.work(row).decided() == {}
    with pytest.raises(Refused, match=r"每0\.5分一档"):
        marked(orchard, row.id, "supervisor2", key, "0.7")
    orchard.session.rollback()
    marked(orchard, row.id, "supervisor2", key, "2")
    work = orchard.work(row)
    assert work.decided() == {key: {"marks": ["2", "1", "2"]}}
    assert work.evaluation.assessment is not None
    [score] = next(one for one in work.evaluation.assessment.items if one.id == "item_order").by_clause
    assert score.decided == pytest.approx(5 / 3)
    with pytest.raises(Missing):
        marked(orchard, row.id, "supervisor", key, "1")


def test_a_group_without_data_marks_what_the_rule_allows_or_nothing_at_all(orchard: Ground) -> None:
    row = orchard.opened()
    appointed(orchard, row.id, "supervisor2", "member", "member2")
    key = "item_order/GL-2"
    with pytest.raises(Refused, match=r"允许0\.5至5分"):
        marked(orchard, row.id, "member", key, "6")
    orchard.session.rollback()
    for who in ("supervisor2", "member", "member2"):
        marked(orchard, row.id, who, key, "0")
    work = orchard.work(row)
    assert work.decided() == {key: {"marks": ["0", "0", "0"], "met": True}}
    assert work.evaluation.assessment is not None
    assert work.evaluation.assessment.scores["item_order"] == 40


def test_a_recusal_leaves_the_group_unable_until_it_is_odd_again(orchard: Ground) -> None:
    row = orchard.opened()
    appointed(orchard, row.id, "supervisor2", "member", "member2")
    key = "item_held/GL-1"
    for who in ("supervisor2", "member", "member2"):
        marked(orchard, row.id, who, key, "10")
    group.recuse(orchard.act("member"), orchard.scope, row.id, "与承接单位负责人有亲属关系")
    orchard.session.commit()
    assert "现在能评分的有 2 人" in orchard.work(row).group.wrong
    assert orchard.work(row).decided() == {}
    with pytest.raises(Refused, match="单数"):
        orchard.scored(row)
    orchard.session.rollback()
    group.enlarge(orchard.act(), orchard.scope, row.id, orchard.made["supervisor"].id, head=False)
    orchard.session.commit()
    marked(orchard, row.id, "supervisor", key, "20")
    assert orchard.work(row).decided() == {key: {"marks": ["10", "10", "20"]}}
    group.dissent(orchard.act("supervisor"), orchard.scope, row.id, "少办的两场应全扣")
    orchard.session.commit()
    assert orchard.work(row).group.member(orchard.made["supervisor"].id).dissent == "少办的两场应全扣"  # type: ignore[union-attr]


def test_members_see_the_others_marks_after_their_own(orchard: Ground) -> None:
    row = orchard.opened()
    appointed(orchard, row.id, "supervisor2", "member", "member2")
    key = "item_held/GL-1"
    marked(orchard, row.id, "member", key, "10")
    made = orchard.work(row).group
    shown = {who: marks.shown_to(orchard.made[who].id, made, key) for who in ("member", "member2", "deputy_head")}
    assert shown == {"member": True, "member2": False, "deputy_head": True}


# -- the register of findings ---------------------------------------------------------------------


def event(made: Ground, **given: object) -> ContractEvent:
    row = ContractEvent(
        **{
            "contract_id": made.made.contract.id, "number": 1, "kind": "leak", "title": "信息泄露",
            "happened_on": date(2025, 8, 1), "account": "名单发到了外部群", "recorded_by": made.made["supervisor"].id,
            "recorded_at": START, **given,
        }
    )  # fmt: skip
    made.session.add(row)
    made.session.commit()
    return row


def test_a_contract_event_of_the_period_counts_once_it_is_upheld(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": True})
    orchard.state(row, "GL-1", {"held": 4})
    orchard.state(row, "GL-3", {"rank": 9})
    made = event(orchard)
    event(orchard, number=2, happened_on=date(2024, 12, 31))
    evaluation = orchard.work(row).evaluation
    assert evaluation.tier is not None
    assert (evaluation.tier.tier, len(evaluation.given.events)) == ("优秀", 1)
    assert evaluation.payment is not None
    assert evaluation.payment.status == "blocked"
    made.outcome, made.decided_by, made.decided_at, made.answer = "upheld", orchard.made["deputy_head"].id, START, "属实"
    orchard.session.commit()
    evaluation = orchard.work(row).evaluation
    assert evaluation.tier is not None
    assert evaluation.tier.tier == "合格"
    assert "名单发到了外部群" not in json.dumps(capsules_given(orchard, row.id), ensure_ascii=False)


def capsules_given(made: Ground, row_id: int) -> object:
    return made.work(made.row(row_id)).given.model_dump(mode="json")


def finding(made: Ground, state: str = "open", number: int = 7) -> Finding:
    row = Finding(
        contract_id=made.made.contract.id, number=number, clause="GL-1", source="inspection", found="五月没有办培训",
        found_on=date(2025, 6, 1), signature="nobody", state=state, found_by=made.made["supervisor"].id,
        second_id=made.made["supervisor2"].id, recorded_at=START,
    )  # fmt: skip
    made.session.add(row)
    made.session.commit()
    return row


def test_a_decision_cites_findings_by_their_number(orchard: Ground) -> None:
    finding(orchard)
    row = orchard.opened()
    with pytest.raises(Refused, match="没有编号 问题0008号"):
        orchard.decide(row, "item_held/GL-1", "10", cites="问题0008号")
    orchard.session.rollback()
    work = orchard.decide(row, "item_held/GL-1", "10", cites="问题7")
    assert work.decisions["item_held/GL-1"].cites == ["问题0007号"]


def test_an_exemption_takes_nothing_off_where_it_was_granted(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-1", {"held": 3})
    with pytest.raises(Refused, match="没有准予的免责"):
        orchard.decide(row, "item_held/GL-1", exempt=True)
    orchard.session.rollback()
    made = finding(orchard, "exempted")
    orchard.session.add(
        Exemption(
            contract_id=orchard.made.contract.id, finding_id=made.id, reason="台风停课", applied_at=START,
            applied_by=orchard.made["project_manager"].id, outcome="upheld", answer="属不可抗力",
            decided_by=orchard.made["deputy_head"].id, decided_at=START,
        )
    )  # fmt: skip
    orchard.session.commit()
    work = orchard.decide(row, "item_held/GL-1", exempt=True)
    assert work.evaluation.assessment is not None
    assert work.evaluation.assessment.scores["item_held"] == 60
    [score] = work.evaluation.assessment.items[0].by_clause
    assert score.explanation == "已免责（问题0007号已准予免责），原应扣10分，扣0分"


# -- earlier decisions ----------------------------------------------------------------------------


def test_earlier_decisions_are_shown_and_a_drift_is_said(orchard: Ground) -> None:
    scope, session = orchard.scope, orchard.session
    first = periods.open_span(orchard.act(), scope, date(2025, 1, 1), date(2025, 6, 30), "", "上半年考核")
    second = periods.open_span(orchard.act(), scope, date(2025, 7, 1), date(2025, 12, 31), "", "下半年考核")
    for row in (first, second):
        measuring.measure(orchard.act(), scope, row.id)
        session.commit()
        orchard.state(row, "GL-2", {"orderly": False})
    orchard.decide(first, "item_order/GL-2", "1", who="supervisor2", reason="两次排队混乱")
    orchard.decide(second, "item_order/GL-2", "3")
    view = Sheet(orchard.work(second)).item("item_order").clauses[0]
    [before] = view.past.listed
    assert (before.what, before.reason, before.by) == ("扣 1 分", "两次排队混乱", orchard.made["supervisor2"].display_name)
    by = orchard.made["supervisor2"].display_name
    assert before.alike
    assert view.past.drift == (
        f"同样的情形以前定得不同：{first.label} {by} 扣 1 分；这次扣 3 分",
        f"同一条以前定过 1 次，平均扣 1 分（{by} 1 次平均 1 分）；这次扣 3 分，比以前高 2 分",
    )


# -- measuring in the background, proof by the command ----------------------------------------------


def test_many_entries_are_measured_in_the_background(
    orchard: Ground, app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "AT_ONCE", 0)
    done(session, orchard.made, "trainings", date(2025, 3, 4))
    [period] = periods.choices(orchard.scope, orchard.made.contract, []).listed
    row = periods.open_period(orchard.act(), orchard.scope, period.key)
    job = measuring.ask(orchard.act(), orchard.scope, row.id)
    session.commit()
    assert job is not None
    again = measuring.ask(orchard.act(), orchard.scope, row.id)
    session.commit()
    assert again is not None
    assert again.id == job.id
    with app.app_context():
        ticking = runner(db.engine)
    session.rollback()
    assert ticking.run_one()
    session.expire_all()
    [job] = session.scalars(sa.select(Job)).all()
    assert (job.state, job.message) == ("done", "取数完成，计入 1 条已审核记录")
    kept = assessments.measure(session, row.contract_id, row.id)
    assert kept is not None
    assert kept.counts["counted"] == 1
    CLOCK.forward(minutes=2)
    measuring.ask(orchard.act(), orchard.scope, row.id)
    steps.drop(orchard.act(), orchard.scope, row.id, "开错了周期", orchard.row(row.id).version)
    session.commit()
    assert ticking.run_one()
    session.expire_all()
    assert "不能重新取数" in session.scalars(sa.select(Job).order_by(Job.id.desc())).first().message  # type: ignore[union-attr]


def test_the_command_confirms_the_capsule_and_the_entries_beside_it(
    orchard: Ground, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for month in (3, 6, 9, 11):
        done(orchard.session, orchard.made, "trainings", date(2025, month, 4), fields={"date": f"2025-{month:02d}-04", "people": 30})
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": True})
    orchard.state(row, "GL-3", {"rank": 9})
    orchard.signed(row)
    row = orchard.row(row.id)
    (tmp_path / "c.json").write_text(capsules.text_of(orchard.scope, row).text + "\n", "utf-8")
    (tmp_path / "e.jsonl").write_text("".join(capsules.entry_lines(orchard.scope, row)), "utf-8")
    (tmp_path / "key").write_text(capsules.key_file(orchard.act("deputy_head"), orchard.scope, row.id), "utf-8")
    command = ["verify", str(tmp_path / "c.json"), "--entries", str(tmp_path / "e.jsonl"), "--key-file", str(tmp_path / "key")]
    assert main(command) == 0
    assert "台账记录重算一致" in capsys.readouterr().out
    CLOCK.forward(minutes=5)
    done(orchard.session, orchard.made, "trainings", date(2025, 12, 4))
    orchard.session.commit()
    (tmp_path / "e.jsonl").write_text("".join(capsules.entry_lines(orchard.scope, row)), "utf-8")
    assert main(command) == 1
    assert "存档之后新增" in capsys.readouterr().out
    with pytest.raises(Refused, match="采购人一方"):
        capsules.key_file(orchard.act("project_manager"), orchard.scope, row.id)


def test_a_forged_capsule_is_found(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": True})
    orchard.state(row, "GL-1", {"held": 3})
    orchard.state(row, "GL-3", {"rank": 1})
    orchard.signed(row)
    text = capsules.text_of(orchard.scope, orchard.row(row.id)).text
    assert capsules.examine(text).holds
    forged = capsules.examine(text.replace('"total":"93"', '"total":"99"'))
    assert not forged.holds
    assert {one.title for one in forged.parts if not one.holds} >= {"写法与校验值", "各考核项得分与总分"}
    assert not capsules.examine("{}").holds


def test_a_reopened_assessment_keeps_the_groups_marks(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": True})
    orchard.state(row, "GL-3", {"rank": 9})
    appointed(orchard, row.id, "supervisor2", "member", "member2")
    for who in ("supervisor2", "member", "member2"):
        marked(orchard, row.id, who, "item_held/GL-1", "20")
    orchard.signed(row)
    wish = reopening.ask(orchard.act(), orchard.scope, row.id, "排名后来更正", orchard.row(row.id).version)
    new = reopening.agree(orchard.act("deputy_head"), orchard.scope, wish.id)
    orchard.session.commit()
    measuring.measure(orchard.act(), orchard.scope, new.id)
    orchard.session.commit()
    work = orchard.work(new)
    assert work.decided() == {"item_held/GL-1": {"marks": ["20", "20", "20"]}}
    assert set(work.facts) == {"GL-2", "GL-3"}
    assert decide.latest_of(work, "item_held/GL-1") is None
    assert len(scoring.papers(orchard.session, new.contract_id, new.id)) == 0
