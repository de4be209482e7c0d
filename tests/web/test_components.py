"""The component macros: right HTML, wired labels, nothing unescaped, never a zero where there is no figure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import html5lib
import pytest
from flask import Flask, render_template_string, session
from jinja2 import UndefinedError

from tests.pages.looks import small_app
from tests.web.page_checks import check_fragment, check_page

Draw = Callable[..., str]
HX = {"HX-Request": "true"}
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;"
TYPES = [
    "text", "number", "money", "percent", "duration", "date", "time", "datetime", "password", "yes_no", "choice", "multiple",
    "outlet", "person", "enterprise", "textarea", "file", "evidence",
]  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Flask:
    return small_app()


@pytest.fixture
def draw(app: Flask) -> Draw:
    """Renders `component.macro` by its call."""

    def render(file: str, names: str, call: str, **context: Any) -> str:
        with app.test_request_context():
            return render_template_string(
                f'{{% from "components/{file}.html" import {names} %}}{call}', **context
            )

    return render


def nodes(html: str, tag: str) -> list[Any]:
    return list(html5lib.parseFragment(html, namespaceHTMLElements=False).iter(tag))


@pytest.mark.parametrize("path", ["", "/bare", "/auth", "/auth?wrong=1", "/print", "/wall", "/rows?after=6"])
def test_every_page_is_sound(app: Flask, path: str) -> None:
    response = app.test_client().get(f"/styleguide{path}")
    assert response.status_code == 200
    check_page(response.text)


@pytest.mark.parametrize("path", ["/rows?after=6", "/progress/0", "/progress/5000"])
def test_every_fragment_is_sound(app: Flask, path: str) -> None:
    check_fragment(app.test_client().get(f"/styleguide{path}", headers=HX).text)


def test_an_invalid_form_comes_back_whole(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    response = app.test_client().post("/styleguide/form", data={"posts": HOSTILE, "name": "春风行动"}, headers=HX)
    app.config["WTF_CSRF_ENABLED"] = True
    assert response.status_code == 422
    check_fragment(response.text)
    assert 'value="春风行动"' in response.text
    assert "<script>alert" not in response.text


def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    assert app.test_client().post("/styleguide/form", data={"posts": "1"}).status_code == 400


def spec(kind: str, text: str) -> dict[str, Any]:
    """A field with every text of it set to one."""
    options = [{"value": text, "label": text, "level": 1, "help": text}]
    file = {"id": text, "name": text, "kind": text, "size": text, "thumb_url": None}
    return {
        "name": "a", "label": text, "type": kind, "value": [text] if kind == "multiple" else text, "help": text, "errors": [text],
        "unit": text, "options": options, "placeholder": text, "shown": text, "kept": [file], "check_url": "/check",
        "lookup_url": "/find", "required": True, "attrs": {"data-key": text},
    }  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_no_text_of_a_field_becomes_markup(draw: Draw, kind: str) -> None:
    html = draw("field", "field", "{{ field(**spec) }}", spec=spec(kind, HOSTILE))
    assert nodes(html, "script") == []
    assert [image for image in nodes(html, "img") if image.get("src") == "x"] == []
    check_fragment(html)


@pytest.mark.parametrize("kind", TYPES)
def test_help_and_error_belong_to_the_input(draw: Draw, kind: str) -> None:
    html = draw("field", "field", "{{ field(**spec) }}", spec=spec(kind, "文字"))
    described = [node for tag in ("input", "select", "textarea", "fieldset") for node in nodes(html, tag)]
    named = {name for node in described for name in node.get("aria-describedby", "").split()}
    assert {"f-a-help", "f-a-error"} <= named
    assert all(f'id="{name}"' in html for name in named)
    assert 'aria-invalid="true"' in html
    assert "必填" in html


@pytest.mark.parametrize("kind", TYPES)
def test_a_bare_field_needs_only_name_and_label(draw: Draw, kind: str) -> None:
    html = draw("field", "field", '{{ field("a", "名称", type=kind) }}', kind=kind)
    check_fragment(html)
    assert "None" not in html


@pytest.mark.parametrize(
    ("value", "checked"), [(True, "yes"), (False, "no"), ("no", "no"), (None, ""), ("", "")]
)
def test_yes_no_and_not_said_are_three_things(draw: Draw, value: object, checked: str) -> None:
    html = draw("field", "field", '{{ field("a", "线上", type="yes_no", value=value) }}', value=value)
    assert [node.get("value") for node in nodes(html, "input") if node.get("checked") is not None] == [checked]


@pytest.mark.parametrize(("count", "tag"), [(4, "fieldset"), (5, "select")])
def test_few_choices_stand_open(draw: Draw, count: int, tag: str) -> None:
    options = [(str(n), f"第{n}项") for n in range(count)]
    html = draw("field", "field", '{{ field("a", "类别", type="choice", options=options, value=3) }}', options=options)
    assert len(nodes(html, tag)) == 1
    chosen = [node.get("value") for tag in ("input", "option") for node in nodes(html, tag) if {"checked", "selected"} & set(node.keys())]
    assert chosen == ["3"]


def test_figures_are_typed_as_text(draw: Draw) -> None:
    html = draw("field", "field", '{{ field("a", "金额", type="money", value="1,2x") }}')
    [box] = nodes(html, "input")
    assert (box.get("type"), box.get("inputmode"), box.get("value")) == ("text", "decimal", "1,2x")


def test_a_password_is_never_sent_back(draw: Draw) -> None:
    assert "秘密" not in draw("field", "field", '{{ field("a", "密码", type="password", value="秘密") }}')


def test_a_textarea_keeps_its_first_line_break(draw: Draw) -> None:
    html = draw("field", "field", '{{ field("a", "说明", type="textarea", value=text) }}', text="\n第二行")
    assert nodes(html, "textarea")[0].text == "\n第二行"


STATUS = "{% for key in STATES %}{{ status(key) }}{% endfor %}"


def test_every_state_has_a_sign_and_a_word(draw: Draw) -> None:
    html = draw("status", "status, STATES", STATUS)
    marks = [node for node in nodes(html, "span") if "state" in node.get("class", "")]
    assert len(marks) > 25
    assert all("".join(mark.itertext()).strip() and len(mark) for mark in marks)


def test_two_states_of_one_family_never_look_alike(draw: Draw) -> None:
    signs = json.loads(draw("status", "STATES", "{{ STATES|tojson }}"))
    for family in (["draft", "checked", "submitted", "verified", "returned", "withdrawn"], ["excellent", "good", "pass", "poor"]):
        assert len({tuple(signs[key][1:2]) for key in family}) == len(family)


def test_an_unknown_state_is_an_error(draw: Draw) -> None:
    with pytest.raises((UndefinedError, ValueError, TypeError)):
        draw("status", "status", '{{ status("fine") }}')


def test_no_money_and_no_rate_are_not_zero(draw: Draw) -> None:
    assert "0" not in draw("money", "money", "{{ money(none) }}")
    rate = draw("money", "rate", "{{ rate(none, 0, 0) }}")
    assert "无数据" in rate
    assert "(0/0)" in rate


def test_a_score_that_cannot_be_computed_is_not_zero(draw: Draw) -> None:
    item = {"title": "回访", "maximum": "5", "score": None, "sum": "没有回访记录"}
    html = draw("score", "score_line", "{{ score_line(item) }}", item=item)
    assert "算不出" in html
    assert "没有回访记录" in html


DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("left", "words"),
    [(3, "还剩 3 个工作日"), (0, "今天是最后一个工作日"), (-2, "已超期 2 个工作日"), (None, "2026年3月5日")],
)
def test_a_deadline_says_what_is_left(draw: Draw, left: int | None, words: str) -> None:
    html = draw("deadline", "deadline", "{{ deadline(day, left, tentative=true) }}", day=DAY, left=left)
    assert words in html
    assert "暂定" in html
    assert "截止" in html


def test_what_is_done_has_no_countdown(draw: Draw) -> None:
    html = draw("deadline", "deadline", "{{ deadline(day, -2, done=true) }}", day=DAY)
    assert "已办结" in html
    assert "超期" not in html


@pytest.mark.parametrize(("state", "polls"), [("queued", True), ("running", True), ("done", False), ("failed", False)])
def test_only_work_under_way_is_asked_after(draw: Draw, state: str, polls: bool) -> None:
    html = draw("progress", "progress", '{{ progress("j", "导入", state, 10, 100, poll_url="/jobs/1") }}', state=state)
    assert ('hx-get="/jobs/1"' in html) is polls
    check_fragment(html)


def test_options_of_a_chart_survive_their_attribute(draw: Draw) -> None:
    options = {"title": HOSTILE, "data": [1, None, "</figure>"]}
    html = draw("chart", "chart", '{{ chart("c", "图", options, [{"title": "甲"}], []) }}', options=options)
    assert json.loads(nodes(html, "figure")[0].get("data-chart")) == options


def test_an_empty_table_says_what_to_do(draw: Draw) -> None:
    call = '{% call table("台账", [{"title": "编号"}], []) %}先记一条{% endcall %}'
    assert "先记一条" in draw("table", "table", call)
    assert nodes(draw("table", "table", '{{ table("台账", [{"title": "编号"}], []) }}'), "td")[0].get("colspan") == "1"


def test_each_cell_of_a_card_knows_its_column(draw: Draw) -> None:
    columns = [{"title": "编号"}, {"title": "岗位", "align": "end", "sort": "?s=1", "sorted": "desc"}]
    html = draw("table", "table", '{{ table("台账", columns, [{"cells": ["1", "<b>"]}]) }}', columns=columns)
    [cell] = nodes(html, "td")
    assert (cell.get("data-label"), cell.get("class"), cell.text) == ("岗位", "end", "<b>")
    assert nodes(html, "th")[1].get("aria-sort") == "descending"


def test_what_changed_is_said_in_words(draw: Draw) -> None:
    items = [{"label": "甲", "before": "1", "after": "1"}, {"label": "乙", "before": None, "after": "2"},
             {"label": "丙", "before": "3", "after": None}, {"label": "丁", "before": "4", "after": "5"}]  # fmt: skip
    html = draw("diff", "diff", '{{ diff(items, "旧", "新", "对照") }}', items=items)
    assert re.findall("未改|新增|删除|已修改", html) == ["未改", "新增", "删除", "已修改"]


def test_a_form_carries_token_key_and_version(draw: Draw) -> None:
    call = '{% call form("/a", id="x", key="k1", version=0, target="#x", confirm="提交？") %}{% endcall %}'
    html = draw("form", "form", call)
    names = {node.get("name"): node.get("value") for node in nodes(html, "input")}
    assert names.keys() == {"csrf_token", "idempotency_key", "version"}
    assert (names["idempotency_key"], names["version"]) == ("k1", "0")
    assert nodes(html, "form")[0].get("hx-confirm") == "提交？"


def test_the_frame_shows_what_it_is_given(app: Flask) -> None:
    page = app.test_client().get("/styleguide").text
    assert page.count('aria-current="page"') == 3  # side menu, phone menu, tabs
    assert "试运行" in page
    bare = app.test_client().get("/styleguide/bare").text
    assert "sidenav" not in bare
    assert "试运行" not in bare


def test_messages_stand_on_the_page_escaped(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_flashes"] = [("error", f"没有保存{HOSTILE}")]
    page = client.get("/styleguide/bare").text
    assert "没有保存" in page
    assert "<script>alert" not in page
    check_page(page)
    with app.test_request_context():
        assert "_flashes" not in session
