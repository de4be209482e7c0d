"""All windows that touch a term, one generator per kind; none is cut to the term here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpi.calendar.deadlines import Span, chinese_date, shift
from kpi.calendar.errors import TermInvalid, WindowsUndecided
from kpi.calendar.holidays import JOINER, STATUTORY_HOLIDAYS, canonical_holiday, notice_year
from kpi.calendar.window import Anchor, Window, WindowKind
from kpi.calendar.workdays import ONE_DAY, WorkCalendar

ONE_WEEK = timedelta(days=7)
_MONTHS = {WindowKind.MONTH: 1, WindowKind.QUARTER: 3, WindowKind.HALF_YEAR: 6, WindowKind.YEAR: 12}
_CONTRACT_WORDS = {
    WindowKind.MONTH: ("M", "月"),
    WindowKind.QUARTER: ("Q", "季度"),
    WindowKind.HALF_YEAR: ("H", "半年"),
    WindowKind.YEAR: ("Y", "年"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What the windows of a kind depend on. Days outside `since` to `until` need no data."""

    kind: WindowKind
    term: Span
    since: date
    until: date
    anchor: Anchor = "calendar"
    calendar: WorkCalendar | None = None
    holidays: tuple[str, ...] = ()
    once_by: date | None = None
    periods: Sequence[Window] = ()


def touching(request: Request) -> Iterator[Window]:
    """The windows of the request's kind that have a day in the term, in order."""
    return _GENERATORS[request.kind](request)


def _days(request: Request) -> Iterator[Window]:
    day = request.term.start
    while day <= request.term.end:
        yield Window(request.kind, day, day, day.isoformat(), chinese_date(day))
        day += ONE_DAY


def _working_days(request: Request) -> Iterator[Window]:
    calendar = _calendar(request)
    day = request.since
    while day <= request.until:
        found = calendar.look_up(day)
        if found.workday:
            window = Window(request.kind, day, day, day.isoformat(), chinese_date(day))
            yield replace(window, provisional=found.provisional)
        day += ONE_DAY


def _weeks(request: Request) -> Iterator[Window]:
    monday = request.term.start - timedelta(days=request.term.start.weekday())
    while monday <= request.term.end:
        # The ISO year: the last days of December may belong to week 1, the first of January to week 53.
        year, week, _ = monday.isocalendar()
        yield Window(request.kind, monday, monday + 6 * ONE_DAY, f"{year}-W{week:02d}", f"{year}年第{week}周")
        monday += ONE_WEEK


def _months(request: Request) -> Iterator[Window]:
    if request.anchor == "anniversary":
        return _contract_months(request)
    if request.anchor == "calendar":
        return _calendar_months(request)
    raise WindowsUndecided(
        f"周期的起算方式“{request.anchor}”无法识别；请选择 calendar（自然月、季）或 anniversary（合同月、季）"
    )


def _calendar_months(request: Request) -> Iterator[Window]:
    length, first = _MONTHS[request.kind], request.term.start
    start = date(first.year, (first.month - 1) // length * length + 1, 1)
    while start <= request.term.end:
        key, label = _calendar_name(request.kind, start.year, (start.month - 1) // length + 1)
        following = shift(start, months=length)
        yield Window(request.kind, start, following - ONE_DAY, key, label)
        start = following


def _calendar_name(kind: WindowKind, year: int, number: int) -> tuple[str, str]:
    if kind is WindowKind.MONTH:
        return f"{year}-{number:02d}", f"{year}年{number}月"
    if kind is WindowKind.QUARTER:
        return f"{year}-Q{number}", f"{year}年第{number}季度"
    return f"{year}-H{number}", f"{year}年{'上' if number == 1 else '下'}半年"


def _contract_months(request: Request) -> Iterator[Window]:
    length, first = _MONTHS[request.kind], request.term.start
    letter, word = _CONTRACT_WORDS[request.kind]
    number, start = 1, first
    while start <= request.term.end:
        # Always from the contract's first day: stepping from 31 January over 28 February would lose
        # the 31st for good.
        following = shift(first, months=number * length)
        key, label = f"{letter}{number:02d}", f"第{number}合同{word}"
        yield Window(request.kind, start, following - ONE_DAY, key, label)
        number, start = number + 1, following


def _term(request: Request) -> Iterator[Window]:
    yield Window(request.kind, request.term.start, request.term.end, "term", "合同期")


def _once(request: Request) -> Iterator[Window]:
    last = request.once_by or request.term.end
    if last < request.term.start:
        raise TermInvalid(
            f"要求完成的日期{chinese_date(last)}早于合同起始日{chinese_date(request.term.start)}；"
            "请核对考核方案中的截止日期"
        )
    key, label = f"by-{last.isoformat()}", f"截至{chinese_date(last)}"
    yield Window(request.kind, request.term.start, last, key, label)


def _periods(request: Request) -> Iterator[Window]:
    if not request.periods:
        raise WindowsUndecided("按考核周期或逐次考核的指标须先确定考核周期；请在合同设置中选择考核周期")
    for period in request.periods:
        yield replace(period, kind=request.kind)


def _holidays(request: Request) -> Iterator[Window]:
    calendar, chosen = _calendar(request), _chosen(request)
    used: Counter[str] = Counter()
    day = request.term.start
    while day <= request.until:
        if chosen.isdisjoint(calendar.look_up(day).holidays):
            day += ONE_DAY
            continue
        window = _run(calendar, day, chosen)
        used[window.key] += 1
        if used[window.key] > 1:
            window = replace(window, key=f"{window.key}-{used[window.key]}")
        yield window
        day = window.end + ONE_DAY


def _run(calendar: WorkCalendar, day: date, chosen: frozenset[str]) -> Window:
    """The consecutive days off around `day`, named after the chosen holidays among them."""
    start = _last_day_off(calendar, day, -ONE_DAY)
    end = _last_day_off(calendar, day, ONE_DAY)
    # One day beyond on each side: the run may end there only for want of that year's notice.
    around = [start + ONE_DAY * n for n in range(-1, (end - start).days + 2)]
    off = (name for one in around[1:-1] for name in calendar.look_up(one).holidays if name in chosen)
    names = tuple(dict.fromkeys(off))
    year = notice_year(end)
    return Window(
        WindowKind.HOLIDAY,
        start,
        end,
        f"{year}-{'+'.join(names)}",
        f"{JOINER.join(names)}{year}",
        provisional=any(calendar.look_up(one).provisional for one in around),
    )


def _last_day_off(calendar: WorkCalendar, day: date, step: timedelta) -> date:
    while _is_off(calendar, day + step):
        day += step
    return day


def _is_off(calendar: WorkCalendar, day: date) -> bool:
    found = calendar.look_up(day)
    return bool(found.holidays) or not found.workday


def _chosen(request: Request) -> frozenset[str]:
    chosen = frozenset(canonical_holiday(name) for name in request.holidays)
    if not chosen:
        raise WindowsUndecided(
            "按节假日考核的指标没有选定节假日；请在合同设置中选择，例如 劳动节、国庆节、元旦"
        )
    if unknown := sorted(chosen - _calendar(request).holidays()):
        raise WindowsUndecided(
            f"节假日“{unknown[0]}”不在放假安排中；请选择{JOINER.join(STATUTORY_HOLIDAYS)}，或先导入含该节日的放假调休表"
        )
    return chosen


def _calendar(request: Request) -> WorkCalendar:
    if request.calendar is None:
        raise WindowsUndecided("按工作日或节假日考核的指标需要工作日历；请先导入放假调休表再计算")
    return request.calendar


_GENERATORS: Mapping[WindowKind, Callable[[Request], Iterator[Window]]] = {
    WindowKind.EACH: _periods,
    WindowKind.DAY: _days,
    WindowKind.WORKING_DAY: _working_days,
    WindowKind.WEEK: _weeks,
    WindowKind.MONTH: _months,
    WindowKind.QUARTER: _months,
    WindowKind.HALF_YEAR: _months,
    WindowKind.HOLIDAY: _holidays,
    # A year is a contract year whatever the anchor (rules of counting 2).
    WindowKind.YEAR: _contract_months,
    WindowKind.TERM: _term,
    WindowKind.PERIOD: _periods,
    WindowKind.ONCE: _once,
}
