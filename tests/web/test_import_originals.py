"""The originals of imports as evidence: many rows rightly share one; a table that names people needs a reason."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.services.evidence import showing
from app.services.imports import receiving
from app.services.ledger.desk import Desk
from app.store.models import LedgerEntry
from tests.factories.office import Office
from tests.services.imports.importing import Importing, csv_file, news_rows, seeker_rows, workbook
from tests.web.browser import Browser


def test_rows_of_one_export_are_not_told_to_share_a_photo(session: Session, made: Office) -> None:
    way = Importing(session, made)
    batch = way.upload("news", "导出.csv", csv_file(["日期", "平台渠道", "情况"], *[row[:1] + row[2:] for row in news_rows(5)[1:]]))
    act = way.act()
    given = receiving.planned(act, Desk.at(act, way.scope, "news"), batch).given
    way.map(batch, replace(given, trace=True))
    way.work()
    way.confirm(batch)
    way.work()
    ids = session.scalars(sa.select(LedgerEntry.id)).all()
    cards = showing.evidence_of(way.scope, ids)
    assert {card.kind for shown in cards.values() for card in shown} == {"平台导出"}
    assert {card.reused for shown in cards.values() for card in shown} == {""}
    about = showing.about(way.scope, showing.file_of(way.scope, batch.file_id))
    assert (len(about.used), about.activities) == (5, 0)


def test_a_table_that_names_people_is_not_handed_out(app: Flask, session: Session, made: Office) -> None:
    batch = Importing(session, made).bring_in("seekers", "登记.xlsx", workbook(("x", seeker_rows(2))))
    file, base = batch.file_id, f"/contracts/{made.contract.id}/evidence"
    for who, may in (("field_staff", False), ("deputy_head", False), ("supervisor", True)):
        browser = Browser(app)
        browser.sign_in_as(session, made[who])
        assert browser.get(f"{base}/{file}/file").status_code == 409
        assert "要写明事由才能取原件" in browser.get(f"{base}/{file}").text
        answer = browser.post(f"{base}/{file}/original", {"reason": "核对登记人数"})
        assert (answer.status_code == 200 and answer.data.startswith(b"PK")) is may
    session.execute(sa.text("UPDATE roster_entry SET confidentiality_signed_on = NULL, confidentiality_signed = :no"), {"no": False})
    session.commit()
    browser = Browser(app)
    browser.sign_in_as(session, made["supervisor"])
    refused = browser.post(f"{base}/{file}/original", {"reason": "核对登记人数"})
    assert (refused.status_code, "保密协议" in refused.text) == (422, True)


def test_a_table_without_people_is_evidence_like_any_other(app: Flask, session: Session, made: Office) -> None:
    batch = Importing(session, made).bring_in("news", "宣传.csv", csv_file(*news_rows(2)))
    browser = Browser(app)
    browser.sign_in_as(session, made["supervisor"])
    assert browser.get(f"/contracts/{made.contract.id}/evidence/{batch.file_id}/file").status_code == 200
