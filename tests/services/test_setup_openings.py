"""Opening records: entered by one, confirmed by another, withdrawn with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.services.act import Missing, Refused
from app.services.setup import openings
from app.services.setup.openings import Opening
from app.store.contracts import ContractScope
from app.store.engine import own_transaction
from app.store.models import OpeningRecord
from app.web.database import db
from tests.factories import organisations, people, roles, setups
from tests.factories.ground import CLOCK
from tests.factories.office import evidence_file
from tests.services.acting import act_of, recorded, refused
from tests.services.setting_up import Desk, desk, sixth

__all__ = ["desk"]

SCORE = Opening("score", " 一季度得分 ", date(2026, 1, 1), date(2026, 2, 28), "", "92.50", "", "", None)
PAID = replace(SCORE, kind="payment", title="预付款", amount="144，000.00", score="", tranche="advance")


def enter(desk: Desk, opening: Opening = SCORE) -> OpeningRecord:
    return openings.enter(desk.act(), desk.scope, opening)


def test_scores_and_payments_are_kept_exactly(desk: Desk) -> None:
    row = enter(desk)
    assert (row.title, row.score, row.amount_fen, row.confirmed_at) == ("一季度得分", "92.5", None, None)
    paid = enter(desk, PAID)
    assert (paid.amount_fen, paid.score, paid.tranche) == (144_000_00, None, "advance")
    assert recorded(desk.session) == ["opening.entered", "opening.entered"]


def test_a_second_person_confirms(desk: Desk) -> None:
    row = enter(desk)
    refused("", "不能自己确认", lambda: openings.confirm(desk.act(), desk.scope, row.id))
    openings.confirm(desk.act(desk.second), desk.scope, row.id)
    assert (row.confirmed_by, row.confirmed_at) == (desk.second.id, CLOCK.now)
    refused("", "处理过", lambda: openings.confirm(desk.act(desk.second), desk.scope, row.id))


def test_withdrawing_keeps_the_record_and_its_reason(desk: Desk) -> None:
    row = enter(desk)
    refused("reason", "理由", lambda: openings.withdraw(desk.act(), desk.scope, row.id, " "))
    openings.withdraw(desk.act(), desk.scope, row.id, "金额抄错")
    assert row.withdrawn_at == CLOCK.now
    assert "金额抄错" in row.note
    refused("", "已经撤回", lambda: openings.withdraw(desk.act(), desk.scope, row.id, "再撤"))
    refused("", "处理过", lambda: openings.confirm(desk.act(desk.second), desk.scope, row.id))


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"score": ""}, "score", "得分"), ({"score": "92.555"}, "score", "两位小数"), ({"score": "-1"}, "score", "之间"),
        ({"kind": "payment", "amount": ""}, "amount", "金额"), ({"kind": "payment", "amount": "0"}, "amount", "大于 0"),
        ({"until_on": date(2025, 12, 31)}, "until_on", "早于"), ({"from_on": date(2025, 12, 1)}, "from_on", "起始日"),
        ({"until_on": date(2026, 3, 6)}, "until_on", "晚于今天"), ({"file_id": 987}, "scan", "扫描件"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(desk: Desk, changes: dict[str, object], field: str, said: str) -> None:
    refused(field, said, lambda: enter(desk, replace(SCORE, **changes)))  # type: ignore[arg-type]


def test_what_happened_in_the_console_is_no_opening(desk: Desk) -> None:
    desk.choose()
    desk.contract.state, desk.contract.live_on = "live", date(2026, 2, 1)
    refused("from_on", "照常登记", lambda: enter(desk, replace(SCORE, from_on=date(2026, 2, 1))))
    enter(desk, replace(SCORE, until_on=date(2026, 1, 31)))


def test_the_scan_is_a_file_of_this_contract(desk: Desk, session: Session) -> None:
    own = evidence_file(session, desk.contract, desk.supervisor)
    foreign = evidence_file(session, organisations.contract(session), desk.supervisor)
    assert enter(desk, replace(SCORE, file_id=own.id)).file_id == own.id
    refused("scan", "扫描件", lambda: enter(desk, replace(SCORE, file_id=foreign.id)))


def test_foreign_records_are_missing_ones(desk: Desk, session: Session) -> None:
    row = setups.opening(session, organisations.contract(session), desk.supervisor)
    with pytest.raises(Missing):
        openings.confirm(desk.act(desk.second), desk.scope, row.id)
    with pytest.raises(Missing):
        openings.withdraw(desk.act(), desk.scope, row.id, "x")


def test_payments_are_for_the_tranches_of_the_rulebook(desk: Desk) -> None:
    desk.choose(sixth())
    assert [title for _, title in openings.tranches(desk.book().rulebook)] == ["预付款", "服务费", "取证补贴", "质量保证金"]
    assert openings.tranches(None) == []


def test_of_two_who_confirm_at_once_one_does(app: Flask, desk: Desk, session: Session) -> None:
    """The second waits for the first, and then sees what the first did."""
    row = enter(desk)
    third = people.account(session, organisation=desk.contract.buyer)
    roles.membership(session, desk.contract, third, "supervisor")
    session.commit()
    with app.app_context():
        engine = db.engine
    outcomes: list[str] = []

    def late() -> None:
        with own_transaction(engine) as other:
            try:
                openings.confirm(act_of(other, third), ContractScope(other, desk.contract.id), row.id)
            except Refused as refused:
                outcomes.append(refused.message)

    thread = Thread(target=late)
    with own_transaction(engine) as first:
        openings.confirm(act_of(first, desk.second), ContractScope(first, desk.contract.id), row.id)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive(), "没有等前一个人提交"
    thread.join(timeout=30)
    assert outcomes == ["这条补登已经处理过了，请刷新页面"]
    session.refresh(row)
    assert row.confirmed_by == desk.second.id
    assert recorded(session).count("opening.confirmed") == 1
