"""质保金不予返还 over HTTP: what was typed stays, the contractor sees it, who looked at an old version is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.services.settling import key
from tests.services.test_settlement_retained import held, result, retaining
from tests.web.statements import queries
from tests.web.test_settlement_pages import Desks


@pytest.fixture
def desks(app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desks:
    made = retaining(session, tmp_path, monkeypatch)
    result(made, unanswered=3)
    made.pay(made.approved(made.ask(made.stated("whole"))))
    return Desks(app, made)


def test_from_the_plan_to_the_contractors_home(desks: Desks) -> None:
    plan = desks.get("supervisor").text
    assert queries(desks.app, lambda: desks.get("supervisor")) <= 27
    assert "总账里还保留" in plan
    assert "/forfeits/new?line=deposit" in plan
    assert "/forfeits/new" not in desks.get("project_manager").text
    form = {"ground": "never", "amount": "9999", "clause": "LK-4", "reason": "投诉到期没有办结", "idempotency_key": key()}
    refused = desks.post("supervisor", "/forfeits/new?line=deposit", form)
    assert refused.status_code == 422
    assert "不能超过还保留的" in refused.text
    assert "投诉到期没有办结" in refused.text
    form |= {"amount": "2000.00", "files_kept": str(desks.made.file("supervisor"))}
    desks.made.session.commit()
    place = desks.post("supervisor", "/forfeits/new?line=deposit", form).location.removeprefix(desks.root)

    assert "认定</a>" not in desks.get("supervisor", place).text
    assert f"{place}/decide" in desks.get("deputy_head", place).text
    said = {"consent": "agreed", "note": "同意", "version": "1", "idempotency_key": key()}
    assert desks.post("deputy_head", f"{place}/decide", {**said, "version": "7"}).status_code == 409
    assert desks.post("deputy_head", f"{place}/decide", {**said, "idempotency_key": key()}).status_code == 303
    assert held(desks.made)["reductions"] == "2000.00"
    desks.made.session.rollback()

    assert f"{desks.root}{place}" in desks.at("project_manager").get("/").text
    assert queries(desks.app, lambda: desks.get("project_manager", place)) <= 14
    seen = desks.get("project_manager", place).text
    assert "投诉到期没有办结" in seen
    assert f"{place}/seen" in seen
    assert "/revoke" not in seen
    note = {"note": "已提出复议", "version": "2", "idempotency_key": key()}
    assert desks.post("project_manager", f"{place}/seen", note).status_code == 303
    assert "已提出复议" in desks.get("deputy_head", place).text
    contested(desks, place)
    overview = f"/contracts/{desks.made.scope.contract_id}/money"
    assert queries(desks.app, lambda: desks.at("finance").get(overview)) <= 34
    money = desks.at("finance").get(f"/contracts/{desks.made.scope.contract_id}/money").text
    assert "质量保证金不予返还" in money
    assert "¥3,000.00" in money
    assert desks.get("finance", "/sheet.pdf").status_code == 200


def contested(desks: Desks, place: str) -> None:
    """告知书, the contractor's objection, the answer and its letter, each by who may."""
    assert "还没有出具告知书" in desks.get("supervisor", place).text
    assert f"{place}/letter" not in desks.get("project_manager", place).text
    assert desks.post("supervisor", f"{place}/letter", {"days": "五天"}).status_code == 422
    made = desks.post("supervisor", f"{place}/letter", {"days": "7"})
    assert "关于质量保证金不予返还的告知书" in desks.at("supervisor").get(made.location).text
    assert "送达以后起算异议期" in desks.get("project_manager", place).text
    said = {"reason": "投诉已在期限内办结", "version": "3", "idempotency_key": key()}
    assert desks.post("project_manager", f"{place}/object", {**said, "reason": "不"}).status_code == 422
    assert desks.post("project_manager", f"{place}/object", said).status_code == 303
    assert desks.post("project_manager", f"{place}/object", said).status_code == 303, "sent twice it has one effect"
    home = desks.at("deputy_head").get("/").text
    assert "答复异议" in home
    assert "等分管领导答复" in desks.get("project_manager", place).text
    answer = {"reason": "办结单的日期在期限以后", "version": "4", "idempotency_key": key()}
    assert desks.post("supervisor", f"{place}/uphold", answer).status_code == 403
    assert desks.post("deputy_head", f"{place}/uphold", answer).status_code == 303
    assert "办结单的日期在期限以后" in desks.get("project_manager", place).text
    reply = desks.post("supervisor", f"{place}/reply", {})
    assert "异议的答复" in desks.at("supervisor").get(reply.location).text
    assert queries(desks.app, lambda: desks.get("project_manager", place)) <= 17
