"""Fragment or page, redirects, toasts: what the browser is told."""

from __future__ import annotations

import json

import pytest
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader

from app.web import htmx

HX = {"HX-Request": "true"}
PAGES = {
    "page.html": "<h1>{{ word }}</h1>{% include '_part.html' %}"
    "{% for m in get_flashed_messages() %}<b>{{ m }}</b>{% endfor %}",
    "_part.html": "<p>{{ word }}</p>",
}


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.secret_key = "只在测试里用"
    app.jinja_loader = DictLoader(PAGES)

    @app.get("/")
    def page() -> Response:
        return htmx.render("page.html", "_part.html", word="台账")

    @app.get("/told")
    def told() -> Response:
        htmx.tell("已保存 1 条：第一行\n第二行")
        return htmx.render("page.html", "_part.html", word="台账", trigger={"entries-changed": {"n": 1}})

    @app.post("/bad")
    def bad() -> Response:
        return htmx.invalid("page.html", "_part.html", word="没填对")

    @app.post("/stale")
    def stale() -> Response:
        return htmx.conflict("page.html", "_part.html", word="别人先改了")

    @app.post("/go")
    def go() -> Response:
        return htmx.redirect_to("/?a=1", told="已提交，等待审核")

    @app.post("/soft")
    def soft() -> Response:
        return htmx.redirect_to("/?a=台账", soft=True)

    @app.post("/signal")
    def signal() -> Response:
        htmx.tell("没有权限", "error")
        return htmx.signal({"refresh": {}})

    return app


def test_a_browser_gets_the_page_and_htmx_the_fragment(app: Flask) -> None:
    client = app.test_client()
    whole, part = client.get("/"), client.get("/", headers=HX)
    assert whole.text == "<h1>台账</h1><p>台账</p>"
    assert part.text == "<p>台账</p>"


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_boosted_links_and_history_get_the_page(app: Flask, header: str) -> None:
    assert "<h1>" in app.test_client().get("/", headers=HX | {header: "true"}).text


@pytest.mark.parametrize("headers", [{}, HX])
@pytest.mark.parametrize(("method", "url"), [("GET", "/"), ("POST", "/bad"), ("POST", "/go"), ("POST", "/signal")])
def test_caches_keep_fragment_and_page_apart(
    app: Flask, method: str, url: str, headers: dict[str, str]
) -> None:
    response = app.test_client().open(url, method=method, headers=headers)
    assert {"HX-Request", "HX-Boosted", "HX-History-Restore-Request"} <= set(response.vary)


@pytest.mark.parametrize(("url", "status"), [("/bad", 422), ("/stale", 409)])
@pytest.mark.parametrize("headers", [{}, HX])
def test_a_refused_form_comes_back_with_its_status(
    app: Flask, url: str, status: int, headers: dict[str, str]
) -> None:
    response = app.test_client().post(url, headers=headers)
    assert response.status_code == status
    assert ("<h1>" in response.text) is (headers == {})


def test_a_message_is_a_toast_on_a_fragment(app: Flask) -> None:
    response = app.test_client().get("/told", headers=HX)
    header = response.headers["HX-Trigger"]
    assert header.isascii()
    assert "\n" not in header
    assert json.loads(header) == {
        "entries-changed": {"n": 1},
        "toast": {"items": [{"kind": "success", "text": "已保存 1 条：第一行\n第二行"}]},
    }


def test_a_message_stands_on_the_page_once(app: Flask) -> None:
    client = app.test_client()
    assert "<b>已保存" in client.get("/told").text
    assert "<b>" not in client.get("/").text


def test_a_message_told_on_a_redirect_is_said_on_arrival(app: Flask) -> None:
    client = app.test_client()
    response = client.post("/go")
    assert (response.status_code, response.headers["Location"]) == (303, "/?a=1")
    assert "<b>已提交，等待审核</b>" in client.get("/").text


def test_a_fragment_that_refreshes_itself_does_not_take_what_a_page_will_say(app: Flask) -> None:
    client = app.test_client()
    client.post("/go", headers=HX)
    assert "toast" not in client.get("/", headers=HX).headers.get("HX-Trigger", "")
    assert "<b>已提交，等待审核</b>" in client.get("/").text


def test_htmx_is_sent_elsewhere_by_header_and_the_message_waits(app: Flask) -> None:
    client = app.test_client()
    response = client.post("/go", headers=HX)
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/?a=1")
    assert "HX-Trigger" not in response.headers
    assert "已提交" in client.get("/").text


def test_a_soft_move_asks_for_the_page_and_takes_its_main_part(app: Flask) -> None:
    header = app.test_client().post("/soft", headers=HX).headers["HX-Location"]
    assert header.isascii()
    move = json.loads(header)
    assert (move["path"], move["select"]) == ("/?a=台账", "#content")
    assert "<h1>" in app.test_client().get("/", headers=HX | move["headers"]).text


def test_a_signal_swaps_nothing(app: Flask) -> None:
    response = app.test_client().post("/signal", headers=HX)
    assert (response.status_code, response.text) == (204, "")
    assert json.loads(response.headers["HX-Trigger"])["toast"]["items"][0]["kind"] == "error"


@pytest.mark.parametrize(
    "url", ["https://a.cn/", "//a.cn", "/\\a.cn", "\\\\a.cn", "a", "", "javascript:alert(1)", "/a\nb", "/\t/a.cn"]
)
def test_no_redirect_leaves_the_host(url: str) -> None:
    with pytest.raises(ValueError, match="只能转到本系统的页面"):
        htmx.local(url)


@pytest.mark.parametrize("swap", [*sorted(htmx.SWAPS), "outerHTML show:top"])
def test_every_way_of_swapping_is_allowed(app: Flask, swap: str) -> None:
    with app.test_request_context(headers=HX):
        response = htmx.render("page.html", "_part.html", word="", reswap=swap, retarget="#a", push_url="/b")
    assert response.headers["HX-Reswap"] == swap
    assert (response.headers["HX-Retarget"], response.headers["HX-Push-Url"]) == ("#a", "/b")


def test_unknown_swaps_and_kinds_are_refused(app: Flask) -> None:
    with app.test_request_context(headers=HX):
        with pytest.raises(ValueError, match="没有“beforebeginafterbegin”这种换法"):
            htmx.render("page.html", "_part.html", word="", reswap="beforebeginafterbegin")
        with pytest.raises(ValueError, match="没有“danger”这一类消息"):
            htmx.tell("", "danger")  # type: ignore[arg-type]


@given(st.text(max_size=400))
def test_any_text_survives_a_header(text: str) -> None:
    header = htmx.ascii_json({"text": text})
    assert header.isascii()
    assert not any(ord(sign) < 0x20 for sign in header)
    assert json.loads(header) == {"text": text}
