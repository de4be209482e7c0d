"""检查 over HTTP: a round drawn and looked into, a walk tap by tap, a complaint, a survey; what the contractor sees."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.field_terms import ComplaintChannel, PollWay, Reached
from app.services.fieldwork import answers, complaints, polls
from app.services.fieldwork.answers import Reply
from app.services.fieldwork.complaints import Received
from app.services.fieldwork.polls import Opening
from app.store.models import Complaint, Finding, Inspection, InspectionItem, Poll, SpotRound
from app.store.sampling import Rounds
from tests.factories.office import Office, evidence_file
from tests.services.acting import act_of
from tests.services.assessing import YEAR, Ground
from tests.services.fieldworks import harbour, verified_visits
from tests.web.browser import Browser

Row = TypeVar("Row", Complaint, Inspection, Poll, SpotRound)
PLAN = {
    "ledger": "visits", "clause": "LK-1", "from_on": "2026-03-01", "until_on": "2026-03-05", "states": "verified", "strata": "outlet",
    "size_by": "number", "wished": "2", "reason": "核对三月走访", "outlet_id": "", "strata_field": "", "only": "", "repeat_reason": "",
}  # fmt: skip
MET = {"spoken_to": "王站长", "signature": "signed", "witness": ""}


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Office:
    return harbour(session, tmp_path)


def at(made: Office, *parts: object) -> str:
    return "/".join([f"/contracts/{made.contract.id}/checks", *map(str, parts)])


def one(session: Session, model: type[Row]) -> Row:
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model).order_by(model.id.desc())).first()  # type: ignore[return-value]


def signed_in(session: Session, browser: Browser, made: Office, who: str) -> None:
    session.rollback()
    browser.sign_in_as(session, made[who])


def photo(session: Session, made: Office) -> str:
    session.rollback()
    row = evidence_file(session, made.contract, made["supervisor"])
    session.commit()
    return str(row.id)


def visit_data(session: Session, made: Office, **given: str) -> dict[str, Any]:
    return {
        "outcome": "genuine", "way": "site", "note": "与负责人当面核对", "on": "2026-03-05", "time": "10:20", "place": "城东街道",
        "second_id": str(made["supervisor2"].id), "clause": "LK-1", "files_kept": photo(session, made), **MET, **given,
    }  # fmt: skip


def test_a_round_from_the_plan_to_its_rate(session: Session, made: Office, browser: Browser) -> None:
    verified_visits(session, made, 5)
    session.commit()
    signed_in(session, browser, made, "supervisor")
    assert "还没有抽查" in browser.get(at(made)).text
    tried = browser.post(at(made, "rounds/new"), {**PLAN, "step": "try"}).text
    assert "可抽 5 条，抽 2 条" in tried
    wrong = browser.post(at(made, "rounds/new"), {**PLAN, "wished": "9"})
    assert (wrong.status_code, "应在 1 与 5 之间" in wrong.text, "核对三月走访" in wrong.text) == (422, True, True)
    assert browser.post(at(made, "rounds/new"), PLAN).status_code == 303
    row = one(session, SpotRound)
    url, seed = at(made, "rounds", row.id), row.sealed_seed
    page = browser.get(url).text
    assert row.commitment in page
    assert seed not in page
    listing = browser.get(f"{url}/list.csv")
    assert (listing.mimetype, listing.text.count("visits-")) == ("text/csv", 5)
    signed_in(session, browser, made, "project_manager")
    assert browser.post(f"{url}/words", {"words": "太短"}).status_code == 422
    assert browser.post(f"{url}/words", {"words": "供应商自己随便写的一段文字，足够长"}).status_code == 303
    signed_in(session, browser, made, "supervisor")
    assert browser.post(f"{url}/draw", {"version": "1"}).status_code != 303, "看到的是旧版"
    version = str(one(session, SpotRound).version)
    assert browser.post(f"{url}/draw", {"version": version}).status_code == 303
    look_into(session, made, browser, url)


def look_into(session: Session, made: Office, browser: Browser, url: str) -> None:
    """Both drawn entries; the contractor sees the sample once somebody else has concluded."""
    row = one(session, SpotRound)
    listed = Rounds(session, made.contract.id).find(row.id, listing=True)
    assert listed is not None
    keys = [each[0] for each in listed.listing["rows"] if each[2] in row.drawn]
    first, second = (f"{url}/entries/{key}" for key in keys)
    bare = browser.post(first, visit_data(session, made, time="", note="好"))
    assert bare.status_code == 422
    for text in ("至少 4 个字", "现场.jpg", "王站长"):
        assert text in bare.text or "请填写抽查的时间" in bare.text
    assert browser.post(first, visit_data(session, made)).location.endswith(second)
    assert browser.post(second, visit_data(session, made, outcome="untrue", note="对方说没有来过")).status_code == 303
    page = browser.get(url).text
    for text in ("50%（1/2，95% 区间", "按记录重抽，结果一致", "规则书写明按抽查属实率折算", "kpi sample draw"):
        assert text in page
    past = browser.get(second).text
    assert "王**" in past
    assert "王站长" not in past
    assert "问题0001号" in past
    signed_in(session, browser, made, "project_manager")
    hidden = browser.get(url).text
    assert row.drawn[0] not in hidden
    assert "办结以后可以看到" in hidden
    assert browser.get(first).status_code == 403
    signed_in(session, browser, made, "deputy_head")
    version = str(one(session, SpotRound).version)
    assert browser.post(f"{url}/conclude", {"version": version, "conclusion": "一半不属实"}).status_code == 303
    signed_in(session, browser, made, "project_manager")
    assert row.drawn[0] in browser.get(url).text


def test_a_walk_is_kept_tap_by_tap(session: Session, made: Office, browser: Browser) -> None:
    signed_in(session, browser, made, "supervisor")
    plan = {
        "checklist": "site", "outlet_id": str(made.outlets[1].id), "place": "", "planned_on": "2026-03-05", "inspector_id": "",
        "second_id": "",
    }  # fmt: skip
    assert browser.post(at(made, "inspections/new"), {**plan, "outlet_id": ""}).status_code == 422
    assert browser.post(at(made, "inspections/new"), plan).status_code == 303
    row = one(session, Inspection)
    url = at(made, "inspections", row.id)
    items = list(session.scalars(sa.select(InspectionItem).order_by(InspectionItem.position)))
    session.rollback()
    page = browser.get(url).text
    assert page.count("walk-buttons") == 3
    said = browser.post(f"{url}/items/{items[0].id}", {"label": "具备"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in said.text
    assert "1／3" in said.text
    browser.post(f"{url}/items/{items[1].id}", {"label": "具备", "v-speed": "300"})
    wrong = browser.post(f"{url}/items/{items[2].id}", {"label": "很好", "note": "写过的话"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, "从所列的结果里选" in wrong.text, "写过的话" in wrong.text) == (422, True, True)
    failed = {"label": "缺少", "note": "灭火器过期", "files_kept": photo(session, made)}
    browser.post(f"{url}/items/{items[2].id}", failed)
    version = str(one(session, Inspection).version)
    end = {**MET, "second_id": "", "note": "", "version": version}
    assert "须有两名检查人" in browser.post(f"{url}/close", end).text
    assert browser.post(f"{url}/close", {**end, "second_id": str(made["supervisor2"].id), "version": "1"}).status_code == 409
    assert browser.post(f"{url}/close", {**end, "second_id": str(made["supervisor2"].id)}).status_code == 303
    page = browser.get(url).text
    for text in ("问题0001号", "已记入台账：site_check-000003", "灭火器过期", "王**"):
        assert text in page
    signed_in(session, browser, made, "field_staff")
    assert "灭火器过期" in browser.get(url).text
    assert browser.post(f"{url}/items/{items[0].id}", {"label": "缺少"}).status_code == 403


def test_a_complaint_from_receipt_to_reply(session: Session, made: Office, browser: Browser) -> None:
    signed_in(session, browser, made, "supervisor")
    came = {
        "clause": "LK-4", "channel": "hotline", "on": "2026-03-05", "time": "09:10", "outlet_id": "", "account": "窗口下午无人值守",
        "complainant": "陈先生", "reply_due": "", "v-duty": "时间",
    }  # fmt: skip
    bare = browser.post(at(made, "complaints/new"), {**came, "v-duty": ""})
    assert (bare.status_code, "请填写“事项”" in bare.text, "窗口下午无人值守" in bare.text) == (422, True, True)
    assert browser.post(at(made, "complaints/new"), came).status_code == 303
    url = at(made, "complaints", one(session, Complaint).id)
    page = browser.get(url).text
    assert ("陈**" in page, "陈先生" in page, "事项" in page) == (True, False, True)
    signed_in(session, browser, made, "project_manager")
    assert browser.post(f"{url}/statement", {"statement": "值班人员去办退费"}).status_code == 303
    assert browser.post(f"{url}/verdict", {"outcome": "upheld"}).status_code == 403
    signed_in(session, browser, made, "supervisor")
    looked = {"investigation": "调取监控属实", "on": "2026-03-05", "second_id": str(made["supervisor2"].id), "version": "2"}
    assert browser.post(f"{url}/investigate", {**looked, "version": "1"}).status_code == 409
    assert browser.post(f"{url}/investigate", looked).status_code == 303
    assert "由采购人的另一人认定" in browser.get(url).text
    signed_in(session, browser, made, "supervisor2")
    assert "值班人员去办退费" in browser.get(f"{url}/verdict").text
    assert browser.post(f"{url}/verdict", {"outcome": "upheld", "answer": "监控属实", "version": "3"}).status_code == 303
    version = str(one(session, Complaint).version)
    assert browser.post(f"{url}/reply", {"on": "2026-03-05", "reply": "已电话告知", "version": version}).status_code == 303
    assert "问题0001号" in browser.get(url).text
    session.rollback()
    assert session.scalars(sa.select(Finding.source)).all() == ["complaint"]


def test_a_survey_answered_and_closed(session: Session, made: Office, browser: Browser) -> None:
    signed_in(session, browser, made, "supervisor")
    plan = {
        "questionnaire": "seekers", "title": "", "clause": "", "from_on": "2026-03-01", "until_on": "2026-03-31", "population": "1000",
        "wished": "3", "basis": "", "questions": "",
    }  # fmt: skip
    assert "建议调查 278 人（家）" in browser.post(at(made, "polls/new"), {**plan, "step": "try"}).text
    assert browser.post(at(made, "polls/new"), {**plan, "wished": "1"}).status_code == 422
    assert browser.post(at(made, "polls/new"), plan).status_code == 303
    url = at(made, "polls", one(session, Poll).id)
    told = {
        "reached": "answered", "way": "call", "on": "2026-03-05", "respondent": "张三", "comment": "很好", "q-overall": "满意",
        "q-advice": "",
    }  # fmt: skip
    missing = browser.post(f"{url}/answers/new", {**told, "q-overall": ""})
    assert (missing.status_code, "总体是否满意" in missing.text, "很好" in missing.text) == (422, True, True)
    for name, answer in (("张三", "满意"), ("李四", "满意"), ("王五", "不满意")):
        assert browser.post(f"{url}/answers/new", {**told, "respondent": name, "q-overall": answer}).status_code == 303
    assert "已经问过" in browser.post(f"{url}/answers/new", told).text
    assert browser.post(f"{url}/answers/1/strike", {"reason": "登记错了"}).status_code == 303
    page = browser.get(url).text
    for text in ("50%（1/2", "应答率", "张*", "登记错了"):
        assert text.split("（")[0] in page
    assert "您登记过回答" in page
    signed_in(session, browser, made, "project_manager")
    assert browser.get(url).status_code == 404
    signed_in(session, browser, made, "supervisor2")
    version = str(one(session, Poll).version)
    assert browser.post(f"{url}/close", {"conclusion": "一半满意", "version": version}).status_code == 303
    signed_in(session, browser, made, "project_manager")
    seen = browser.get(url).text
    assert ("一半满意" in seen, "李*" in seen) == (True, False)


def test_the_sheet_shows_what_was_found_and_takes_a_survey_over(session: Session, tmp_path: Path, browser: Browser) -> None:
    made = harbour(session, tmp_path, **YEAR)
    boss, scope, day = act_of(session, made["supervisor"]), made.scope(session), date(2025, 12, 1)
    row = polls.begin(boss, scope, Opening("seekers", "", "", day, date(2025, 12, 31), 100, 3))
    for place in range(3):
        said = {"overall": "满意" if place else "不满意"}
        answers.enter(boss, scope, row.id, Reply(day, PollWay.CALL, Reached.ANSWERED, "", said, "", f"张{place}"))
    polls.close(act_of(session, made["supervisor2"]), scope, row.id, row.version, "两人满意")
    complaints.receive(boss, scope, Received("LK-3", ComplaintChannel.WEB, day, "", "热线一直占线"))
    sheet = Ground(session, made).opened()
    session.commit()
    signed_in(session, browser, made, "supervisor")
    url = f"/contracts/{made.contract.id}/assessments/{sheet.id}"
    page = browser.get(url).text
    for text in ("调查001号", "满意 2/3（66.66%）", "应答 3/3（100%）", "采用为本条数据", "投诉0001号", "热线一直占线"):
        assert text in page
    form = browser.get(f"{url}/facts?clause=LK-2&item=item_seekers&take=checks").text
    assert 'value="2"' in form
    assert "采用检查的结果：调查001号" in form
