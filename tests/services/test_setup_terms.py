"""Settings, windows and member sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.services.act import Missing
from app.services.setup import members, terms
from app.services.setup.members import Listing
from app.services.setup.questions import Stale
from app.services.setup.terms import Overtaken, Terms
from app.services.setup.windows import Preview, preview
from app.store import rulebooks
from app.store.models import Contract
from tests.factories import organisations, people, places, roles
from tests.services.acting import recorded, refused
from tests.services.setting_up import EXTRA, Desk, changed, desk, lakeside, sixth

__all__ = ["desk"]


def as_set(contract: Contract, **given: object) -> Terms:
    """The settings as they stand, with changes."""
    plain = {name: getattr(contract, name) for name in terms.COLUMNS}
    return replace(Terms(**plain, reason="", version=contract.version), **given)  # type: ignore[arg-type]


# -- settings -------------------------------------------------------------------------------------


def test_a_draft_is_set_without_a_reason(desk: Desk) -> None:
    wanted = as_set(desk.contract, price_fen=168_000_000, entry_days=3, history_days=90, internal_check=True)
    assert terms.change(desk.act(), desk.scope, wanted) == ["合同价款", "提交前内部复核", "登记时限", "平台数据保留天数"]
    assert (desk.contract.price_fen, desk.contract.entry_days, desk.contract.internal_check) == (168_000_000, 3, True)
    assert recorded(desk.session) == ["contract.changed"]
    assert terms.change(desk.act(), desk.scope, as_set(desk.contract)) == []
    assert recorded(desk.session) == ["contract.changed"]


def test_the_first_version_begins_with_the_contract(desk: Desk) -> None:
    desk.choose()
    terms.change(desk.act(), desk.scope, as_set(desk.contract, starts_on=date(2026, 3, 17), ends_on=date(2027, 3, 16)))
    assert rulebooks.versions(desk.session, desk.contract.id)[0].effective_on == date(2026, 3, 17)


def test_what_the_parties_agreed_needs_a_reason_once_it_runs(desk: Desk) -> None:
    desk.contract.state = "draft"
    desk.choose()
    desk.contract.state = "live"
    refused("reason", "改合同价款要写明理由", lambda: terms.change(desk.act(), desk.scope, as_set(desk.contract, price_fen=1)))
    terms.change(desk.act(), desk.scope, as_set(desk.contract, entry_days=5))  # how to work is no matter of the parties
    terms.change(desk.act(), desk.scope, as_set(desk.contract, price_fen=1, reason="补充协议一"))
    assert desk.contract.price_fen == 1
    assert rulebooks.versions(desk.session, desk.contract.id)[0].effective_on == desk.contract.starts_on


def test_wrong_terms_are_refused_at_their_field(desk: Desk) -> None:
    act, scope = desk.act(), desk.scope
    refused("ends_on", "早于", lambda: terms.change(act, scope, as_set(desk.contract, ends_on=date(2025, 1, 1))))
    refused("supplier_id", "供应商", lambda: terms.change(act, scope, as_set(desk.contract, supplier_id=desk.contract.buyer_id)))
    refused("supplier_id", "供应商", lambda: terms.change(act, scope, as_set(desk.contract, supplier_id=987)))
    desk.contract.state = "closed"
    refused("", "已经结束", lambda: terms.change(act, scope, as_set(desk.contract, entry_days=9)))


def test_the_supplier_changes_only_in_a_draft_without_its_people(desk: Desk, session: Session) -> None:
    other = organisations.organisation(session, "supplier")
    terms.change(desk.act(), desk.scope, as_set(desk.contract, supplier_id=other.id))
    assert desk.contract.supplier_id == other.id
    worker = people.account(session, organisation=other)
    roles.membership(session, desk.contract, worker, "field_staff")
    third = organisations.organisation(session, "supplier")
    change = as_set(desk.contract, supplier_id=third.id, reason="换人")
    refused("supplier_id", "已有人员", lambda: terms.change(desk.act(), desk.scope, change))
    desk.choose()
    desk.contract.state = "trial"
    session.flush()
    later = as_set(desk.contract, supplier_id=third.id, reason="换人")
    refused("supplier_id", "不能更换供应商", lambda: terms.change(desk.act(), desk.scope, later))


def test_a_stale_form_changes_nothing(desk: Desk) -> None:
    before = as_set(desk.contract, entry_days=7)
    terms.change(desk.act(), desk.scope, as_set(desk.contract, entry_days=3))
    with pytest.raises(Overtaken):
        terms.change(desk.act(desk.second), desk.scope, before)
    assert desk.contract.entry_days == 3


def test_the_last_day_of_entering_counts_working_days(desk: Desk) -> None:
    assert "2026-10-10" in terms.last_entry_day(desk.act(), date(2026, 9, 29), 4)  # over the holiday, with its make-up day
    assert "不限" in terms.last_entry_day(desk.act(), date(2026, 9, 29), None)
    assert "暂定" in terms.last_entry_day(desk.act(), date(2031, 9, 29), 3)


# -- windows --------------------------------------------------------------------------------------

FREE = changed(
    lakeside(),
    (
        "windows: {anchor: {answer: anchor}}",
        "  - {id: partial, clauses: [LK-1], question: 首尾?, options: {whole: 不计, include: 计入, pro_rata: 折算}, default: whole}\n"
        "windows: {anchor: {answer: anchor}, partial: {answer: partial}}",
    ),
)


def shown(desk: Desk, starts_on: date = date(2026, 3, 17), ends_on: date = date(2027, 3, 16)) -> dict[str, Preview]:
    found = preview(desk.book(), starts_on, ends_on, desk.questions())
    assert not found.refused
    return {one.title: one for one in found.previews}


def test_whole_calendar_months_of_a_term_from_the_seventeenth(desk: Desk) -> None:
    desk.choose(FREE)
    months = shown(desk)["月"]
    assert (months.due, months.used, months.between) == ("11 个月", True, 9)
    first, last = months.lines[0], months.lines[-1]
    assert (str(first.start), str(first.end), first.treated) == ("2026-03-17", "2026-03-31", "不完整，不计")
    assert (str(last.start), str(last.end), last.partial) == ("2027-03-01", "2027-03-16", True)
    assert not shown(desk)["周"].used


def test_contract_months_are_twelve_and_whole(desk: Desk) -> None:
    desk.choose(FREE)
    desk.answer("anchor", "anniversary")
    months = shown(desk)["月"]
    assert months.due == "12 个月"
    assert not any(line.partial for line in months.lines)


@pytest.mark.parametrize(("answer", "due", "said"), [("include", "13 个月", "照常应完成"), ("pro_rata", "13 个月", "48.38…%（15 天）")])
def test_partial_months_as_answered(desk: Desk, answer: str, due: str, said: str) -> None:
    desk.choose(FREE)
    desk.answer("partial", answer)
    months = shown(desk)["月"]
    assert months.due == due
    assert said in months.lines[0].treated


def test_the_questions_that_decide_stand_beside(desk: Desk) -> None:
    desk.choose(FREE)
    found = preview(desk.book(), date(2026, 1, 1), date(2026, 12, 31), desk.questions())
    assert [one.id for one in found.questions] == ["anchor", "partial"]
    assert len(shown(desk, date(2026, 1, 1), date(2026, 3, 31))["月"].lines) == 3


def test_an_open_question_leaves_no_windows(desk: Desk) -> None:
    desk.choose(changed(lakeside(), ("    default: calendar\n", "")))
    found = preview(desk.book(), date(2026, 1, 1), date(2026, 12, 31), desk.questions())
    assert "每月按自然月还是合同月" in found.refused
    assert found.previews == ()


# -- member sets ----------------------------------------------------------------------------------


def test_members_are_listed_line_by_line_or_taken_from_the_outlets(desk: Desk, session: Session) -> None:
    desk.choose(lakeside() + EXTRA)
    assert [one.id for one in members.empty_sets(desk.book())] == ["towns"]
    typed = Listing("城东街道\n 城西镇 \n\n城东街道", (), "行政区划", 0)
    members.set_members(desk.act(), desk.scope, "towns", typed)
    assert desk.book().members == {"towns": ("城东街道", "城西镇")}
    county = places.outlet(session, desk.contract, name="湖畔县")
    for name in ("东镇", "西镇"):
        places.outlet(session, desk.contract, county, name=name)
    places.outlet(session, desk.contract, county, name="北镇", closed_on=date(2026, 1, 5))
    members.set_members(desk.act(), desk.scope, "towns", Listing("", ("township",), "网点表", 1))
    assert desk.book().members == {"towns": ("东镇", "西镇")}
    first = members.listed(desk.scope, desk.book())[0]
    assert [(one.revision, one.by) for one in first.history] == [(1, "周主管"), (2, "周主管")]
    assert first.added == first.gone == ()
    places.outlet(session, desk.contract, county, name="南镇")
    assert members.listed(desk.scope, desk.book())[0].added == ("南镇",)
    members.set_members(desk.act(), desk.scope, "towns", Listing("", ("county", "township"), "网点表", 2))
    assert set(desk.book().members["towns"]) == {"湖畔县", "东镇", "西镇", "南镇"}


def test_members_are_refused_where_they_are_none(desk: Desk) -> None:
    desk.choose(lakeside() + EXTRA)
    act, scope = desk.act(), desk.scope
    refused("typed", "每行写一个", lambda: members.set_members(act, scope, "towns", Listing(" \n", (), "x", 0)))
    refused("levels", "还没有乡镇", lambda: members.set_members(act, scope, "towns", Listing("", ("township",), "x", 0)))
    refused("typed", "规则书列明", lambda: members.set_members(act, scope, "channels", Listing("a", (), "x", 0)))
    with pytest.raises(Missing):
        members.set_members(act, scope, "nowhere", Listing("a", (), "x", 0))
    members.set_members(act, scope, "towns", Listing("东镇", (), "x", 0))
    with pytest.raises(Stale):
        members.set_members(act, scope, "towns", Listing("西镇", (), "x", 0))


def test_sets_of_the_rulebook_itself_are_shown_as_they_are(desk: Desk) -> None:
    desk.choose(sixth())
    assert [(one.fixed, len(one.members)) for one in members.listed(desk.scope, desk.book())] == [(True, 3)]
