"""What each measure is worth on entries that a person can count by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from kpi.calendar import WorkCalendar
from kpi.indicators.collect import Collector, collect, entries_of
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import Given
from kpi.verification import VerifiedEntry
from tests.kpi.indicators.rulebooks import act, collector, given, rulebook

MARCH, APRIL, MAY = date(2026, 3, 2), date(2026, 4, 10), date(2026, 5, 31)
ACTS = {"ledger": "acts"}


def measured(figure: dict[str, Any], rows: list[VerifiedEntry], **about: Any) -> Any:
    """The value of one figure of clause K-1 over entries."""
    book = rulebook({"it": figure}, parameters=[{"id": "two", "title": "二", "clause": "K-1", "value": 2}])
    return collector(book, given(**about)).add_all(rows).values()[0].value


ROWS = [
    act(1, MARCH, firm="甲", town="东", posts=2, pay=Fraction(5, 2), kind="现场"),
    act(2, MARCH, firm="甲", town="西", posts=5, pay=3, kind="网络"),
    act(3, MAY, firm="乙", town="东", posts=4, kind="现场"),
]

BY_HAND: list[tuple[str, dict[str, Any], Any]] = [
    ("entries that pass the filter", {"measure": "count", "where": "kind == '现场'"}, 2),
    ("a month without entries has no data", {"measure": "count", "window": "month"}, [2, None, 1]),
    ("a filter that nothing passes is zero", {"measure": "count", "window": "month", "where": "posts > 4"}, [1, None, 0]),
    ("no entry at all, but zero was agreed", {"measure": "count", "window": "month", "empty": "zero"}, [2, 0, 1]),
    ("the same enterprise twice in a month is one", {"measure": "distinct", "field": "firm", "window": "month"}, [1, None, 1]),
    ("over the period", {"measure": "distinct", "field": "firm"}, 2),
    ("each enterprise once in the term", {"measure": "distinct", "field": "firm", "window": "month", "first": True}, [1, None, 1]),
    ("several fields together", {"measure": "distinct", "field": ["firm", "kind"]}, 3),
    ("exact sums, blanks left out", {"measure": "sum", "field": "pay"}, Fraction(11, 2)),
    ("whole sums are ints", {"measure": "sum", "field": "posts"}, 11),
    ("smallest", {"measure": "min", "field": "posts"}, 2),
    ("largest per month, none where no entry has the field", {"measure": "max", "field": "pay", "window": "month"}, [3, None, None]),
    ("mean", {"measure": "mean", "field": "posts"}, Fraction(11, 3)),
    ("latest by business date", {"measure": "latest", "field": "posts"}, 4),
    ("latest of a day is the largest", {"measure": "latest", "field": "posts", "where": "firm == '甲'"}, 5),
    ("share of the entries", {"measure": "rate", "hits": "posts >= 4"}, Fraction(2, 3)),
    ("share of a sum", {"measure": "rate", "hits": "kind == '网络'", "field": "posts"}, Fraction(5, 11)),
    ("0/0 is no data", {"measure": "rate", "hits": "posts > 0", "where": "posts > 9"}, None),
    ("growth per channel", {"measure": "net_growth", "field": "posts", "per": "town"}, 2),
    ("events that fail", {"measure": "failing", "require": "posts >= 4"}, 1),
    ("a blank does not fulfil", {"measure": "failing", "require": "pay >= 0"}, 1),
    ("nothing checked is no data", {"measure": "failing", "require": "posts >= 4", "where": "posts > 9"}, None),
    ("weeks that are met", {"measure": "windows_met", "window": "week"}, 2),
    ("months with two", {"measure": "windows_met", "window": "month", "at_least": "two"}, 1),
    ("months with two enterprises", {"measure": "windows_met", "window": "month", "at_least": 2, "field": "firm",
                                     "of": "distinct"}, 0),
    ("members", {"measure": "members_met", "members": "towns", "by": "town"}, 2),
    ("members in each month", {"measure": "members_met", "members": "towns", "by": "town", "window": "month"}, 0),
    ("repeats", {"measure": "repeats", "field": "firm"}, 1),
    ("longest run of months", {"measure": "streak", "window": "month"}, 1),
    ("of the last two months", {"measure": "streak", "window": "month", "within": 2}, 1),
]  # fmt: skip


@pytest.mark.parametrize(("what", "figure", "value"), BY_HAND, ids=[one[0] for one in BY_HAND])
def test_a_measure_counted_by_hand(what: str, figure: dict[str, Any], value: Any) -> None:
    assert measured({**ACTS, **figure}, ROWS) == value


@pytest.mark.parametrize("figure", [
    {"measure": "count"}, {"measure": "sum", "field": "pay"}, {"measure": "rate", "hits": "posts > 1"},
    {"measure": "members_met", "members": "towns", "by": "town"}, {"measure": "failing", "require": "posts > 1"},
    {"measure": "windows_met", "window": "month"}, {"measure": "streak", "window": "month"},
])  # fmt: skip
def test_no_entries_are_no_data_never_zero_and_never_full(figure: dict[str, Any]) -> None:
    assert measured({**ACTS, **figure}, []) is None
    outside = act(9, date(2026, 6, 1), town="东", posts=9, pay=9)
    assert measured({**ACTS, **figure}, [outside]) is None


def test_who_occurred_in_an_earlier_period_does_not_count_again() -> None:
    """甲 came in March: in the periods after that only 乙 and 丙 are new, each once."""
    rows = [*ROWS, act(4, MAY, firm="甲"), act(5, APRIL, firm="丙"), act(6, APRIL, firm="甲"), act(7, MAY, firm="丙")]
    figure = {**ACTS, "measure": "distinct", "field": "firm", "first": True}
    for month, seen, new in (("03", 1, 1), ("04", 2, 1), ("05", 3, 1)):
        period = {"period": {"start": f"2026-{month}-01", "end": f"2026-{month}-{31 if month != '04' else 30}"}}
        assert measured({**figure, "first": False}, rows, **period) == seen
        assert measured(figure, rows, **period) == new
    book = rulebook({"it": {**figure, "where": "kind == '现场'"}})
    may = given(period={"start": "2026-05-01", "end": "2026-05-31"})
    traced = collector(book, may, trace=True).add_all(rows).values()[0]
    assert (traced.value, traced.entries) == (1, ("acts-3",))  # 甲 of March is no entry of this period


def test_due_numbers_need_no_entries() -> None:
    assert measured({"measure": "windows_due", "window": "month"}, []) == 3
    # Weeks of 2026-03-02 to 2026-05-31; the week of Sunday 1 March began before the term.
    assert measured({"measure": "windows_due", "window": "week"}, []) == 13
    assert measured({"measure": "members_due", "members": "towns"}, [], members={"towns": ["东", "西"]}) == 2


def test_a_nil_return_is_data_and_zero() -> None:
    nil = act(1, APRIL, nil=True)
    assert measured({**ACTS, "measure": "count", "window": "month"}, [nil]) == [None, 0, None]
    assert measured({**ACTS, "measure": "failing", "require": "posts > 1"}, [nil]) == 0
    assert measured({**ACTS, "measure": "mean", "field": "posts"}, [nil]) is None


def test_windows_end_inside_the_period_and_count_from_their_own_start() -> None:
    """The week of 30 March ends in April: an entry of 31 March counts for it, and not for the single value."""
    row = act(1, date(2026, 3, 31), posts=1)
    april = {"period": {"start": "2026-04-01", "end": "2026-04-30"}}
    assert measured({**ACTS, "measure": "count", "window": "week"}, [row], **april) == [1, None, None, None]
    assert measured({**ACTS, "measure": "count"}, [row], **april) is None


def test_a_partial_month_needs_its_share_of_the_bound_when_that_was_decided() -> None:
    figure = {**ACTS, "measure": "windows_met", "window": "month", "at_least": 4}
    rows = [act(n, date(2026, 3, 20), firm="甲") for n in range(2)]
    term = {"term": {"start": "2026-03-17", "end": "2026-05-31"}}
    for partial, met in (("whole", None), ("include", 0), ("pro_rata", 1)):
        book = rulebook({"it": figure}, windows={"partial": partial})
        assert collector(book, given(**term)).add_all(rows).values()[0].value == met


STAYS = [
    # start, end, counted
    ("2026-03-15", "2026-04-15", True),
    ("2026-03-15", "2026-04-14", False),
    ("2026-03-31", "2026-04-30", True),  # April has no 31st: its last day completes the month
    ("2026-03-31", "2026-04-29", False),
    ("2026-04-30", None, True),
    ("2026-05-01", None, False),  # complete on 1 June, after the period
    ("2026-05-01", "2026-06-01", False),
    ("2026-03-05", "2026-03-04", False),
]


@pytest.mark.parametrize(("start", "end", "counted"), STAYS)
def test_a_month_of_employment_is_complete_when_its_day_comes_round(start: str, end: str | None, counted: bool) -> None:
    figure = {**ACTS, "measure": "sustained", "key": "firm", "start": "start", "end": "end", "months": 1}
    fields = {"start": date.fromisoformat(start), **({"end": date.fromisoformat(end)} if end else {})}
    assert measured(figure, [act(1, MARCH, firm="甲", **fields)]) == int(counted)


def test_a_stay_that_ends_later_counts_where_that_was_agreed() -> None:
    figure = {**ACTS, "measure": "sustained", "key": "firm", "start": "start", "end": "end", "months": 1,
              "inside_term": False}  # fmt: skip
    late = act(1, MAY, firm="甲", start=date(2026, 5, 20), end=date(2026, 6, 20))
    open_end = act(2, MAY, firm="乙", start=date(2026, 5, 20))
    assert measured(figure, [late, late, open_end]) == 1


def test_figures_by_member_name_every_member() -> None:
    values = {(one.clause, one.name): one for one in collector(rulebook({
        "held": {**ACTS, "measure": "count"}, "monthly": {**ACTS, "measure": "count", "window": "month"},
    })).add_all([*ROWS, act(4, APRIL, town="北")]).values()}  # fmt: skip
    assert values["K-2", "held"].value == {"东": 2, "西": 1, "南": None}
    assert values["K-2", "monthly"].value == {"东": [1, None, 1], "西": [1, None, None], "南": [None] * 3}
    assert values["K-2", "monthly"].windows == ("2026年3月", "2026年4月", "2026年5月")


def test_numerators_denominators_and_missed_windows_are_shown() -> None:
    made = collector(rulebook({
        "rate": {**ACTS, "measure": "rate", "hits": "posts >= 4"},
        "weeks": {**ACTS, "measure": "windows_met", "window": "month", "at_least": 2},
    })).add_all(ROWS)  # fmt: skip
    rate, months = made.values()[:2]
    assert (rate.numerator, rate.denominator) == (2, 3)
    assert (months.numerator, months.denominator) == (1, 3)
    assert made.missed("K-1", "weeks") == (("2026年5月",), ("2026年4月",))


def test_the_entries_behind_a_figure_are_listed_either_way() -> None:
    book = rulebook({"bad": {**ACTS, "measure": "failing", "require": "posts >= 4", "where": "kind == '现场'"}})
    about = given()
    traced = collect(book, Answers(book), about, WorkCalendar(), ROWS, trace=True)[0]
    assert traced.entries == ("acts-1",)
    assert list(entries_of(book, Answers(book), about, WorkCalendar(), "K-1", "bad", ROWS)) == ["acts-1"]
    assert collect(book, Answers(book), about, WorkCalendar(), ROWS)[0].entries == ()


def test_what_cannot_be_counted_is_refused_alone_and_says_why() -> None:
    book = rulebook({
        "ask": {**ACTS, "measure": "count", "window": {"answer": "every"}},
        "nobody": {"measure": "members_due", "members": "sites"},
        "fine": {**ACTS, "measure": "count"},
    }, assumptions=[{"id": "every", "clauses": "K-1", "question": "多久一次", "options": {"week": "周", "month": "月"}}])  # fmt: skip
    made = collector(book).add_all(ROWS)
    assert [one.value for one in made.values()[:3]] == [None, None, 3]
    assert "多久一次" in made.refused["K-1", "ask"].reason
    assert "sites" in made.refused["K-1", "nobody"].reason
    answered = Collector(book, Answers(book, {"every": "month"}), given(), WorkCalendar()).add_all(ROWS)
    assert answered.values()[0].value == [2, None, 1]


def test_a_year_without_published_holidays_is_refused_by_name() -> None:
    book = rulebook({"days": {"measure": "windows_due", "window": "working_day"}})
    about = given(term={"start": "2031-03-01", "end": "2031-05-31"})
    assert "2031" in collector(book, about).refused["K-1", "days"].reason


def test_a_deadline_covers_the_term_up_to_its_date() -> None:
    book = rulebook(indicators=[{"clause": "K-1", "title": "一", "window": "once", "once_by": "04-10",
                                 "figures": {"held": {**ACTS, "measure": "count"}}}])  # fmt: skip
    rows = [*ROWS, act(4, APRIL), act(5, date(2026, 4, 11))]
    assert collector(book).add_all(rows).values()[0].value == 3
    may = given(period={"start": "2026-05-01", "end": "2026-05-31"})
    assert collector(book, may).add_all(rows).values()[0].value == 3


def test_what_the_buyer_enters_comes_from_the_facts() -> None:
    book = rulebook({"rank": {"measure": "by_hand"}, "none": {"measure": "by_hand", "empty": "zero"}})
    values = collector(book, given(facts={"K-1": {"rank": 2}})).values()
    assert [(one.value, one.origin) for one in values[:2]] == [(2, "given"), (0, "given")]


def test_claims_stand_beside_what_was_verified() -> None:
    book = rulebook({"held": {**ACTS, "measure": "count"}})
    value = collector(book).add_all(ROWS[:1]).values(collector(book).add_all(ROWS))[0]
    assert (value.value, value.claimed) == (1, 3)


def test_a_value_that_a_filter_cannot_read_names_the_entry() -> None:
    with pytest.raises(Refused, match="acts-7"):
        measured({**ACTS, "measure": "count", "where": "posts > 3"}, [act(7, MARCH, posts="五")])


@pytest.mark.parametrize("about", [{}, {"term": {"start": "2026-03-01", "end": "2026-05-31"},
                                        "period": {"start": "2026-05-01", "end": "2026-06-30"}}])  # fmt: skip
def test_term_and_period_must_be_known_and_fit(about: dict[str, Any]) -> None:
    book = rulebook()
    with pytest.raises(Refused):
        Collector(book, Answers(book), Given.model_validate(about))


def test_the_term_may_come_from_the_day_of_signing() -> None:
    book = rulebook({"days": {"measure": "windows_due", "window": "day"}})
    about = Given.model_validate({"signed": "2026-03-01"})
    assert collector(book, about).values()[0].value == 31 + 30 + 31
