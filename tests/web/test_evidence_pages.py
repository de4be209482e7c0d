"""Evidence over the web: sent at once, shown to members alone, under the type of its content."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.services.evidence.keeping import MOST_BYTES
from app.store import audit_log
from app.store.models import EvidenceFile
from app.web.evidence.receiving import MOST_FILES
from tests.factories import organisations, people, roles
from tests.factories.evidence import kept
from tests.factories.ground import settings_for
from tests.factories.office import Office, office
from tests.factories.pictures import office_file, pdf, photo
from tests.services.acting import act_of
from tests.services.proofs import visit
from tests.web.browser import Browser


@dataclass
class Desk:
    """Somebody's browser in the office's contract."""

    browser: Browser
    session: Session
    office: Office

    @property
    def at(self) -> str:
        return f"/contracts/{self.office.contract.id}/evidence"

    def as_(self, role: str) -> Desk:
        self.browser.sign_in_as(self.session, self.office[role])
        return self

    def send(self, *files: tuple[bytes, str], field: str = "photos") -> TestResponse:
        data: dict[str, Any] = {"field": field, "file": [(io.BytesIO(data), name) for data, name in files]}
        return self.browser.post(self.at, data, content_type="multipart/form-data")

    def rows(self) -> list[EvidenceFile]:
        self.session.rollback()
        return self.session.query(EvidenceFile).order_by(EvidenceFile.id).all()


@pytest.fixture
def desk(browser: Browser, session: Session) -> Desk:
    return Desk(browser, session, office(session))


def actions(session: Session) -> list[str]:
    events = audit_log.page(session, audit_log.LogFilter(), None, None, 100)
    return [event.action for event, _ in events]


def test_a_photo_is_kept_at_once(desk: Desk) -> None:
    response = desk.as_("field_staff").send((photo(), "现场.jpg"), field="evidence:现场照片")
    assert response.status_code == 200
    (row,) = desk.rows()
    assert (row.media_type, row.name, row.uploaded_by) == ("image/jpeg", "现场.jpg", desk.office["field_staff"].id)
    assert f'name="evidence:现场照片_kept" value="{row.id}"' in response.text
    assert f"{desk.at}/{row.id}/thumb" in response.text
    assert "2026-03-05 08:12" in response.text
    assert actions(desk.session) == ["evidence.kept"]


def test_several_come_in_their_order_and_the_bad_one_is_named(desk: Desk) -> None:
    response = desk.as_("supervisor").send((photo(1), "一.jpg"), (b"MZ" + b"\0" * 90, "二.exe"), (pdf(), "三.pdf"))
    assert response.status_code == 200
    assert [row.name for row in desk.rows()] == ["一.jpg", "三.pdf"]
    assert response.text.index("一.jpg") < response.text.index("三.pdf") < response.text.index("二.exe")
    assert "是程序或脚本" in response.text


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (((b"", "空.jpg"),), "是空的"),
        (((b"<svg/>", "x.png"),), "网页、SVG"),
        (((b"\xff\xd8\xff\xe0 and then nothing", "x.jpg"),), "没有传完"),
        (((b"MZ" + b"\0" * MOST_BYTES, "大.exe"),), "超过一份 25.0 MB 的上限"),
        ((), "没有收到文件"),
    ],
)
def test_what_is_refused_says_why(desk: Desk, files: tuple[tuple[bytes, str], ...], told: str) -> None:
    response = desk.as_("field_staff").send(*files)
    assert response.status_code == 422
    assert told in response.text
    assert 'type="hidden"' not in response.text
    assert desk.rows() == []


def test_the_same_file_is_one_row_however_often_it_comes(desk: Desk) -> None:
    desk.as_("field_staff")
    first, second = desk.send((photo(), "一.jpg")), desk.send((photo(), "二.jpg"), (photo(), "三.jpg"))
    (row,) = desk.rows()
    assert first.text.count(f'value="{row.id}"') == second.text.count(f'value="{row.id}"') == 1


def test_more_than_twenty_are_too_many(desk: Desk) -> None:
    response = desk.as_("field_staff").send(*[(photo(), f"{n}.jpg") for n in range(MOST_FILES + 1)])
    assert f"一次最多上传 {MOST_FILES} 份" in response.text


def test_forms_elsewhere_stay_small(desk: Desk) -> None:
    desk.as_("field_staff")
    data = {"file": (io.BytesIO(b"x" * 3_000_000), "x.txt"), "csrf_token": desk.browser.page_token()}
    answered = desk.browser.client.post("/account/password", data=data, content_type="multipart/form-data")
    assert answered.status_code == 413


def test_a_lost_session_is_said_plainly(desk: Desk) -> None:
    assert desk.send((photo(), "x.jpg")).status_code == 401


def test_a_request_without_the_page_token_is_refused(desk: Desk) -> None:
    desk.as_("field_staff")
    data = {"file": (io.BytesIO(photo()), "x.jpg")}
    assert desk.browser.client.post(desk.at, data=data, content_type="multipart/form-data").status_code == 400
    assert desk.rows() == []


def test_others_write_while_a_body_arrives(app: Flask, desk: Desk) -> None:
    """The upload's transaction only reads until every byte is there: a slow phone keeps nobody waiting."""
    desk.as_("field_staff")
    session, tried = desk.session, []
    sent = io.BytesIO()

    class Slow(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            if not tried:
                tried.append(True)
                organisations.organisation(session)
                session.commit()
            return super().readinto(buffer)

    token = desk.browser.page_token()
    sent.write(b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\n\r\n' + photo())
    sent.write(f'\r\n--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--b--\r\n'.encode())
    body = Slow(sent.getvalue())
    answered = desk.browser.client.post(
        desk.at,
        input_stream=body,
        headers={"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(len(sent.getvalue()))},
    )
    assert tried
    assert answered.status_code == 200
    assert len(desk.rows()) == 1


# -- showing ----------------------------------------------------------------------------------------


def file_in(desk: Desk, data: bytes | None = None, name: str = "现场.jpg") -> str:
    """The address of a file in the contract."""
    row = kept(desk.session, desk.office.contract, desk.office["field_staff"], data, name)
    desk.session.commit()
    return f"{desk.at}/{row.id}"


@pytest.mark.parametrize("part", ["thumb", "shown", "file"])
def test_what_is_shown_carries_no_exif(desk: Desk, part: str) -> None:
    at = file_in(desk)
    response = desk.as_("finance").browser.get(f"{at}/{part}")
    assert response.status_code == 200
    assert response.mimetype == "image/jpeg"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert b"Exif" not in response.data
    assert not Image.open(io.BytesIO(response.data)).getexif()


def test_a_pdf_opens_in_the_browser_and_a_workbook_is_saved(desk: Desk) -> None:
    one, other = file_in(desk, pdf(), "报告.pdf"), file_in(desk, office_file(), "名单.xlsx")
    desk.as_("supervisor")
    assert desk.browser.get(f"{one}/file").headers["Content-Disposition"].startswith("inline")
    saved = desk.browser.get(f"{other}/file").headers["Content-Disposition"]
    assert saved.startswith("attachment")
    assert "%E5%90%8D%E5%8D%95.xlsx" in saved
    assert desk.browser.get(f"{one}/thumb").status_code == 404


def test_its_page_says_what_is_known(desk: Desk) -> None:
    at = file_in(desk)
    page = desk.as_("supervisor").browser.get(at)
    assert page.status_code == 200
    for told in ("现场.jpg", "640 × 480", "2026-03-05 08:12", "还没有记录用到它", "取原件"):
        assert told in page.text
    assert "取原件" not in desk.as_("field_staff").browser.get(at).text
    assert desk.browser.get(file_in(desk, pdf(), "报告.pdf")).status_code == 200


def test_its_page_says_where_it_is_used(desk: Desk, session: Session) -> None:
    sent = act_of(session, desk.office["field_staff"])
    row = kept(session, desk.office.contract, desk.office["field_staff"])
    first = visit(sent, desk.office, [row])
    visit(sent, desk.office, [row], code=1, activity=first.id)
    session.commit()
    page = desk.as_("supervisor").browser.get(f"{desk.at}/{row.id}").text
    assert page.count("/ledgers/visits/entries/") == 3  # one of them leads back
    assert "次不同的活动" not in page
    visit(sent, desk.office, [row], "2026-03-03", code=2)
    session.commit()
    page = desk.browser.get(f"{desk.at}/{row.id}").text
    assert "这份材料用在 2 次不同的活动里" in page
    assert "企业走访台账 visits-000003（2026-03-03）" in page


@pytest.mark.parametrize("part", ["", "/thumb", "/shown", "/file"])
def test_nobody_from_elsewhere_sees_it(desk: Desk, session: Session, part: str) -> None:
    at = file_in(desk)
    other = organisations.contract(session)
    stranger = people.account(session, organisation=other.supplier)
    roles.membership(session, other, stranger, "project_manager")
    desk.browser.sign_in_as(session, stranger)
    assert desk.browser.get(at + part).status_code == 404
    own = f"/contracts/{other.id}/evidence/{at.rpartition('/')[2]}{part}"
    assert desk.browser.get(own).status_code == 404
    admin = people.account(session)
    roles.console_grant(session, admin)
    desk.browser.sign_in_as(session, admin)
    assert desk.browser.get(at + part).status_code == 403


def test_the_original_needs_a_reason_that_is_kept(desk: Desk, session: Session) -> None:
    at = file_in(desk) + "/original"
    desk.as_("supervisor")
    refused = desk.browser.post(at, {"reason": "看看"})
    assert refused.status_code == 422
    assert "请写明为什么要取原件" in refused.text
    answered = desk.browser.post(at, {"reason": "核对拍摄地点"})
    assert answered.status_code == 200
    assert answered.data == photo()
    assert answered.headers["Content-Disposition"].startswith("attachment")
    assert answered.headers["Cache-Control"] == "no-store"
    events = audit_log.page(session, audit_log.LogFilter(action="evidence.original"), None, None, 10)
    assert [event.detail["reason"] for event, _ in events] == ["核对拍摄地点"]


@pytest.mark.parametrize("role", ["field_staff", "project_manager", "finance", "deputy_head"])
def test_the_original_is_for_those_who_check(desk: Desk, role: str) -> None:
    at = file_in(desk)
    assert desk.as_(role).browser.post(f"{at}/original", {"reason": "核对拍摄地点"}).status_code == 403


def test_lost_bytes_are_told_not_hidden(desk: Desk) -> None:
    at = file_in(desk)
    (row,) = desk.rows()
    folder = settings_for("sqlite://").upload_dir / "evidence" / str(row.contract_id) / row.sha256[:2]
    desk.as_("supervisor")
    for part in ("thumb", "shown"):
        (folder / f"{row.sha256}.{part}").unlink()
        assert desk.browser.get(f"{at}/{part}").mimetype == "image/jpeg"
    (folder / f"{row.sha256}.original").unlink()
    lost = desk.browser.get(f"{at}/shown")
    assert lost.status_code == 409
    assert "flask evidence verify" in lost.text


def test_the_operator_s_check_says_what_is_wrong(desk: Desk, app: Flask) -> None:
    file_in(desk)
    fine = app.test_cli_runner().invoke(args=["evidence", "verify"])
    assert (fine.exit_code, "核对了 1 份材料" in fine.output) == (0, True)
    (row,) = desk.rows()
    folder = settings_for("sqlite://").upload_dir / "evidence" / str(row.contract_id) / row.sha256[:2]
    (folder / f"{row.sha256}.original").write_bytes(b"changed")
    wrong = app.test_cli_runner().invoke(args=["evidence", "verify"])
    assert wrong.exit_code == 1
    assert "1 份有问题" in wrong.output
    assert f"材料 {row.id}：内容不见了，或打不开" in wrong.output
