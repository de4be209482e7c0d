"""A sample plan: what a contract's year looks like, so that its sample data can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from kpi.calendar import WindowKind
from kpi.rulebook.base import Exact, Expr, Identifier, Key, Rule, Texts, Yuan
from kpi.rulebook.loader import explain
from kpi.rulebook.yaml_text import Places, Problem, TextProblems, read_yaml
from kpi.sampledata.days import DayText
from kpi.sampledata.specs import Spec, inner

FOLDER = "samples"


def _range(value: object) -> object:
    return (value, value) if not isinstance(value, list | tuple) else value


def _tuple(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


#: How many: a number, or [fewest, most].
Counts = Annotated[tuple[Exact, Exact], BeforeValidator(_range)]
Numbers = Annotated[tuple[int, ...], BeforeValidator(_tuple)]
Share = Annotated[Exact, Field(ge=0, le=1)]


class TermPlan(Rule):
    """When the contract runs: from `start`, or so that its last day lies `ended` days before today.

    `first_of_month`: the first day is moved back to the first of its month.
    """

    start: date | None = None
    ended: int = 20
    first_of_month: bool = True


class Pool(Rule):
    """People or enterprises who come up again and again. Ages hold throughout the term."""

    kind: Literal["people", "enterprises"]
    size: int = Field(ge=1)
    scaled: bool = False
    ages: tuple[int, int] = (18, 58)
    women: tuple[int, int] | None = None
    places: Texts = ("",)
    trades: Texts = ()


class States(Rule):
    """Shares of the entries that are not verified; the others are. `corrected`: verified after a return.

    `checked`: share of the verified ones that a spot check looked at, `untrue`: of these found untrue.
    """

    submitted: Share = Field(default=0, validate_default=True)
    returned: Share = Field(default=0, validate_default=True)
    draft: Share = Field(default=0, validate_default=True)
    withdrawn: Share = Field(default=0, validate_default=True)
    corrected: Share = Field(default=0, validate_default=True)
    checked: Share = Field(default=0, validate_default=True)
    untrue: Share = Field(default=0, validate_default=True)


class Each(Rule):
    """One round for each member of a set, choice of a field, listed value, one of a pool, pair of a table or entry.

    `names` are the fields that take it; `skip` and `number`: which part of the set. For entries: `share` of those
    for which `where` holds, `after` so many days; with a window: in each window from the entry's date until
    the date in its field `until`.
    """

    members: Identifier | None = None
    choices: Identifier | None = None
    values: tuple[Any, ...] = ()
    pool: Identifier | None = None
    table: Identifier | None = None
    entries: Identifier | None = None
    names: Annotated[tuple[Identifier, ...], BeforeValidator(_tuple)] = ()
    number: int | None = None
    skip: int = 0
    share: Share = Field(default=1, validate_default=True)
    where: Expr | None = None
    after: tuple[int, int] = (0, 0)
    until: Identifier | None = None


class Variant(Rule):
    """Entries that differ: `exactly` so many of the batch, or a `share`."""

    exactly: int | None = None
    share: Share = Field(default=0, validate_default=True)
    scaled: bool = False
    fields: dict[Identifier, Spec] = Field(default_factory=dict)
    states: States | None = None


class Deviation(Rule):
    """Windows that differ: by their number (from 1; negative from the end), by month, or by day inside them."""

    at: Numbers = ()
    months: Numbers = ()
    days: Texts = ()
    only: Texts = ()  # … and only for these members
    count: Counts | None = None
    fields: dict[Identifier, Spec] = Field(default_factory=dict)


class Spoil(Rule):
    """In `share` of the entries `number` of these fields are blank, or drawn as `wrong` says."""

    share: Share
    blank: Texts = ()
    wrong: dict[Identifier, Spec] = Field(default_factory=dict)
    number: tuple[int, int] = (1, 1)


class Batch(Rule):
    """Entries of a ledger: `count` in each window `every`, for each `each`.

    `on`: which days of a window (any, working, first, last, or weekdays 1 to 7); `together`: all of a
    window's entries on one of them. `nil`: a window
    without entries has a nil return. `evidence`: share of the entries whose due evidence is complete;
    `flawed`: share of entries that the ledger refuses, because a required field is blank.
    """

    every: WindowKind = WindowKind.TERM
    count: Counts = Field(default=1, validate_default=True)
    scaled: bool = False
    each: Each | None = None
    on: Literal["any", "working", "first", "last"] | Numbers = "any"
    together: bool = False
    from_: DayText = Field(default="start", alias="from")
    to: DayText = "end"
    nil: bool = False
    let: dict[Identifier, Spec] = Field(default_factory=dict)
    fields: dict[Identifier, Spec] = Field(default_factory=dict)
    variants: tuple[Variant, ...] = ()
    except_: tuple[Deviation, ...] = Field(default=(), alias="except")
    spoil: tuple[Spoil, ...] = ()
    states: States | None = None
    evidence: Share = Field(default=1, validate_default=True)
    flawed: Share = Field(default=0, validate_default=True)


class Plan(Rule):
    """The plan of one contract. `common` draws the fields of this id or name in every ledger.

    `given` goes into the set-up as it stands (decisions, self scores, papers, events), relative days filled in;
    `facts_at_scale` are figures that only the whole size would show: they are given where the sample is scaled.
    """

    contract: str
    title: str = ""
    area: str = "361101"
    term: TermPlan = TermPlan()
    price: Yuan | None = None
    scale: Share = Field(default="2%", validate_default=True)
    answers: dict[str, Any] = Field(default_factory=dict)
    members: dict[str, Texts | dict[str, str]] = Field(default_factory=dict)
    words: dict[str, Texts] = Field(default_factory=dict)
    tables: dict[str, dict[str, Texts]] = Field(default_factory=dict)
    pools: dict[Identifier, Pool] = Field(default_factory=dict)
    authors: Identifier | None = None
    verifiers: Identifier | None = None
    states: States = States()
    common: dict[Key, Spec] = Field(default_factory=dict)
    given: dict[str, Any] = Field(default_factory=dict)
    facts_at_scale: dict[str, dict[str, Any]] = Field(default_factory=dict)
    ledgers: dict[Identifier, Annotated[tuple[Batch, ...], BeforeValidator(_tuple)]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A plan with the places of its parts."""

    plan: Plan
    places: Places

    def problem(self, path: tuple[Any, ...], message: str) -> TextProblems:
        """A problem with the part at `path`."""
        field = ".".join(map(str, path))
        return TextProblems([Problem(self.places.file, self.places.line(path), field, message)])


def ways_of(batch: Batch) -> Iterator[Rule]:
    """Every way to draw a value that a batch names, those inside others too."""
    tables: list[Mapping[str, Rule]] = [batch.fields, batch.let]
    tables += [one.fields for one in batch.variants] + [one.fields for one in batch.except_]
    tables += [one.wrong for one in batch.spoil]
    for table in tables:
        for way in table.values():
            yield from inner(way)


def known_plans() -> tuple[str, ...]:
    """Keys of the plans that come with the engine."""
    folder = resources.files("kpi.rulebooks").joinpath(FOLDER)
    if not folder.is_dir():
        return ()
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".yaml")))


def load_plan(key_or_path: str) -> LoadedPlan:
    """The plan with this key, or in this file. TextProblems lists everything that is wrong."""
    if key_or_path in known_plans():
        name = f"{key_or_path}.yaml"
        return plan_from_text(resources.files("kpi.rulebooks").joinpath(FOLDER, name).read_text("utf-8"), name)
    path = Path(key_or_path)
    if not path.is_file():
        known = "、".join(known_plans()) or "还没有"
        raise TextProblems([Problem(key_or_path, 0, "", f"没有这份样例方案；现有 {known}，也可以写文件路径")])
    try:
        return plan_from_text(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise TextProblems([Problem(path.name, 0, "", "文件不是 UTF-8 文本；请另存为 UTF-8")]) from error


def plan_from_text(text: str, file: str = "样例方案") -> LoadedPlan:
    """A plan from YAML text; TextProblems lists everything that is wrong."""
    raw, places = read_yaml(text, file)
    if not isinstance(raw, Mapping):
        raise TextProblems([Problem(file, 1, "", "样例方案应是“键: 值”的表；第一行例如 contract: my-contract")])
    try:
        return LoadedPlan(Plan.model_validate(raw), places)
    except ValidationError as error:
        raise TextProblems(explain(error, raw, places, Plan)) from error
