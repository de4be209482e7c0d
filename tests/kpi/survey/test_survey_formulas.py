"""The expression language over columns means what `Expression.on` means over a row."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq
import pytest

from kpi.expressions import Expression, NoData
from kpi.rulebook.answers import Answers, Refused
from kpi.survey.checks import terms
from kpi.survey.formulas import Compiler
from kpi.survey.scoring import KEY, prepared, stages_of
from kpi.survey.tables import embedded
from tests.kpi.survey.oracle import Oracle
from tests.kpi.survey.rows import DEFINITION, mixed
from tests.kpi.survey.rulebook import SOURCE

RECORDS = mixed(400, 300)
ROWS = RECORDS.to_pylist()
NUMBERS = ["age", "left_school", "pay", "len(name)", "year(day)", "month(birth)", "days(birth, day)"]
TEXTS = ["name", "employer", "sex", "degree", "reason", "mobile"]
WORDS = ["'男'", "'大专'", "'毕业'", "'林一'", "''"]
TRUTHS = ["veteran", "wish"]
DAYS = ["day", "birth", "hired", "date('2000-02-29')"]


class Maker:
    """Random expressions of the language, each well typed."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)

    def number(self, depth: int) -> str:
        if depth == 0 or self.pick.random() < 0.4:
            return self.pick.choice([*NUMBERS, str(self.pick.randint(-5, 60)), "1000.5", "0.25", "90%"])
        one, other = self.number(depth - 1), self.number(depth - 1)
        form = self.pick.choice(
            ["({0} + {1})", "({0} - {1})", "({0} * 3)", "({0} / 7)", "0 - {0}", "abs({0})", "min({0}, {1})",
             "max({0}, {1}, 30)", "({0} if {2} else {1})", "2 * {0}"]
        )  # fmt: skip
        return form.format(one, other, self.pick.choice(["veteran", "age > 30", "not blank(pay)"]))

    def truth(self, depth: int) -> str:
        if depth == 0:
            return self.compare()
        one, other = self.truth(depth - 1), self.truth(depth - 1)
        forms = [
            "({0} and {1})",
            "({0} or {1})",
            "not {0}",
            "({0} if {1} else {0})",
            "(not {0}) == (not {1})",
        ]
        return self.pick.choice(forms).format(one, other)

    def compare(self) -> str:
        order, same = self.pick.choice(["<", "<=", ">", ">="]), self.pick.choice(["==", "!="])
        text, word = self.pick.choice(TEXTS), self.pick.choice(WORDS)
        day, truth = self.pick.choice(DAYS), self.pick.choice(TRUTHS)
        return self.pick.choice([
            f"{self.number(1)} {order} {self.number(1)}", f"{self.number(1)} {same} {self.number(1)}",
            f"10 <= {self.number(1)} < 60", f"{text} {same} {self.pick.choice([*TEXTS, word])}",
            f"{text} in ({word}, '女', {self.pick.choice(TEXTS)})", f"{text} not in ('本科', {word})",
            f"blank({self.pick.choice([*TEXTS, *TRUTHS, 'pay', 'hired', 'skills'])})",
            f"{day} {order} {self.pick.choice(DAYS)}", f"{day} {same} {self.pick.choice(DAYS)}",
            f"{truth} {same} {self.pick.choice(['是', '否', *TRUTHS])}", truth, text, self.pick.choice(NUMBERS),
            "contains(skills, '电工')", f"contains({text}, '一')", f"contains({text}, {self.pick.choice(TEXTS)})",
            f"matches({text}, '^[一-龥]{{2,3}}$|\\\\d')", f"matches({text}, '某.*厂|\\\\s')",
        ])  # fmt: skip


def by_engine(texts: list[str], source: Any = None) -> dict[int, list[bool]]:
    source = embedded(RECORDS) if source is None else source
    fields = list(DEFINITION.fields)
    columns = {f"{kind}_{name}" for name in fields for kind in "tndbm"}
    stages = stages_of(DEFINITION, source)
    known = {name for stage in stages._columns.values() for name in stage}
    table = stages.apply(prepared(DEFINITION, source, KEY), [KEY, *(columns & known)])
    compiled = {f"e{i}": Compiler(Expression(one), Reading(table)).compiled() for i, one in enumerate(texts)}
    result = table.select(key=table[KEY], **compiled).to_pyarrow().to_pylist()
    return {row["key"]: [row[name] for name in compiled] for row in result}


class Reading(dict[str, Any]):
    """The fields' terms over a table."""

    def __init__(self, table: ibis.Table) -> None:
        super().__init__(terms(DEFINITION, table))


def plainly(expression: Expression, row: dict[str, Any]) -> bool:
    try:
        return bool(expression.on(row))
    except NoData:
        return False


def made(seed: int, each: int) -> list[str]:
    maker = Maker(seed)
    return [maker.truth(depth) for depth in (0, 0, 1, 2) for _ in range(each)]


def check(texts: list[str], got: dict[int, list[bool]]) -> None:
    oracle = Oracle(SOURCE.rulebook, Answers(SOURCE.rulebook))
    expressions = [Expression(one) for one in texts]
    for row in ROWS:
        typed = {name: value[1] for name, value in oracle.read(row).items()}
        wanted = [plainly(one, typed) for one in expressions]
        wrong = [(text, a, b) for text, a, b in zip(texts, got[row[KEY]], wanted, strict=True) if a != b]
        assert not wrong, (wrong[:3], typed)
    assert len({tuple(values) for values in got.values()}) > 50


@pytest.mark.parametrize("seed", range(4))
def test_random_expressions_mean_the_same_on_columns_and_on_rows(seed: int) -> None:
    texts = made(seed, 15)
    check(texts, by_engine(texts))


def test_random_expressions_mean_the_same_on_spark(spark: Any, tmp_path: Path) -> None:
    pq.write_table(RECORDS, tmp_path / "few.parquet")
    texts = made(77, 6)
    check(texts, by_engine(texts, spark.read_parquet(str(tmp_path / "few.parquet"))))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pay / age > 100", "除数只能是不为 0 的固定数字"),
        ("wish == '是'", "不加引号"),
        ("name > 3", "文字与数字不能比大小"),
        ("'一' in name", "contains"),
        ("pay * pay * pay > 1", "可能超过 18 位"),
        ("nobody == 1", "不能用“nobody”"),
        ("weekday(day) == 1", "函数 weekday 不能用于大批量核查"),
        ("len(skills) > 1", "只能用于文字"),
        ("name + 1 > 2", "加减乘除只能用数字"),
    ],
)
def test_what_cannot_be_carried_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        by_engine([text])
    assert why in refused.value.reason
