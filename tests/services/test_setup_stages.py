"""From draft over test mode to live and to the end: what is open, what blocks, what is recorded."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.security.terms import ContractState
from app.services.act import Refused
from app.services.setup import stages
from app.services.setup.stages import Item
from app.store import audit_log
from tests.factories import people, places, roles
from tests.services.acting import recorded
from tests.services.setting_up import EXTRA, Desk, changed, desk, lakeside, sixth

__all__ = ["desk"]


def items(desk: Desk) -> dict[str, Item]:
    return {one.title: one for one in stages.standing(desk.act(), desk.scope, desk.contract).items}


def with_staff(desk: Desk, session: Session) -> None:
    worker = people.account(session, organisation=desk.contract.supplier)
    roles.membership(session, desk.contract, worker, "field_staff")


def test_a_new_contract_waits_for_its_rulebook(desk: Desk) -> None:
    found = items(desk)
    assert found["规则书"].state == "open"
    assert {"合同体检", "待确认事项"}.isdisjoint(found)
    with pytest.raises(Refused, match="规则书"):
        stages.begin_trial(desk.act(), desk.scope)
    assert desk.contract.state == "draft"


def test_the_checklist_says_what_is_open_and_what_it_holds_up(desk: Desk, session: Session) -> None:
    desk.choose(lakeside() + EXTRA)
    desk.contract.price_fen = None
    found = items(desk)
    assert found["合同体检"].state == "done"
    assert "确认前不能计算付款" in found["待确认事项"].text
    assert "还有 1 项影响付款" in found["待确认事项"].text
    assert "乡镇" in found["成员名单"].text
    assert found["合同价款"].state == found["成员名单"].state == "open"
    assert found["人员"].blocks == {ContractState.LIVE}
    assert "供应商登记台账的人" in found["人员"].text
    assert "有台账要填网点" in found["网点"].text
    with_staff(desk, session)
    places.outlet(session, desk.contract)
    desk.contract.price_fen = 1
    for name in ("tolerance", "anchor"):
        desk.answer(name, {"tolerance": "none", "anchor": "calendar"}[name])
    found = items(desk)
    assert found["待确认事项"].state == found["网点"].state == found["合同价款"].state == "done"
    assert "签批考核结果的人" in found["人员"].text  # wanted, but nothing waits for it yet
    assert not found["人员"].blocks


def test_a_term_that_differs_from_the_stated_one_is_told(desk: Desk) -> None:
    desk.choose(sixth())
    assert "2026-06-30" in items(desk)["服务期"].text
    desk.contract.ends_on = date(2026, 6, 30)
    assert items(desk)["服务期"].state == "done"


def test_errors_of_the_checkup_block_every_stage(desk: Desk, session: Session) -> None:
    with_staff(desk, session)
    desk.choose(changed(lakeside(), ("maximum: 60", "maximum: 50")))
    assert items(desk)["合同体检"].state == "wrong"
    with pytest.raises(Refused, match="错误"):
        stages.begin_trial(desk.act(), desk.scope)
    desk.choose()
    stages.begin_trial(desk.act(), desk.scope)
    assert desk.contract.state == "trial"


def test_open_questions_block_nothing(desk: Desk, session: Session) -> None:
    with_staff(desk, session)
    desk.choose()
    stages.begin_trial(desk.act(), desk.scope)
    stages.go_live(desk.act(), desk.scope)
    assert desk.contract.state == "live"
    assert desk.contract.live_on == date(2026, 3, 5)
    assert recorded(desk.session)[-2:] == ["contract.trial", "contract.live"]


def test_nobody_goes_live_alone(desk: Desk) -> None:
    desk.choose()
    stages.begin_trial(desk.act(), desk.scope)
    with pytest.raises(Refused, match="供应商登记台账的人"):
        stages.go_live(desk.act(), desk.scope)
    assert desk.contract.live_on is None


def test_steps_are_taken_in_order(desk: Desk, session: Session) -> None:
    with_staff(desk, session)
    desk.choose()
    with pytest.raises(Refused, match="不能转为“执行中”"):
        stages.go_live(desk.act(), desk.scope)
    stages.begin_trial(desk.act(), desk.scope)
    with pytest.raises(Refused, match="不能转为“试运行”"):
        stages.begin_trial(desk.act(), desk.scope)


def test_a_closed_contract_can_be_reopened_with_a_reason(desk: Desk, session: Session) -> None:
    with_staff(desk, session)
    desk.choose()
    stages.begin_trial(desk.act(), desk.scope)
    stages.go_live(desk.act(), desk.scope)
    with pytest.raises(Refused, match="理由"):
        stages.close(desk.act(), desk.scope, " ")
    stages.close(desk.act(), desk.scope, "期满")
    assert desk.contract.state == "closed"
    stages.reopen(desk.act(), desk.scope, "结束错了")
    assert desk.contract.state == "live"
    events = audit_log.page(session, audit_log.LogFilter(action="contract.closed"), None, None, 10)
    assert events[0][0].detail == {"earlier": "执行中", "now": "已结束", "reason": "期满"}


def test_who_was_disabled_does_not_count(desk: Desk, session: Session) -> None:
    with_staff(desk, session)
    desk.choose()
    assert not items(desk)["人员"].blocks
    for each in (desk.supervisor, desk.second):
        each.disabled_at = each.created_at
    session.flush()
    assert "采购人审核台账的人" in items(desk)["人员"].text
