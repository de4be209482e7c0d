"""Worked cases: what is given, what must come out. The names used here are the names of the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from kpi.evaluation import Evaluation, evaluate
from kpi.payments import PlanOutcome
from kpi.quantities import Money, QuantityError, parse_exact, plain
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import read_given
from kpi.rulebook.given_names import hold_against
from kpi.rulebook.loader import Source, known_keys, load_known, load_text
from kpi.rulebook.yaml_text import Places, Problem, TextProblems, read_yaml
from kpi.tiers import tier_of


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """One case: `differences` is empty where everything expected came out."""

    file: str
    name: str
    checked: int
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


def run_cases(
    text: str, file: str, folder: Path | None = None, rulebook: Source | None = None
) -> list[CaseOutcome]:
    """Every case of a file. TextProblems where the file, its rulebook or a case cannot be read."""
    raw, places = read_yaml(text, file)
    if not isinstance(raw, dict) or not isinstance(raw.get("cases"), list):
        raise TextProblems([Problem(file, 1, "cases", "案例文件要有 contract 和 cases(案例列表)两项")])
    source = rulebook or find_rulebook(str(raw.get("contract", "")), places, folder)
    return [_case(source, one, places, index) for index, one in enumerate(raw["cases"])]


def find_rulebook(name: str, places: Places, folder: Path | None) -> Source:
    """A rulebook by key, or by a file's path relative to the case file."""
    if name in known_keys():
        return load_known(name)
    path = (folder or Path()) / name
    if name and path.is_file():
        return load_text(path.read_text("utf-8"), str(path))
    known = "、".join(known_keys())
    raise TextProblems(
        [Problem(places.file, 1, "contract", f"没有规则书“{name}”;写 {known} 之一或规则书文件的路径")]
    )


def _case(source: Source, raw: Any, places: Places, index: int) -> CaseOutcome:
    at = ("cases", index)
    if not isinstance(raw, dict) or not isinstance(raw.get("expect"), dict):
        raise TextProblems(
            [Problem(places.file, places.line(at), "cases", "每个案例要有 name、given、expect 三项")]
        )
    name = str(raw.get("name", f"第 {index + 1} 例"))
    dates = frozenset(schedule.given for schedule in source.rulebook.schedules)
    given = read_given(raw.get("given"), places, (*at, "given"), dates)
    hold_against(source.rulebook, given, places, (*at, "given"))
    expect: dict[str, Any] = raw["expect"]
    try:
        evaluation = evaluate(source, given)
    except Refused as refused:
        return CaseOutcome(places.file, name, len(expect), (f"不能计算:{refused.reason}",))
    differences: list[str] = []
    for key, wanted in expect.items():
        if key not in _known_results(source):
            known = "、".join(sorted(_known_results(source)))
            message = f"没有名为“{key}”的结果;可写 {known}"
            raise TextProblems(
                [Problem(places.file, places.line((*at, "expect", key)), f"expect.{key}", message)]
            )
        differences += compare(key, wanted, result(evaluation, key, wanted))
    return CaseOutcome(places.file, name, len(expect), tuple(differences))


# -- results by name ----------------------------------------------------------------------------


def _scores(evaluation: Evaluation, wanted: Any) -> Any:
    return {one.id: one.score for one in evaluation.assessment.items} if evaluation.assessment else {}


def _deductions(evaluation: Evaluation, wanted: Any) -> Any:
    return dict(evaluation.assessment.deductions) if evaluation.assessment else {}


def _bonus(evaluation: Evaluation, wanted: Any) -> Any:
    return dict(evaluation.assessment.bonus) if evaluation.assessment else {}


def _total(evaluation: Evaluation, wanted: Any) -> Any:
    if evaluation.combined is not None:
        return evaluation.combined.total
    return evaluation.assessment.total if evaluation.assessment else None


def _tier(evaluation: Evaluation, wanted: Any) -> Any:
    return evaluation.tier.tier if evaluation.tier else None


def _refused(evaluation: Evaluation, wanted: Any) -> Any:
    return sorted(evaluation.refused)


def _figures(evaluation: Evaluation, wanted: Any) -> Any:
    found: dict[str, Any] = {}
    for name in wanted:
        derived = evaluation.derived.get(name)
        if derived is None:
            found[name] = evaluation.book.value(name)
        elif derived.numerator is not None and isinstance(wanted[name], Mapping):
            found[name] = {"numerator": derived.numerator, "denominator": derived.denominator}
        else:
            found[name] = derived.value
    return found


def _met(evaluation: Evaluation, wanted: Any) -> Any:
    found: dict[str, Any] = {}
    for clause, expected in wanted.items():
        values = evaluation.indicators.get(clause, [])
        if isinstance(expected, Mapping):
            found[clause] = {name: one.met for value in values for name, one in value.members.items()}
        else:
            found[clause] = evaluation.book.met(clause)
    return found


def _plan(plan: PlanOutcome) -> dict[str, Any]:
    amounts = {"advance": plan.advance, "in_all": plan.in_all, "remaining": plan.remaining}
    return {**amounts, **{line.id: line.amount for line in plan.lines if line.id not in amounts}}


def _payments(evaluation: Evaluation, wanted: Any) -> Any:
    return (
        {name: _plan(plan) for name, plan in evaluation.payment.plans.items()} if evaluation.payment else {}
    )


def _tranches(evaluation: Evaluation, wanted: Any) -> Any:
    decision = evaluation.payment
    if decision is None or decision.chosen not in decision.plans:
        return None
    return [line.amount for line in decision.plans[decision.chosen].lines]


def _reductions(evaluation: Evaluation, wanted: Any) -> Any:
    decision = evaluation.payment
    if decision is None:
        return {}
    return {**{line.id: line.amount for line in decision.reductions}, "total": decision.reduction_total}


def _status(evaluation: Evaluation, wanted: Any) -> Any:
    return evaluation.payment.status if evaluation.payment else None


def _payable(evaluation: Evaluation, wanted: Any) -> Any:
    return evaluation.payment.payable if evaluation.payment else None


def _tier_of(evaluation: Evaluation, wanted: Any) -> Any:
    tiers = evaluation.source.rulebook.tiers
    if tiers is None:
        return {}
    return {score: _one_tier(evaluation, score) for score in wanted}


def _one_tier(evaluation: Evaluation, score: str) -> str | None:
    tiers = evaluation.source.rulebook.tiers
    try:
        return tier_of(tiers, parse_exact(score), evaluation.answers).tier if tiers else None
    except (Refused, QuantityError):
        return None


def _record_scores(evaluation: Evaluation, wanted: Any) -> Any:
    return [one.score for one in evaluation.records]


def _record_qualified(evaluation: Evaluation, wanted: Any) -> Any:
    return [one.qualified for one in evaluation.records]


def _reminders(evaluation: Evaluation, wanted: Any) -> Any:
    return {name: day for steps in evaluation.reminders.values() for name, day in steps.items()}


def _taken(evaluation: Evaluation, wanted: Any) -> Any:
    return Answers(evaluation.source.rulebook, evaluation.given.answers).taken()


_RESULTS: dict[str, Callable[[Evaluation, Any], Any]] = {
    "scores": _scores,
    "deductions": _deductions,
    "bonus": _bonus,
    "total": _total,
    "tier": _tier,
    "refused": _refused,
    "figures": _figures,
    "met": _met,
    "payments": _payments,
    "tranches": _tranches,
    "reductions": _reductions,
    "payment": _status,
    "payable": _payable,
    "tier_of": _tier_of,
    "record_scores": _record_scores,
    "record_qualified": _record_qualified,
    "reminders": _reminders,
    "answers": _taken,
}


def _known_results(source: Source) -> set[str]:
    rulebook = source.rulebook
    return {*_RESULTS, *(one.id for one in rulebook.verdicts), *(one.id for one in rulebook.rights)}


def result(evaluation: Evaluation, key: str, wanted: Any) -> Any:
    """A result by its name in `expect`; verdicts as their label, rights as yes or no."""
    if key in _RESULTS:
        return _RESULTS[key](evaluation, wanted)
    for verdict in evaluation.verdicts:
        if verdict.id == key:
            return verdict.text
    return next((right.value for right in evaluation.rights if right.id == key), None)


# -- comparison ---------------------------------------------------------------------------------


def compare(place: str, wanted: Any, found: Any) -> list[str]:
    """Differences between what is expected and what came out; tables compare only the named keys."""
    if isinstance(wanted, Mapping):
        table = found if isinstance(found, Mapping) else {}
        return [text for key in wanted for text in compare(f"{place}.{key}", wanted[key], table.get(key))]
    if isinstance(wanted, list):
        return _compare_lists(place, wanted, found)
    return [] if _same(wanted, found) else [f"{place} 应为 {_text(wanted)},实为 {_text(found)}"]


def _compare_lists(place: str, wanted: list[Any], found: Any) -> list[str]:
    found = list(found) if isinstance(found, Sequence) and not isinstance(found, str) else []
    if place == "refused":
        wanted = sorted(map(str, wanted))
    if len(wanted) != len(found):
        return [f"{place} 应有 {len(wanted)} 项 {_text(wanted)},实有 {len(found)} 项 {_text(found)}"]
    pairs = enumerate(zip(wanted, found, strict=True))
    return [text for index, (one, other) in pairs for text in compare(f"{place}[{index}]", one, other)]


def _same(wanted: Any, found: Any) -> bool:
    if wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(found, Money):
        found = found.yuan
    if isinstance(found, int | Fraction):
        try:
            return parse_exact(wanted) == found
        except QuantityError:
            return False
    return bool(wanted == found)


def _text(value: Any) -> str:
    if value is None:
        return "(不能计算)"
    if isinstance(value, Money):
        return value.plain()
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    return str(value)
