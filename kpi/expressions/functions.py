"""The functions of the expression language, and its arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from fractions import Fraction

from kpi.expressions.errors import NoData, Value
from kpi.expressions.patterns import pattern
from kpi.quantities import ceil_units, floor_units, half_up

#: Decimal places that `round` may ask for.
MOST_PLACES = 12


def need(value: Value, what: str = "数值") -> Value:
    if value is None:
        raise NoData(what)
    return value


def divide(left: Value, right: Value) -> Fraction:
    if right == 0:
        raise NoData("分母为 0 的比率")
    return Fraction(left) / Fraction(right)


def times(left: Value, right: Value) -> Value:
    """A product of numbers: a text times a number would be that text a billion times."""
    if not (isinstance(left, int | Fraction) and isinstance(right, int | Fraction)):
        raise TypeError("乘号两边要是数字")
    return left * right


def _round(value: Value, places: Value = 2) -> Fraction:
    if not isinstance(places, int) or not 0 <= places <= MOST_PLACES:
        raise ValueError(f"round 的小数位数要在 0 到 {MOST_PLACES} 之间")
    return half_up(value, places)


def _matches(text: Value, written: Value) -> bool:
    return pattern(str(written)).found(str(text))


def _series(values: Value) -> list[Value]:
    """The values of a list of windows or of a table by member."""
    if isinstance(values, Mapping):
        return list(values.values())
    if isinstance(values, list | tuple):
        return list(values)
    raise TypeError("这里要分时段或分成员的一列数")


def _held(series: Value) -> list[Value]:
    return [value for value in _series(series) if value is not None]


def _some(series: Value) -> list[Value]:
    return _held(series) or need(None, "各时段")


def _shortfall(value: Value, target: Value) -> Value:
    if isinstance(value, list | tuple | Mapping):
        return sum(max(0, target - one) for one in _held(value))
    return max(0, target - value)


def _mean(series: Value) -> Fraction:
    held = _some(series)
    return Fraction(sum(held)) / len(held)


def _weighted(values: Value, weights: Value) -> Fraction:
    """Mean of the values by weights of the same windows or members; without a value the weight falls away."""
    if isinstance(values, Mapping) and isinstance(weights, Mapping):
        missing = [name for name in values if weights.get(name) is None]
        pairs = [(value, weights.get(name)) for name, value in values.items()]
    else:
        left, right = _series(values), _series(weights)
        if len(left) != len(right):
            raise ValueError(f"weighted 的两列数长短不一（{len(left)} 和 {len(right)}）")
        missing = [value for value, weight in zip(left, right, strict=True) if weight is None]
        pairs = list(zip(left, right, strict=True))
    held = [(value, weight) for value, weight in pairs if value is not None]
    if missing or not held:
        raise NoData("各单位的数值或权数")
    return divide(sum(value * weight for value, weight in held), sum(weight for _, weight in held))


def _rank(value: Value, others: Value) -> int:
    """1 is the highest; equal ones share a place."""
    return 1 + sum(1 for one in _some(others) if one > value)


def _minutes(start: Value, end: Value) -> Value:
    def of_day(moment: time | datetime) -> int:
        return moment.hour * 60 + moment.minute

    if isinstance(start, datetime) and isinstance(end, datetime):
        return int((end - start).total_seconds()) // 60
    length = of_day(end) - of_day(start)
    return length if length >= 0 else length + 24 * 60


def _extreme(pick: Callable[..., Value]) -> Callable[..., Value]:
    def run(*values: Value) -> Value:
        if len(values) == 1 and isinstance(values[0], list | tuple | Mapping):
            return pick(_some(values[0]))
        return pick(values)

    return run


#: name → (implementation, number of arguments or None, what it does in Chinese)
FUNCTIONS: dict[str, tuple[Callable[..., Value], tuple[int, ...] | None, str]] = {
    "min": (_extreme(min), None, "最小值；也可对各时段或各成员取最小"),
    "max": (_extreme(max), None, "最大值；也可对各时段或各成员取最大"),
    "abs": (abs, (1,), "绝对值"),
    "floor": (floor_units, (1,), "向下取整"),
    "ceil": (ceil_units, (1,), "向上取整"),
    "round": (_round, (1, 2), "四舍五入到几位小数"),
    "sum": (lambda series: sum(_held(series)), (1,), "各时段或各成员之和（未发生的不计）"),
    "len": (len, (1,), "时段数或字数"),
    "held": (lambda series: len(_held(series)), (1,), "有数据的时段数"),
    "missing": (lambda series: len(_series(series)) - len(_held(series)), (1,), "没有数据（未举办）的时段数"),
    "shortfall": (_shortfall, (2,), "比目标少多少；对各时段逐个相加，未举办的不计"),
    "below": (
        lambda series, target: sum(1 for one in _held(series) if one < target),
        (2,),
        "低于目标的时段数",
    ),
    "mean": (_mean, (1,), "各时段或各成员的平均"),
    "weighted": (_weighted, (2,), "加权平均：各时段或各成员的数值、权数"),
    "rank": (_rank, (2,), "在一列数里从高到低排第几，相同的并列"),
    "days": (lambda start, end: (end - start).days, (2,), "两个日期相差的天数"),
    "minutes": (_minutes, (2,), "起止时间相差的分钟数，可跨零点"),
    "date": (date.fromisoformat, (1,), "日期，如 date('2026-08-31')"),
    "time": (time.fromisoformat, (1,), "时刻，如 time('19:00')"),
    "weekday": (lambda day: day.isoweekday(), (1,), "星期几，1 至 7"),
    "month": (lambda day: day.month, (1,), "月份"),
    "year": (lambda day: day.year, (1,), "年份"),
    "blank": (lambda value: value is None or value == "" or value == [], (1,), "是否空白"),
    "matches": (_matches, (2,), "是否符合正则式"),
    "contains": (lambda whole, part: part in whole, (2,), "是否包含"),
}
