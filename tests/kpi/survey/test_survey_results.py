"""A whole table's result: totals, rates, failures, the error list, progress; single records alike."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest

from kpi.rulebook.answers import Refused
from kpi.survey.records import RecordChecker
from kpi.survey.results import SurveyResult, Totals, score_table
from kpi.survey.scoring import KEY, SurveyRules
from kpi.survey.tables import embedded
from tests.kpi.survey.rows import DEFINITION, mixed

RULES = SurveyRules(DEFINITION)
RECORDS = mixed(1200, 300)
GOOD = {
    "serial": "A1", "module": "在职", "town": "东镇", "day": "2026-03-20", "name": "林一", "idno": "36990019900315003x",
    "birth": "1990-03-15", "sex": "男", "age": "36", "mobile": "15400000000", "veteran": "否", "degree": "大专",
    "left_school": "2008", "skills": "焊接、电工", "employer": "某厂", "pay": "3000.50", "hired": "2020-01-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def result() -> SurveyResult:
    return score_table(RULES, embedded(RECORDS))


def test_totals_agree_with_the_records(result: SurveyResult) -> None:
    rows = result.scored.to_pyarrow().to_pylist()
    assert result.records == RECORDS.num_rows == len(rows)
    assert result.unscored == sum(1 for row in rows if row["score"] is None) > 0
    for totals in result.branches:
        mine = [row for row in rows if row["branch"] == totals.branch and row["score"] is not None]
        assert totals.records == len(mine)
        assert totals.pass_rate == Fraction(sum(row["qualified"] for row in mine), len(mine))
        assert totals.basic_rate == Fraction(sum(row["basic_ok"] for row in mine), len(mine))
        assert totals.passed == sum(row["passed"] for row in mine)
    assert sum(one.records for one in result.areas) == sum(one.records for one in result.branches)
    assert {one.area for one in result.areas} >= {"东镇", "西镇", "北镇"}


def test_rate_without_records_is_no_data() -> None:
    with pytest.raises(Refused) as refused:
        _ = Totals("在职", "", 0, 0, 0, 0).pass_rate
    assert refused.value.kind == "no_data"


def test_error_list_holds_what_was_counted(result: SurveyResult) -> None:
    errors = [error for batch in result.error_batches(size=100) for error in batch]
    told = {key: sum(1 for one in errors if one.check == key) for key in result.failures}
    required = {"must"}  # told field by field
    assert {k: n for k, n in told.items() if k not in required} == {
        k: n for k, n in result.failures.items() if k not in required
    }
    raw = {row[KEY]: row for row in RECORDS.to_pylist()}
    blank = next(one for one in errors if one.check == "blank:employer")
    assert (blank.element, blank.message, blank.severity) == ("单位", "“单位”空白", "error")
    number = next(one for one in errors if one.check == "id_ok")
    assert number.value == raw[int(number.key)]["idno"]
    assert number.personal
    assert next(one for one in errors if one.check == "pay_range").severity == "warning"


def test_errors_come_in_batches(result: SurveyResult) -> None:
    sizes = [len({one.key for one in batch}) for batch in result.error_batches(size=50)]
    assert max(sizes) <= 50
    assert len(sizes) > 3


def test_progress_is_told() -> None:
    told: list[tuple[str, int | None]] = []
    score_table(RULES, embedded(RECORDS), progress=lambda stage, done: told.append((stage, done)))
    assert told[-1] == ("完成", 100)
    assert all(done is None or 0 <= done <= 100 for _, done in told)


def test_key_that_does_not_tell_records_apart_is_refused() -> None:
    table = embedded(RECORDS)
    with pytest.raises(Refused, match="不能区分记录"):
        score_table(RULES, table, key="town")
    with pytest.raises(Refused, match="没有记录的键"):
        score_table(RULES, table, key="missing")


def test_binary_numbers_are_refused_and_whole_ones_taken() -> None:
    columns = {name: pa.array([text]) for name, text in GOOD.items()}
    whole = pa.table({**columns, KEY: pa.array([1]), "age": pa.array([36], pa.int32())})
    assert score_table(RULES, embedded(whole)).branches[0].qualified == 1
    with pytest.raises(Refused, match="可能已丢位"):
        score_table(RULES, embedded(pa.table({**columns, KEY: pa.array([1]), "pay": pa.array([3000.5])})))


def test_single_records_are_judged_like_the_table(result: SurveyResult) -> None:
    checker = RecordChecker(RULES)
    rows = [row for row in RECORDS.to_pylist() if row["idno"]][-40:]
    table = {row["key"]: row for row in result.scored.to_pyarrow().to_pylist()}
    alone = DEFINITION.failed  # a repeated number shows only beside the other record
    for row in rows:
        one = checker.check([row])[0]
        masks = [table[row[KEY]]["mask_0"]]
        expected = {reason.key for reason in alone(masks)} - {"once", "must"}
        assert {error.check for error in one.errors} - {"must"} == expected
        if "once" not in {reason.key for reason in alone(masks)}:
            assert one.score == DEFINITION.score_of(table[row[KEY]]["score"])
            assert one.qualified == table[row[KEY]]["qualified"]


def test_good_record_and_what_each_mend_is_worth() -> None:
    checker = RecordChecker(RULES)
    worse = [{**GOOD, "mobile": "1540000000"}, {**GOOD, "pay": None}, {**GOOD, "module": "退休"}, {}]
    good, phone, pay, unknown, empty = checker.check([GOOD, *worse])
    # Only the first stands alone with its number once the others are gone.
    assert checker.check([GOOD])[0].errors == ()
    assert checker.check([GOOD])[0].score == 100
    assert [one.score for one in (good, phone, pay)] == [90, 80, 80]  # the number is repeated in this call
    assert unknown.score is None
    assert empty.score is None
    assert "“模块”" in next(error for error in unknown.errors if error.check == "format:module").message
