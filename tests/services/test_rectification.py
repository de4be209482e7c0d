"""From a finding to its end: notice, seal, service, clock, report, reinspection, exemption."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.case_terms import FindingSource, Reinspected, Verdict
from app.security.terms import Signature
from app.services import official, rectification
from app.services.act import Missing, Refused
from app.services.rectification import answering, dossier, exempting, findings, notices
from app.services.rectification.answering import Answer, Looked
from app.services.rectification.clock import Clock
from app.services.rectification.findings import Seen
from app.services.rectification.notices import Demand
from app.services.workbench import waiting as desks
from app.services.workbench.bench import Bench
from app.store.cases import Cases, Finding, RectificationCase
from app.store.models import OfficialDocument
from tests.factories import people, roles
from tests.factories.entries import visit
from tests.factories.ground import CLOCK
from tests.factories.office import Office, evidence_file, office
from tests.services.acting import VAULT, act_of, recorded, refused
from tests.services.official_papers import TODAY, sealed, served

SEEN = Seen(
    "LK-1", FindingSource.INSPECTION, "", "二月只走访了两家企业，少两家", TODAY, "14:30", "城东街道服务站", None, "王站长 13800000077",
    Signature.REFUSED, (),
)  # fmt: skip
LOOK = Looked(Reinspected.DONE, TODAY, "城东街道服务站", None, "王站长", Signature.SIGNED, "查看了四家的走访记录", None, ())


def found(session: Session, made: Office, who: str = "supervisor", **given: Any) -> Finding:
    second = made["supervisor2" if who == "supervisor" else "supervisor"].id
    seen = replace(SEEN, **{"second_id": second, **given})
    return findings.record(act_of(session, made[who]), made.scope(session), seen)


def noticed(session: Session, made: Office, *rows: Finding, **given: Any) -> RectificationCase:
    wanted = Demand([each.id for each in rows], "限期补齐走访", 5, "")
    return notices.notice(act_of(session, made["supervisor"]), made.scope(session), replace(wanted, **given))


def reported(session: Session, made: Office, case: RectificationCase) -> None:
    file = evidence_file(session, made.contract, made["project_manager"]).id
    answer = Answer("人手不足", "已补走访两家", TODAY, [file])
    answering.report(act_of(session, made["project_manager"]), made.scope(session), case.id, answer)


def proof(session: Session, made: Office) -> int:
    return evidence_file(session, made.contract, made["project_manager"], name="书面申请.pdf").id


def looked(session: Session, made: Office, case: RectificationCase, **given: Any) -> None:
    look = replace(LOOK, **{"second_id": made["supervisor2"].id, **given})
    answering.reinspect(act_of(session, made["supervisor"]), made.scope(session), case.id, look)


def test_a_finding_keeps_who_where_when_and_the_name_sealed(session: Session, made: Office) -> None:
    entry, file = visit(session, made), evidence_file(session, made.contract, made["supervisor"]).id
    row = found(session, made, entry=f"visits-{entry.number:06d}", files=[file])
    assert (row.number, row.state, row.entry_id, row.found_time) == (1, "open", entry.id, "14:30")
    assert row.spoken_to["mask"] == "王***"
    assert "13800000077" not in repr(row.spoken_to)
    assert VAULT.open_text(row.spoken_to["sealed"], findings.context_of(made.contract.id)) == SEEN.spoken_to
    assert recorded(session)[-1] == "finding.recorded"
    assert findings.finding_text(found(session, made).number) == "问题0002号"
    assert [each.number for each in rectification.citable(made.scope(session), {"LK-1"})] == [2, 1]
    assert rectification.citable(made.scope(session), {"LK-2"}) == []


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [
        ({"second_id": None}, "second_id", "两名检查人"), ({"clause": "没有"}, "clause", "从合同条款里选"),
        ({"place": ""}, "place", "地点"), ({"found": "少"}, "found", "至少 4 个字"), ({"found_time": "25:00"}, "found_time", "14:30"),
        ({"found_on": TODAY + timedelta(days=1)}, "found_on", "与今天之间"), ({"spoken_to": ""}, "spoken_to", "与谁谈的"),
        ({"entry": "visits-999999"}, "entry", "没有编号"), ({"files": [999999]}, "files", "没有找到"),
    ],
)  # fmt: skip
def test_what_an_auditor_would_not_believe_is_refused(
    session: Session, made: Office, given: dict[str, Any], field: str, text: str
) -> None:
    refused(field, text, lambda: found(session, made, **given))


def test_only_the_buyers_people_find(session: Session, made: Office) -> None:
    with pytest.raises(Refused, match="不是采购人的人"):
        found(session, made, "project_manager")
    with pytest.raises(Refused, match="权限"):
        found(session, made, "finance")


def test_the_whole_way_to_closed(session: Session, made: Office) -> None:
    first, second = found(session, made), found(session, made, clause="LK-2", found="登记人数不足，少三人")
    case = noticed(session, made, first, second)
    assert (case.state, first.state, case.number) == ("issued", "noticed", 1)
    clock = Clock.of(made.scope(session), TODAY)
    assert clock.due(case) is None, "送达以前不计算期限"
    sealed(session, made, case.notice_id)
    assert clock.due(case) is None
    served(session, made, case.notice_id)
    assert (case.state, case.clock_from) == ("served", TODAY)
    due = clock.due(case)
    assert due is not None
    assert (due.on, due.days_left, due.provisional) == (date(2026, 3, 12), 5, False)
    assert Clock.of(made.scope(session), date(2026, 3, 13)).is_overdue(case)
    reported(session, made, case)
    assert case.state == "reported"
    looked(session, made, case)
    assert (case.state, case.ended_on, first.state, second.state) == ("closed", TODAY, "rectified", "rectified")
    held = dossier.opened(made.scope(session), case.id)
    titles = [each.title for each in dossier.contents(held)]
    assert [title[:4] for title in titles] == ["检查记录", "检查记录", "关于“每", "送达回证", "整改报告", "复检记录"]
    deeds = [each.deed for each in held.past]
    assert deeds[-1] == "reinspected"
    assert deeds.index("sealed") < deeds.index("served") < deeds.index("started") < deeds.index("reported")


def test_a_year_without_published_days_is_provisional(session: Session, made: Office) -> None:
    case = noticed(session, made, found(session, made), days=60)
    case.state, case.clock_from = "served", date(2031, 3, 3)
    due = Clock.of(made.scope(session), date(2031, 3, 4)).due(case)
    assert due is not None
    assert due.provisional


def test_a_second_term_and_then_a_reduction(session: Session, made: Office) -> None:
    row = found(session, made)
    case = noticed(session, made, row)
    with pytest.raises(Refused, match="待送达"):
        reported(session, made, case)
    served(session, made, sealed(session, made, case.notice_id).id)
    refused("outcome", "还没有提交整改报告", lambda: looked(session, made, case))
    reported(session, made, case)
    refused("days", "1 至 60", lambda: looked(session, made, case, outcome=Reinspected.AGAIN))
    refused("second_id", "两名检查人", lambda: looked(session, made, case, second_id=made["field_staff"].id))
    reader = people.account(session, organisation=made.contract.buyer)
    roles.membership(session, made.contract, reader, "auditor", until_on=TODAY + timedelta(days=9))
    refused("second_id", "两名检查人", lambda: looked(session, made, case, second_id=reader.id))  # an auditor reads only
    looked(session, made, case, outcome=Reinspected.AGAIN, days=3)
    assert (case.state, case.days, row.state) == ("served", 3, "noticed")
    looked(session, made, case, outcome=Reinspected.REDUCED)
    assert (case.state, row.state) == ("reduced", "reduced")
    with pytest.raises(Refused, match="建议扣减"):
        looked(session, made, case)


def test_a_report_needs_proof_and_is_the_contractors(session: Session, made: Office) -> None:
    case = noticed(session, made, found(session, made))
    served(session, made, sealed(session, made, case.notice_id).id)
    answer, scope = Answer("", "已补走访两家", TODAY, ()), made.scope(session)
    refused("files", "已经整改的材料", lambda: answering.report(act_of(session, made["project_manager"]), scope, case.id, answer))
    with pytest.raises(Refused, match="不是供应商的人"):
        answering.report(act_of(session, made["supervisor"]), scope, case.id, answer)


def test_a_finding_stands_in_one_notice_and_a_void_one_frees_it(session: Session, made: Office) -> None:
    row = found(session, made)
    case = noticed(session, made, row)
    refused("findings", "已通知整改", lambda: noticed(session, made, row))
    official.void(act_of(session, made["supervisor"]), made.scope(session), case.notice_id, "写错了条款")
    assert (case.state, row.state, row.case_id) == ("void", "open", None)
    again = noticed(session, made, row)
    numbers = session.scalars(sa.select(OfficialDocument.number).order_by(OfficialDocument.id)).all()
    assert numbers == ["整改〔2026〕1号", "整改〔2026〕2号"]
    assert again.number == 2


def test_nobody_decides_on_the_own_finding(session: Session, made: Office) -> None:
    row, other, scope = found(session, made), found(session, made), made.scope(session)
    case = noticed(session, made, row)
    asked = exempting.apply(act_of(session, made["project_manager"]), scope, row.id, "当天封路，附交警通告", [proof(session, made)])
    refused("files", "书面申请和证据", lambda: exempting.apply(act_of(session, made["project_manager"]), scope, other.id, "没有附件", ()))
    with pytest.raises(Refused, match="不用再提"):
        exempting.apply(act_of(session, made["project_manager"]), scope, row.id, "再提一次", [proof(session, made)])
    for who in ("supervisor", "supervisor2"):
        with pytest.raises(Refused, match="不能自己认定"):
            exempting.decide(act_of(session, made[who]), scope, asked.id, Verdict.UPHELD, "属实，予以免责")
    with pytest.raises(Refused, match="不是采购人的人"):
        exempting.decide(act_of(session, made["project_manager"]), scope, asked.id, Verdict.UPHELD, "属实，予以免责")
    exempting.decide(act_of(session, made["deputy_head"]), scope, asked.id, Verdict.UPHELD, "属实，予以免责")
    assert (row.state, case.state) == ("exempted", "exempted")
    slip = session.get(OfficialDocument, asked.document_id)
    assert slip is not None
    assert (slip.kind, slip.number) == ("exemption", "免责认定〔2026〕1号")
    assert rectification.citable(scope) == [other]
    with pytest.raises(Refused, match="不能作废"):
        official.void(act_of(session, made["supervisor"]), scope, slip.id, "想要作废")


def test_a_dismissed_application_leaves_the_finding(session: Session, made: Office) -> None:
    row, scope = found(session, made), made.scope(session)
    asked = exempting.apply(act_of(session, made["project_manager"]), scope, row.id, "天气不好没去", [proof(session, made)])
    with pytest.raises(Refused, match="先作出免责认定"):
        findings.withdraw(act_of(session, made["supervisor"]), scope, row.id, "登记有误")
    exempting.decide(act_of(session, made["deputy_head"]), scope, asked.id, Verdict.DISMISSED, "当天没有预警")
    assert (row.state, asked.document_id) == ("open", None)
    findings.withdraw(act_of(session, made["supervisor"]), scope, row.id, "登记有误")
    assert row.state == "withdrawn"


def test_what_waits_for_whom(session: Session, made: Office) -> None:
    scope = made.scope(session)

    def counts(who: str) -> rectification.Waiting:
        return rectification.waiting(scope, act_of(session, made[who]).person(), TODAY + timedelta(days=30))

    row = found(session, made)
    assert (counts("supervisor").to_notice, counts("project_manager").total) == (1, 0)
    case = noticed(session, made, row)
    assert (counts("supervisor").to_serve, counts("supervisor").to_seal) == (1, 1)
    served(session, made, sealed(session, made, case.notice_id).id)
    assert (counts("supervisor").total, counts("project_manager").to_answer, counts("supervisor").overdue) == (0, 1, 1)
    exempting.apply(act_of(session, made["project_manager"]), scope, row.id, "当天封路，附交警通告", [proof(session, made)])
    assert (counts("supervisor").to_decide, counts("deputy_head").to_decide) == (0, 1)
    reported(session, made, case)
    assert (counts("supervisor").to_reinspect, counts("supervisor").overdue) == (1, 0)


def test_another_contract_has_none_of_it(session: Session, made: Office) -> None:
    other = office(session)
    row = found(session, made)
    assert Cases(session, other.contract.id).find(Finding, row.id) is None
    with pytest.raises(Missing):
        exempting.apply(act_of(session, other["project_manager"]), other.scope(session), row.id, "不是我们的", [proof(session, made)])
    refused("findings", "选要整改的问题", lambda: noticed(session, other, row))


def test_the_past_cannot_be_changed(session: Session, made: Office) -> None:
    case = noticed(session, made, found(session, made))
    served(session, made, sealed(session, made, case.notice_id).id)
    session.commit()
    for table in ("case_event", "document_service"):
        for statement in (f"UPDATE {table} SET note = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(sa.exc.DBAPIError, match="只增不改"):
                session.execute(sa.text(statement))
            session.rollback()


def test_the_desk_of_each_role_leads_to_what_is_to_be_done(session: Session, made: Office) -> None:
    def desk(who: str) -> list[tuple[str, str, str]]:
        person, contract = act_of(session, made[who]).person(), session.merge(made.contract)
        found_waiting = desks.of(Bench(session, person, CLOCK.now, (contract,))).get(contract.id, [])
        return [(one.word, one.page, str(one.due.days_left) if one.due else "") for one in found_waiting]

    made.contract.state = "live"
    session.flush()
    row = found(session, made)
    assert desk("supervisor") == [("开通知书", "rectification.cases", "")]
    assert desk("project_manager") == []
    case = noticed(session, made, row)
    assert desk("supervisor") == [("签章、送达", "official.document", "")]
    assert desk("deputy_head") == [("签字盖章", "official.document", "")]
    sealed(session, made, case.notice_id)
    assert desk("supervisor") == [("登记送达", "official.document", "")]
    served(session, made, case.notice_id)
    assert (desk("supervisor"), desk("project_manager")) == ([], [("交整改报告", "rectification.report", "5")])
    exempting.apply(act_of(session, made["project_manager"]), made.scope(session), row.id, "当天封路", [proof(session, made)])
    assert desk("supervisor") == [], "自己查出的不能自己认定"
    assert desk("deputy_head") == [("认定", "rectification.decide", "")]
    reported(session, made, case)
    assert desk("supervisor") == [("复检", "rectification.reinspect", "")]
    case.state, case.clock_from = "served", date(2026, 2, 2)
    session.flush()
    [(word, page, left)] = desk("supervisor")
    assert (word, page) == ("催交整改报告", "rectification.case")
    assert int(left) < 0
