"""The assessment over HTTP: each step from the opened period to the capsule that can be recomputed."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.services.assessments import figures, mark_papers, result
from app.store import assessments
from app.store.models import AssessmentSignature, PeriodLock
from kpi.capsule import verify
from tests.services.assessing import PASSWORD, WHY, Ground, lake, orchard
from tests.services.test_assessment_people import appointed, marked
from tests.services.test_assessments import work_of_a_year
from tests.web.browser import Browser
from tests.web.shown import Shown
from tests.web.test_races import RUNNERS, race

__all__ = ["lake", "orchard"]
HTMX = {"HX-Request": "true"}


class Desk:
    """The people of an office at their browsers, at one contract."""

    def __init__(self, app: Flask, ground: Ground) -> None:
        self.app, self.ground, self.number = app, ground, 0
        self.root = f"/contracts/{ground.made.contract.id}/assessments"
        self.browsers: dict[str, Browser] = {}

    def at(self, who: str) -> Browser:
        if who not in self.browsers:
            self.browsers[who] = Browser(self.app)
            self.browsers[who].sign_in_as(self.ground.session, self.ground.made[who])
        return self.browsers[who]

    def url(self, rest: str = "") -> str:
        return f"{self.root}/{self.number}{'/' + rest if rest else ''}"

    def get(self, who: str, rest: str = "") -> Any:
        return self.at(who).get(self.url(rest))

    def post(self, who: str, rest: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.at(who).post(self.url(rest), data, **more)

    def version(self) -> str:
        self.ground.session.rollback()
        return str(self.ground.row(self.number).version)

    def state(self) -> str:
        self.ground.session.rollback()
        return self.ground.row(self.number).state

    def opened(self) -> None:
        page = self.at("supervisor").get(self.root).text
        key = re.search(r'name="period" value="([^"]+)"', page)
        assert key, page
        answer = self.at("supervisor").post(f"{self.root}/open", {"period": key[1]})
        self.number = int(answer.location.rsplit("/", 1)[1])
        assert "还没有取数" in self.get("supervisor").text
        assert self.post("supervisor", "measure").status_code == 303

    def told(self) -> None:
        """Scored and told to the contractor."""
        assert self.post("supervisor", "score", hidden(self.get("supervisor").text, "version")).status_code == 303
        form = hidden(self.get("supervisor", "publish").text, "version")
        assert self.post("supervisor", "publish", {**form, "days": "5"}).status_code == 303
        assert self.state() == "published"

    def sign(self, who: str, password: str = PASSWORD) -> Any:
        return self.post(who, "sign", {**hidden(self.get(who, "sign").text, "version", "sha256"), "password": password})


def hidden(page: str, *names: str) -> dict[str, str]:
    """What the hidden boxes of a page hold; those that it lacks are left out."""
    boxes = [dict(re.findall(r'([a-z]+)="([^"]*)"', box)) for box in re.findall(r"<input [^>]*>", page)]
    return {box["name"]: box.get("value", "") for box in boxes if box.get("name") in names}


@pytest.fixture
def by_the_lake(app: Flask, lake: Ground) -> Desk:
    work_of_a_year(lake)
    return Desk(app, lake)


@pytest.fixture
def grove(app: Flask, orchard: Ground) -> Desk:
    return Desk(app, orchard)


def test_from_the_opened_period_to_a_capsule_that_holds(by_the_lake: Desk) -> None:
    desk = by_the_lake
    desk.opened()
    page = desk.get("supervisor").text
    assert "100" in page
    assert "核定评分" in page
    desk.told()
    assert "等另一方签字" in follow(desk, "project_manager", desk.sign("project_manager"))
    assert "结果已冻结" in follow(desk, "deputy_head", desk.sign("deputy_head"))
    assert desk.state() == "signed"
    capsule = desk.get("project_manager", "capsule.json")
    assert "attachment" in capsule.headers["Content-Disposition"]
    assert verify(capsule.text.rstrip("\n")) == []
    assert "任何人都能重算" in desk.get("deputy_head", "result").text
    checked = Shown(desk.get("auditor", "check").text).text
    assert "相符" in checked
    assert "合同 湖畔县就业服务" in checked


def test_the_letter_of_the_result_takes_one_button(by_the_lake: Desk) -> None:
    desk = by_the_lake
    desk.opened()
    desk.told()
    assert "出具告知书" in desk.get("supervisor", "result").text
    assert "出具告知书" not in desk.get("project_manager", "result").text
    assert "考核告知〔2026〕1号" in follow(desk, "supervisor", desk.post("supervisor", "letter"))
    assert "考核告知〔2026〕1号" in desk.get("project_manager", "result").text
    assert "已经出具" in follow(desk, "supervisor", desk.post("supervisor", "letter"))


def follow(desk: Desk, who: str, response: Any) -> str:
    assert response.status_code == 303, response.text[:2000]
    return str(desk.at(who).get(response.location).text)


def test_a_brought_capsule_is_recomputed_and_a_changed_one_found_out(by_the_lake: Desk) -> None:
    desk = by_the_lake
    desk.opened()
    desk.told()
    text = desk.get("supervisor", "capsule.json").text

    def bring(body: str) -> Any:
        file = (BytesIO(body.encode()), "capsule.json")
        return desk.at("project_manager").post(f"{desk.root}/verify", {"capsule": file}, content_type="multipart/form-data")

    assert "不符" not in bring(text).text
    body = json.loads(text)
    body["hash"] = "0" * 64
    assert "不符" in bring(json.dumps(body, ensure_ascii=False)).text
    assert bring("").status_code == 422
    assert "不符" in bring("没有的东西").text


def test_long_lists_say_how_long_they_are_and_lead_on(by_the_lake: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows that the sheet cuts, entries that one page does not hold."""
    monkeypatch.setattr(figures, "MOST_PARTS", 5)
    monkeypatch.setattr(result, "MOST_ENTRIES", 20)
    desk = by_the_lake
    desk.opened()
    page = Shown(desk.get("supervisor").text)
    assert "共 12 个，这里是前 5 个。" in page.text
    first = desk.at("supervisor").get(page.links("看全部")[0]).text
    assert "明细，共 12 个" in first
    assert "2025年12月" in first or "2025-12" in first
    assert "第 1 至 20 条，共 48 条" in first
    (following,) = Shown(first).links("下一页")
    third = desk.at("supervisor").get(following.replace("page=2", "page=3")).text
    assert "第 41 至 48 条，共 48 条" in third
    assert Shown(third).links("下一页") in ([], [""])


def test_the_contractor_sees_nothing_of_the_scoring_before_it_is_told(by_the_lake: Desk) -> None:
    desk = by_the_lake
    desk.opened()
    page = desk.get("project_manager").text
    assert "自评" in page
    assert "核定" not in page
    for rest in ("result", "trace", "figure?clause=LK-1&name=visits", "changes", "capsule.json", "check", "sign", "appeal"):
        assert desk.get("project_manager", rest).status_code == 404, rest
    desk.told()
    assert desk.get("project_manager", "result").status_code == 200
    assert "看台账" not in desk.get("field_staff").text


def test_a_decision_brings_back_the_item_and_the_bar(grove: Desk) -> None:
    desk = grove
    desk.opened()
    key = "item_held/GL-1"
    refused = desk.post("supervisor", "decide", {"key": key, "points": "61", "reason": WHY, "seen": "0"}, headers=HTMX)
    assert refused.status_code == 422
    assert 'value="61"' in refused.text
    assert "不在允许范围内" in refused.text
    no_reason = desk.post("supervisor", "decide", {"key": key, "points": "12", "reason": "", "seen": "0"}, headers=HTMX)
    assert no_reason.status_code == 422
    kept = desk.post("supervisor", "decide", {"key": key, "points": "12", "reason": WHY, "seen": "0"}, headers=HTMX)
    assert kept.status_code == 200
    assert 'id="sheet-bar"' in kept.text
    assert "<article" in kept.text
    late = desk.post("supervisor2", "decide", {"key": key, "points": "20", "reason": "看了照片", "seen": "0"}, headers=HTMX)
    assert late.status_code == 409
    assert 'value="20"' in late.text
    assert "12" in late.text
    assert desk.post("supervisor", "decide", {"key": "no/such", "seen": "0"}, headers=HTMX).status_code == 404


def test_one_item_is_decided_in_three_clicks_at_most(grove: Desk) -> None:
    """Without data one choice and the button; inside a range the points stand there: the button alone."""
    desk = grove
    desk.opened()
    forms = [one for one in Shown(desk.get("supervisor").text).main.iter("form") if "decide" in (one.get("class") or "").split()]
    assert forms
    for form in forms:
        boxes = [one for one in form.iter("input") if one.get("type") != "hidden"]
        choices = {one.get("name") for one in boxes if one.get("type") == "radio"}
        primary = [one for one in form.iter("button") if "btn-primary" in (one.get("class") or "").split()]
        assert len(primary) == 1
        assert len(choices) + len(primary) <= 2
        assert not list(form.iter("select"))
        assert not [one for one in form.iter("a") if one.get("href")], "nothing has to be opened first"
        assert {one.get("name") for one in boxes} - choices <= {"points", "reason", "cites"}


def test_a_fact_by_hand_is_typed_on_the_sheet_and_confirmed_by_another(grove: Desk) -> None:
    desk = grove
    desk.opened()
    form = desk.get("supervisor", "facts?clause=GL-3").text
    names = re.findall(r'name="(v-[^"]+)"', form)
    assert len(names) >= 2
    wrong = desk.post("supervisor", "facts", {"clause": "GL-3", names[0]: "第二名", "reason": WHY, "seen": "0"})
    assert wrong.status_code == 422
    assert "第二名" in wrong.text
    assert desk.post("supervisor", "facts", {"clause": "GL-3", names[0]: "2", "reason": WHY, "seen": "0"}).status_code == 303
    assert "手工认定" in desk.get("supervisor").text
    waiting = re.findall(r'name="facts" value="(\d+)"', desk.get("supervisor2").text)
    assert waiting
    assert desk.post("supervisor2", "confirm", {"facts": waiting}).status_code == 303
    assert "已核对" in desk.get("supervisor").text


def test_self_score_appeal_and_answer(by_the_lake: Desk) -> None:
    desk = by_the_lake
    desk.opened()
    page = desk.get("project_manager", "self").text
    items = re.findall(r'name="p-([^"]+)"', page)
    told = {f"p-{one}": "9999" for one in items}
    wrong = desk.post("project_manager", "self", {**told, "version": desk.version(), "send": "yes"})
    assert wrong.status_code == 422
    assert "9999" in wrong.text
    told = {f"p-{one}": "10" for one in items}
    assert desk.post("project_manager", "self", {**told, "version": desk.version(), "send": "yes"}).status_code == 303
    desk.told()
    form = hidden(desk.get("project_manager", "appeal").text, "version")
    answer = desk.post("project_manager", "appeal", {**form, "item": items[0], "reason": "有两次没有计入"})
    assert answer.status_code == 303, answer.text[:3000]
    assert desk.state() == "appealed"
    [link] = set(re.findall(r"/appeals/(\d+)", desk.get("supervisor2").text))
    data = {"outcome": "upheld", "reason": "没有漏计"}
    page = desk.get("supervisor2", f"appeals/{link}").text
    outcome = re.findall(r'name="outcome"[^>]*value="([^"]+)"', page)
    data["outcome"] = outcome[-1]
    assert desk.post("supervisor2", f"appeals/{link}", data).status_code == 303
    assert desk.state() == "decided"


def test_who_saw_an_older_version_is_shown_both(by_the_lake: Desk) -> None:
    desk = by_the_lake
    desk.opened()
    old = desk.version()
    desk.told()
    late = desk.post("supervisor2", "score", {"version": old})
    assert late.status_code == 409
    assert "您看到的是第" in late.text
    assert desk.state() == "published"


def test_the_password_is_asked_again(by_the_lake: Desk) -> None:
    desk = by_the_lake
    desk.opened()
    desk.told()
    wrong = desk.sign("project_manager", "not-the-password")
    assert wrong.status_code == 422
    assert desk.state() == "published"
    assert desk.get("field_staff", "sign").status_code == 403


def test_signing_twice_at_once_has_one_effect(by_the_lake: Desk) -> None:
    desk, session = by_the_lake, by_the_lake.ground.session
    desk.opened()
    desk.told()
    for who in ("project_manager", "deputy_head"):
        form = {**hidden(desk.get(who, "sign").text, "version", "sha256"), "password": PASSWORD}
        browsers = [Browser(desk.app) for _ in range(RUNNERS)]
        for browser in browsers:
            browser.sign_in_as(session, desk.ground.made[who])

        def press(runner: int, browsers: list[Browser] = browsers, form: dict[str, str] = form) -> int:
            return browsers[runner].post(desk.url("sign"), form).status_code

        answers = race(RUNNERS, press)
        assert answers[303] == 1
        assert answers[422] + answers[409] == RUNNERS - 1
    assert desk.state() == "signed"
    assert session.scalar(sa.select(sa.func.count()).select_from(AssessmentSignature)) == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(PeriodLock)) == 1
    deeds = [one.deed for one in assessments.events(session, desk.ground.made.contract.id, desk.number)]
    assert deeds.count("frozen") == 1


def test_late_forms_say_both_versions_and_lose_nothing(by_the_lake: Desk) -> None:
    desk = by_the_lake
    desk.opened()
    desk.told()
    item = re.findall(r'<option value="([^"]+)"', desk.get("project_manager", "appeal").text)[0]
    old = str(int(desk.version()) - 1)
    late = desk.post("project_manager", "appeal", {"version": old, "item": item, "reason": "有两次没有计入"})
    assert late.status_code == 409
    assert f"您看到的是第 {old} 版，现在是第 {desk.version()} 版" in late.text
    assert "有两次没有计入" in late.text
    assert desk.state() == "published"
    again = {**hidden(late.text, "version"), "item": item, "reason": "有两次没有计入"}
    assert desk.post("project_manager", "appeal", again).status_code == 303


def test_mark_sheets_leave_as_files_and_become_minutes(app: Flask, orchard: Ground) -> None:
    """A member's own sheet at any time, the others' after the own marks; the contractor sees none of them."""
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": False})
    appointed(orchard, row.id, "supervisor2", "member", "member2")
    desk, ids = Desk(app, orchard), {who: orchard.made[who].id for who in ("supervisor2", "member")}
    desk.number = row.id
    marked(orchard, row.id, "member", "item_order/GL-2", "1")
    assert "各成员独立评分，打完才能看其他成员的评分表" in desk.get("supervisor2").text
    assert desk.get("supervisor2", f"marks.pdf?member={ids['supervisor2']}").data[:5] == b"%PDF-"
    for hidden in ("marks.pdf", f"marks.pdf?member={ids['member']}"):
        assert desk.get("supervisor2", hidden).location.endswith(f"/assessments/{row.id}")
    assert desk.get("project_manager", "marks.pdf").status_code == 403
    work = orchard.work(row)
    for who in ("supervisor2", "member", "member2"):
        for key in mark_papers.keys(work, mark_papers.Sheet(work)):
            marked(orchard, row.id, who, key, "0.5" if key == "item_order/GL-2" else "0")
    for kind, start in (("pdf", b"%PDF-"), ("docx", b"PK"), ("xlsx", b"PK")):
        assert desk.get("deputy_head", f"marks.{kind}").data.startswith(start)
    page = desk.get("supervisor2").text
    assert "评分汇总表" in page
    assert "出具评分会议纪要" in page
    made = desk.post("supervisor2", "group/minutes")
    assert "会议纪要〔2026〕1号" in desk.at("supervisor2").get(made.location).text
    assert "会议纪要〔2026〕1号" in desk.get("supervisor2").text
