"""Seeded survey records of people who do not exist, for tests, samples and measurements.

ID numbers carry right check digits but a county code that was never given out (99 within the province),
phones begin with 154, which no operator was ever given. Everything else is drawn from pools. The same
seed gives the same table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi.rulebook.survey import AgeCheck, AgeWindowCheck, BirthDateCheck, IdNumberCheck, SexCheck
from kpi.survey.definition import Definition
from kpi.survey.fields import NO, YES, Kind
from kpi.survey.scoring import KEY

Array = Any  # numpy or pyarrow array: neither ships types for mypy to read

UNUSED_AREA = "369900"  # province 36, county 99: never assigned
UNUSED_PREFIX = 154
_WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]
_CHECK_MARKS = b"10X98765432"
_SHARE_BASE = 1_000_000
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "子一文雨明思安宁若乐清和嘉佳晨星海山云林禾月朗然知行"
_WORDS = ("服务", "加工", "门店", "物流", "电子", "建材", "餐饮", "家政", "种植", "教育", "纺织", "维修")


@dataclass(frozen=True)
class Recipe:
    """What a survey's fields may hold where their type does not say.

    `pools`: texts of a field; `in_branch`: (field, branch) → texts; `after_birth`: years after birth, for
    fields that hold a year; `dirty`: kind of fault → share of the records (see FAULTS).
    """

    first_day: date
    last_day: date
    pools: Mapping[str, Sequence[str]] = field(default_factory=dict)
    in_branch: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    after_birth: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    dirty: Mapping[str, Fraction] = field(default_factory=dict)


#: Kinds of fault that can be put in, and what they do.
FAULTS: Mapping[str, str] = {
    "blank": "一个要素空白",
    "choice": "选项写成别的",
    "check_digit": "身份证校验码不对",
    "short_id": "身份证少一位",
    "phone": "手机号少一位",
    "sex": "性别与身份证不符",
    "age": "年龄与身份证不符",
    "duplicate": "与另一条同一身份证",
    "number": "数字写成文字",
    "full_width": "数字写成全角，前后有空格",
    "branch": "模块写错",
}


def records(definition: Definition, count: int, seed: int, recipe: Recipe) -> pa.Table:
    """A table of `count` records: the key `_row` and one text column per field of the definition."""
    return _Maker(definition, count, seed, recipe).made()


class _Maker:
    """Columns of one table, by field."""

    def __init__(self, definition: Definition, count: int, seed: int, recipe: Recipe) -> None:
        self.definition, self.count, self.recipe = definition, count, recipe
        self.random = np.random.default_rng(seed)
        self.columns: dict[str, Array] = {}
        branches = tuple(definition.tables)
        self.branch_of = self.random.integers(0, len(branches), count)
        self.columns[definition.survey.branch] = pa.array(branches).take(pa.array(self.branch_of))

    def made(self) -> pa.Table:
        self._identity()
        for name in self.definition.fields:
            if name not in self.columns:
                self.columns[name] = self._limited(name, self._plain(name))
        for kind, share in self.recipe.dirty.items():
            getattr(self, f"_dirty_{kind}")(self._chosen(share))
        data = {name: self.columns[name] for name in self.definition.fields}
        return pa.table({KEY: pa.array(np.arange(1, self.count + 1)), **data})

    def _chosen(self, share: Fraction) -> Array:
        return self.random.integers(0, _SHARE_BASE, self.count) < int(share * _SHARE_BASE)

    def _pick(self, pool: Sequence[str]) -> Array:
        return pa.array(list(pool)).take(pa.array(self.random.integers(0, len(pool), self.count)))

    def _check(self, kind: type) -> Any:
        return next((one for one in self.definition.survey.checks if isinstance(one, kind)), None)

    def _identity(self) -> None:
        """ID number, day of collection, birth date, sex and age of the same invented person."""
        number: IdNumberCheck | None = self._check(IdNumberCheck)
        self.born = self._days(date(1970, 1, 1), date(2005, 12, 31))
        if number is None:
            return
        window: AgeWindowCheck | None = self._check(AgeWindowCheck)
        aged: AgeCheck | None = self._check(AgeCheck)
        male = self.random.integers(0, 2, self.count)
        collected = self._days(self.recipe.first_day, self.recipe.last_day)
        for day in set(self.definition.days.values()):
            self.columns[day] = _day_texts(collected)
        years = np.where(
            male[:, None] == 1, *((window.male, window.female) if window else ((16, 60), (16, 60)))
        )
        oldest = collected - (years[:, 1] + 1) * 365 - 8  # 16 leap days lie in 64 years: half of them inside
        self.born = oldest + self.random.integers(
            40, np.maximum(41, (years[:, 1] - years[:, 0]) * 365), self.count
        )
        self.columns[number.field] = _id_numbers(self.born, male, self.random)
        sexed: SexCheck | None = self._check(SexCheck)
        if sexed is not None:
            self.columns[sexed.field] = pa.array([sexed.female, sexed.male]).take(pa.array(male))
        if aged is not None:
            self.columns[aged.field] = _texts((_ymd(collected) - _ymd(self.born)) // 10_000)
        dated: BirthDateCheck | None = self._check(BirthDateCheck)
        if dated is not None:
            self.columns[dated.field] = _day_texts(self.born)

    def _days(self, first: date, last: date) -> Array:
        """Random days as days since 1970-01-01."""
        start = (first - date(1970, 1, 1)).days
        return start + self.random.integers(0, (last - first).days + 1, self.count)

    def _plain(self, name: str) -> Array:
        """Values that the field's type allows."""
        known, recipe = self.definition.fields[name], self.recipe
        if name == self.definition.survey.record_id:
            return pc.binary_join_element_wise(
                "R", pc.utf8_lpad(_texts(np.arange(1, self.count + 1)), 8, "0"), ""
            )
        if name in recipe.pools:
            return self._pick(recipe.pools[name])
        if name in recipe.after_birth:
            low, high = recipe.after_birth[name]
            return _texts(_ymd(self.born) // 10_000 + self.random.integers(low, high + 1, self.count))
        match self.definition.kinds[name]:
            case Kind.CHOICE | Kind.YES_NO | Kind.MULTIPLE:
                return self._pick(known.choices or (YES, NO))
            case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY | Kind.PERCENT:
                low, high = recipe.numbers.get(name, (int(known.minimum or 0), int(known.maximum or 100)))
                return _texts(self.random.integers(low, high + 1, self.count))
            case Kind.DATE:
                return _day_texts(self._days(recipe.first_day, recipe.last_day))
            case Kind.PHONE:
                low = UNUSED_PREFIX * 10**8
                return _texts(self.random.integers(low, low + 10**8, self.count))
        return self._words(name)

    def _words(self, name: str) -> Array:
        if self.definition.fields[name].personal or name == "name":
            parts = [self._pick(_SURNAMES), self._pick(_GIVEN), self._pick(_GIVEN)]
        else:
            parts = [self._pick(_WORDS), self._pick(_WORDS), _texts(self.random.integers(1, 400, self.count))]
        return pc.binary_join_element_wise(*parts, "")

    def _limited(self, name: str, column: Array) -> Array:
        """Only the branches whose table holds the field have it; some branches have their own pool."""
        users = [
            branch
            for branch, table in self.definition.tables.items()
            if any(element.field == name for element in table.elements)
        ]
        for index, branch in enumerate(self.definition.tables):
            here = pa.array(self.branch_of == index)
            pool = self.recipe.in_branch.get((name, branch))
            if pool is not None:
                column = pc.if_else(here, self._pick(pool), column)
            elif users and branch not in users:
                column = pc.if_else(here, pa.scalar("", pa.string()), column)
        return column

    def _replace(self, name: str, rows: Array, values: Array) -> None:
        self.columns[name] = pc.if_else(pa.array(rows), values, self.columns[name])

    def _fields_of(self, *kinds: Kind) -> list[str]:
        return [
            name for name, kind in self.definition.kinds.items() if kind in kinds and name in self.columns
        ]

    def _spread(self, rows: Array, names: Sequence[str], values: Any) -> None:
        """Each chosen row has the fault in one of the fields."""
        at = self.random.integers(0, max(1, len(names)), self.count)
        for index, name in enumerate(names):
            self._replace(name, rows & (at == index), values(self.columns[name]))

    def _dirty_blank(self, rows: Array) -> None:
        names = sorted({one.field for table in self.definition.tables.values() for one in table.elements})
        self._spread(rows, names, lambda _: pa.scalar("", pa.string()))

    def _dirty_choice(self, rows: Array) -> None:
        names = [one for one in self._fields_of(Kind.CHOICE, Kind.YES_NO) if self._is_element(one)]
        self._spread(rows, names, lambda column: pc.binary_join_element_wise(column, "?", ""))

    def _dirty_check_digit(self, rows: Array) -> None:
        for name in self._fields_of(Kind.ID_NUMBER):
            last = pc.utf8_slice_codeunits(self.columns[name], 17, 18)
            other = pc.if_else(pc.equal(last, "X"), "1", "X")
            head = pc.utf8_slice_codeunits(self.columns[name], 0, 17)
            self._replace(name, rows, pc.binary_join_element_wise(head, other, ""))

    def _dirty_short_id(self, rows: Array) -> None:
        for name in self._fields_of(Kind.ID_NUMBER):
            self._replace(name, rows, pc.utf8_slice_codeunits(self.columns[name], 0, 17))

    def _dirty_phone(self, rows: Array) -> None:
        for name in self._fields_of(Kind.PHONE):
            self._replace(name, rows, pc.utf8_slice_codeunits(self.columns[name], 0, 10))

    def _dirty_sex(self, rows: Array) -> None:
        check: SexCheck | None = self._check(SexCheck)
        if check is not None:
            male = pc.equal(self.columns[check.field], check.male)
            self._replace(check.field, rows, pc.if_else(male, check.female, check.male))

    def _dirty_age(self, rows: Array) -> None:
        check: AgeCheck | None = self._check(AgeCheck)
        if check is not None:
            self._replace(check.field, rows, self._plain(check.field))

    def _dirty_duplicate(self, rows: Array) -> None:
        other = pa.array(self.random.permutation(self.count))
        for kind, attribute in (
            (IdNumberCheck, "field"),
            (SexCheck, "field"),
            (AgeCheck, "field"),
            (BirthDateCheck, "field"),
        ):
            check = self._check(kind)
            if check is not None:
                name = getattr(check, attribute)
                self._replace(name, rows, self.columns[name].take(other))

    def _dirty_number(self, rows: Array) -> None:
        names = [
            one for one in self._fields_of(Kind.INTEGER, Kind.DECIMAL, Kind.MONEY) if self._is_element(one)
        ]
        self._spread(rows, names, lambda column: pc.binary_join_element_wise("约", column, ""))

    def _dirty_full_width(self, rows: Array) -> None:
        wide = {str(digit): chr(0xFF10 + digit) for digit in range(10)}

        def widened(column: Array) -> Array:
            for narrow, broad in wide.items():
                column = pc.replace_substring(column, narrow, broad)
            return pc.binary_join_element_wise("\u3000", column, " ", "")

        self._spread(rows, self._fields_of(Kind.ID_NUMBER, Kind.PHONE, Kind.INTEGER), widened)

    def _dirty_branch(self, rows: Array) -> None:
        self._replace(self.definition.survey.branch, rows, pa.scalar("不详", pa.string()))

    def _is_element(self, name: str) -> bool:
        return any(one.field == name for table in self.definition.tables.values() for one in table.elements)


def _texts(numbers: Array) -> Array:
    return pc.cast(pa.array(numbers), pa.string())


def _day_texts(days: Array) -> Array:
    return pc.cast(pc.cast(pa.array(days.astype("int32")), pa.date32()), pa.string())


def _ymd(days: Array) -> Array:
    """YYYYMMDD of days since 1970-01-01."""
    moment = days.astype("datetime64[D]")
    month = moment.astype("datetime64[M]")
    year = moment.astype("datetime64[Y]")
    months = (month - year.astype("datetime64[M]")).astype("int64") + 1
    return (
        (year.astype("int64") + 1970) * 10_000
        + months * 100
        + (moment - month.astype("datetime64[D]")).astype("int64")
        + 1
    )


def _id_numbers(born: Array, male: Array, random: Array) -> Array:
    """Texts of 18 characters with right check digits."""
    count = len(born)
    serial = random.integers(0, 500, count) * 2 + male
    body = int(UNUSED_AREA) * 10**11 + _ymd(born) * 1000 + serial
    digits = np.empty((count, 18), dtype=np.uint8)
    rest = body.astype("int64")
    for place in range(16, -1, -1):
        rest, digits[:, place] = np.divmod(rest, 10)
    weighted = digits[:, :17].astype("int64") @ np.array(_WEIGHTS)
    marks = np.frombuffer(_CHECK_MARKS, dtype=np.uint8)
    digits[:, :17] += ord("0")
    digits[:, 17] = marks[weighted % 11]
    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(18), count, [None, pa.py_buffer(digits)])
    return pc.cast(pc.cast(fixed, pa.binary()), pa.string())
