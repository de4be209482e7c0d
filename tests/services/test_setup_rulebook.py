"""Choosing a rulebook: known or uploaded, kept for ever, refused whole where it is none."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.services.act import Missing, Refused
from app.services.setup import texts, versions
from app.services.setup.findings import blocks, examined
from app.services.setup.terms import proposed
from app.services.setup.texts import MOST_BYTES, BadText
from app.store import rulebooks, setup
from app.store.models import ContractRulebook, RulebookText
from tests.factories.ground import CLOCK
from tests.services.acting import recorded
from tests.services.setting_up import Desk, changed, desk, lakeside, sixth

__all__ = ["desk"]


def problems(text: str | bytes) -> list[texts.ShownProblem]:
    with pytest.raises(BadText) as found:
        texts.read(texts.decoded(text) if isinstance(text, bytes) else text)
    return found.value.problems


def test_the_known_ones_are_read_as_they_come() -> None:
    every = texts.known()
    assert len(every) == 5
    assert all(texts.read(texts.known_text(one.key)).rulebook.title == one.title for one in every)
    with pytest.raises(Missing):
        texts.known_text("no-such-book")


def test_every_problem_is_told_with_line_field_and_what_is_written() -> None:
    text = changed(lakeside(), ("title: 走访企业\n    window: month", "titel: 走访企业\n    window: monthly"))
    found = problems(text)
    wrong = {one.field: one for one in found}
    assert {"indicators.0.titel", "indicators.0.window", "indicators.0.title"} <= wrong.keys()
    lines = text.split("\n")
    for name in ("indicators.0.titel", "indicators.0.window"):
        one = wrong[name]
        assert lines[one.line - 1].strip() == one.written
        assert name.rpartition(".")[2] in one.written
    assert "是不是“title”" in wrong["indicators.0.titel"].message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空的"),
        ("  \n", "空的"),
        (b"\xff\xfe\x00", "UTF-8"),
        ("湖畔".encode("gb18030"), "UTF-8"),
        ("key: [1", "括号"),
        ("a: &x 1\nb: *x\n", "引用"),
        ("- 1\n- 2\n", "键: 值"),
        ("key: a\nkey: b\n", "写了两次"),
        ("x" * (MOST_BYTES + 1), "上限"),
        (b"x" * (MOST_BYTES + 1), "上限"),
    ],
)
def test_what_is_no_rulebook_is_refused_with_what_to_do(text: str | bytes, said: str) -> None:
    assert said in problems(text)[0].message


def test_windows_line_ends_and_a_byte_order_mark_are_taken() -> None:
    assert texts.read(texts.decoded(lakeside().replace("\n", "\r\n").encode("utf-8-sig"))).text == lakeside()


def test_a_draft_takes_a_rulebook_from_its_first_day_on(desk: Desk) -> None:
    row = desk.choose()
    assert (row.revision, row.effective_on, row.adopted_by) == (1, desk.contract.starts_on, desk.supervisor.id)
    assert desk.contract.rulebook_text_id == row.rulebook_text_id
    assert desk.book().rulebook.key == "lakeside"
    assert recorded(desk.session) == ["rulebook.chosen"]


def test_another_choice_drops_the_earlier_one_and_keeps_its_text(desk: Desk) -> None:
    first = desk.choose()
    CLOCK.forward(hours=1)
    second = desk.choose(sixth())
    assert first.dropped_at == CLOCK.now
    assert second.revision == 2
    assert [one.id for one in rulebooks.versions(desk.session, desk.contract.id)] == [second.id]
    assert len(setup.every_version(desk.session, desk.contract.id)) == 2
    assert desk.session.query(RulebookText).count() == 2
    desk.choose()  # back to the first text: a third version, the same stored text
    assert desk.session.query(RulebookText).count() == 2
    assert desk.contract.rulebook_text_id == first.rulebook_text_id


def test_a_bad_text_leaves_nothing(desk: Desk) -> None:
    desk.choose()
    with pytest.raises(BadText):
        desk.choose("key: x\n")
    assert desk.session.query(ContractRulebook).count() == 1
    assert desk.session.query(RulebookText).count() == 1


@pytest.mark.parametrize("state", ["trial", "live", "closed"])
def test_a_contract_at_work_keeps_its_rulebook(desk: Desk, state: str) -> None:
    desk.choose()
    desk.contract.state = state
    with pytest.raises(Refused, match="补充协议"):
        desk.choose(sixth())


def test_the_same_text_again_is_no_choice(desk: Desk) -> None:
    desk.choose()
    with pytest.raises(Refused, match="没有改动"):
        desk.choose()


def test_the_length_that_the_rulebook_states_gives_the_last_day(desk: Desk) -> None:
    desk.choose(sixth())
    found = proposed(desk.book(), desk.contract.starts_on)
    assert found is not None
    assert (found.said, str(found.ends_on)) == ("6 个月", "2026-06-30")
    desk.choose()
    assert str(proposed(desk.book(), desk.contract.starts_on).ends_on) == "2026-12-31"  # type: ignore[union-attr]


def test_findings_say_what_they_hold_up() -> None:
    broken = changed(lakeside(), ("maximum: 60", "maximum: 50"))
    found = examined(texts.read(broken))
    assert found.errors == 1
    error, question = found.groups[0].findings[0], found.groups[1].findings[0]
    assert "不能试运行" in blocks(error, frozenset())
    assert question.answered_by_assumption == "tolerance"
    assert "付款不能计算" in blocks(question, frozenset({"tolerance"}))
    assert "用到它的结果" in blocks(question, frozenset())
    assert examined(texts.read(lakeside())).errors == 0


def test_versions_are_a_contracts_own(desk: Desk, session: Session) -> None:
    row = desk.choose()
    assert setup.version(session, desk.contract.id, row.id) is row
    assert setup.version(session, desk.contract.id + 1, row.id) is None
    assert row.reason == versions.FIRST
