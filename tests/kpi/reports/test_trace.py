"""From any yuan or point down to the entries that it rests on, with the words of the document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kpi.reports.trace import Node, Tracer
from tests.kpi import riverside

ROWS = riverside.lessons(4, 19)
ALL = {row["id"] for row in ROWS}


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def trace(place: str, most: int = 10_000) -> Node:
    found = Tracer(riverside.year(ROWS), most=most).trace(place)
    assert found is not None
    return found


@pytest.mark.parametrize("place", ["付款 settlement", "settlement", "结算款", "总分", "item_2", "HP-2", "扣款 short", "short"])
def test_every_yuan_and_point_reaches_every_entry_behind_it(place: str) -> None:
    assert {entry for node in nodes(trace(place)) for entry in node.entries} == ALL


def test_the_way_down_is_amount_score_item_rule_figure_entries() -> None:
    titles = []
    node: Node | None = trace("settlement")
    while node is not None:
        titles.append(node.title)
        node = next((child for child in node.children if any(one.entries for one in nodes(child))), None)
    assert titles == ["结算款", "总分", "item_1 开课", "HP-1 每月开课", "课次够的月份"]


def test_the_figures_and_quotes_stand_beside() -> None:
    item = trace("item_2")
    assert (item.value, item.children[0].quotes) == ("32 分", ("全年学员不少于1000人",))
    assert "912" in item.text
    given_figure = next(node for node in nodes(trace("HP-3")) if node.title == "公示")
    assert (given_figure.value, given_figure.text, given_figure.entries) == ("12次", "给定数据", ())


def test_only_the_first_entries_are_shown_and_the_rest_counted() -> None:
    figure = next(node for node in nodes(trace("HP-2", most=3)) if node.entries)
    assert (figure.entries, figure.more_entries) == (("L1", "L2", "L3"), len(ALL) - 3)


def test_every_place_can_be_traced_and_stands_once() -> None:
    tracer = Tracer(riverside.year(ROWS))
    places = tracer.places()
    assert len(places) == len(set(places))
    assert all(tracer.trace(place) is not None for place in places)
    assert {"总分", "付款 advance", "付款 settlement", "扣款 short", "item_1", "HP-9"} <= set(places)
    assert [tracer.trace(place) for place in ("", "nothing", "付款 nothing")] == [None, None, None]


def test_a_listed_figure_is_listed_by_a_second_pass_too() -> None:
    asked: list[tuple[str, str]] = []

    def lister(clause: str, name: str) -> list[str]:
        asked.append((clause, name))
        return ["X1"]

    setting = riverside.given()
    bare = [figure.__class__(*(getattr(figure, one) if one != "entries" else () for one in figure.__slots__))
            for figure in riverside.measured(ROWS, setting)]  # fmt: skip
    found = Tracer(riverside.evaluate(riverside.source(), setting, bare), lister).trace("HP-2")
    assert found is not None
    assert found.children[0].entries == ("X1",)
    assert asked == [("HP-2", "learners")]
