"""Every endpoint stands in the access table, and every route keeps to it for each role and each object."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask, Response
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.security.permissions import BUILT_IN_ROLES
from app.web.access import access_table
from tests.architecture.access_table import ACCESS, EVERYBODY, SIGNED_IN
from tests.factories.ground import KINDS, app_on
from tests.factories.world import World, world
from tests.web.browser import Browser

ROLES = [role.code for role in BUILT_IN_ROLES]
MISSING = 987_654
LONGEST_ROUTE = 20


def test_each_endpoint_stands_in_the_table() -> None:
    marked = access_table(app_on("sqlite"))
    assert not [name for name, access in marked.items() if access is None], "这些页面没有写明谁能进"
    assert marked.keys() == ACCESS.keys(), "请把页面与 access_table.py 对齐"


def test_an_endpoint_without_an_entry_is_refused(app: Flask) -> None:
    rule = Rule("/forgotten", endpoint="forgotten")
    app.url_map.add(rule)
    app.view_functions["forgotten"] = lambda: "secret"
    try:
        assert app.test_client().get("/forgotten").status_code == 403
    finally:
        del app.view_functions["forgotten"]
        app.url_map._rules.remove(rule)
        app.url_map._rules_by_endpoint.pop("forgotten")
        app.url_map._remap = True


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_a_route_is_short(name: str) -> None:
    view = inspect.unwrap(app_on("sqlite").view_functions[name])
    lines = inspect.getsource(view).splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith("def ")), 0)
    assert len(lines) - first <= LONGEST_ROUTE, "路由函数太长，请把事情交给服务"


def calls(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Each route with each of its methods."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ACCESS:
            yield from ((rule, method) for method in sorted((rule.methods or set()) & {"GET", "POST"}))


def address(app: Flask, rule: Rule, values: dict[str, int | str]) -> str:
    """The path of a route with these ids."""
    given = {name: values[name] for name in rule.arguments}
    return str(app.url_map.bind("localhost").build(rule.endpoint, given, method=None))


def allowed(endpoint: str, role: str | None) -> bool:
    who = ACCESS[endpoint]
    return who == EVERYBODY or (role is not None and (who == SIGNED_IN or role in who))


def expected(rule: Rule, method: str, role: str | None, place: str) -> set[int]:
    """The answers that leak nothing. A POST goes without the page token: 400 shows that it got past the door."""
    open_to_all = ACCESS[rule.endpoint] == EVERYBODY
    if role is None and not open_to_all:
        return {302} if method == "GET" else {401}
    in_contract = "contract_id" in rule.arguments
    if in_contract and (place == "missing" or (place == "foreign" and role != "administrator")):
        return {404}
    if not allowed(rule.endpoint, role):
        return {403}
    if method == "POST":
        return {400}
    objects = rule.arguments - {"contract_id", "filename"}
    return {404} if place == "missing" and objects else {200, 302, 303}


def places(made: World, rule: Rule) -> Iterator[tuple[str, dict[str, int | str]]]:
    """The ids to try: own, foreign, missing."""
    missing: dict[str, int | str] = dict.fromkeys(rule.arguments, MISSING)
    yield "own", made.own
    if "contract_id" in rule.arguments:
        yield "foreign", made.foreign
    if rule.arguments:
        yield "missing", missing | {"token": "no-such-token", "filename": "no-such-file.css"}


@pytest.fixture
def bare_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands are refused here and asked for their status alone; how the page of a refusal looks, others test."""
    monkeypatch.setattr("app.web.errors.render", lambda *_, status, **__: Response(status=status))


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("role", [None, *ROLES])
def test_no_route_leaks(app: Flask, session: Session, role: str | None) -> None:
    made, leaks, asked = world(session), [], 0
    for rule, method in calls(app):
        if rule.endpoint == "static":
            continue
        for place, ids in places(made, rule):
            browser = Browser(app)
            if role is not None:
                browser.hold(made.tokens[role])
            url = address(app, rule, ids)
            status = browser.client.open(url, method=method).status_code
            asked += 1
            if status not in expected(rule, method, role, place):
                leaks.append(
                    f"{method} {url}（{place}）：{status}，应为 {expected(rule, method, role, place)}"
                )
    assert asked > 100
    assert not leaks, "\n".join(leaks)


OBJECTS = ("membership_id", "outlet_id", "entry_id", "record_id", "view_id", "delegation_id", "version_id", "opening_id", "file_id",
           "assessment_id", "appeal_id", "reopening_id", "review_id", "check_id", "lock_id", "unlock_id",
           "document_id", "case_id", "reply_id", "look_id", "finding_id", "exemption_id", "event_id", "change_id", "figure_id",
           "report_id", "deliverable_id", "dossier_id", "round_id", "inspection_id", "item_id", "complaint_id", "poll_id",
           "answer_id",
           "statement_id", "request_id", "dispute_id", "acceptance_id", "payment_id", "forfeit_id")  # fmt: skip


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("role", sorted({"project_manager", "supervisor", "administrator"}))
def test_a_foreign_object_is_as_absent_as_a_missing_one(app: Flask, session: Session, role: str) -> None:
    """The own contract in the address, the object of another one: with the page token, by GET and POST."""
    made, tried = world(session), 0
    for (rule, method), name in product(calls(app), OBJECTS):
        if name not in rule.arguments or not allowed(rule.endpoint, role):
            continue
        for other in (made.foreign[name], MISSING):
            browser = Browser(app)
            browser.hold(made.tokens[role])
            url = address(app, rule, made.own | {name: other})
            response = browser.get(url) if method == "GET" else browser.post(url)
            assert response.status_code == 404, f"{method} {url}"
            tried += 1
    assert tried


def test_both_databases_are_tried() -> None:
    assert set(KINDS) == {"sqlite", "postgresql"}
