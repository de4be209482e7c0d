"""The small exact expression language of the rulebooks: `posts < 50`, `right / sample >= 90%`.

Python's expression grammar, cut down to names, numbers, texts, lists, arithmetic, comparison, and / or /
not, `a if b else c` and the functions listed in FUNCTIONS. Decimals and percentages are exact. Two ways
to evaluate: over figures (a missing figure is NoData, never zero) and over the fields of one ledger row
(a blank field makes a comparison false).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction

from kpi.expressions.code import FigureCode, RowCode, compiled, of_names
from kpi.expressions.errors import ExpressionError, Lookup, NoData, Value
from kpi.expressions.functions import FUNCTIONS
from kpi.expressions.patterns import Pattern, pattern, portable
from kpi.expressions.reading import WORDS, Reader, normalise

__all__ = [
    "FUNCTIONS", "Expression", "ExpressionError", "Lookup", "NoData", "Pattern", "Value", "of_names", "pattern",
    "portable",
]  # fmt: skip

#: Longer ones nobody can check by reading.
MOST_CHARACTERS = 2000


class Expression:
    """A parsed expression. `text` as written, `names` that it reads, `tree` for other compilers."""

    __slots__ = ("_figures", "_row", "names", "of_clause", "text", "tree")

    def __init__(self, text: str | int | Fraction) -> None:
        self.text = str(text)
        if len(self.text) > MOST_CHARACTERS:
            raise ExpressionError(f"算式“{self.text[:30]}…”超过 {MOST_CHARACTERS} 个字符；请拆成几个推算项")
        source = normalise(self.text)
        try:
            self.tree = ast.parse(source, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise ExpressionError(
                f"“{self.text}”不是算式；请写成 posts < 50 and kind == '现场' 的样子"
            ) from error
        reader = Reader(self.text, source)
        reader.check(self.tree)
        self.names = frozenset(reader.names - WORDS.keys())
        self.of_clause = frozenset(reader.of_clause)
        self._figures: Callable[[Lookup], Value] | None = None
        self._row: Callable[[Mapping[str, Value]], Value] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def over(self, lookup: Lookup) -> Value:
        """Value over figures. `lookup(name)` gives a figure; None or an absent one raises NoData.

        `of("clause", "name")` in the text asks `lookup` for `clause/name`.
        """
        if self._figures is None:
            self._figures = compiled(self.tree, self.text, FigureCode())
        return self._figures(lookup)

    def on(self, row: Mapping[str, Value]) -> Value:
        """Value over the fields of a row; blank fields make comparisons false and sums None."""
        return self.row_function()(row)

    def row_function(self) -> Callable[[Mapping[str, Value]], Value]:
        """The compiled function behind `on`, for tight loops."""
        if self._row is None:
            self._row = compiled(self.tree, self.text, RowCode())
        return self._row
