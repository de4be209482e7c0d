"""What stands around the blocks: the bench, the day, tiles of the administration, own jobs, the list of contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, g, request, url_for

from app.clock import SHANGHAI, business_day
from app.security.permissions import P
from app.security.predicates import Person, contracts_where, may
from app.security.settlement_terms import RequestState
from app.security.terms import ContractState, JobState
from app.services import background, standing
from app.services.standing import view as words
from app.services.workbench.bench import Bench
from app.services.workbench.diary import WEEKDAYS
from app.services.workbench.waiting import Waiting
from app.store import accounts, audit, contracts, jobs, roles, rollups
from app.store.contracts import ContractScope
from app.store.entries import number_text
from app.store.payments import Stated
from app.web.access import current_person
from app.web.database import db
from app.web.ground import ground
from app.web.job_links import url_of
from app.web.replies import Listing, Row
from kpi.quantities import Money

#: States of jobs as the pages' signs name them.
JOB_SIGNS = {
    JobState.WAITING: "queued", JobState.RUNNING: "running", JobState.DONE: "done", JobState.FAILED: "failed"
}
#: How the engine begins what is handed in with the request only.
PAPERS = "缺少付款材料"
JOBS_SINCE = timedelta(days=1)


@dataclass(frozen=True)
class DayShown:
    """Today, and whether people work. `tentative`: the year's holidays are not known."""

    text: str
    word: str
    tentative: bool


def bench_of(person: Person) -> tuple[Bench, Mapping[int, Sequence[str]]]:
    """All contracts that the person belongs to now, with the names of the roles."""
    now = ground().clock()
    found: dict[int, Any] = {}
    names: dict[int, list[str]] = {}
    for membership, contract in roles.memberships_of(db.session(), person.user_id, business_day(now)):
        if may(person, P.CONTRACT_READ, contract.id):
            found[contract.id] = contract
            names.setdefault(contract.id, []).append(membership.role.name)
    return Bench(db.session(), person, now, tuple(found.values())), names


def enter_only(bench: Bench) -> None:
    """Who has one contract is in it: the menu leads to its pages."""
    if len(bench.contracts) == 1:
        g.contract = bench.contracts[0]
        g.scope = ContractScope(bench.session, g.contract.id)


def bench_here() -> tuple[Bench, Mapping[int, Sequence[str]]]:
    """The contract of the address alone."""
    return Bench(db.session(), current_person(), ground().clock(), (g.contract,)), {}


def day_of(bench: Bench) -> DayShown:
    day = bench.today
    found = bench.calendar.look_up(day)
    word = "、".join(found.holidays) or ("工作日" if found.workday else "休息日")
    text = f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"
    return DayShown(text, word, found.provisional)


# -- the administration -----------------------------------------------------------------------------


def tiles(person: Person) -> list[dict[str, Any]]:
    """Figures for who administers the console."""
    session, found = db.session(), []
    if may(person, P.PEOPLE_MANAGE):
        count = accounts.pending_invitations(session)
        note = "还没有设置密码的账号" if count else "都已接受"
        found.append({"label": "待接受的邀请", "value": count, "unit": "个", "url": url_for("admin_people.people"), "note": note})
    if may(person, P.CONTRACT_READ):
        count = len(contracts.contracts(session, None))
        found.append({"label": "合同", "value": count, "unit": "份", "url": url_for("contracts.contracts")})
    if may(person, P.JOBS_READ):
        count = jobs.failed(session)
        state = "failed" if count else "done"
        word = "要处理" if count else "都正常"
        found.append({"label": "失败的后台任务", "value": count, "url": url_for("admin_jobs.jobs"), "state": state, "word": word})
        found += drift_tile()
    if may(person, P.AUDIT_READ):
        end = audit.head(session)
        note = f"最新一条的校验值 {end.hash[:12]}…"
        value = f"{end.position:,}"
        found.append({"label": "审计记录", "value": value, "unit": "条", "url": url_for("admin_audit.audit"), "note": note})
    return found


def drift_tile() -> list[dict[str, Any]]:
    """An alarm where rollups do not come to what a recount did; nothing where they do."""
    wrong = rollups.drifted(db.session())
    if not wrong:
        return []
    note = f"{wrong[0].contract}：{wrong[0].told}"
    tile = {"label": "指标汇总与重新计数不符", "value": len(wrong), "unit": "处", "note": note, "state": "failed", "word": "要处理"}
    return [{**tile, "url": url_for("admin_jobs.jobs")}]


def own_contracts(person: Person) -> Listing:
    """The contracts that the person belongs to, with the roles held; those to come included."""
    day = business_day(ground().clock())
    readable = contracts_where(person, P.CONTRACT_READ)
    rows = [
        Row(
            [
                contract.title,
                membership.role.name,
                ContractState.of(contract.state).label,
                str(membership.until_on or "—"),
            ],
            url_for("contracts.contract", contract_id=contract.id)
            if readable is None or contract.id in readable
            else "",
        )
        for membership, contract in roles.memberships_of(db.session(), person.user_id, day)
    ]
    empty = "您还不是任何合同的成员。需要参与合同，请联系系统管理员。"
    return Listing("我的合同", ["合同", "我的角色", "状态", "到"], rows, empty, "own-contracts")


def own_jobs(person: Person) -> list[dict[str, Any]]:
    """What the person asked for in the background and that runs, or has ended since yesterday."""
    since = ground().clock() - JOBS_SINCE
    return [
        {
            "name": one.name, "state": JOB_SIGNS[JobState.of(one.state)], "message": one.message, "progress": one.progress,
            "at": one.finished_at.astimezone(SHANGHAI) if one.finished_at else None, "url": url_of(one),
        }
        for one in background.lately(db.session(), person.user_id, since)
    ]  # fmt: skip


def nil_undo() -> str:
    """Where the nil return that was tapped just now can be taken back; blank where none was."""
    row, ledger = request.args.get("nil", ""), request.args.get("nil_in", "")
    if not (row.isdecimal() and len(row) < 16 and ledger):
        return ""
    return url_for("ledger.undo_nil", contract_id=g.contract.id, ledger=ledger, record_id=int(row))


# -- for the templates ------------------------------------------------------------------------------


def entry_link(entry: Any, endpoint: str = "ledger.edit") -> str:
    """The form of an entry that waits for its author."""
    return url_for(endpoint, contract_id=entry.contract_id, ledger=entry.ledger, record_id=entry.id)


def link(endpoint: str, **values: Any) -> str:
    """The address of a page that this deployment has; blank where it has none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def waits_url(one: Waiting) -> str:
    """Where something that waits is done."""
    return url_for(one.page, contract_id=one.contract_id, **one.values)


def check_url(one: Any) -> str:
    """The internal check of a ledger, within the contract of the block."""
    return link("check.queue", contract_id=one.contract_id, ledger=one.ledger)


def returned_url(one: Any) -> str:
    """The returned entries of a ledger."""
    return url_for("ledger.entries", contract_id=one.contract_id, ledger=one.ledger, state="returned")


def settled(at: int, one: Stated) -> dict[str, str]:
    """Where the settlement of a line is: sign, words, and the page on which it goes on."""
    due, paid = str(Money(one.payable_fen)), str(Money(one.paid_fen))
    if one.state is not None and one.request_id is not None:
        url = link("settlement.request", contract_id=at, request_id=one.request_id)
        return {"state": "running", "word": RequestState.of(one.state).label, "url": url, "due": due}
    state, word = "open", "等供应商申请"
    if not one.signed:
        state, word = "submitted", "等签发核定单"
    elif one.payable_fen <= one.paid_fen:
        state, word = "done", f"已付 {paid}" if one.paid_fen else "无须支付"
    elif one.paid_fen:
        state, word = "open", f"已付 {paid}，还有 {Money(one.payable_fen - one.paid_fen)}"
    return {"state": state, "word": word, "url": link("settlement.statement", contract_id=at, statement_id=one.statement_id), "due": due}


def unpaid_for(paid: Mapping[str, Any], stated: Mapping[str, Stated]) -> list[str]:
    """Why the line that is due cannot be paid; of what is stated the settlement tells it, and papers come with the request."""
    if paid.get("due") in stated:
        return []
    return [why for why in paid.get("reasons") or () if not why.startswith(PAPERS)]


HELPERS = {
    "waits_url": waits_url, "check_url": check_url, "returned_url": returned_url, "link": link, "points": words.points,
    "yuan": words.yuan, "entry_link": entry_link, "number_text": number_text, "pace_words": standing.PACE_WORDS,
    "settled": settled, "unpaid_for": unpaid_for,
}  # fmt: skip
