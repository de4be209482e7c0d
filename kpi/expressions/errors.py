"""What expressions can say is wrong: the text itself, or a figure that is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Value = Any  # int, Fraction, str, bool, date, time, datetime, list, None: what a figure or a field may hold
Lookup = Callable[[str], Value]


class ExpressionError(ValueError):
    """The text is no expression; the message says where and what to write instead."""


class NoData(Exception):
    """A figure that the expression needs is absent, or a rate is 0/0. `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"没有“{what}”的数据")
        self.what = what
