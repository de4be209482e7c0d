"""公文: numbers that are never used again, the frozen text, the sealed scan, the service; contract events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.security.case_terms import DocumentKind, Receipt, ServiceWay, Verdict
from app.services import official, rectification
from app.services.act import Missing, Refused
from app.services.official import Draft, Sealing, Serving
from app.services.official.register import is_unchanged
from app.services.rectification import events
from app.services.rectification.events import Happened
from app.store import documents
from app.store.documents import OfficialDocument
from tests.factories.office import BOOK, Office, office
from tests.services.acting import act_of, recorded, refused
from tests.services.official_papers import TODAY, scan, sealed, served

LETTER = Draft(DocumentKind.OTHER, "关于报送材料的函", {"to": "供应商", "lead": ["请于月底前报送。"]})
PROOF = Serving(ServiceWay.HAND, "李经理", Receipt.SIGNED, "", TODAY, "", ())


def draft(session: Session, made: Office) -> OfficialDocument:
    return official.draft(act_of(session, made["supervisor"]), made.scope(session), LETTER)


def issued(session: Session, made: Office, typed: str = "") -> OfficialDocument:
    return official.issue(act_of(session, made["supervisor"]), made.scope(session), LETTER, typed)


def test_the_way_of_a_document(session: Session, made: Office) -> None:
    row, act, scope = draft(session, made), act_of(session, made["supervisor"]), made.scope(session)
    assert (row.state, row.number, row.content_hash) == ("draft", None, None)
    with pytest.raises(Refused, match="草拟"):
        sealed(session, made, row.id)
    official.number(act, scope, row.id)
    assert (row.number, row.state, is_unchanged(row)) == ("履约函〔2026〕1号", "numbered", True)
    with pytest.raises(Refused, match="已编号"):
        official.number(act, scope, row.id)
    official.printed(act, scope, row.id)
    with pytest.raises(Refused, match="先把签章件扫描归档"):
        served(session, made, row.id)
    sealed(session, made, row.id)
    assert (row.state, row.sealed_on, row.signers) == ("sealed", TODAY, "周主管、吴局长")
    service = served(session, made, row.id)
    assert (service.served_on, service.receipt) == (TODAY, "signed")
    deeds = [each.deed for each in documents.past(session, scope.contract_id, documents=[row.id])]
    assert deeds == ["drafted", "numbered", "printed", "sealed", "served"]
    assert recorded(session)[-5:] == [f"document.{deed}" for deed in deeds]
    row.content = {"lead": ["改过的"]}
    assert not is_unchanged(row)


def test_numbers_are_the_issuers_and_never_used_again(session: Session, made: Office) -> None:
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    first = issued(session, made)
    official.void(act, scope, first.id, "内容有误")
    assert issued(session, made).number == "履约函〔2026〕2号"
    assert issued(session, made, "履约函〔2026〕3号").number == "履约函〔2026〕3号"
    assert issued(session, made).number == "履约函〔2026〕4号", "手工填过的不再自动给出"
    refused("number", "已经用过", lambda: issued(session, made, " 履约函〔2026〕1号 "))
    assert official.issue(act, scope, replace(LETTER, kind=DocumentKind.MINUTES)).number == "会议纪要〔2026〕1号"
    assert issued(session, office(session)).number == "履约函〔2026〕1号", "另一单位另起号"


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [
        ({"signers": " "}, "signers", "签字人"), ({"files": ()}, "files", "扫描件"),
        ({"sealed_on": TODAY + timedelta(days=1)}, "sealed_on", "与今天之间"),
        ({"sealed_on": TODAY - timedelta(days=1)}, "sealed_on", "编号当天"),
    ],
)  # fmt: skip
def test_a_seal_without_its_proof_is_refused(
    session: Session, made: Office, given: Mapping[str, Any], field: str, text: str
) -> None:
    row = issued(session, made)
    wanted = replace(Sealing(TODAY, "周主管", [scan(session, made)]), **given)
    refused(field, text, lambda: official.seal(act_of(session, made["supervisor"]), made.scope(session), row.id, wanted))


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [
        ({"receipt": Receipt.REFUSED}, "witness", "拒绝签收"), ({"way": ServiceWay.LEFT}, "witness", "留置送达"),
        ({"recipient": ""}, "recipient", "受送达人"), ({"served_on": TODAY - timedelta(days=1)}, "served_on", "签章当天"),
    ],
)  # fmt: skip
def test_a_service_that_would_not_hold_is_refused(
    session: Session, made: Office, given: Mapping[str, Any], field: str, text: str
) -> None:
    row = sealed(session, made, issued(session, made).id)
    wanted = replace(PROOF, **given)
    refused(field, text, lambda: official.serve(act_of(session, made["supervisor"]), made.scope(session), row.id, wanted))


def test_what_was_signed_before_it_came_here_keeps_its_day(session: Session, made: Office) -> None:
    start = made.contract.starts_on
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    early = Sealing(start, "周主管", [scan(session, made)])
    for row in (issued(session, made, "湖人社〔2026〕12号"), official.issue(act, scope, replace(LETTER, kind=DocumentKind.MINUTES))):
        assert official.seal(act, scope, row.id, early).sealed_on == start
    row = issued(session, made, "湖人社〔2026〕13号")
    before = replace(early, sealed_on=start - timedelta(days=1))
    refused("sealed_on", "合同起始日", lambda: official.seal(act, scope, row.id, before))


def test_the_contractor_writes_nothing_and_another_contract_sees_nothing(session: Session, made: Office) -> None:
    row = issued(session, made)
    with pytest.raises(Refused, match="不是采购人的人"):
        official.void(act_of(session, made["project_manager"]), made.scope(session), row.id, "不想要")
    other = office(session)
    with pytest.raises(Missing):
        sealed(session, other, row.id)


def with_events(session: Session, folder: Path) -> Office:
    """A contract that knows two events, of which one blocks payment."""
    book = folder / "events.yaml"
    rows = (
        "events:\n  - {id: fraud, clauses: [LK-4], title: 弄虚作假, blocks_payment: true}\n"
        "  - {id: delay, clauses: [LK-4], title: 逾期报送}\n"
    )
    book.write_text(BOOK.read_text("utf-8").rstrip() + "\n" + rows, "utf-8")
    return office(session, book)


def test_an_event_blocks_payment_until_another_decides(session: Session, tmp_path: Path) -> None:
    made = with_events(session, tmp_path)
    scope, she = made.scope(session), act_of(session, made["supervisor"])
    happened = Happened("fraud", TODAY, "走访记录系编造", ())
    refused("kind", "合同约定的事件", lambda: events.record(she, scope, replace(happened, kind="没有")))
    assert rectification.blocking(scope) == []
    row = events.record(she, scope, happened)
    events.record(she, scope, replace(happened, kind="delay", account="月报晚交三天"))
    (block,) = rectification.blocking(scope)
    assert (block.event_id, block.since) == (row.id, TODAY)
    assert "不能付款" in block.reason
    with pytest.raises(Refused, match="不能自己认定"):
        events.decide(she, scope, row.id, Verdict.UPHELD, "属实")
    events.decide(act_of(session, made["deputy_head"]), scope, row.id, Verdict.UPHELD, "经核实属实")
    assert rectification.blocking(scope) == []
    with pytest.raises(Refused, match="已经认定过"):
        events.decide(act_of(session, made["supervisor2"]), scope, row.id, Verdict.DISMISSED, "再认定一次")
