"""How the value of a field is drawn: one small type per way, told apart by its own key.

A scalar or a list is the value itself, a text with {words} in it a template; an empty value leaves the
field blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from kpi.rulebook.base import Exact, Expr, Identifier, Key, Rule, Texts
from kpi.sampledata.days import DayText


class Way(Rule):
    """What all ways share. `blank`: the share of entries in which the field stays empty."""

    blank: Exact = Field(default=0, validate_default=True)


class Constant(Rule):
    """Always this value, read as an entry's value is read; a day may be relative (`start+30`)."""

    value: Any = None


def _weights(value: object) -> object:
    return dict.fromkeys(map(str, value), 1) if isinstance(value, list | tuple) else value


class Pick(Way):
    """One of several values, each as often as its weight says. `number`: so many of them (multiple choice)."""

    pick: Annotated[dict[Key, int], BeforeValidator(_weights), Field(min_length=1)]
    number: tuple[int, int] = (1, 1)


class Between(Way):
    """A number from `range`, in steps of `step`. `scaled`: shrinks with the size of the sample."""

    range: tuple[Exact, Exact]
    step: Exact = Field(default=1, validate_default=True)
    scaled: bool = False


class Yes(Way):
    """Yes in this share of the entries, else no."""

    yes: Exact


class Text(Way):
    """A text with {words} in it; of several texts one is taken.

    {name}: a field, a `let` or a word list; {who.name}: a part; {no} or {no:4}: running number of the
    entry; {n:3-9}: a number; {a|b}: one of them; {pool} or {pool:2}: names of so many of a pool;
    {year} {month} {day} {window}: of the business date.
    """

    text: Texts


class Clock(Way):
    """A time of day from `time`, in steps of `step` minutes."""

    time: tuple[str, str]
    step: int = 5


class Day(Way):
    """A date that lies `days` after the date field `after` (negative: before it).

    What would lie after `until` (a day of the plan; default: the day on which the sample is looked at) is blank.
    """

    after: Identifier
    days: tuple[int, int] = (0, 0)
    until: DayText = "today"


class FromPool(Way):
    """Someone of a pool. `next`: the next one who was not there yet; `take`: of so many different ones a window."""

    pool: Identifier
    next: bool = False
    take: tuple[int, int] | None = None


class Of(Way):
    """A part of another value: name, id_number, phone, sex, birth, age of a person, a field of the entry referred to."""

    of: Identifier
    part: Identifier


class Earlier(Way):
    """The number of an earlier entry of a ledger; `once`: each only once."""

    entry: Identifier
    where: Expr | None = None
    once: bool = False


class LookUp(Way):
    """One of the texts that a table of the plan lists for the value of field `by`."""

    table: Identifier
    by: Identifier


class Series(Way):
    """A running figure: `series` at first, then more by `grow` with each entry, apart for each value of `per`."""

    series: int
    grow: tuple[int, int]
    per: Identifier | None = None


class Split(Way):
    """A total in uneven parts, one for each entry of the batch."""

    split: int
    scaled: bool = False


class Compute(Way):
    """An expression over the entry's other fields."""

    compute: Expr


class Files(Way):
    """Names of so many files."""

    files: tuple[int, int]


class Depends(Way):
    """`then` where the condition over the entry's other fields holds, else `otherwise`."""

    when: Expr
    then: Spec
    otherwise: Spec = Field(default_factory=Constant, alias="else")


_WAYS: dict[str, type[Rule]] = {
    "pick": Pick, "range": Between, "yes": Yes, "text": Text, "time": Clock, "after": Day, "pool": FromPool,
    "of": Of, "entry": Earlier, "table": LookUp, "series": Series, "split": Split, "compute": Compute,
    "files": Files, "when": Depends,
}  # fmt: skip


def _way(value: Any) -> str:
    # The tags differ from the keys: a tag that is also a key would misplace the messages of the loader.
    if isinstance(value, Rule):
        return next((f"by_{name}" for name, kind in _WAYS.items() if type(value) is kind), "value")
    if _is_template(value):
        return "by_text"
    if not isinstance(value, dict):
        return "value"
    return next((f"by_{name}" for name in _WAYS if name in value), "value")


def _is_template(value: object) -> bool:
    return isinstance(value, str) and "{" in value


def _template(value: object) -> object:
    return {"text": value} if _is_template(value) else value


def _constant(value: object) -> object:
    if isinstance(value, Rule) or (isinstance(value, dict) and set(value) == {"value"}):
        return value
    if isinstance(value, dict):
        keys = "、".join(map(str, value))
        raise ValueError(f"不知道怎样取值（{keys}）；请写 {'、'.join(_WAYS)} 之一，或直接写值")
    return {"value": value}


Spec = Annotated[
    Annotated[Pick, Tag("by_pick")]
    | Annotated[Between, Tag("by_range")]
    | Annotated[Yes, Tag("by_yes")]
    | Annotated[Text, BeforeValidator(_template), Tag("by_text")]
    | Annotated[Clock, Tag("by_time")]
    | Annotated[Day, Tag("by_after")]
    | Annotated[FromPool, Tag("by_pool")]
    | Annotated[Of, Tag("by_of")]
    | Annotated[Earlier, Tag("by_entry")]
    | Annotated[LookUp, Tag("by_table")]
    | Annotated[Series, Tag("by_series")]
    | Annotated[Split, Tag("by_split")]
    | Annotated[Compute, Tag("by_compute")]
    | Annotated[Files, Tag("by_files")]
    | Annotated[Depends, Tag("by_when")]
    | Annotated[Constant, BeforeValidator(_constant), Tag("value")],
    Discriminator(_way),
]
Depends.model_rebuild()


def inner(spec: Rule) -> Iterator[Rule]:
    """The spec and the specs inside it."""
    yield spec
    if isinstance(spec, Depends):
        yield from inner(spec.then)
        yield from inner(spec.otherwise)
