"""Pass or fail of a period, and the rights that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.expressions import ExpressionError, NoData
from kpi.indicators.book import FigureBook
from kpi.indicators.values import IndicatorValue, all_met
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.rulebook.rubric import Right, Verdict
from kpi.tiers.consequences import upheld


@dataclass(frozen=True, slots=True)
class VerdictResult:
    """Pass or fail of a period; None is undecided. `text` is the word of the contract, or 待定."""

    id: str
    title: str
    passed: bool | None
    text: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class RightResult:
    """A yes or no that follows; None is undecided, `reason` says what is missing."""

    id: str
    title: str
    value: bool | None
    reason: str = ""


def verdicts_of(
    rulebook: Rulebook,
    indicators: Mapping[str, Sequence[IndicatorValue]],
    book: FigureBook,
    answers: Answers,
    judged: Mapping[str, bool] | None = None,
) -> list[VerdictResult]:
    """Pass or fail of each verdict.

    The buyer's own judgement, where that counts, is in `judged` by verdict id or given as met of its clause.
    """
    return [_verdict(one, rulebook, indicators, book, answers, judged or {}) for one in rulebook.verdicts]


def _verdict(
    verdict: Verdict,
    rulebook: Rulebook,
    indicators: Mapping[str, Sequence[IndicatorValue]],
    book: FigureBook,
    answers: Answers,
    judged: Mapping[str, bool],
) -> VerdictResult:
    try:
        if answers.get(verdict.by) == "judgement":
            passed, why = judged.get(verdict.id, book.given_met.get(verdict.clause)), "由采购人认定"
        else:
            passed, why = _required(verdict, rulebook, indicators, book)
    except Refused as refused:
        passed, why = None, refused.reason
    text = "待定" if passed is None else verdict.passed if passed else verdict.failed
    return VerdictResult(verdict.id, verdict.title, passed, text, why)


def _required(
    verdict: Verdict,
    rulebook: Rulebook,
    indicators: Mapping[str, Sequence[IndicatorValue]],
    book: FigureBook,
) -> tuple[bool | None, str]:
    scored = (one.clause for one in rulebook.indicators if one.duty == "scored")
    mets: dict[str, bool | None] = {}
    for clause in verdict.requires or dict.fromkeys(scored):
        found = [one.met for one in indicators.get(clause, ()) if one.scored or verdict.requires]
        known = book.given_met.get(clause)
        mets[clause] = known if known is not None else all_met(found) if found else book.met(clause)
    failed = "、".join(clause for clause, met in mets.items() if met is False)
    unknown = "、".join(clause for clause, met in mets.items() if met is None)
    parts = [f"未达标：{failed}" if failed else "", f"没有数据：{unknown}" if unknown else ""]
    why = "；".join(part for part in parts if part) or f"{len(mets)}条全部达标"
    return all_met(list(mets.values())), why


def rights_of(
    rulebook: Rulebook, book: FigureBook, answers: Answers, given: Given | None = None
) -> list[RightResult]:
    """Each right's yes or no. The book's extras hold verdict ids, `score` and `tier`."""
    return [_right(one, rulebook, book, given) for one in rulebook.rights]


def _right(right: Right, rulebook: Rulebook, book: FigureBook, given: Given | None) -> RightResult:
    own = upheld(rulebook, given.events if given is not None else ())
    try:
        return RightResult(right.id, right.title, bool(book.over(right.when, right.clause, own)))
    except NoData as missing:
        titles = {one.id: one.title for one in rulebook.verdicts}
        what = titles.get(missing.what) or book.title(missing.what, right.clause)
        return RightResult(right.id, right.title, None, f"“{what}”还没有结果，待定")
    except (Refused, ExpressionError) as error:
        return RightResult(right.id, right.title, None, str(error))
