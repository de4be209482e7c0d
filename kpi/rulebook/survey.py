"""Surveys of large volume: element tables, logic checks, sampling plan."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kpi.rulebook.base import Answerable, Exact, Expr, Identifier, Rule, Ruled, Stated, Texts


class Element(Rule):
    """One element of an element table: `name` as printed, `field` of the ledger, `points`."""

    name: str
    field: Identifier
    points: Exact
    section: str = ""
    choices: tuple[str, ...] = ()
    required: bool = True


class ElementTable(Ruled):
    """Elements of one branch. A wrong or blank element scores 0; a record qualifies at `qualified_at`."""

    branch: str
    elements: tuple[Element, ...]
    qualified_at: Answerable[Exact]
    scored_sections: Answerable[tuple[str, ...]] | None = None


class _Check(Rule):
    """A logic check. `elements`: the element names that a failure makes wrong (default: those of `field`)."""

    id: Identifier
    message: str
    elements: Texts = ()
    branches: Texts = ()
    severity: Literal["error", "warning"] = "error"
    clause: str = ""


class IdNumberCheck(_Check):
    """18 characters, valid birth date not after the `on` date field, check digit right. Area is a warning only.

    Without `on` the ledger's business date field counts as the day of collection.
    """

    check: Literal["id_number"]
    field: Identifier
    on: Identifier | None = None


class BirthDateCheck(_Check):
    """Birth date field equals the one in the ID number."""

    check: Literal["birth_date"]
    field: Identifier
    id_number: Identifier


class SexCheck(_Check):
    """Sex field agrees with the ID number's 17th digit."""

    check: Literal["sex"]
    field: Identifier
    id_number: Identifier
    male: str = "男"
    female: str = "女"


class AgeCheck(_Check):
    """Age field equals the age by ID number on the `on` date field."""

    check: Literal["age"]
    field: Identifier
    id_number: Identifier
    on: Answerable[Identifier]


class AgeWindowCheck(_Check):
    """Age by ID number on the `on` date lies in the window of the sex."""

    check: Literal["age_window"]
    id_number: Identifier
    on: Answerable[Identifier]
    male: tuple[int, int]
    female: tuple[int, int]


class PhoneCheck(_Check):
    """Mainland mobile number."""

    check: Literal["phone"]
    field: Identifier


class ChoiceCheck(_Check):
    """Value is one of the field's enumeration (from the ledger)."""

    check: Literal["choice"]
    field: Identifier
    choices: tuple[str, ...] = ()


class RequiredCheck(_Check):
    """Not blank (in the branches named)."""

    check: Literal["required"]
    fields: Texts


class UniqueCheck(_Check):
    """No two records share the value."""

    check: Literal["unique"]
    fields: Texts


class RuleCheck(_Check):
    """`require` must hold where `when` holds: employed but no employer, and the like."""

    check: Literal["rule"]
    require: Expr
    when: Expr | None = None


Check = Annotated[
    IdNumberCheck
    | BirthDateCheck
    | SexCheck
    | AgeCheck
    | AgeWindowCheck
    | PhoneCheck
    | ChoiceCheck
    | RequiredCheck
    | UniqueCheck
    | RuleCheck,
    Field(discriminator="check"),
]


class SamplingPlan(Ruled):
    """Random sample, drawn by the buyer with commit–reveal, stratified by fields.

    `population`: drawn from the valid records or from all collected ones. `again`: the sample after
    a rectification is drawn afresh or is the same one.
    """

    id: Identifier
    title: str
    share: Answerable[Exact]
    population: Answerable[Literal["valid", "collected"]] = "valid"
    again: Answerable[Literal["fresh", "same"]] = "fresh"
    rounding: Literal["up", "down", "half_up"] = "up"
    strata: Texts = ()
    rounds: Texts = ()
    pass_rate: Answerable[Exact] | None = None
    methods: Texts = ()


class Survey(Ruled):
    """A survey ledger with its branches. `branch` is the field that tells which table applies.

    `basic_error_disqualifies`: a wrong or blank element of `basic_section` fails the whole record,
    whatever its score.
    """

    id: Identifier
    title: str
    ledger: Identifier
    record_id: Identifier
    branch: Identifier
    area: Identifier | None = None
    tables: tuple[ElementTable, ...] = ()
    checks: tuple[Check, ...] = ()
    sampling: tuple[SamplingPlan, ...] = ()
    basic_section: str = ""
    basic_error_disqualifies: Answerable[bool] = False
    template: dict[str, str] = Field(default_factory=dict)
    stated: tuple[Stated, ...] = ()
