"""The acceptance group: who can sit in it, and what its conclusion needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.documents.paper import Proof
from app.services import official
from app.services.act import Refused
from app.services.official import Sealing
from app.services.rectification import checking
from app.services.settlement import acceptance, filing, sitting
from app.services.settlement.acceptance import Appointment, Found
from app.services.settlement.common import Done
from app.store import settlement
from app.store.settlement import Acceptance, AcceptanceMember
from tests.factories.ground import CLOCK
from tests.services.assessing import ground
from tests.services.frozen import frozen
from tests.services.official_papers import scan
from tests.services.settling import Till, answer_all, key, till

WHO = ("member", "member2", "supervisor2")


@pytest.fixture
def made(session: Session) -> Till:
    made = till(ground(session, answers={"tolerance": "prorata"}, price_fen=134_400_000))
    answer_all(made)
    frozen(made, {"otherwise": "met"})
    return made


def wish(made: Till, *who: str) -> Appointment:
    ids = [made.base.made[one].id for one in who]
    return Appointment("whole", None, "关于组成验收工作组的通知", CLOCK.now.date(), dict.fromkeys(ids, "县财政局"), ids[0])


def appointed(made: Till, *who: str) -> Done:
    return acceptance.appoint(made.act("supervisor"), made.scope, wish(made, *who), key())


def refused(what: Callable[[], object]) -> str:
    with pytest.raises(Refused) as told:
        what()
    return told.value.message


def test_who_only_reads_or_works_for_the_contractor_cannot_sit_in_it(made: Till, session: Session) -> None:
    names = {one: made.base.made[one] for one in ("auditor", "project_manager", *WHO)}
    can = sitting.eligible(made.scope, CLOCK.now.date())
    assert {one for one, user in names.items() if user.id in can} == set(WHO)
    assert f"{names['auditor'].display_name}在这份合同里只能查看" in refused(lambda: appointed(made, "member", "member2", "auditor"))
    assert "供应商的人不能参加验收" in refused(lambda: appointed(made, "member", "member2", "project_manager"))
    assert "单数，现在选了 2 人" in refused(lambda: appointed(made, "member", "member2"))
    stranger = replace(wish(made, *WHO), head_id=names["auditor"].id)
    assert "组长须是成员之一" in refused(lambda: acceptance.appoint(made.act("supervisor"), made.scope, stranger, key()))


def test_an_auditor_of_an_older_group_gives_no_opinion_and_steps_back(made: Till, session: Session) -> None:
    done = appointed(made, *WHO)
    row = session.get(Acceptance, done.acceptance_id)
    assert row is not None
    auditor = made.base.made["auditor"]
    older = AcceptanceMember(contract_id=row.contract_id, acceptance_id=row.id, user_id=auditor.id, unit="审计机关", head=False)
    settlement.add(session, older)
    at = made.act("auditor")
    assert "只能查看" in refused(lambda: acceptance.opine(at, made.scope, row.id, agrees=True, opinion="符合约定", key=key()))
    acceptance.recuse(at, made.scope, row.id, "审计人员不参加验收", key())


def test_no_majority_no_opinion_and_no_unmet_clause_passes(made: Till) -> None:
    done = appointed(made, *WHO)
    row = settlement.standing(made.session, made.scope.contract_id, "whole")
    assert row is not None

    def conclude(who: str = "member") -> Done:
        made.session.refresh(row)
        at = made.act(who)
        return acceptance.conclude(at, made.scope, row.id, passed=True, opinion="同意验收", seen=row.version, key=key())

    def says(who: str, *, agrees: bool) -> None:
        acceptance.opine(made.act(who), made.scope, row.id, agrees=agrees, opinion="查看了现场", key=key())

    says("member", agrees=True)
    assert "还有成员没有出具意见" in refused(conclude)
    says("member2", agrees=False)
    says("supervisor2", agrees=False)
    assert "同意的只有 1 名，没有过半" in refused(conclude)
    says("supervisor2", agrees=True)
    assert "由组长作出" in refused(lambda: conclude("member2"))
    clause = row.clauses[0]["clause"]
    made.session.refresh(row)
    bare = Found({clause: ("unmet", "")})
    assert "请写明情况" in refused(lambda: acceptance.record(made.act("member"), made.scope, row.id, bare, row.version, key()))
    acceptance.record(made.act("member"), made.scope, row.id, Found({clause: ("unmet", "少办一场")}), row.version, key())
    assert f"{clause} 不符合" in refused(conclude)
    made.session.refresh(row)
    acceptance.record(made.act("member"), made.scope, row.id, Found({clause: ("met", "")}), row.version, key())
    conclude()
    made.session.refresh(row)
    assert (row.state, done.acceptance_id) == ("passed", row.id)


def test_the_paper_of_a_concluded_acceptance_is_numbered_frozen_and_comes_back_sealed(made: Till, session: Session) -> None:
    done = appointed(made, *WHO)
    row = session.get(Acceptance, done.acceptance_id)
    assert row is not None
    she = made.act("supervisor")
    assert "作出验收结论以后编号" in refused(lambda: filing.enter(she, made.scope, row.id))
    for who in WHO:
        acceptance.opine(made.act(who), made.scope, row.id, agrees=True, opinion="查看了现场", key=key())
    session.refresh(row)
    acceptance.conclude(made.act("member"), made.scope, row.id, passed=True, opinion="同意验收", seen=row.version, key=key())
    session.refresh(row)
    before = filing.drawn(made.scope, row)
    document = filing.enter(she, made.scope, row.id)
    assert document.number == f"履约验收〔{CLOCK.now.year}〕1号"
    assert f"已经编号：{document.number}" in refused(lambda: filing.enter(she, made.scope, row.id))
    with_code = filing.drawn(made.scope, row)
    assert [*before.blocks] == [*with_code.blocks][:-1]
    assert isinstance(code := with_code.blocks[-1], Proof)
    assert str(document.content_hash) in code.code
    assert (with_code.number, with_code.look) == (document.number, before.look)
    at = made.act("supervisor")
    assert "先在公文登记里作废它" in refused(lambda: acceptance.void(at, made.scope, row.id, "重新组织验收", row.version, key()))
    official.seal(at, made.scope, document.id, Sealing(CLOCK.now.date(), "验收组全体成员", [scan(session, made.base.made)]))
    assert checking.check(made.scope, code.code).same is True
    official.void(at, made.scope, document.id, "漏了第三方意见，重出")
    again = filing.enter(at, made.scope, row.id)
    assert again.number == f"履约验收〔{CLOCK.now.year}〕2号", "the number of a void document stays used"
