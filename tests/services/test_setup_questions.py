"""Questions: asked, answered, answered again, confirmed by default; what payment waits for."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.services.act import Missing, Refused
from app.services.books import book_by_text
from app.services.setup import questions, values
from app.services.setup.questions import SeveralRefused, Stale
from app.store import setup
from app.store.models import SettingAnswer
from kpi.rulebook.assumptions import Assumption
from tests.factories.ground import CLOCK
from tests.services.acting import recorded, refused
from tests.services.setting_up import Desk, changed, desk, lakeside

__all__ = ["desk"]

RAISED = changed(
    lakeside(),
    (
        "windows: {anchor",
        "  - {id: part, clauses: [LK-2], question: 按比例时取整吗?, touches_payment: true, type: percent,"
        " asked_when: {tolerance: [prorata]}}\nwindows: {anchor",
    ),
)


def asked(kind: str, **given: object) -> Assumption:
    return Assumption.model_validate({"id": "q", "clauses": ["A"], "question": "?", "type": kind, **given})


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "shown"),
    [
        ("number", " 0.50 ", "0.5", "0.5"),
        ("number", "100/14", "50/7", "50/7"),
        ("percent", "60", "60%", "60%"),
        ("percent", "60.5%", "60.5%", "60.5%"),
        ("percent", "1/3", "1/300", "1/300"),
        ("money", "1，234,567.8", "1234567.80", "¥1,234,567.80"),
        ("date", "2026-03-05", "2026-03-05", "2026年3月5日"),
        ("text", " 依附件 ", "依附件", "依附件"),
        ("yes_no", "true", True, "是"),
        ("list", "甲\n\n 乙 \n甲", ["甲", "乙"], "甲、乙"),
    ],
)
def test_answers_of_each_type(kind: str, typed: str, kept: object, shown: str) -> None:
    question = asked(kind)
    assert values.parse(question, typed) == kept
    assert values.shown(question, kept) == shown
    if kind in ("number", "money", "percent"):
        assert values.parse(question, values.typed(question, kept)) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "十二"), ("number", "1e5"), ("percent", "120"), ("percent", "-1"), ("money", "1.234"), ("money", "-5"),
        ("date", "2026/3/5"), ("date", "2026-02-30"), ("yes_no", "也许"), ("text", "x" * 501), ("list", "x" * 61),
        ("number", ""), ("choice", "  "),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_at_its_field(kind: str, typed: str) -> None:
    refused("value", ".", lambda: values.parse(asked(kind), typed))


def test_options_that_mean_yes_and_no_are_kept_so() -> None:
    question = asked("choice", options={True: "可以", False: "不可以"}, default=True)
    assert values.parse(question, "false") is False
    assert values.shown(question, True) == "可以"
    refused("value", "所列", lambda: values.parse(question, "maybe"))


def test_an_answer_is_kept_with_who_when_and_why(desk: Desk) -> None:
    desk.choose()
    assert questions.holding_payment(desk.questions()) == 1
    CLOCK.forward(hours=2)
    desk.answer("tolerance", "prorata", " 局务会 ")
    one = desk.question("tolerance")
    assert one.given is not None
    assert (one.given.value, one.given.by, one.given.at, one.given.reason) == ("prorata", "周主管", CLOCK.now, "局务会")
    assert one.confirmed
    assert not one.holds_payment
    assert desk.book().answers.value("tolerance") == "prorata"
    assert recorded(desk.session)[-1] == "question.answered"


def test_every_revision_stays(desk: Desk) -> None:
    desk.choose()
    desk.answer("anchor", "anniversary")
    desk.answer("anchor", "calendar", "改按自然月")
    history = desk.question("anchor").history
    assert [(one.revision, one.value, one.default) for one in history] == [(1, "anniversary", False), (2, "calendar", True)]
    assert desk.question("anchor").is_default


def test_a_reason_and_a_question_are_needed(desk: Desk) -> None:
    desk.choose()
    refused("reason", "理由", lambda: desk.answer("anchor", "calendar", "  "))
    with pytest.raises(Missing):
        questions.answer(desk.act(), desk.scope, "no_such", "x", "y", 0)
    desk.contract.state = "closed"
    refused("", "已经结束", lambda: desk.answer("anchor", "calendar"))


def test_who_comes_second_sees_what_the_first_said(desk: Desk) -> None:
    desk.choose()
    desk.answer("anchor", "calendar")
    with pytest.raises(Stale) as found:
        desk.answer("anchor", "anniversary", seen=0)
    assert (found.value.newer.value, found.value.newer.by) == ("calendar", "周主管")
    assert desk.question("anchor").revision == 1


def test_a_question_is_asked_under_some_answers_only(desk: Desk) -> None:
    desk.choose(RAISED)
    assert not desk.question("part").asked
    refused("value", "不用问", lambda: desk.answer("part", "50"))
    assert questions.holding_payment(desk.questions()) == 1
    desk.answer("tolerance", "prorata")
    assert desk.question("part").asked
    assert questions.holding_payment(desk.questions()) == 1
    assert questions.depend_on(desk.book().rulebook, "tolerance") == ["part"]
    desk.answer("part", "50")
    assert questions.holding_payment(desk.questions()) == 0


def test_all_defaults_in_one_act_are_kept_one_by_one(desk: Desk, session: Session) -> None:
    desk.choose()
    assert questions.accept_defaults(desk.act(), desk.scope, "局务会") == 1
    row = session.query(SettingAnswer).one()
    assert (row.assumption, row.answer["value"], row.answer["default"], row.reason) == ("anchor", "calendar", True, "局务会")
    assert not desk.question("tolerance").confirmed  # has no default
    refused("reason", "没有可以", lambda: questions.accept_defaults(desk.act(), desk.scope, "再来"))


def test_defaults_do_not_overrule_what_was_decided(desk: Desk) -> None:
    desk.choose()
    desk.answer("anchor", "anniversary")
    refused("reason", "没有可以", lambda: questions.accept_defaults(desk.act(), desk.scope, "局务会"))
    assert desk.question("anchor").value == "anniversary"


def test_several_are_answered_all_or_none(desk: Desk, session: Session) -> None:
    desk.choose(RAISED)
    act = desk.act()
    with pytest.raises(SeveralRefused) as found:
        questions.answer_several(act, desk.scope, {"tolerance": "prorata", "part": "abc", "anchor": ""}, "局务会")
    assert found.value.wrong.keys() == {"part"}
    assert session.query(SettingAnswer).count() == 0
    assert questions.answer_several(act, desk.scope, {"tolerance": "prorata", "part": "50", "anchor": " "}, "局务会") == 2
    assert questions.holding_payment(desk.questions()) == 0
    with pytest.raises(SeveralRefused):
        questions.answer_several(act, desk.scope, {"part": "60"}, "局务会")
    refused("reason", "一项也没有", lambda: questions.answer_several(act, desk.scope, {"anchor": ""}, "局务会"))


def test_an_answer_that_another_rulebook_does_not_take_waits_again(desk: Desk) -> None:
    first = desk.choose()
    desk.answer("anchor", "anniversary")
    desk.choose(changed(lakeside(), ("anniversary: 合同月", "contract: 合同月")))
    one = desk.question("anchor")
    assert one.given is None
    assert one.unfit is not None
    assert not one.confirmed
    assert desk.book().answers.value("anchor") == "calendar"  # the default, until somebody says otherwise
    earlier = book_by_text(desk.scope, first.rulebook_text_id)
    assert earlier.answers.value("anchor") == "anniversary"


def test_of_the_revisions_each_version_takes_the_latest_that_fits(desk: Desk) -> None:
    first = desk.choose()
    desk.answer("anchor", "anniversary")
    second = desk.choose(changed(lakeside(), ("anniversary: 合同月", "contract: 合同月")))
    desk.answer("anchor", "contract")
    given = [book_by_text(desk.scope, one.rulebook_text_id).given["anchor"] for one in (first, second)]
    assert given == ["anniversary", "contract"]


def test_a_question_put_otherwise_is_confirmed_again(desk: Desk) -> None:
    desk.choose()
    desk.answer("tolerance", "prorata")
    desk.choose(changed(lakeside(), ("prorata: 按比例", "prorata: 按缺少的人数比例")))
    one = desk.question("tolerance")
    assert one.reworded
    assert one.holds_payment
    desk.answer("tolerance", "prorata")
    assert not desk.question("tolerance").holds_payment


def test_answers_are_a_contracts_own(desk: Desk, session: Session) -> None:
    desk.choose()
    desk.answer("anchor", "calendar")
    assert setup.answers(session, desk.contract.id + 1) == []
    with pytest.raises(Refused):
        questions.answer_several(desk.act(), desk.scope, {}, "x")
