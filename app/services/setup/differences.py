"""Two versions of a rulebook side by side: rule by rule, before and after in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from app.services.setup.wording import Fact, Words
from kpi.reports.plain_data import plain_data
from kpi.rulebook.base import Rule
from kpi.rulebook.document import Rulebook, Term, Windows
from kpi.rulebook.loader import Source

Kind = Literal["added", "removed", "changed"]
#: So many single places are named where the words of a rule are the same.
_MOST_PLACES = 12


@dataclass(frozen=True)
class Pair:
    """One thing that a rule says, before and after; None: that version does not say it."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Changed:
    """A rule that is new, gone, or otherwise. `clauses`: the clauses it stands for."""

    title: str
    kind: Kind
    clauses: tuple[str, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Part:
    """The changes of one part of the rulebook, and how many of its rules stay as they are."""

    title: str
    changes: tuple[Changed, ...]
    same: int


@dataclass(frozen=True)
class Differences:
    """Everything that differs. `clauses`: per clause (old or new) the titles of the rules that change with it."""

    parts: tuple[Part, ...]
    clauses: Mapping[str, tuple[str, ...]]

    @property
    def number(self) -> int:
        return sum(len(one.changes) for one in self.parts)


Listed = Callable[[Rulebook], Sequence[Any]]


class _Head(Rule):
    """The rulebook's own facts as one rule."""

    title: str = "合同概要"
    name: str
    key: str
    version: int
    effective: date | None
    document: str
    buyer: str
    supplier: str
    term: Term
    windows: Windows


def _head(book: Rulebook) -> list[_Head]:
    return [
        _Head(
            name=book.title, key=book.key, version=book.version, effective=book.effective, document=book.document,
            buyer=book.buyer, supplier=book.supplier, term=book.term, windows=book.windows,
        )
    ]  # fmt: skip


def _one(value: Rule | None) -> list[Rule]:
    return [] if value is None else [value]


#: Part → its rules. Rules are matched by their id, else by clause and place.
_PARTS: tuple[tuple[str, Listed], ...] = (
    ("概要", _head),
    ("条款", lambda book: book.clauses),
    ("待确认事项", lambda book: book.assumptions),
    ("参数", lambda book: book.parameters),
    ("成员名单", lambda book: book.members),
    ("台账", lambda book: book.ledgers),
    ("指标", lambda book: book.indicators),
    ("推算", lambda book: book.derived),
    ("调查", lambda book: book.surveys),
    ("考核细则", lambda book: _one(book.rubric)),
    ("考核项", lambda book: book.rubric.items if book.rubric else ()),
    ("加分", lambda book: book.rubric.bonus.rules if book.rubric and book.rubric.bonus else ()),
    ("档次", lambda book: _one(book.tiers)),
    ("考核后果", lambda book: book.consequences),
    ("合格判定", lambda book: book.verdicts),
    ("权利", lambda book: book.rights),
    ("付款", lambda book: _one(book.payment)),
    ("付款期", lambda book: [tranche for plan in book.payment.plans for tranche in plan.tranches] if book.payment else ()),
    ("扣款", lambda book: book.payment.reductions if book.payment else ()),
    ("合同事件", lambda book: book.events),
    ("报告", lambda book: book.reports),
    ("提醒", lambda book: book.schedules),
    ("检查表", lambda book: book.checklists),
    ("投诉", lambda book: book.complaints),
    ("满意度调查", lambda book: book.polls),
    ("抽查", lambda book: book.spot_plans),
)
#: What stands in a part of its own.
_ELSEWHERE: dict[str, frozenset[str]] = {"考核细则": frozenset({"items"}), "付款": frozenset({"reductions"})}
_OWN_NAME = frozenset({"id"})


def differences(old: Source, new: Source) -> Differences:
    """What the new version says otherwise than the old one."""
    before, after = Words(old.rulebook), Words(new.rulebook)
    parts = []
    for title, listed in _PARTS:
        skip = _OWN_NAME | _ELSEWHERE.get(title, frozenset())
        olds, news = _keyed(listed(old.rulebook)), _keyed(listed(new.rulebook))
        changes = [
            change
            for key in dict.fromkeys([*olds, *news])
            if (change := _change(before, after, olds.get(key), news.get(key), skip)) is not None
        ]
        gone = sum(1 for one in changes if one.kind == "removed")
        same = len(news) - len(changes) + gone
        parts.append(Part(title, tuple(changes), same))
    return Differences(tuple(one for one in parts if one.changes), _by_clause(parts))


def _keyed(rules: Sequence[Any]) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for rule in rules:
        name = getattr(rule, "id", None) or getattr(rule, "clause", "") or ""
        number = 1
        while f"{name}#{number}" in found:
            number += 1
        found[f"{name}#{number}"] = rule
    return found


def _change(before: Words, after: Words, old: Any, new: Any, skip: frozenset[str]) -> Changed | None:
    if old is not None and new is not None:
        left, right = _plain(old, skip), _plain(new, skip)
        if left == right:
            return None
        pairs = _pairs(before.facts(old, skip=skip), after.facts(new, skip=skip))
        return _changed(after, new, "changed", pairs or _places(left, right))
    if new is None:
        return _changed(before, old, "removed", [Pair(label, text, None) for label, text in before.facts(old, skip=skip)])
    return _changed(after, new, "added", [Pair(label, None, text) for label, text in after.facts(new, skip=skip)])


def _changed(words: Words, rule: Any, kind: Kind, pairs: Sequence[Pair]) -> Changed:
    own = (rule.id,) if type(rule).__name__ == "Clause" else ()
    one, several = getattr(rule, "clause", ""), getattr(rule, "clauses", ())
    clauses = own or ((one,) if one else tuple(several))
    title = getattr(rule, "question", "") or words.heading(rule) or getattr(rule, "id", "")
    return Changed(title, kind, clauses, tuple(pairs))


def _plain(rule: Rule, skip: frozenset[str]) -> Any:
    return {name: plain_data_of(getattr(rule, name)) for name in type(rule).model_fields if name not in skip}


def plain_data_of(value: Any) -> Any:
    """The value as plain data; expressions by their text."""
    if isinstance(value, Rule):
        return {name: plain_data_of(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(key): plain_data_of(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain_data_of(one) for one in value]
    text = getattr(value, "text", None)
    return text if isinstance(text, str) else plain_data(value)


def _pairs(olds: list[Fact], news: list[Fact]) -> list[Pair]:
    """What is said under each heading, where it differs."""
    left, right = _numbered(olds), _numbered(news)
    found = []
    for key in dict.fromkeys([*left, *right]):
        before, after = left.get(key), right.get(key)
        if before != after:
            found.append(Pair(key[0], before, after))
    return found


def _numbered(facts: list[Fact]) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for label, text in facts:
        number = 1
        while (label, number) in found:
            number += 1
        found[label, number] = text
    return found


def _places(left: Any, right: Any) -> list[Pair]:
    """The single places that differ, where the words are the same."""
    before, after = dict(_leaves(left, "")), dict(_leaves(right, ""))
    differing = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    return [Pair(key, before.get(key), after.get(key)) for key in differing[:_MOST_PLACES]]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _leaves(one, f"{path}.{number}")
    elif value not in (None, ""):
        yield path, str(value)


def _by_clause(parts: Sequence[Part]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        for change in part.changes:
            for clause in change.clauses:
                found.setdefault(clause, []).append(f"{part.title}“{change.title}”")
    return {clause: tuple(titles) for clause, titles in found.items()}
