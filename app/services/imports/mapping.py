"""Which column of a file goes into which field of a ledger: suggested, said, found wanting, kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.services.imports.look import Column, Look
from app.services.imports.near import NEAR, nearness, plain
from app.services.imports.targets import KEYS, Target, Targets
from app.services.ledger.reading import DATE
from kpi.ledger.entries import FieldError, FieldWarning
from kpi.ledger.options import texts
from kpi.rulebook.ledgers import Field, FieldType

LEFT_OUT = ""
#: How a suggestion was come by. A file whose columns are all exact, saved or aside needs nobody's word.
EXACT, SAVED, NEARBY, CONTENT, NOTHING, ASIDE = "exact", "saved", "near", "content", "", "aside"


@dataclass(frozen=True)
class ColumnMap:
    """Headings to targets, constants and translations by target. `trace`: the file is a platform's own export."""

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    trace: bool = False

    def as_plain(self) -> dict[str, Any]:
        values = {key: dict(pairs) for key, pairs in self.values.items()}
        return {"columns": dict(self.columns), "constants": dict(self.constants), "values": values, "trace": self.trace}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> ColumnMap:
        return cls(**stored)

    def covered(self) -> set[str]:
        """The targets that get something."""
        return {key for key in self.columns.values() if key} | {key for key, text in self.constants.items() if text}


@dataclass(frozen=True)
class Suggested:
    """Where a column probably goes, and how that was found."""

    key: str
    how: str


@dataclass(frozen=True)
class ColumnProblem:
    """What is wrong with the columns as a whole. `missing`: a required field that nothing leads to."""

    place: str  # the target's key, or the heading
    message: str
    missing: bool = False


@dataclass(frozen=True)
class Unknown:
    """Words of a column that a field does not take: rows with them stay out until they are said in ours.

    `near`: the one of our words that looks most like it, where one does.
    """

    target: Target
    heading: str
    words: tuple[str, ...]
    near: Mapping[str, str] = field(default_factory=dict)


# -- suggesting ---------------------------------------------------------------------------------


def suggest(targets: Targets, look: Look, saved: ColumnMap | None = None) -> dict[str, Suggested]:
    """A place for each column: as saved, by its name, nearly by its name, or by what stands in it."""
    found: dict[str, Suggested] = {}
    if saved is not None:
        keys = {each.key for each in targets.every} | {LEFT_OUT}
        found = {
            each.heading: Suggested(saved.columns[each.heading], SAVED)
            for each in look.columns
            if saved.columns.get(each.heading) in keys
        }
    taken = {each.key for each in found.values() if each.key}
    for column in look.columns:
        if column.heading not in found:
            exact(targets, column, found, taken)
    nearby(targets, [each for each in look.columns if each.heading not in found], found, taken)
    by_content(targets, look, found, taken)
    return {each.heading: found.get(each.heading, Suggested(LEFT_OUT, NOTHING)) for each in look.columns}


def exact(targets: Targets, column: Column, found: dict[str, Suggested], taken: set[str]) -> None:
    key = targets.by_heading.get(column.heading)
    if key is None:
        same = [to for name, to in targets.by_heading.items() if plain(name) == plain(column.heading)]
        key = same[0] if len(set(same)) == 1 else None
    if key is None or key in taken:
        return
    found[column.heading] = Suggested(key, EXACT if key else ASIDE)
    if key:
        taken.add(key)


def nearby(targets: Targets, columns: list[Column], found: dict[str, Suggested], taken: set[str]) -> None:
    """The nearest pairs first; each column and each target once."""
    pairs = sorted(
        (
            (-nearness(column.heading, name), column.place, key, column.heading)
            for column in columns
            for name, key in targets.by_heading.items()
            if key and key not in taken and not name.isascii()
        )
    )
    for score, _, key, heading in pairs:
        if -score >= NEAR and heading not in found and key not in taken:
            found[heading] = Suggested(key, NEARBY)
            taken.add(key)


def by_content(targets: Targets, look: Look, found: dict[str, Suggested], taken: set[str]) -> None:
    """The only column full of dates is the business date, where nothing else is."""
    day = date_key(targets)
    dated = [each for each in look.columns if each.filled and each.dated == each.filled]
    free = [each for each in dated if not found.get(each.heading, Suggested("", "")).key]
    if day not in taken and len(free) == 1:
        found[free[0].heading] = Suggested(day, CONTENT)


def date_key(targets: Targets) -> str:
    return targets.ledger.date if targets.ledger.field(targets.ledger.date) else DATE


def as_map(suggested: Mapping[str, Suggested], saved: ColumnMap | None = None) -> ColumnMap:
    """What is suggested, as if somebody had said it."""
    columns = {heading: each.key for heading, each in suggested.items()}
    if saved is None:
        return ColumnMap(columns)
    return ColumnMap(columns, saved.constants, saved.values, saved.trace)


# -- what is wrong ------------------------------------------------------------------------------


def problems(targets: Targets, given: ColumnMap) -> list[ColumnProblem]:
    """What keeps the file out as a whole: required fields that nothing leads to first."""
    return [*missing(targets, given), *twice(targets, given), *wrong_constants(targets, given)]


def missing(targets: Targets, given: ColumnMap) -> list[ColumnProblem]:
    covered = given.covered()
    required = targets.required()
    day = date_key(targets)
    found = [each for each in required if not is_covered(each, covered)]
    told = [
        ColumnProblem(
            each.id, f"缺少必填项“{each.name}”：文件里没有对应的列。请在下表给它选一列，或在“固定值”里填上", missing=True
        )
        for each in found
    ]
    if day not in covered and not any(each.id == day for each in required):
        told.insert(0, ColumnProblem(day, f"缺少“{targets.title(day)}”：不知道每一行算在哪一天。请选一列，或填固定值", missing=True))
    return told


def is_covered(each: Field, covered: Collection[str]) -> bool:
    keys = KEYS.get(each.type, ())
    return each.id in covered or any(f"{each.id}.{part}" in covered for part in keys)


def twice(targets: Targets, given: ColumnMap) -> list[ColumnProblem]:
    by_key: dict[str, list[str]] = {}
    for heading, key in given.columns.items():
        if key:
            by_key.setdefault(key, []).append(heading)
    return [
        ColumnProblem(key, f"“{'”和“'.join(headings)}”都对应到“{targets.title(key)}”，不知道以哪一列为准。请只留一列")
        for key, headings in by_key.items()
        if len(headings) > 1
    ]


def wrong_constants(targets: Targets, given: ColumnMap) -> list[ColumnProblem]:
    found = []
    for key, text in given.constants.items():
        target = targets.find(key)
        if target is None or target.part or not text:
            continue
        if why := refusal(targets, key, text):
            found.append(ColumnProblem(key, f"“{target.title}”的固定值不对：{why}"))
    return found


def refusal(targets: Targets, key: str, value: Any) -> str:
    """Why a field does not take a value; blank where it does."""
    convert = targets.converters.get(key)
    try:
        if convert is not None:
            convert(value)
    except FieldWarning:
        return ""
    except FieldError as error:
        return str(error).replace(";", "；")
    return ""


def unknown_words(targets: Targets, look: Look, given: ColumnMap, outlets: Collection[str] = ()) -> list[Unknown]:
    """Words of choice columns that are not ours, whether or not they have been translated already."""
    found = []
    for heading, key in given.columns.items():
        target, column = targets.find(key), look.column(heading)
        if target is None or column is None or column.many or target.part:
            continue
        words = [word for word in words_of(target, column) if is_foreign(targets, target, word, outlets)]
        if words:
            found.append(Unknown(target, heading, tuple(words), nearest(words, target.options or sorted(outlets))))
    return found


def nearest(words: Collection[str], options: Collection[str]) -> dict[str, str]:
    """The option that looks most like each word, for those where one is near and no other as near."""
    found = {}
    for word in words:
        ranked = sorted(((nearness(word, option), option) for option in options), reverse=True)[:2]
        if ranked and ranked[0][0] >= NEAR and (len(ranked) == 1 or ranked[1][0] < ranked[0][0]):
            found[word] = ranked[0][1]
    return found


def words_of(target: Target, column: Column) -> list[str]:
    if target.field is not None and target.field.type is FieldType.MULTIPLE_CHOICE:
        return list(dict.fromkeys(word for text in column.distinct for word in texts(text)))
    return column.distinct


def is_foreign(targets: Targets, target: Target, word: str, outlets: Collection[str]) -> bool:
    if is_outlet(target) and not target.options:
        return bool(outlets) and word not in outlets
    return bool(target.options) and bool(refusal(targets, target.key, word))


def is_outlet(target: Target) -> bool:
    return target.key == "outlet" or bool(target.field and target.field.type is FieldType.OUTLET)


def untold(unknown: Collection[Unknown], given: ColumnMap) -> list[Unknown]:
    """Those of which at least one word has no translation yet."""
    return [each for each in unknown if any(word not in given.values.get(each.target.key, {}) for word in each.words)]


def is_settled(
    targets: Targets, look: Look, suggested: Mapping[str, Suggested], given: ColumnMap, outlets: Collection[str]
) -> bool:
    """Whether the file can be checked at once, because nothing about its columns is a guess."""
    sure = all(each.how in {EXACT, SAVED, ASIDE} for each in suggested.values())
    return sure and not problems(targets, given) and not untold(unknown_words(targets, look, given, outlets), given)
