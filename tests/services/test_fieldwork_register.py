"""投诉 and 满意度调查: who receives does not decide, who enters does not close; both feed what the rulebook names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.case_terms import Verdict
from app.security.field_terms import ComplaintChannel, PollWay, Reached
from app.services.act import Missing, Refused
from app.services.fieldwork import answers, complaints, inspections, polls, records, sources, waiting
from app.services.fieldwork.answers import Reply
from app.services.fieldwork.common import Overtaken, book_of
from app.services.fieldwork.complaints import Looked, Received
from app.services.fieldwork.counting import counted
from app.services.fieldwork.inspections import Plan
from app.services.fieldwork.polls import OWN, Opening
from app.services.workbench.bench import Bench
from app.store.cases import Cases
from app.store.fieldwork import Complaint, Fieldwork, Poll
from app.store.models import LedgerEntry, PollAnswer
from tests.factories.office import Office
from tests.services.acting import VAULT, act_of, recorded, refused
from tests.services.fieldworks import TODAY, drawn_round, harbour, verified_visits

CAME = Received("LK-4", ComplaintChannel.HOTLINE, TODAY, "09:10", "窗口下午无人值守", "陈先生 13800000077", typed={"duty": "时间"})
SERVED = Opening("services", "", "", date(2026, 3, 1), date(2026, 3, 31), 200, 4)


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Office:
    return harbour(session, tmp_path)


def received(session: Session, made: Office, **given: Any) -> Complaint:
    return complaints.receive(act_of(session, made["supervisor"]), made.scope(session), replace(CAME, **given))


def looked_into(session: Session, made: Office, row: Complaint) -> None:
    looked = Looked("调取监控，14时至15时无人", TODAY, made["supervisor2"].id)
    complaints.look_into(act_of(session, made["supervisor"]), made.scope(session), row.id, row.version, looked)


def entries(session: Session, ledger: str) -> list[LedgerEntry]:
    return list(session.scalars(sa.select(LedgerEntry).where(LedgerEntry.ledger == ledger).order_by(LedgerEntry.id)))


def test_an_upheld_complaint_is_a_finding_and_an_entry(session: Session, made: Office) -> None:
    row, scope = received(session, made), made.scope(session)
    assert VAULT.open_text(row.complainant["sealed"], complaints.context_of(made.contract.id)) == "陈先生 13800000077"
    assert "13800000077" not in repr(row.complainant)
    complaints.state(act_of(session, made["project_manager"]), scope, row.id, "值班人员去办退费")
    looked_into(session, made, row)
    with pytest.raises(Refused, match="是您受理的"):
        complaints.decide(act_of(session, made["supervisor"]), scope, row.id, row.version, Verdict.UPHELD, "监控属实")
    with pytest.raises(Overtaken):
        complaints.decide(act_of(session, made["supervisor2"]), scope, row.id, 1, Verdict.UPHELD, "监控属实")
    complaints.decide(act_of(session, made["supervisor2"]), scope, row.id, row.version, Verdict.UPHELD, "监控属实")
    session.commit()
    (finding,) = Cases(session, made.contract.id).findings()
    (entry,) = entries(session, "issues")
    assert (finding.source, row.finding_id, row.entry_id) == ("complaint", finding.id, entry.id)
    assert (entry.fields["source"], entry.fields["duty"], entry.fields["finding"], entry.state) == ("投诉", "时间", "有效", "submitted")
    complaints.reply(act_of(session, made["supervisor"]), scope, row.id, row.version, TODAY, "已电话告知处理结果")
    assert row.replied_on == TODAY
    (source,) = sources.sources_of(scope, TODAY, TODAY)["LK-4"]
    assert (source.bad, source.text) == (True, "成立：窗口下午无人值守")
    paper = records.check_record(scope, records.COMPLAINT, row.id)
    assert (paper.title, paper.lines[0].result, len(paper.investigators)) == ("投诉调查记录表", "成立", 2)


def test_a_dismissed_complaint_is_entered_as_such(session: Session, made: Office) -> None:
    row = received(session, made)
    looked_into(session, made, row)
    act = act_of(session, made["deputy_head"])
    with pytest.raises(Refused, match="没有登记这本台账的权限"):
        complaints.decide(act, made.scope(session), row.id, row.version, Verdict.DISMISSED, "当时有人值守")
    session.rollback()
    row = received(session, made)
    looked_into(session, made, row)
    complaints.decide(act_of(session, made["supervisor2"]), made.scope(session), row.id, row.version, Verdict.DISMISSED, "当时有人")
    assert row.finding_id is None
    assert [one.fields["finding"] for one in entries(session, "issues")] == ["无效"]


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [({"typed": {}}, "v-duty", "事项"), ({"account": "吵"}, "account", "至少 4 个字"), ({"clause": "LK-9"}, "clause", "合同条款"),
     ({"on": date(2026, 3, 6)}, "on", "今天之间"), ({"reply_due": date(2026, 3, 1)}, "reply_due", "早于收到"),
     ({"outlet_id": 99999}, "outlet_id", "网点")],
)  # fmt: skip
def test_a_complaint_that_is_not_right_is_refused(
    session: Session, made: Office, given: dict[str, object], field: str, text: str
) -> None:
    refused(field, text, lambda: received(session, made, **given))


# -- surveys --------------------------------------------------------------------------------------


def begun(session: Session, made: Office, **given: Any) -> Poll:
    return polls.begin(act_of(session, made["supervisor"]), made.scope(session), replace(SERVED, **given))


def asked(session: Session, made: Office, row: Poll, who: str, answer: str = "满意", **given: Any) -> PollAnswer:
    said = Reply(TODAY, PollWay.CALL, Reached.ANSWERED, "窗口" if row.form["groups"] else "", {"overall": answer, "q1": answer}, "", who)
    return answers.enter(act_of(session, made["supervisor"]), made.scope(session), row.id, replace(said, **given))


def test_a_survey_by_groups_goes_into_its_ledger(session: Session, made: Office) -> None:
    row, scope = begun(session, made), made.scope(session)
    for place in range(3):
        asked(session, made, row, f"张{place}", "满意" if place else "不满意")
    asked(session, made, row, "李一", group="热线")
    asked(session, made, row, "李二", group="热线", reached=Reached.NO_REPLY)
    wrong = asked(session, made, row, "李三", group="热线")
    answers.strike(act_of(session, made["supervisor"]), scope, row.id, wrong.id, "登记到别的服务了")
    refused("respondent", "已经问过", lambda: asked(session, made, row, " 张 1 "))
    asked(session, made, row, "李三", group="热线")
    with pytest.raises(Refused, match="登记过这次调查"):
        polls.close(act_of(session, made["supervisor"]), scope, row.id, row.version, "窗口有一人不满意")
    polls.close(act_of(session, made["supervisor2"]), scope, row.id, row.version, "窗口有一人不满意")
    session.commit()
    assert (row.counts["asked"], row.counts["answered"], row.counts["satisfied"]) == (6, 5, 4)
    assert row.counts["groups"] == {"窗口": [3, 2], "热线": [2, 2]}
    kept = entries(session, "ratings")
    assert [(one.fields["service"], one.fields["surveyed"], one.fields["satisfied"]) for one in kept] == [("窗口", 3, 2), ("热线", 2, 2)]
    with pytest.raises(Refused, match="已经办结"):
        asked(session, made, row, "王五")
    assert recorded(session)[-1] == "poll.closed"


def test_a_survey_without_a_ledger_proposes_facts(session: Session, made: Office) -> None:
    row, scope = begun(session, made, questionnaire="seekers", wished=3), made.scope(session)
    for place in range(3):
        asked(session, made, row, f"张{place}", "满意" if place else "不满意")
    polls.close(act_of(session, made["supervisor2"]), scope, row.id, row.version, "两人满意")
    values, numbers = sources.proposed_facts(scope, date(2026, 3, 1), date(2026, 12, 31), "LK-2")
    assert (values, len(numbers)) == ({"registered": "2"}, 1)
    assert sources.proposed_facts(scope, date(2026, 1, 1), date(2026, 2, 1), "LK-2") == ({}, [])


def test_rates_have_numerator_denominator_and_interval(session: Session, made: Office) -> None:
    row = begun(session, made, questionnaire=OWN, title="窗口回访", clause="LK-2", questions="总体满意吗？\n环境满意吗？", wished=2)
    asked(session, made, row, "张一", "满意", answers={"q1": "满意", "q2": "一般"})
    asked(session, made, row, "张二", "一般", answers={"q1": "一般", "q2": "满意"})
    asked(session, made, row, "", way=PollWay.PAPER, answers={"q1": "非常满意", "q2": "满意"})
    asked(session, made, row, "张四", reached=Reached.DECLINED)
    tally = counted(row, Fieldwork(session, made.contract.id).answers(row.id))
    rate = tally.whole.rate
    assert rate is not None
    assert (rate.hits, rate.number, tally.whole.asked) == (2, 3, 4)
    assert rate.low < rate.rate < rate.high
    assert dict(tally.questions[1][1])["满意"] == 2


def test_how_many_to_ask_is_proposed(session: Session, made: Office) -> None:
    book = book_of(made.scope(session))
    assert polls.proposed(book, "seekers", 1000) == (278, 3, 278)
    assert polls.proposed(book, OWN, 2) == (2, 1, 2)


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [({"questionnaire": "nothing"}, "questionnaire", "没有这张问卷"), ({"population": 0}, "population", "1 以上"),
     ({"questionnaire": "seekers", "wished": 2}, "wished", "最低人数"), ({"until_on": date(2026, 2, 1)}, "until_on", "起始不晚于截止"),
     ({"questionnaire": OWN, "clause": "LK-2", "questions": ""}, "questions", "每行写一个问题"),
     ({"questionnaire": OWN, "clause": "LK-9", "questions": "好吗？"}, "clause", "合同条款")],
)  # fmt: skip
def test_a_survey_that_cannot_be_is_refused(session: Session, made: Office, given: dict[str, object], field: str, text: str) -> None:
    refused(field, text, lambda: begun(session, made, **given))


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [({"group": "没有"}, "group", "哪一项服务"), ({"answers": {}}, "q-overall", "请回答"), ({"on": date(2026, 3, 6)}, "on", "不晚于今天"),
     ({"respondent": " "}, "respondent", "问的是谁")],
)  # fmt: skip
def test_an_answer_that_is_not_right_is_refused(
    session: Session, made: Office, given: dict[str, object], field: str, text: str
) -> None:
    row = begun(session, made)
    refused(field, text, lambda: asked(session, made, row, "张一", **given))


def test_an_answer_of_another_survey_is_not_struck(session: Session, made: Office) -> None:
    row, other = begun(session, made), begun(session, made)
    answer = asked(session, made, other, "张一")
    with pytest.raises(Missing):
        answers.strike(act_of(session, made["supervisor"]), made.scope(session), row.id, answer.id, "登记错了")


# -- the home page --------------------------------------------------------------------------------


def waits_for(session: Session, made: Office, who: str) -> list[tuple[str, str]]:
    act = act_of(session, made[who])
    bench = Bench(session, act.person(), act.now, [made.contract])
    return [(one.word, one.page) for one in waiting.fieldwork(bench)]


def test_what_waits_is_told_to_who_can_do_it(session: Session, made: Office) -> None:
    verified_visits(session, made, 2)
    drawn_round(session, made, wished="2")
    wanted = Plan("site", made.outlets[1].id, "", TODAY, second_id=made["supervisor2"].id)
    inspections.plan(act_of(session, made["supervisor"]), made.scope(session), wanted)
    row = received(session, made)
    round_, walk = ("抽查", "fieldwork.round"), ("现场检查", "fieldwork.inspection")
    assert waits_for(session, made, "supervisor2") == [round_, walk, ("调查", "fieldwork.investigate")]
    assert waits_for(session, made, "project_manager") == [("说明情况", "fieldwork.statement")]
    assert waits_for(session, made, "deputy_head") == []
    looked_into(session, made, row)
    assert waits_for(session, made, "supervisor") == [round_, walk], "自己受理的由另一人认定"
    assert waits_for(session, made, "deputy_head") == [("认定", "fieldwork.verdict")]
    assert waits_for(session, made, "field_staff") == []
