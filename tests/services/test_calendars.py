"""Tables of holidays: imported, corrected, refused with what to do; what each year rests on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.services import books, calendars
from app.services.act import Act
from app.services.calendars import BadTable
from app.store.models import CalendarText, UserAccount
from tests.factories import people, roles
from tests.services.acting import act_of, recorded

WHOLE = """
2027:
  holidays:
    元旦: [2027-01-01, 2027-01-02, 2027-01-03]
    春节: [2027-02-05, 2027-02-06, 2027-02-07]
    清明: [2027-04-05]
    五一: [2027-05-01, 2027-05-02, 2027-05-03]
    端午节: [2027-06-09]
    中秋节: [2027-09-15]
    国庆节: [2027-10-01, 2027-10-02, 2027-10-03]
  workdays: [2027-02-14]
"""


@pytest.fixture
def admin(session: Session) -> UserAccount:
    user = people.account(session, display_name="王管理")
    roles.console_grant(session, user)
    return user


@pytest.fixture
def act(session: Session, admin: UserAccount) -> Act:
    return act_of(session, admin)


def basis(act: Act, year: int) -> str:
    return next(one.basis for one in calendars.years(act) if one.year == year)


def test_a_year_is_missing_until_it_is_imported(act: Act) -> None:
    assert [(one.year, one.basis) for one in calendars.years(act)] == [
        (2025, "library"), (2026, "library"), (2027, "missing"), (2028, "missing"),
    ]  # fmt: skip
    assert not books.calendar(act.session).covers(2027)
    assert calendars.import_table(act, WHOLE, "国务院通知") == [2027]
    assert basis(act, 2027) == "table"
    days = books.calendar(act.session)
    assert days.is_workday(date(2027, 2, 14))
    assert days.holiday_name(date(2027, 5, 1)) == "劳动节"
    assert recorded(act.session) == ["calendar.imported"]


def test_an_imported_year_is_imported_again_as_a_further_revision(act: Act) -> None:
    calendars.import_table(act, WHOLE, "通知")
    calendars.import_table(act, WHOLE.replace("2027-02-14", "2027-02-20"), "更正")
    year = next(one for one in calendars.years(act) if one.year == 2027)
    assert (year.source, year.by, year.earlier) == ("更正", "王管理", 1)
    days = books.calendar(act.session)
    assert days.is_workday(date(2027, 2, 20))
    assert not days.is_workday(date(2027, 2, 14))
    assert act.session.query(CalendarText).count() == 2


def test_single_days_correct_a_published_year(act: Act) -> None:
    calendars.import_table(act, "2026:\n  workdays: [2026-03-07]\n", "县里的通知")
    assert basis(act, 2026) == "corrected"
    days = books.calendar(act.session)
    assert days.is_workday(date(2026, 3, 7))
    assert days.holiday_name(date(2026, 10, 1)) == "国庆节"
    calendars.import_table(act, "2028:\n  workdays: [2028-03-04]\n", "通知")
    assert basis(act, 2028) == "missing"


def test_a_later_import_of_one_year_leaves_the_others(act: Act) -> None:
    calendars.import_table(act, WHOLE + "2028:\n  workdays: [2028-03-04]\n", "两年")
    calendars.import_table(act, "2028:\n  workdays: [2028-03-11]\n", "更正")
    days = books.calendar(act.session, provisional=True)
    assert days.is_workday(date(2027, 2, 14))
    assert not days.is_workday(date(2028, 3, 4))
    assert days.is_workday(date(2028, 3, 11))


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("", "空的", 0),
        ("2027:\n  holidays: {}\n", "没有任何一天", 0),
        ("2027: [1]\n", "holidays", 0),
        ("27:\n  workdays: [2027-01-02]\n", "四位数字", 0),
        ("1999:\n  workdays: [1999-01-02]\n", "不在 2004", 1),
        ("2027:\n  workdays: [2028-05-06]\n", "不在2027年", 0),
        ("2027:\n  workdays: [2027-02-30]\n", "没有 2027-02-30", 2),
        ("2027:\n  workdays: [明天]\n", "不是日期", 0),
        ("2027:\n  workdays: [2027-01-02]\n2027:\n  workdays: []\n", "写了两次", 3),
        ("2027:\n  holidays: {元旦: [2027-01-02]}\n  workdays: [2027-01-02]\n", "同时列为", 0),
        (WHOLE.replace("2027-02-14", "2027-02-15"), "不是周六或周日", 0),
        ("2027: {workdays: [", "YAML", 2),
        ("x" * 100_001, "字节", 0),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(act: Act, text: str, said: str, line: int) -> None:
    with pytest.raises(BadTable) as found:
        calendars.import_table(act, text, "通知")
    assert said in found.value.problems[0].message
    assert found.value.problems[0].line == line
    assert act.session.query(CalendarText).count() == 0


def test_two_years_must_agree_about_december(act: Act) -> None:
    calendars.import_table(act, "2028:\n  holidays: {元旦: [2027-12-31]}\n", "通知")
    with pytest.raises(BadTable) as found:
        calendars.import_table(act, "2027:\n  workdays: [2027-12-31]\n", "通知")
    assert "与已经导入的其他年份对不上" in found.value.problems[0].message


def test_the_year_at_a_glance(act: Act) -> None:
    months = calendars.year_view(act, 2026)
    assert len(months) == 12
    october = {cell.day: cell for week in months[9].weeks for cell in week if cell}
    assert (october[date(2026, 10, 1)].mark, october[date(2026, 10, 1)].name) == ("休", "国庆节")
    assert october[date(2026, 10, 10)].mark == "班"
    assert (october[date(2026, 10, 17)].mark, october[date(2026, 10, 17)].weekend) == ("", True)
    assert (months[9].working_days, months[9].provisional) == (18, False)
    assert months[9].weeks[0][:3] == (None, None, None)
    later = calendars.year_view(act, 2031)
    assert later[9].provisional
    assert [cell.name for week in later[9].weeks for cell in week if cell and cell.name] == ["国庆节"] * 3


def test_the_form_begins_with_what_counts(act: Act) -> None:
    assert "国庆节: [2026-10-01, " in calendars.text_of(act, 2026)
    assert calendars.read_table(calendars.text_of(act, 2026)).keys() == {2026}
    assert "春节: []" in calendars.text_of(act, 2027)
    calendars.import_table(act, WHOLE, "通知")
    assert calendars.read_table(calendars.text_of(act, 2027)) == calendars.read_table(WHOLE)
