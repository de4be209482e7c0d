"""The set-up over HTTP: from an empty draft to live, everything typed kept where something is not right."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.store.models import Contract, ContractRulebook, OpeningRecord, SettingAnswer
from tests.factories import organisations, people, places, roles, setups
from tests.factories.office import evidence_file
from tests.services.setting_up import EXTRA, changed, lakeside, sixth
from tests.web.browser import Browser

HTMX = {"HX-Request": "true"}


class Desk:
    """A supervisor's browser at a draft; another supervisor, the administrator and a worker beside."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.contract = organisations.contract(session, title="湖畔合同")
        self.people = {
            name: people.account(session, organisation=self.contract.buyer, display_name=name) for name in ("周主管", "吴主管")
        }
        self.people["小李"] = people.account(session, organisation=self.contract.supplier, display_name="小李")
        for name, code in (("周主管", "supervisor"), ("吴主管", "supervisor"), ("小李", "field_staff")):
            roles.membership(session, self.contract, self.people[name], code)
        session.commit()
        self.browser = self.of("周主管")

    def of(self, name: str) -> Browser:
        browser = Browser(self.app)
        browser.sign_in_as(self.session, self.people[name])
        return browser

    @property
    def at(self) -> str:
        return f"/contracts/{self.contract.id}/setup"

    def get(self, path: str = "", **kwargs: Any) -> str:
        response = self.browser.get(self.at + path, **kwargs)
        assert response.status_code == 200, response.text
        return response.text

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        return self.browser.post(self.at + path, data, **kwargs)

    def upload(self, text: str | bytes, path: str = "/rulebook/upload", **more: Any) -> TestResponse:
        content = text.encode() if isinstance(text, str) else text
        data = {"file": (io.BytesIO(content), "book.yaml"), **more}
        return self.post(path, data, content_type="multipart/form-data")

    def version(self, text: str = "") -> ContractRulebook:
        row = setups.version(self.session, self.contract, self.people["周主管"], text)
        self.session.commit()
        return row

    def stored(self) -> Contract:
        self.session.rollback()
        self.session.refresh(self.contract)
        return self.contract


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    return Desk(app, session)


# -- the rulebook ---------------------------------------------------------------------------------


def test_a_known_rulebook_is_chosen(desk: Desk) -> None:
    assert "还没有选定规则书" in desk.get("/rulebook")
    key = re.findall(r"/rulebook/known/([\w-]+)", desk.get("/rulebook"))[0]
    assert desk.post(f"/rulebook/known/{key}").location == f"{desk.at}/checkup"
    page = desk.get("/checkup")
    assert "规则书已选定" in page
    assert "去答复" in page
    assert "现行" in desk.get("/rulebook")
    assert desk.post("/rulebook/known/nonsense").status_code == 404


def test_an_uploaded_rulebook_is_chosen(desk: Desk) -> None:
    assert desk.upload(sixth()).location == f"{desk.at}/checkup"
    desk.stored()
    page = desk.get("/rulebook")
    assert "规则书写的服务期是 6 个月" in page
    assert "2026-06-30" in page


def test_a_bad_upload_is_told_line_by_line_and_can_be_mended_in_place(desk: Desk) -> None:
    text = changed(lakeside(), ("title: 走访企业\n    window: month", "titel: 走访企业\n    window: monthly"))
    answer = desk.upload(text)
    assert answer.status_code == 422
    assert "没有保存任何内容" in answer.text
    assert "是不是“title”" in answer.text
    assert re.search(r"第 \d+ 行", answer.text)
    assert "titel: 走访企业" in answer.text  # the text stands in the box below, to be mended
    assert desk.session.query(ContractRulebook).count() == 0
    assert desk.post("/rulebook/upload", {"text": lakeside()}).location == f"{desk.at}/checkup"


@pytest.mark.parametrize(("content", "said"), [(b"\xff\xfe", "UTF-8"), (b"", "空的"), (b"x" * 450_001, "上限")])
def test_what_is_no_text_is_refused(desk: Desk, content: bytes, said: str) -> None:
    answer = desk.upload(content)
    assert answer.status_code == 422
    assert said in answer.text


def test_hostile_text_is_shown_as_text(desk: Desk) -> None:
    hostile = changed(lakeside(), ("question: 每月按自然月还是合同月计算?", "question: '<script>alert(1)</script>'"))
    desk.upload(hostile)
    for path in ("/checkup", "/questions", "/questions/anchor", "/questions/several"):
        assert "<script>alert" not in desk.get(path)
        assert "&lt;script&gt;alert" in desk.get(path) or path == "/checkup"
    assert "<script>alert" not in desk.browser.get(f"/contracts/{desk.contract.id}/rulebook").text


def test_a_rulebook_is_not_swapped_at_work(desk: Desk) -> None:
    desk.version()
    desk.contract.state = "trial"
    desk.session.commit()
    assert "补充协议" in desk.get("/rulebook")
    answer = desk.post("/rulebook/upload", {"text": sixth()})
    assert answer.status_code == 422
    assert "不能直接更换" in answer.text


# -- questions ------------------------------------------------------------------------------------


def test_a_question_is_answered_in_its_card(desk: Desk) -> None:
    desk.version()
    page = desk.get("/questions")
    assert "还有 1 项影响付款的事项未确认" in page
    assert "自然月（默认读法）" in page
    data = {"value": "none", "reason": "局务会", "seen": "0"}
    answer = desk.post("/questions/tolerance", data, headers=HTMX)
    assert answer.status_code == 200
    assert 'id="question-tolerance"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text  # the counter above changes, too
    assert "影响付款的事项都已确认" in answer.text
    assert "周主管" in answer.text
    assert "局务会" in desk.get("/questions/tolerance")


def test_without_script_the_page_comes_back(desk: Desk) -> None:
    desk.version()
    answer = desk.post("/questions/anchor", {"value": "calendar", "reason": "附件", "seen": "0"})
    assert answer.location == f"{desk.at}/questions#question-anchor"
    wrong = desk.post("/questions/tolerance", {"value": "", "reason": "我写的理由", "seen": "0"})
    assert wrong.status_code == 422
    assert "请选择或填写答复" in wrong.text
    assert "我写的理由" in wrong.text


def test_who_is_too_late_sees_both(desk: Desk) -> None:
    desk.version()
    desk.post("/questions/anchor", {"value": "calendar", "reason": "先到", "seen": "0"})
    late = desk.of("吴主管").post(f"{desk.at}/questions/anchor", {"value": "anniversary", "reason": "后到", "seen": "0"}, headers=HTMX)
    assert late.status_code == 409
    assert "先到" in late.text
    assert "后到" in late.text
    assert desk.session.query(SettingAnswer).count() == 1


def test_questions_that_hang_on_others_come_with_the_answer(desk: Desk) -> None:
    hanging = (
        "windows: {anchor",
        "  - {id: part, clauses: [LK-2], question: 按几成?, type: percent, touches_payment: true,"
        " asked_when: {tolerance: [prorata]}}\nwindows: {anchor",
    )
    desk.version(changed(lakeside(), hanging))
    assert "按几成" not in desk.get("/questions")
    answer = desk.post("/questions/tolerance", {"value": "prorata", "reason": "x", "seen": "0"}, headers=HTMX)
    assert re.search(r'id="question-part"[^>]*hx-swap-oob="true"', answer.text)
    assert "按几成" in answer.text
    again = desk.post("/questions/tolerance", {"value": "none", "reason": "x", "seen": "1"}, headers=HTMX)
    assert re.search(r'<div id="question-part" hidden hx-swap-oob="true">', again.text)


def test_defaults_are_accepted_at_once(desk: Desk) -> None:
    desk.version()
    assert desk.post("/questions/defaults", {"reason": ""}).status_code == 422
    assert desk.post("/questions/defaults", {"reason": "局务会"}).location == f"{desk.at}/questions"
    assert "已按默认读法确认 1 项" in desk.get("/questions")


def test_several_are_answered_on_one_form(desk: Desk) -> None:
    desk.version()
    wrong = desk.post("/questions/several", {"q-anchor": "calendar", "q-tolerance": "maybe", "reason": "局务会"})
    assert wrong.status_code == 422
    assert "请从所列的选项里选" in wrong.text
    assert desk.session.query(SettingAnswer).count() == 0
    done = desk.post("/questions/several", {"q-anchor": "calendar", "q-tolerance": "none", "reason": "局务会"})
    assert done.location == f"{desk.at}/questions"
    assert "已记录 2 项答复" in desk.get("/questions")
    assert "没有还没答复过的事项" in desk.get("/questions/several")


def test_another_answer_can_be_tried_out(desk: Desk) -> None:
    desk.version()
    page = desk.get("/questions/anchor/effect?value=anniversary&every=month", headers=HTMX)
    assert "如果答“合同月”" in page
    assert "各期结果都没有变化" in page
    assert "不能试算" in desk.get("/questions/anchor/effect?value=nonsense")


def test_who_does_not_set_up_only_reads(desk: Desk) -> None:
    desk.version(lakeside() + EXTRA)
    worker = desk.of("小李")
    for path in ("", "/rulebook", "/checkup", "/questions", "/questions/anchor", "/members", "/terms", "/amendments", "/openings"):
        page = worker.get(desk.at + path)
        assert page.status_code == 200
        assert 'type="submit" class="btn btn-primary"' not in page.text
    assert worker.post(f"{desk.at}/questions/anchor", {"value": "calendar"}).status_code == 403


# -- members, terms -------------------------------------------------------------------------------


def test_members_are_listed_and_taken_from_outlets(desk: Desk) -> None:
    desk.version(lakeside() + EXTRA)
    places.outlet(desk.session, desk.contract, places.outlet(desk.session, desk.contract, name="湖畔县"), name="东镇")
    desk.session.commit()
    assert "还没有列出" in desk.get("/members")
    wrong = desk.post("/members/towns", {"typed": "城东街道\n城西镇", "reason": "", "seen": "0", "levels": []})
    assert wrong.status_code == 422
    assert "城西镇" in wrong.text
    assert desk.post("/members/towns", {"levels": ["county", "township"], "reason": "网点表", "seen": "0"}).status_code == 303
    page = desk.get("/members")
    assert "2 个：湖畔县、东镇" in page
    assert desk.post("/members/towns", {"typed": "x", "reason": "y", "seen": "0"}).status_code == 409
    assert desk.post("/members/nowhere", {"typed": "x", "reason": "y", "seen": "0"}).status_code == 404


TERMS = {
    "title": "湖畔合同", "starts_on": "2026-03-17", "ends_on": "2027-03-16", "price": "1,680,000.50", "entry_days": "3",
    "history_days": "",
}  # fmt: skip


def test_terms_are_saved_with_windows_below(desk: Desk) -> None:
    desk.version()
    data = TERMS | {"supplier_id": str(desk.contract.supplier_id), "version": str(desk.stored().version)}
    assert desk.post("/terms", data | {"entry_days": "three"}).status_code == 422
    assert desk.post("/terms", data).location == f"{desk.at}/terms"
    page = desk.get("/terms")
    assert "已保存：服务期" not in page
    assert "起始日期" in page
    assert "应完成 11 个月" in page
    assert "不完整，不计" in page
    stored = desk.stored()
    assert (stored.price_fen, stored.entry_days, stored.history_days) == (168_000_050, 3, None)


def test_a_stale_form_shows_both_versions(desk: Desk) -> None:
    desk.version()
    data = TERMS | {"supplier_id": str(desk.contract.supplier_id), "version": str(desk.stored().version)}
    desk.of("吴主管").post(f"{desk.at}/terms", data | {"price": "2"})
    late = desk.post("/terms", data)
    assert late.status_code == 409
    assert "¥2.00" in late.text
    assert "¥1,680,000.50" in late.text
    version = re.search(r'name="version" value="(\d+)"', late.text)
    assert version
    assert desk.post("/terms", data | {"version": version.group(1)}).status_code == 303
    assert desk.stored().price_fen == 168_000_050


def test_the_length_follows_the_typed_first_day(desk: Desk) -> None:
    desk.version()
    assert "2027-03-16" in desk.get("/terms/length?starts_on=2026-03-17", headers=HTMX)
    assert desk.get("/terms/length?starts_on=nonsense", headers=HTMX).strip() == ""


# -- stages ---------------------------------------------------------------------------------------


def test_from_draft_to_live_to_closed_and_back(desk: Desk) -> None:
    assert "还不能转为“试运行”" in desk.get()
    assert desk.post("/trial").status_code == 409
    desk.version()
    assert "开始试运行" in desk.get()
    desk.post("/trial")
    page = desk.get()
    assert "现在的阶段：试运行" in page
    assert "这里的数据只作演练" in page
    desk.post("/live")
    assert desk.stored().live_on is not None
    assert "现在的阶段：执行中" in desk.get()
    assert desk.post("/close", {"reason": ""}).status_code == 422
    assert desk.post("/close", {"reason": "期满"}).location == desk.at
    assert "已结束" in desk.get()
    assert desk.post("/reopen", {"reason": "结束错了"}).location == desk.at
    assert desk.stored().state == "live"


# -- opening records ------------------------------------------------------------------------------

SCORE = {"kind": "score", "title": "一季度得分", "from_on": "2026-01-01", "until_on": "2026-02-28", "score": "92.5"}


def test_openings_take_two_people_and_a_scan(desk: Desk) -> None:
    desk.version(sixth())
    scan = evidence_file(desk.session, desk.contract, desk.people["周主管"], name="考核表.jpg")
    desk.session.commit()
    wrong = desk.post("/openings/new", SCORE | {"score": "", "scan_kept": str(scan.id)})
    assert wrong.status_code == 422
    assert "考核表.jpg" in wrong.text  # the scan is not lost
    assert desk.post("/openings/new", SCORE | {"scan_kept": str(scan.id)}).status_code == 303
    row = desk.session.query(OpeningRecord).one()
    page = desk.get("/openings")
    assert "待另一人确认" in page
    assert f"/evidence/{scan.id}" in page
    assert desk.post(f"/openings/{row.id}/confirm").status_code == 409
    assert desk.of("吴主管").post(f"{desk.at}/openings/{row.id}/confirm").status_code == 303
    assert "已确认" in desk.get("/openings")
    assert desk.post(f"/openings/{row.id}/withdraw", {"reason": ""}).status_code == 422
    assert desk.post(f"/openings/{row.id}/withdraw", {"reason": "抄错"}).status_code == 303
    assert "撤回理由：抄错" in desk.get("/openings")


def test_a_payment_names_its_tranche(desk: Desk) -> None:
    desk.version(sixth())
    paid = SCORE | {"kind": "payment", "title": "预付款", "score": "", "amount": "144,000.00", "tranche": "advance"}
    assert desk.post("/openings/new", paid | {"tranche": "no_such"}).status_code == 422
    assert desk.post("/openings/new", paid).status_code == 303
    assert "¥144,000.00" in desk.get("/openings")


def test_two_at_once_are_told_on_a_page_in_its_frame(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database refuses the second of two; the error page still shows the contract's menu."""
    desk.version()

    def same_revision(session: Session, row: SettingAnswer) -> SettingAnswer:
        for _ in range(2):
            twin = SettingAnswer(
                contract_id=row.contract_id, assumption=row.assumption, revision=1, answer=row.answer,
                reason=row.reason, answered_by=row.answered_by, answered_at=row.answered_at,
            )  # fmt: skip
            session.add(twin)
            session.flush()
        return row

    monkeypatch.setattr("app.store.setup.add_answer", same_revision)
    answer = desk.post("/questions/anchor", {"value": "calendar", "reason": "x", "seen": "0"})
    assert answer.status_code == 409
    assert "刚才有人先改了同样的内容" in answer.text
    assert "湖畔合同" in answer.text
