"""Element tables: the score of a record from the elements that are wrong or blank.

A wrong or blank element scores 0, any other its points; a record qualifies at `qualified_at` points of
those that count. Where the buyer's answer names the sections that count, the rulebook gives their bar.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from kpi.quantities import points as show_points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.survey import Element, ElementTable, Survey


@dataclass(frozen=True, slots=True)
class RecordScore:
    """Score of one record in points. `full` is what a record without faults scores, `bar` what qualifies."""

    branch: str
    score: Fraction
    full: Fraction
    bar: Fraction
    wrong: tuple[str, ...]
    basic_ok: bool
    qualified: bool

    def explain(self) -> str:
        """One sentence with the figures."""
        verdict = "合格" if self.qualified else "不合格"
        if not self.qualified and self.score >= self.bar:
            verdict += "（基础信息有错）"
        lost = (
            f"{'、'.join(self.wrong)}错误或空白，扣{show_points(self.full - self.score)}分，"
            if self.wrong
            else ""
        )
        return (
            f"{self.branch}：满分{show_points(self.full)}分，{lost}得{show_points(self.score)}分，"
            f"合格线{show_points(self.bar)}分，{verdict}"
        )


@dataclass(frozen=True, slots=True)
class ScoredTable:
    """An element table with the buyer's answers put in: what counts, what it adds up to, what qualifies."""

    branch: str
    elements: tuple[Element, ...]
    counted: frozenset[str]
    basic: frozenset[str]
    basic_decides: bool
    full: Fraction
    bar: Fraction

    @classmethod
    def of(cls, survey: Survey, table: ElementTable, answers: Answers) -> ScoredTable:
        """Refused("unanswered") where an answer is open, Refused("bad_input") for unknown sections."""
        chosen = answers.get(table.scored_sections) if table.scored_sections is not None else None
        sections = _sections(table, chosen)
        counted = [one for one in table.elements if sections is None or one.section in sections]
        full = sum((one.points for one in counted), Fraction(0))
        bar = answers.get(table.qualified_at)
        return cls(
            branch=table.branch,
            elements=table.elements,
            counted=frozenset(one.name for one in counted),
            basic=frozenset(one.name for one in table.elements if one.section == survey.basic_section),
            basic_decides=answers.get(survey.basic_error_disqualifies),
            full=full,
            bar=bar,
        )

    def points_of(self, element: Element) -> Fraction:
        return element.points if element.name in self.counted else Fraction(0)

    def score(self, wrong_or_blank: Collection[str]) -> RecordScore:
        """Score from element names. An element named twice loses its points once."""
        names = frozenset(wrong_or_blank)
        _refuse_unknown(names, self)
        wrong = [one for one in self.elements if one.name in names]
        lost = sum((self.points_of(one) for one in wrong), Fraction(0))
        score = self.full - lost
        basic_ok = not names & self.basic
        qualified = score >= self.bar and (basic_ok or not self.basic_decides)
        wrong_names = tuple(one.name for one in wrong)
        return RecordScore(self.branch, score, self.full, self.bar, wrong_names, basic_ok, qualified)


def record_score(
    survey: Survey, branch: str, wrong_or_blank: Collection[str], answers: Answers
) -> RecordScore:
    """Exact score of a record of `branch` whose `wrong_or_blank` elements are named as in its table.

    Raises Refused("bad_input") for a branch without a table and for a name that the table does not hold,
    Refused("unanswered") where the threshold or the sections are not answered.
    """
    return ScoredTable.of(survey, table_of(survey, branch), answers).score(wrong_or_blank)


def table_of(survey: Survey, branch: str) -> ElementTable:
    """The table of a branch; Refused("bad_input") where there is none."""
    found = next((table for table in survey.tables if table.branch == branch), None)
    if found is None:
        known = "、".join(table.branch for table in survey.tables)
        raise Refused(
            "bad_input", f"“{survey.title}”没有“{branch}”的要素分值表；现有 {known or '(无)'}", branch
        )
    return found


def _sections(table: ElementTable, chosen: object) -> frozenset[str] | None:
    if chosen is None or chosen == "" or chosen == ():
        return None
    names = frozenset([chosen] if isinstance(chosen, str) else [str(name) for name in chosen])  # type: ignore[attr-defined]
    known = {one.section for one in table.elements}
    if not names & known:
        listed = "、".join(sorted(filter(None, known)))
        raise Refused(
            "bad_input", f"“{table.branch}”要素分值表没有类别“{'、'.join(sorted(names))}”；现有 {listed}"
        )
    return names


def _refuse_unknown(names: frozenset[str], table: ScoredTable) -> None:
    known = [one.name for one in table.elements]
    unknown = sorted(names.difference(known))
    if not unknown:
        return
    parts = []
    for name in unknown:
        near = difflib.get_close_matches(name, known, n=3)
        hint = f"（相近的有 {'、'.join(near)}）" if near else ""
        parts.append(f"“{name}”{hint}")
    listed = "" if any("相近" in part for part in parts) else f"；表内要素有 {'、'.join(known)}"
    raise Refused(
        "bad_input",
        f"“{table.branch}”要素分值表里没有{'、'.join(parts)}；请按表内名称填写{listed}",
        unknown[0],
    )
