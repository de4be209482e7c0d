"""整改 and 公文登记 over HTTP: from the finding to the closed case, what is not right, who may."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.services import rectification
from app.store.models import Finding, OfficialDocument, RectificationCase
from tests.factories import cases
from tests.factories.office import Office, evidence_file
from tests.services.test_official import with_events
from tests.web.browser import Browser

Row = TypeVar("Row", Finding, OfficialDocument, RectificationCase)
SEEN = {
    "clause": "LK-1", "source": "inspection", "found": "二月只走访了两家企业，少两家", "found_on": "2026-03-05",
    "found_time": "14:30", "place": "城东街道服务站", "spoken_to": "王站长", "signature": "refused", "entry": "",
}  # fmt: skip


def at(made: Office, *parts: object) -> str:
    return "/".join([f"/contracts/{made.contract.id}", *map(str, parts)])


def one(session: Session, model: type[Row]) -> Row:
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model)).one()


def file_of(session: Session, made: Office, who: str) -> str:
    session.rollback()
    row = evidence_file(session, made.contract, made[who])
    session.commit()
    return str(row.id)


def found(session: Session, made: Office, **given: Any) -> Finding:
    session.rollback()
    row = cases.finding(session, made.contract, made["supervisor"], made["supervisor2"], **given)
    session.commit()
    return row


def test_from_the_finding_to_the_closed_case(session: Session, made: Office, browser: Browser) -> None:
    file = file_of(session, made, "supervisor")
    browser.sign_in_as(session, made["supervisor"])
    assert "没有问题" in browser.get(at(made, "rectification")).text
    wrong = browser.post(at(made, "rectification/findings/new"), {**SEEN, "files_kept": file})
    assert wrong.status_code == 422
    for text in ("请填写", "二月只走访了两家企业", "现场.jpg"):
        assert text in wrong.text, "没填对，填过的和传过的都还在"
    sent = {**SEEN, "files_kept": file, "second_id": str(made["supervisor2"].id)}
    assert browser.post(at(made, "rectification/findings/new"), sent).status_code == 303
    row = one(session, Finding)
    page = browser.get(at(made, "rectification/findings", row.id)).text
    assert "王**" in page
    assert "王站长" not in page
    form = browser.get(at(made, f"rectification/notice?finding={row.id}")).text
    assert 'value="5"' in form
    data = {"findings": str(row.id), "demand": "限期补齐走访", "days": "5", "number": ""}
    assert browser.post(at(made, "rectification/notice"), data).status_code == 303
    case = one(session, RectificationCase)
    takes_away(browser, made, "rectification/findings", row.id, "record")
    takes_away(browser, made, "documents", case.notice_id, "file")
    serve_it(session, made, browser, case.notice_id)
    assert "还剩 5 个工作日" in browser.get(at(made, "rectification")).text
    answer_and_look(session, made, browser, case.id)


def takes_away(browser: Browser, made: Office, *parts: object, kinds: tuple[str, ...] = ("pdf", "docx")) -> None:
    """The paper comes as a file of each kind, under a Chinese name; no other kind is made."""
    for kind in kinds:
        answer = browser.get(f"{at(made, *parts)}.{kind}")
        assert answer.status_code == 200
        assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
        assert answer.data[:4] == (b"%PDF" if kind == "pdf" else b"PK\x03\x04")
    assert browser.get(f"{at(made, *parts)}.exe").status_code == 404


def serve_it(session: Session, made: Office, browser: Browser, document_id: int) -> None:
    """Printed, sealed, served."""
    document = at(made, "documents", document_id)
    assert "整改〔2026〕1号" in browser.get(document).text
    printed = browser.post(f"{document}/printed")
    assert printed.status_code == 303
    paper = browser.get(printed.location).text
    for text in ("送达回证", "限期补齐走访", "问题0001号", "qr.svg"):
        assert text in paper
    code = browser.get(f"{document}/qr.svg")
    assert (code.mimetype, b"<svg" in code.data) == ("image/svg+xml", True)
    early = browser.post(f"{document}/serve", {"way": "hand", "receipt": "signed", "recipient": "李经理", "served_on": "2026-03-05"})
    assert early.status_code == 422
    assert "先把签章件扫描归档" in early.text
    bare = browser.post(f"{document}/seal", {"sealed_on": "2026-03-05", "signers": "周主管"})
    assert "扫描件或照片" in bare.text
    scan = file_of(session, made, "supervisor")
    assert browser.post(f"{document}/seal", {"sealed_on": "2026-03-05", "signers": "周主管", "files_kept": scan}).status_code == 303
    sent = {"way": "hand", "receipt": "refused", "recipient": "李经理", "served_on": "2026-03-05"}
    assert "见证人" in browser.post(f"{document}/serve", sent).text
    assert browser.post(f"{document}/serve", {**sent, "witness": "王书记"}).status_code == 303
    assert "拒绝签收" in browser.get(document).text


def answer_and_look(session: Session, made: Office, browser: Browser, case_id: int) -> None:
    """Report and reinspection; the dossier holds everything in order."""
    case, look = at(made, "rectification/cases", case_id), {
        "outcome": "done", "note": "查看了走访记录", "checked_on": "2026-03-05", "place": "服务站", "spoken_to": "王站长",
        "signature": "signed", "second_id": str(made["supervisor2"].id), "days": "",
    }  # fmt: skip
    assert "还没有提交整改报告" in browser.post(f"{case}/reinspect", look).text
    session.rollback()
    browser.sign_in_as(session, made["project_manager"])
    assert browser.post(f"{case}/reinspect", look).status_code == 403
    assert "提交整改报告" in browser.get(case).text
    report = {"cause": "人手不足", "measures": "已补走访两家", "done_on": "2026-03-05"}
    assert "已经整改的材料" in browser.post(f"{case}/report", report).text
    proof = file_of(session, made, "project_manager")
    assert browser.post(f"{case}/report", {**report, "files_kept": proof}).status_code == 303
    browser.sign_in_as(session, made["supervisor"])
    assert browser.post(f"{case}/reinspect", look).status_code == 303
    row = one(session, RectificationCase)
    assert row.state == "closed"
    paper = browser.get(f"{case}/dossier").text
    places = [paper.index(f'id="{name}') for name in ("finding-", "notice", "service-", "report-", "look-")]
    assert places == sorted(places)
    for text in ("卷内目录", "件号", "责任者", "共 5 件", "人手不足", "王书记"):
        assert text in paper
    takes_away(browser, made, "rectification/cases", case_id, "reports/1")
    takes_away(browser, made, "rectification/cases", case_id, "reinspections/1")
    takes_away(browser, made, "rectification/cases", case_id, "dossier", kinds=("pdf",))
    finding = one(session, Finding)
    numbered = browser.post(at(made, "rectification/findings", finding.id, "record"))
    assert "检查记录〔2026〕1号" in browser.get(numbered.location).text
    assert "已编号的检查记录" in browser.get(at(made, "rectification/findings", finding.id)).text
    again = browser.post(at(made, "rectification/findings", finding.id, "record"))
    assert "已经编过号" in browser.get(again.location).text


def test_an_exemption_is_decided_by_who_did_not_find_it(session: Session, made: Office, browser: Browser) -> None:
    row = found(session, made)
    browser.sign_in_as(session, made["project_manager"])
    finding = at(made, "rectification/findings", row.id)
    assert "申请免责" in browser.get(finding).text
    assert browser.post(f"{finding}/exemption", {"reason": ""}).status_code == 422
    bare = browser.post(f"{finding}/exemption", {"reason": "当天封路，附交警通告"})
    assert (bare.status_code, "盖章的书面申请" in bare.text) == (422, True)
    notice = file_of(session, made, "project_manager")
    assert browser.post(f"{finding}/exemption", {"reason": "当天封路，附交警通告", "files_kept": notice}).status_code == 303
    assert browser.get(at(made, "rectification/exemptions/1/application.docx")).mimetype.endswith("wordprocessingml.document")
    browser.sign_in_as(session, made["supervisor"])
    page = browser.get(finding).text
    assert "由采购人的另一人认定" in page
    assert "/decide" not in page
    session.rollback()
    asked = at(made, "rectification/exemptions/1/decide")
    verdict = {"outcome": "upheld", "answer": "属实，予以免责"}
    assert "不能自己认定" in browser.post(asked, verdict).text
    browser.sign_in_as(session, made["deputy_head"])
    assert asked in browser.get(at(made, "rectification")).text
    assert browser.post(asked, verdict).status_code == 303
    slip = one(session, OfficialDocument)
    paper = browser.get(at(made, "documents", slip.id, "print")).text
    for text in ("免责认定〔2026〕1号", "当天封路", "免责成立"):
        assert text in paper


def test_several_findings_are_chosen_for_one_notice(session: Session, made: Office, browser: Browser) -> None:
    rows = [found(session, made), found(session, made, clause="LK-2"), found(session, made)]
    browser.sign_in_as(session, made["supervisor"])
    chosen = "&".join(f"finding={each.id}" for each in rows[:2])
    page = browser.get(at(made, f"rectification/notice?{chosen}")).text
    assert len(re.findall(r"<input[^>]*name=\"findings\"[^>]*checked", page)) == 2
    data = {"findings": [str(each.id) for each in rows[:2]], "demand": "限期整改到位", "days": "0"}
    wrong = browser.post(at(made, "rectification/notice"), data)
    assert wrong.status_code == 422
    assert "应在 1 与 60 之间" in wrong.text
    assert browser.post(at(made, "rectification/notice"), {**data, "days": "7"}).status_code == 303
    session.rollback()
    session.expire_all()
    assert [each.state for each in rows] == ["noticed", "noticed", "open"]


def test_a_letter_is_drafted_numbered_and_made_void(session: Session, made: Office, browser: Browser) -> None:
    browser.sign_in_as(session, made["supervisor"])
    letter = {"kind": "other", "title": "关于报送材料的函", "to": "李经理", "body": "请于月底前报送。\n逾期不候。"}
    assert browser.post(at(made, "documents/new"), {**letter, "title": ""}).status_code == 422
    assert browser.post(at(made, "documents/new"), letter).status_code == 303
    row = one(session, OfficialDocument)
    document = at(made, "documents", row.id)
    assert browser.post(f"{document}/number", {"number": "湖人社〔2026〕12号"}).status_code == 303
    assert "湖人社〔2026〕12号" in browser.get(at(made, "documents?kind=other&state=numbered")).text
    assert "没有公文" in browser.get(at(made, "documents?kind=notice")).text
    assert browser.post(f"{document}/void", {"reason": "错"}).status_code == 422
    assert browser.post(f"{document}/void", {"reason": "写错了单位"}).status_code == 303
    assert "已作废" in browser.get(document).text
    answer = browser.post(f"{document}/printed")
    assert "已作废" in browser.get(answer.location).text


def test_minutes_are_kept_and_drafts_are_the_buyers_alone(session: Session, made: Office, browser: Browser) -> None:
    browser.sign_in_as(session, made["supervisor"])
    assert "记会议纪要" in browser.get(at(made, "documents")).text
    sent = {
        "title": "第一季度考核评审", "held_on": "2026-03-06", "place": "三楼会议室", "host": "吴局长", "attendees": "周主管、李经理",
        "body": "同意考核结果。\n限期补齐走访。",
    }  # fmt: skip
    late = browser.post(at(made, "documents/minutes/new"), sent)
    assert (late.status_code, "不能晚于今天" in late.text) == (422, True)
    assert browser.post(at(made, "documents/minutes/new"), {**sent, "held_on": "2026-03-05"}).status_code == 303
    row = one(session, OfficialDocument)
    assert (row.kind, row.title) == ("minutes", "第一季度考核评审会议纪要")
    assert "三楼会议室" in browser.get(at(made, "documents", row.id)).text
    takes_away(browser, made, "documents", row.id, "file")
    session.rollback()
    browser.sign_in_as(session, made["project_manager"])
    assert browser.get(at(made, "documents", row.id)).status_code == 404
    assert "没有公文" in browser.get(at(made, "documents")).text
    browser.sign_in_as(session, made["supervisor"])
    browser.post(at(made, "documents", row.id, "number"), {"number": ""})
    browser.sign_in_as(session, made["project_manager"])
    assert "会议纪要〔2026〕1号" in browser.get(at(made, "documents", row.id)).text


def test_a_finding_becomes_a_numbered_notice_in_few_clicks(session: Session, made: Office, browser: Browser) -> None:
    """From the desk: the list, the button, the form as it is filled in already; nothing has to be typed."""
    found(session, made)
    browser.sign_in_as(session, made["supervisor"])
    clicks, page = 0, browser.get(f"/contracts/{made.contract.id}/home").text
    for words in ("个问题还没有通知整改", "开具整改通知书"):
        page, clicks = browser.get(link_of(page, words)).text, clicks + 1
    form = page[page.index('id="notice-form"') :]
    sent = {"findings": re.findall(r'name="findings" value="(\d+)"', form) or re.findall(r'value="(\d+)"[^>]*name="findings"', form)}
    sent |= {"demand": re.search(r"<textarea[^>]*name=\"demand\"[^>]*>([^<]+)<", form)[1], "days": "5", "number": ""}  # type: ignore[index]
    answer, clicks = browser.post(at(made, "rectification/notice"), sent), clicks + 1
    assert answer.status_code == 303
    assert "整改〔2026〕1号" in browser.get(answer.location).text
    assert clicks <= 5


def link_of(page: str, words: str) -> str:
    """Where the link or the form with these words leads, what is chosen beforehand included."""
    for address, text in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', page, re.S):
        if words in text:
            return address.replace("&amp;", "&")
    form = re.search(r'<form method="get" action="([^"]+)"(?:(?!</form>).)*?' + words, page, re.S)
    assert form, words
    chosen = re.findall(r'name="finding" value="(\d+)"', form[0])
    return f"{form[1]}?" + "&".join(f"finding={one}" for one in chosen)


def test_a_falsification_shows_its_proof_and_blocks_payment_until_another_decides(
    session: Session, tmp_path: Path, browser: Browser
) -> None:
    made = with_events(session, tmp_path)
    session.commit()
    proof = file_of(session, made, "supervisor")
    browser.sign_in_as(session, made["supervisor"])
    sent = {"kind": "fraud", "happened_on": "2026-03-05", "account": "走访记录系编造", "files_kept": proof}
    assert browser.post(at(made, "rectification/events/new"), sent).status_code == 303
    page = browser.get(at(made, "rectification")).text
    for words in ("走访记录系编造", "不能付款", "现场.jpg", "由另一人认定"):
        assert words in page
    session.rollback()
    assert [block.title for block in rectification.blocking(made.scope(session))] == ["弄虚作假"]
    verdict = {"outcome": "upheld", "answer": "经核实属实"}
    assert "不能自己认定" in browser.post(at(made, "rectification/events/1/decide"), verdict).text
    browser.sign_in_as(session, made["deputy_head"])
    assert browser.post(at(made, "rectification/events/1/decide"), verdict).status_code == 303
    session.rollback()
    assert rectification.blocking(made.scope(session)) == []
