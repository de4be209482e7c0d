"""Records for the tests: 4 000 synthetic ones with faults, 1 000 with odd texts in odd places."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

import pyarrow as pa

from kpi.rulebook.answers import Answers
from kpi.survey.definition import Definition
from kpi.survey.scoring import KEY
from kpi.survey.synthetic import FAULTS, Recipe, records
from tests.kpi.survey.rulebook import SOURCE

DEFINITION = Definition.of(SOURCE.rulebook, None, Answers(SOURCE.rulebook))
RECIPE = Recipe(
    first_day=date(2026, 3, 1),
    last_day=date(2026, 4, 20),
    pools={"town": ["东镇", "西镇", "北镇", "南镇"]},
    in_branch={("reason", "求职"): ["下岗", "毕业", "其他"]},
    after_birth={"left_school": (11, 16)},
    numbers={"pay": (100, 9000)},
    dirty={kind: Fraction(3, 100) for kind in FAULTS},
)
ODD: dict[str, list[str | None]] = {
    "module": ["在职", " 求职", "在 职", "退休", "", None, "求职\u3000"],
    "town": ["东镇", "\u3000西镇\u00a0", "東镇", " ", None],
    "day": ["2026-03-05", "2026/3/5", "2026年3月5日", "20260305", "2026-02-30", "2026.03.05 08:30", "昨天", "", "２０２６-０３-０５"],
    "name": ["林一", "林", "林1", "测试甲", "欧阳 清", "\t安宁\r", "", None],
    "idno": [
        "369900199003150013", "369900195003150015", "36990019900315003x",
        "３６９９００１９９００３１５００１３", "369900199002300016", "36990019900315001",
        "009900199003150011", "369900203003150012", "3699001990031500151", "36990019900315 015", "", None,
    ],
    "birth": ["1990-03-15", "1990/3/15", "19900315", "1990-3-16", "", "九零年", "1990-02-29"],
    "sex": ["男", "女", " 男 ", "M", "", None],
    "age": ["35", "36", "３５", "35岁", "-1", "+36", "", "1,035", "9999999999999"],
    "mobile": ["15400000000", "1540000000", "１５４００００００００", "154-0000-0000", "+86 15400000000", "12345678901", "", None],
    "veteran": ["是", "否", "TRUE", "false", "不", "是\u3000", ""],
    "degree": ["大专", "高中（中专/技校）", "高中（中专/技校）", "大 专", "博士", "", None],
    "left_school": ["2008", "1990", "2027", "二〇〇八", "", "2008.0"],
    "skills": ["焊接", "焊接、电工", "焊接，驾驶", "焊接；电工|驾驶", "焊接、唱歌", "、", ""],
    "employer": ["某厂", "", " ", None],
    "pay": ["3000", "3000.5", "0", "-1", "499.9999", "99999.5", "99,999.51", "3000元", "1e5", "3000.12345", ""],
    "hired": ["2020-01-01", "去年", "2026-03-06", "1980-01-01", "", "2026年3月5日"],
    "wish": ["是", "否", "", "也许"],
    "reason": ["毕业", "其他", "下岗", "生病", ""],
}  # fmt: skip


def odd_rows(count: int, first: int, seed: int) -> list[dict[str, str | int | None]]:
    pick = random.Random(seed)
    rows: list[dict[str, str | int | None]] = []
    for key in range(first, first + count):
        row: dict[str, str | int | None] = {name: pick.choice(values) for name, values in ODD.items()}
        rows.append({KEY: key, "serial": f"X{key}", **row})
    return rows


def mixed(count: int = 5000, odd: int = 1000) -> pa.Table:
    """The records as a table of texts, with their key."""
    clean = records(DEFINITION, count - odd, 11, RECIPE)
    rows = pa.Table.from_pylist(odd_rows(odd, count - odd + 1, 5), schema=clean.schema)
    return pa.concat_tables([clean, rows])
