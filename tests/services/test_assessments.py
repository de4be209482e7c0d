"""An assessment from opening to the frozen result: each step, who may take it, and what it leaves behind."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import AssessmentState
from app.services.act import Refused
from app.services.assessments import (
    appeals,
    capsules,
    decide,
    facts,
    measuring,
    periods,
    reopening,
    segregation,
    signing,
    steps,
)
from app.services.assessments.appeals import Answer, Raised
from app.services.assessments.common import Moved
from app.services.assessments.signing import Refusal
from app.services.assessments.views import Sheet
from app.store import assessments, locks, scoring
from app.store.models import AssessmentEvent, AssessmentSignature, AuditEvent, PeriodLock
from kpi.capsule import verify
from tests.factories.ground import CLOCK
from tests.services.acting import recorded
from tests.services.assessing import WHY, Ground, ground, lake, orchard
from tests.services.standings import done

__all__ = ["lake", "orchard"]
S = AssessmentState


def work_of_a_year(made: Ground, visits: int = 4) -> None:
    """Visits of every month, twenty seekers, news, no missed call."""
    session, office = made.session, made.made
    for month in range(1, 13):
        for place in range(visits):
            done(session, office, "visits", date(2025, month, 3 + place))
        done(session, office, "news", date(2025, month, 8), fields={"date": f"2025-{month:02d}-08", "channels": ["公众号"]})
    for place in range(20):
        person = {"date": "2025-02-03", "person": {"person": 1000 + place}, "wish": "保洁"}
        done(session, office, "seekers", date(2025, 2, 3), fields=person)
    session.commit()


def test_nothing_is_computed_by_opening(lake: Ground) -> None:
    rows = assessments.every(lake.session, lake.made.contract.id)
    [year] = periods.choices(lake.scope, lake.made.contract, rows).listed
    assert (year.start, year.end) == (date(2025, 1, 1), date(2025, 12, 31))
    row = periods.open_period(lake.act(), lake.scope, year.key)
    lake.session.commit()
    assert (row.state, row.measured_at, row.number) == (S.DRAFT.value, None, 1)
    assert assessments.measure(lake.session, lake.made.contract.id, row.id) is None
    with pytest.raises(Refused, match="还没有取数"):
        lake.decide(row, "item_seekers/LK-2", "40")


def test_a_day_is_not_assessed_twice(lake: Ground) -> None:
    row = lake.opened()
    rows = assessments.every(lake.session, lake.made.contract.id)
    [year] = periods.choices(lake.scope, lake.made.contract, rows).listed
    assert year.taken is row
    with pytest.raises(Refused, match="已有第 1 次考核"):
        periods.open_period(lake.act(), lake.scope, year.key)
    steps.drop(lake.act(), lake.scope, row.id, "开错了周期", lake.row(row.id).version)
    assert periods.open_period(lake.act(), lake.scope, year.key).number == 2


def test_an_interim_check_stands_beside_the_period_and_counts_its_own_days(lake: Ground) -> None:
    """阶段核验: what happened after its last day is not in it, and the whole year is still assessed."""
    work_of_a_year(lake)
    row = periods.open_span(lake.act(), lake.scope, date(2025, 1, 1), date(2025, 6, 30), "", "半年的阶段核验")
    assert (row.interim, row.label) == (True, "2025年1月至6月阶段核验")
    with pytest.raises(Refused, match="已有第 1 次考核"):
        periods.open_span(lake.act(), lake.scope, date(2025, 6, 1), date(2025, 7, 31), "", "又一次阶段核验")
    measuring.measure(lake.act(), lake.scope, row.id)
    lake.session.commit()
    assert lake.work(row).measure.counts["counted"] == 24 + 6 + 20
    lake.all_met(row)
    lake.signed(row)
    year = lake.opened()
    assert lake.work(year).measure.counts["counted"] == 48 + 12 + 20
    assert lake.work(year).base.history == ()


@pytest.mark.parametrize("who", ["project_manager", "field_staff", "deputy_head", "finance"])
def test_who_scores_opens(lake: Ground, who: str) -> None:
    with pytest.raises(Refused, match="评分权限"):
        periods.open_span(lake.act(who), lake.scope, date(2025, 1, 1), date(2025, 6, 30), "", WHY)


def test_a_year_of_work_gives_full_marks_and_its_capsule_holds(lake: Ground) -> None:
    work_of_a_year(lake)
    row = lake.opened()
    work = lake.work(row)
    assert work.measure.counts["counted"] == 48 + 12 + 20
    assert work.evaluation.score == 100
    lake.signed(row)
    row = lake.row(row.id)
    assert (row.state, row.signed_revision, row.summary["tier"]) == (S.SIGNED.value, 1, "合格")
    kept = capsules.text_of(lake.scope, row)
    assert verify(kept.text) == []
    body = json.loads(kept.text)
    assert body["hash"] == kept.sha256
    assert len(body["entries"]) == 80
    assert all(name not in kept.text for name in (lake.made["supervisor"].display_name, "保洁"))
    assert capsules.examine_own(lake.scope, row).holds


def test_signing_locks_the_period_in_the_same_transaction(lake: Ground) -> None:
    row = lake.opened()
    lake.all_met(row)
    lake.signed(row)
    lock = lake.session.scalars(sa.select(PeriodLock)).one()
    assert (lock.from_on, lock.until_on, lock.ledger) == (date(2025, 1, 1), date(2025, 12, 31), None)
    assert lock.locked_by == lake.made["deputy_head"].id
    assert "考核已签字" in lock.reason
    said = recorded(lake.session)
    for action in ("opened", "measured", "scored", "published", "signed_by_supplier", "signed_by_buyer", "frozen"):
        assert f"assessment.{action}" in said
    assert "lock.set" in said
    deeds = [one.deed for one in assessments.events(lake.session, lake.made.contract.id, row.id)]
    assert deeds[0] == "opened"
    assert deeds[-1] == "frozen"


def test_no_data_is_never_scored_by_default(lake: Ground) -> None:
    row = lake.opened()
    with pytest.raises(Refused, match="处没有定"):
        lake.scored(row)
    lake.all_met(row)
    lake.scored(row)
    assert lake.row(row.id).state == S.SCORED


def test_a_decision_outside_the_range_is_refused_in_the_engines_words(lake: Ground) -> None:
    work_of_a_year(lake, visits=3)
    row = lake.opened()
    with pytest.raises(Refused, match="只能是24分"):
        lake.decide(row, "item_visits/LK-1", "10")
    lake.session.rollback()
    work = lake.decide(row, "item_visits/LK-1", "24", reason="")
    assert work.decisions["item_visits/LK-1"].reason == ""


def test_a_decision_without_data_needs_points_inside_the_item_and_a_reason(orchard: Ground) -> None:
    row = orchard.opened()
    key = "item_held/GL-1"
    for wish, text in (
        (decide.Wish(key), "请填写分数"), (decide.Wish(key, "四十"), "不是可用的数字"),
        (decide.Wish(key, "61", reason=WHY), "不在允许范围内"), (decide.Wish(key, "12"), "理由"),
        (decide.Wish(key, met=False, reason=WHY), "没有写扣多少分"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=text):
            decide.decide(orchard.act(), orchard.scope, row.id, wish)
        orchard.session.rollback()
    work = orchard.decide(row, key, "12")
    assert work.evaluation.assessment is not None
    assert work.evaluation.assessment.scores["item_held"] == 48


def test_a_range_is_decided_on_its_grid_with_a_reason(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": False})
    key = "item_order/GL-2"
    for points, text in (("0.4", "允许0.5至5分"), ("5.5", "允许0.5至5分"), ("0.7", "每0.5分一档")):
        with pytest.raises(Refused, match=text):
            orchard.decide(row, key, points)
        orchard.session.rollback()
    with pytest.raises(Refused, match="决定的理由"):
        orchard.decide(row, key, "0.5", reason=" ")
    orchard.session.rollback()
    work = orchard.decide(row, key, "1.5")
    made = work.decisions[key]
    assert (made.points, made.proposed, made.low, made.high) == ("1.5", "0.5", "0.5", "5")
    assert work.evaluation.assessment is not None
    assert work.evaluation.assessment.scores["item_order"] == Fraction(77, 2)


def test_bonus_stands_on_what_is_entered_by_hand(orchard: Ground) -> None:
    row = orchard.opened()
    work = orchard.state(row, "GL-3", {"rank": 2, "reports": 7})
    assert work.evaluation.assessment is not None
    assert work.evaluation.assessment.bonus == {"rank": 2, "reports": 5}


def test_the_range_shown_without_data_is_what_the_rule_takes_if_unmet(orchard: Ground) -> None:
    row = orchard.opened()
    [clause] = Sheet(orchard.work(row)).item("item_order").clauses
    assert (clause.state, clause.low, clause.high, clause.step) == ("no_data", "0.5", "5", "0.5")
    assert clause.input == ""


def test_a_clause_without_data_can_be_unmet_for_what_the_rule_takes(lake: Ground) -> None:
    row = lake.opened()
    work = lake.decide(row, "item_seekers/LK-2", met=False)
    assert work.evaluation.assessment is not None
    assert work.evaluation.assessment.scores["item_seekers"] == 0


def test_the_second_of_two_scorers_hears_of_the_first(orchard: Ground) -> None:
    row = orchard.opened()
    key = "item_held/GL-1"
    orchard.decide(row, key, "12")
    with pytest.raises(decide.Overtaken, match="刚刚已对这一条作了决定") as told:
        decide.decide(orchard.act("supervisor2"), orchard.scope, row.id, decide.Wish(key, "20", reason=WHY))
    assert told.value.now.points == "12"
    orchard.session.rollback()
    orchard.decide(row, key, "20", who="supervisor2")
    assert [one.points for one, _ in scoring.decisions(orchard.session, orchard.made.contract.id)] == ["12", "20"]


def test_a_decision_can_be_taken_back(orchard: Ground) -> None:
    row = orchard.opened()
    key = "item_held/GL-1"
    orchard.decide(row, key, "12")
    work = decide.take_back(orchard.act(), orchard.scope, row.id, key, 1)
    assert key not in work.decisions
    with pytest.raises(Refused, match="没有决定可以撤回"):
        decide.take_back(orchard.act(), orchard.scope, row.id, key, 2)


def test_cited_entries_must_be_there(orchard: Ground) -> None:
    entry = done(orchard.session, orchard.made, "trainings", date(2025, 3, 4), state="submitted")
    row = orchard.opened()
    number = f"trainings-{entry.number:06d}"
    with pytest.raises(Refused, match="没有编号 trainings-999999"):
        orchard.decide(row, "item_held/GL-1", "12", cites=f"{number}、trainings-999999")
    orchard.session.rollback()
    work = orchard.decide(row, "item_held/GL-1", "12", cites=f"{number}，")
    assert work.decisions["item_held/GL-1"].cites == [number]


# -- facts stated by hand -------------------------------------------------------------------------


def test_facts_by_hand_count_at_once_and_wait_for_a_second_person(lake: Ground) -> None:
    row = lake.opened()
    work = lake.state(row, "LK-2", {"registered": 25})
    assert work.evaluation.book.value("registered", "LK-2") == 25
    lake.all_met(row)
    lake.scored(row)
    with pytest.raises(Refused, match="第二人核对"):
        lake.published(row)
    lake.session.rollback()
    with pytest.raises(Refused, match="您自己认定的"):
        lake.confirm(row, "supervisor")
    lake.session.rollback()
    with pytest.raises(Refused, match="采购人的另一人"):
        lake.confirm(row, "project_manager")
    lake.session.rollback()
    lake.confirm(row)
    lake.published(row)
    body = json.loads(capsules.text_of(lake.scope, lake.row(row.id)).text)
    assert body["given"]["table"]["facts"]["rows"]


def test_facts_that_cannot_be_meant_are_refused(lake: Ground) -> None:
    row = lake.opened()
    for typed, text in (
        ({"registered": "二十五"}, "不是可用的数字"), ({"registered": "-3"}, "负数"), ({}, "没有填写任何数据"),
        ({"met": "也许"}, "请选是或否"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=text):
            facts.state(lake.act(), lake.scope, row.id, facts.Statement("LK-2", typed, WHY))
        lake.session.rollback()


def test_stated_facts_can_be_taken_back(lake: Ground) -> None:
    row = lake.opened()
    lake.state(row, "LK-2", {"registered": 25})
    work = facts.state(lake.act(), lake.scope, row.id, facts.Statement("LK-2", {}, "录错了条款", seen=1, undo=True))
    assert "LK-2" not in work.facts
    with pytest.raises(facts.Overtaken):
        facts.state(lake.act("supervisor2"), lake.scope, row.id, facts.Statement("LK-2", {"registered": "9"}, WHY, seen=1))


# -- what changes meanwhile -----------------------------------------------------------------------


def test_an_entry_that_changed_after_measuring_holds_the_scoring_up(lake: Ground) -> None:
    work_of_a_year(lake)
    row = lake.opened()
    done(lake.session, lake.made, "visits", date(2025, 7, 20))
    lake.session.commit()
    with pytest.raises(Refused, match="1 条记录登记、改动或审核过"):
        lake.scored(row)
    lake.session.rollback()
    measuring.measure(lake.act("supervisor2"), lake.scope, row.id)
    lake.scored(row)
    with pytest.raises(Refused, match="不能重新取数"):
        measuring.measure(lake.act(), lake.scope, row.id)


def test_a_stale_form_changes_nothing(lake: Ground) -> None:
    row = lake.opened()
    lake.all_met(row)
    seen = lake.row(row.id).version
    lake.scored(row)
    with pytest.raises(Moved, match=r"您看到的是第 \d+ 版"):
        steps.unscore(lake.act(), lake.scope, row.id, WHY, seen)


def test_only_what_is_over_is_told(lake: Ground, session: Session) -> None:
    made = ground(session, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    row = made.opened()
    made.all_met(row)
    made.scored(row)
    with pytest.raises(Refused, match="结束以后才能告知"):
        made.published(row)


# -- appeals --------------------------------------------------------------------------------------


def told(made: Ground) -> int:
    """A proposal with 24 points off the visits, told to the contractor."""
    work_of_a_year(made, visits=3)
    row = made.opened()
    made.scored(row)
    made.published(row)
    return row.id


def raised(made: Ground, row_id: int, item: str = "item_visits") -> int:
    said = Raised(item, "三月的两次走访没有计入，签到表在附件里")
    found = appeals.appeal(made.act("project_manager"), made.scope, row_id, said, made.row(row_id).version)
    made.session.commit()
    return found.id


def test_an_appeal_is_decided_by_somebody_who_did_not_score(lake: Ground) -> None:
    row_id = told(lake)
    appeal_id = raised(lake, row_id)
    row = lake.row(row_id)
    assert row.state == S.APPEALED
    with pytest.raises(Refused, match="“已告知”、“申诉已答复”时才可以"):
        lake.sign(row, "project_manager")
    lake.session.rollback()
    answer = Answer("partly", "签到表属实，三月按四家计")
    with pytest.raises(Refused, match="不能再审查自己的评分"):
        appeals.answer(lake.act("supervisor"), lake.scope, row_id, appeal_id, answer)
    lake.session.rollback()
    # The reviewer changes the sheet first; another person confirms, then the appeal is answered.
    lake.state(row, "LK-1", {"visited": [3, 3, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3]}, who="deputy_head")
    with pytest.raises(Refused, match="第二人核对"):
        appeals.answer(lake.act("deputy_head"), lake.scope, row_id, appeal_id, answer)
    lake.session.rollback()
    lake.confirm(row)
    appeals.answer(lake.act("deputy_head"), lake.scope, row_id, appeal_id, answer)
    lake.session.commit()
    row = lake.row(row_id)
    assert (row.state, row.summary["sheet"]) == (S.DECIDED.value, "78")
    assert assessments.capsule(lake.session, row.contract_id, row_id).revision == 2
    lake.sign(row, "project_manager")
    lake.sign(row, "deputy_head")
    assert lake.row(row_id).signed_revision == 2


def test_what_was_not_contested_stays(lake: Ground) -> None:
    row_id = told(lake)
    raised(lake, row_id)
    with pytest.raises(Refused, match="只能改被申诉的考核项"):
        lake.state(lake.row(row_id), "LK-2", {"registered": 25}, who="deputy_head")


def test_appeals_end_with_their_working_days(lake: Ground) -> None:
    row_id = told(lake)
    row = lake.row(row_id)
    assert row.appeal_until == date(2026, 3, 12)  # five working days after Thursday the 5th
    with pytest.raises(Refused, match="供应商先签字，或期限过了"):
        lake.sign(row, "deputy_head")
    lake.session.rollback()
    CLOCK.forward(days=8)
    with pytest.raises(Refused, match="已经过了"):
        raised(lake, row_id)
    lake.session.rollback()
    lake.sign(row, "deputy_head")
    assert lake.row(row_id).state == S.PUBLISHED
    with pytest.raises(Refused, match="见证人"):
        signing.refuse(lake.act("deputy_head"), lake.scope, row_id, Refusal(" ", "不认可走访的扣分"), lake.row(row_id).version)
    lake.session.rollback()
    signing.refuse(lake.act("deputy_head"), lake.scope, row_id, Refusal("审计科刘某", "不认可走访的扣分"), lake.row(row_id).version)
    lake.session.commit()
    assert lake.row(row_id).state == S.SIGNED


def test_an_item_is_contested_once(lake: Ground) -> None:
    row_id = told(lake)
    raised(lake, row_id)
    with pytest.raises(Refused, match="正在审查"):
        raised(lake, row_id)
    lake.session.rollback()
    with pytest.raises(Refused, match="请选择要申诉的考核项"):
        raised(lake, row_id, "item_99")


# -- signatures -----------------------------------------------------------------------------------


def test_a_signature_needs_the_password_the_right_person_and_what_was_shown(lake: Ground) -> None:
    row = lake.row(told(lake))
    with pytest.raises(Refused, match="密码不对"):
        lake.sign(row, "project_manager", password="wrong")
    lake.session.rollback()
    with pytest.raises(Refused, match="要签的内容刚刚变了"):
        lake.sign(row, "project_manager", sha256="0" * 64)
    lake.session.rollback()
    for who in ("field_staff", "supervisor", "finance", "member"):
        with pytest.raises(Refused, match=r"才|只有"):
            lake.sign(row, who)
        lake.session.rollback()
    lake.sign(row, "project_manager")
    with pytest.raises(Refused, match="已经签过字"):
        lake.sign(row, "project_manager")
    lake.session.rollback()
    assert lake.session.scalar(sa.select(sa.func.count()).select_from(AssessmentSignature)) == 1


def test_who_scored_does_not_sign_and_approves_no_payment_on_it(lake: Ground) -> None:
    work_of_a_year(lake)
    row = lake.opened()
    lake.state(row, "LK-4", {"published": [1] * 12}, who="supervisor2")
    people = {name: segregation.may_pay(lake.scope, lake.act(name).person(), row.id) for name in ("supervisor2", "finance")}
    assert people == {"supervisor2": False, "finance": True}
    lake.confirm(row, "supervisor")
    lake.scored(row, "supervisor")
    work = lake.work(row)
    assert segregation.scorers(work) == {lake.made["supervisor"].id, lake.made["supervisor2"].id}
    act = lake.act("supervisor")
    with pytest.raises(Refused, match="不能再代表采购人签字"):
        segregation.check_signs(act, work)


# -- reopening ------------------------------------------------------------------------------------


def test_a_signed_result_is_replaced_by_two_people_and_a_new_signature(lake: Ground) -> None:
    row_id = told(lake)
    row = lake.row(row_id)
    lake.sign(row, "project_manager")
    lake.sign(row, "deputy_head")
    wish = reopening.ask(lake.act(), lake.scope, row_id, "漏计了三月的两次走访", lake.row(row_id).version)
    lake.session.commit()
    with pytest.raises(Refused, match="自己申请的由另一人决定"):
        reopening.agree(lake.act(), lake.scope, wish.id)
    lake.session.rollback()
    with pytest.raises(Refused, match="已有人申请重开"):
        reopening.ask(lake.act("supervisor2"), lake.scope, row_id, "再申请一次看看", lake.row(row_id).version)
    lake.session.rollback()
    new = reopening.agree(lake.act("deputy_head"), lake.scope, wish.id)
    lake.session.commit()
    assert (new.supersedes_id, new.number, lake.row(row_id).state) == (row_id, 2, S.SIGNED.value)
    measuring.measure(lake.act("supervisor2"), lake.scope, new.id)
    lake.state(new, "LK-1", {"visited": [4] * 12}, who="supervisor2")
    lake.confirm(new, "supervisor")
    lake.scored(new, "supervisor2")
    lake.published(new, "supervisor2")
    lake.sign(new, "project_manager")
    lake.sign(new, "deputy_head")
    assert lake.row(row_id).state == S.SUPERSEDED
    assert (lake.row(new.id).state, lake.row(new.id).summary["sheet"]) == (S.SIGNED.value, "100")
    assert lake.session.scalar(sa.select(sa.func.count()).select_from(PeriodLock)) == 1
    old = capsules.text_of(lake.scope, lake.row(row_id))
    assert json.loads(old.text)["results"]["assessment"]["total"] == "76"


def test_a_later_change_moves_nothing_and_shows(lake: Ground) -> None:
    row_id = told(lake)
    row = lake.row(row_id)
    lake.sign(row, "project_manager")
    lake.sign(row, "deputy_head")
    kept = assessments.measure(lake.session, row.contract_id, row_id)
    assert kept is not None
    assert measuring.stale(lake.scope, lake.row(row_id), kept) == 0
    done(lake.session, lake.made, "visits", date(2025, 3, 20))
    lake.session.commit()
    assert measuring.stale(lake.scope, lake.row(row_id), kept) == 1
    assert lake.row(row_id).summary["sheet"] == "76"


def test_the_history_cannot_be_rewritten(lake: Ground) -> None:
    lake.opened()
    with pytest.raises(sa.exc.DBAPIError, match="只增不改"):
        lake.session.execute(sa.update(AssessmentEvent).values(deed="signed_by_buyer"))
    lake.session.rollback()
    assert lake.session.scalars(sa.select(AuditEvent)).all()
    assert locks.every(lake.session, lake.made.contract.id) == []
