"""The frozen result: recomputed with nothing else at hand, and no change that matters goes unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.capsule import build, canonical, digest, results, verify, verify_entries
from kpi.evaluation import evaluate
from kpi.indicators.collect import Collector
from kpi.indicators.values import FigureValue
from kpi.rulebook.answers import Answers
from kpi.rulebook.given import Given, read_given, work_calendar
from kpi.rulebook.loader import known_keys, load_known, load_text, text_hash
from kpi.rulebook.yaml_text import read_yaml

CASES = Path(__file__).parent / "cases"
KEY = b"a key that nobody guesses"


def _capsule(name: str = "zhenjiang.yaml", index: int = 0) -> dict[str, Any]:
    raw, places = read_yaml((CASES / name).read_text("utf-8"), name)
    source = load_known(raw["contract"])
    dates = frozenset(one.given for one in source.rulebook.schedules)
    given_data = read_given(raw["cases"][index]["given"], places, ("cases", index, "given"), dates)
    facts = given_data.facts
    figures = [
        FigureValue(clause, figure, value, origin="entries")
        for clause, table in facts.items()
        for figure, value in table.items()
        if isinstance(value, int) and not isinstance(value, bool)
    ]
    measured = {(one.clause, one.name) for one in figures}
    rest = {clause: {k: v for k, v in table.items() if (clause, k) not in measured} for clause, table in facts.items()}
    evaluation = evaluate(source, given_data.model_copy(update={"facts": {k: v for k, v in rest.items() if v}}), figures)
    return build(evaluation, [("XG-1", 1, digest({"fields": {"n": 1}}, KEY))])


@pytest.fixture(scope="module")
def body() -> dict[str, Any]:
    return _capsule()


@pytest.mark.parametrize("name", ["zhenjiang.yaml", "xinzhou.yaml", "xingan.yaml", "sandu.yaml", "yuehu.yaml"])
def test_a_capsule_holds_by_itself(name: str) -> None:
    assert verify(canonical(_capsule(name))) == []


@pytest.mark.parametrize("key", known_keys())
def test_the_order_in_which_figures_came_changes_no_result(key: str) -> None:
    """A capsule keeps its figures sorted: recomputed from them, every result must be the same."""
    source = load_known(key)
    given_data = Given.model_validate(
        {"term": {"start": "2025-01-01", "end": "2025-12-31"}, "period": {"start": "2025-01-01", "end": "2025-06-30"},
         "price": "1000000.00"}
    )  # fmt: skip
    answers = Answers(source.rulebook, {})
    empty = Collector(source.rulebook, answers, given_data, work_calendar(given_data)).values()
    figures = [replace(one, value=0 if one.value is None else one.value) for one in empty]  # nothing is met
    assert results(evaluate(source, given_data, figures)) == results(evaluate(source, given_data, figures[::-1]))


def _resealed(body: dict[str, Any]) -> str:
    rest = {key: value for key, value in body.items() if key != "hash"}
    return canonical({**rest, "hash": text_hash(canonical(rest))})


def test_a_forged_score_with_a_new_hash_is_found(body: dict[str, Any]) -> None:
    forged = json.loads(canonical(body))
    forged["results"]["assessment"]["total"] = "85.1"
    assert any("assessment.total" in one for one in verify(_resealed(forged)))


def test_an_explanation_signed_with_half_width_marks_is_the_same_sentence(body: dict[str, Any]) -> None:
    text = canonical(body["results"])
    assert "；" in text
    signed = {**body, "results": json.loads(text.replace("；", ";").replace("（", "(").replace("）", ")"))}
    assert verify(_resealed(signed)) == []


def test_a_forged_figure_with_a_new_hash_is_found(body: dict[str, Any]) -> None:
    forged = json.loads(canonical(body))
    figure = next(one for one in forged["figures"] if one["name"] == "placed")
    figure["value"] = {"number": "500"}
    assert any("placed" in one or "assessment" in one for one in verify(_resealed(forged)))


def test_a_forged_decision_or_rulebook_is_found(body: dict[str, Any]) -> None:
    forged = json.loads(canonical(body))
    forged["rulebook"]["text"] = forged["rulebook"]["text"].replace("each: 0.5", "each: 0.4")
    forged["rulebook"]["sha256"] = text_hash(forged["rulebook"]["text"])
    assert verify(_resealed(forged))
    priced = json.loads(canonical(body))
    priced["given"]["table"]["price"] = {"yuan": "1680000.01"}
    assert any("payment" in one for one in verify(_resealed(priced)))


@cache
def _small() -> str:
    return canonical(_capsule("sandu.yaml", 2))


@settings(max_examples=60)
@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    text = _small()
    place = data.draw(st.integers(0, len(text) - 1))
    replacement = data.draw(st.sampled_from("0189aZ,{}[]\":。 "))
    changed = text[:place] + replacement + text[place + 1 :]
    assert (verify(changed) == []) == (changed == text)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "{\"form\":1}", "not json", "[" * 100_000])
def test_what_is_no_capsule_is_said_so(text: str) -> None:
    assert verify(text)
    assert "存档" in verify(text)[0]


def test_entries_are_compared_by_number_version_and_digest(body: dict[str, Any]) -> None:
    text = canonical(body)
    figures = [
        FigureValue(one["clause"], one["name"], int(one["value"]["number"]), one["label"], one["unit"], "entries")
        for one in body["figures"]
    ]
    same = [("XG-1", 1, digest({"fields": {"n": 1}}, KEY))]
    assert verify_entries(text, figures, same) == []
    assert verify_entries(text, figures, [("XG-1", 2, same[0][2])])
    assert verify_entries(text, figures, [("XG-1", 1, digest({"fields": {"n": 2}}, KEY))])
    assert verify_entries(text, figures, [])
    assert verify_entries(text, figures[1:], None)


def test_no_personal_data_but_digests(body: dict[str, Any]) -> None:
    assert digest({"fields": {"person": "张三"}}, KEY) != digest({"fields": {"person": "张三"}}, b"another key!")
    assert "张三" not in canonical(body)


BY_HAND = """
  - clause: {clause}
    title: 手工填报的数字
    figures:
      typed_in: {{measure: by_hand, label: 手工数, empty: zero}}
      left_out: {{measure: by_hand, label: 没有填的数}}
"""


def test_figures_that_nobody_entered_are_sealed_as_they_counted() -> None:
    """Their defaults count in the score, so the recomputation must find them again."""
    source = load_known("sandu-employment-data")
    marked = source.text.replace("\nindicators:\n", "\nindicators:" + BY_HAND.format(clause="SD-2"), 1)
    assert marked != source.text
    book = load_text(marked)
    span = {"start": "2025-01-01", "end": "2025-12-31"}
    setting = Given.model_validate({"term": span, "period": span})
    figures = Collector(book.rulebook, Answers(book.rulebook, {}), setting, work_calendar(setting)).values()
    text = canonical(build(evaluate(book, setting, figures)))
    assert '"name":"typed_in"' in text
    assert verify(text) == []
    assert verify_entries(text, figures, None) == []


def test_facts_by_member_go_before_what_is_measured() -> None:
    raw, places = read_yaml((CASES / "yuehu.yaml").read_text("utf-8"), "yuehu.yaml")
    source = load_known("yuehu-public-services")
    given_data = read_given(raw["cases"][0]["given"], places, ("cases", 0, "given"))
    measured = [FigureValue("YH-1", "satisfied", {"window": 3}, origin="entries")]
    text = canonical(build(evaluate(source, given_data, measured)))
    assert verify(text) == []
    assert verify_entries(text, measured, None) == []


def test_facts_keep_the_windows_of_what_was_measured() -> None:
    source = load_known("xingan-employment-home")
    span = {"start": "2025-01-01", "end": "2025-12-31"}
    told = {"XG-2.14-1": {"enterprises_per_quarter": [12, 8, None, 10]}}
    setting = Given.model_validate({"term": span, "period": span, "facts": told, "otherwise": "met"})
    figures = Collector(source.rulebook, Answers(source.rulebook, {}), setting, work_calendar(setting)).values()
    text = canonical(build(evaluate(source, setting, figures)))
    assert "2025年第3季度" in text
    assert verify(text) == []
    assert verify_entries(text, figures, None) == []
