"""Reads an explanation as a person with a calculator would, and gives the points that it supports."""

from __future__ import annotations

import re
from fractions import Fraction

from kpi.quantities import show

NUMBER = r"\d+/\d+|\d+(?:\.\d+)?"
_ENDING = re.compile(rf"((?:{NUMBER})(?: [+×] (?:{NUMBER}))*) = ([扣得加]?)([\d.]+…?)分(?:，超过\S*?([\d.]+)分，(\S+))?")
_NOTHING = re.compile(r"(?:.*[，])?[扣得加]0分")


def number(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return Fraction(top) / Fraction(bottom or 1)


def numbers(text: str) -> list[Fraction]:
    return [number(one) for one in re.findall(NUMBER, text)]


def arithmetic(text: str) -> Fraction:
    """`3 + 5 × 0.5`."""
    total = Fraction(0)
    for term in text.split(" + "):
        product = Fraction(1)
        for factor in term.split(" × "):
            product *= number(factor)
        total += product
    return total


def points_of(explanation: str) -> Fraction:
    """Points by the arithmetic at the end; the printed result must be right, a clamp must be needed."""
    last = explanation.split("；")[-1]
    if _NOTHING.fullmatch(last) and " = " not in last:
        return Fraction(0)
    found = _ENDING.fullmatch(last)
    assert found, f"没有可复算的算式：{explanation}"
    left, verb, printed, cap, clamped = found.groups()
    value = arithmetic(left)
    assert show(value, 2) == printed, f"算式不等：{explanation}"
    if cap is None:
        assert verb
        return value
    assert value > number(cap)
    assert re.fullmatch(rf"[扣得加][满完]为止，[扣得加]{re.escape(cap)}分", clamped), explanation
    return number(cap)


def factor_of(explanation: str) -> Fraction:
    """The number before the first `×`: what was counted."""
    last = explanation.split("；")[-1]
    return number(last.split(" × ")[0].split(" + ")[-1])


def counted(segment: str) -> Fraction:
    """The count that a segment ends in; `应办52场，实办50场，少2场` must be right."""
    parts = segment.split("，")
    found = [numbers(part.replace("不足50个", "")) for part in parts]
    if len(parts) == 3 and parts[-1].startswith("少"):
        (due,), (held,), (short,) = found
        assert short == max(Fraction(0), due - held), segment
    return found[-1][-1]
