"""The document's own table: every item is scored in just one of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kpi.checkup.findings import Book, Finding
from kpi.checkup.names import near
from kpi.checkup.walk import Path

_PATH: Path = ("rubric", "form")


def forms(book: Book) -> Iterator[Finding]:
    """Rows that name what is no item, and items that stand in no row or in several."""
    rubric = book.rulebook.rubric
    if rubric is None or rubric.form is None:
        return
    titles = {one.id: one.title for one in rubric.items}
    titles |= {one.id: one.id for one in (rubric.bonus.rules if rubric.bonus is not None else ())}
    named: Counter[str] = Counter()
    for place, row in enumerate(rubric.form.rows):
        for item in row.items:
            named[item] += 1
            if item not in titles:
                yield book.finding(
                    "error", "unknown_item", (*_PATH, "rows", place), f"没有叫“{item}”的考核项或加分项{near(item, set(titles))}",
                    f"原表第 {place + 1} 行评的是哪一项？",
                )  # fmt: skip
    for item, title in titles.items():
        if named[item] != 1:
            said = "没有写在原表的任何一行" if not named[item] else "在原表里写了几次"
            yield book.finding(
                "error", "item_not_in_form", (*_PATH, "rows"), f"“{title}”（{item}）{said}，填表时不知道填在哪里",
                f"原表的哪一行评“{title}”？",
            )  # fmt: skip
