"""Clauses, assumptions and named parameters: what is stated, what is asked, what is taken."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from kpi.rulebook.base import Answerable, Exact, Expr, Identifier, Key, Rule, Ruled, Stated, Texts


class Clause(Rule):
    """A duty of the contract. `not_carried` gives the reason where no program can carry it."""

    id: str
    title: str
    stated: tuple[Stated, ...] = ()
    not_carried: str = ""


class Assumption(Rule):
    """A silence or contradiction of the document, asked at set-up.

    `default` None means "ask": what depends on it is refused until the buyer answers. `options` lists
    the allowed answers as value → text; without options `type` says what the answer is. `asked_when`:
    only where other assumptions are answered with one of these options.
    """

    id: Identifier
    clauses: Texts
    question: str
    touches_payment: bool = False
    stated: tuple[Stated, ...] = ()
    options: dict[Key, str] = Field(default_factory=dict)
    type: Literal["choice", "number", "percent", "money", "text", "date", "yes_no", "list"] = "choice"
    default: Any = None
    reading: str = ""
    answered_by: Literal["buyer", "both"] = "buyer"
    asked_when: dict[Identifier, Texts] = Field(default_factory=dict)


class Parameter(Ruled):
    """A named number that expressions use: threshold, rate, unit price. `value` None is unknown."""

    id: Identifier
    title: str
    value: Answerable[Exact] | None
    unit: str = ""


class Derived(Ruled):
    """A figure computed from other figures. A rate keeps numerator and denominator."""

    id: Identifier
    title: str
    value: Answerable[Expr] | None = None
    numerator: Answerable[Expr] | None = None
    denominator: Answerable[Expr] | None = None
    unit: str = ""
