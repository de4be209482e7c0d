"""A contract whose rulebook has checklists, complaints, surveys and spot plans: lakeside.yaml with more."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.security.field_terms import SizeBy, SpotOutcome, Strata
from app.security.terms import Signature, SpotCheckWay
from app.services.fieldwork import rounds
from app.services.fieldwork.common import Met
from app.services.fieldwork.framing import Plan
from app.services.fieldwork.visits import Visit
from app.services.verification import decide
from app.store.entries import LedgerEntry
from app.store.sampling import SpotRound
from tests.factories.entries import visit
from tests.factories.office import BOOK, Office, evidence_file, office
from tests.services.acting import act_of

TODAY = date(2026, 3, 5)
LEDGERS = """
  - id: site_check
    name: 场所检查表
    clauses: [LK-3]
    enters: buyer
    verifies: second_person
    fields:
      - {id: date, name: 检查日期, type: date, required: true}
      - {id: condition, name: 条件, type: choice, required: true, choices: [标识明显, 宽带畅通, 消防齐全]}
      - {id: outlet, name: 网点, type: outlet}
      - {id: in_place, name: 具备, type: yes_no, required: true}
      - {id: speed, name: 网速, type: integer, unit: 兆, required_if: "condition == '宽带畅通'"}
      - {id: inspectors, name: 检查人, type: text, required: true}
      - {id: note, name: 情况, type: text, required_if: not in_place}
    unique: [[date, condition, outlet]]
    evidence: [{kind: 现场照片, at_least: 1, when: not in_place, clause: LK-3}]
  - id: issues
    name: 投诉台账
    clauses: [LK-4]
    enters: buyer
    verifies: second_person
    fields:
      - {id: date, name: 日期, type: date, required: true}
      - {id: source, name: 来源, type: choice, required: true, choices: [投诉, 检查]}
      - {id: duty, name: 事项, type: choice, required: true, choices: [时间, 态度]}
      - {id: content, name: 内容, type: text, required: true}
      - {id: finding, name: 认定, type: choice, required: true, choices: [有效, 无效]}
  - id: ratings
    name: 问卷台账
    clauses: [LK-4]
    enters: buyer
    verifies: second_person
    fields:
      - {id: date, name: 日期, type: date, required: true}
      - {id: service, name: 服务, type: choice, required: true, choices: [窗口, 热线]}
      - {id: surveyed, name: 有效, type: integer, required: true, minimum: 0}
      - {id: satisfied, name: 满意, type: integer, required: true, minimum: 0}
"""
FIGURE = "      all_visits: {measure: count, ledger: visits, label: 全年走访, unit: 家}"
MORE = """
parameters:
  - {id: least_asked, title: 最低人数, clause: LK-2, value: 3, unit: 人}
checklists:
  - id: site
    title: 场所检查
    clause: LK-3
    ledger: site_check
    item: condition
    people: inspectors
    note: note
    outlet: outlet
    outcomes:
      - {label: 具备, conforms: true, sets: {in_place: true}}
      - {label: 缺少, conforms: false, sets: {in_place: false}}
    items:
      - {value: 标识明显}
      - {value: 宽带畅通, asks: [speed]}
      - {value: 消防齐全, clause: LK-4}
  - {id: boards, title: 公示栏检查, clause: LK-4, items: [{value: 有本月岗位}]}
complaints:
  - {id: service, title: 服务投诉, clauses: [LK-4], ledger: issues, sets: {source: 投诉}, asks: [duty], content: content,
     decision: finding, upheld: 有效, dismissed: 无效}
polls:
  - id: seekers
    title: 求职者满意度
    clause: LK-2
    minimum: least_asked
    questions:
      - {id: overall, text: 总体是否满意？, choices: [满意, 不满意], satisfied: [满意]}
      - {id: advice, text: 建议？}
    figures: {satisfied: registered}
  - id: services
    title: 两项服务
    clause: LK-4
    questions: [{id: overall, text: 是否满意？, choices: [满意, 不满意], satisfied: [满意]}]
    groups: [窗口, 热线]
    ledger: ratings
    group: service
    answered: surveyed
    satisfied: satisfied
spot_plans:
  - {id: visits, title: 走访抽查, clause: LK-1, ledger: visits, number: 2, projection: rate, figure: all_visits}
"""


def harbour(session: Session, folder: Path, **given: Any) -> Office:
    """The office with the longer rulebook."""
    book = folder / "harbour.yaml"
    text = BOOK.read_text("utf-8").replace("indicators:\n", LEDGERS.lstrip("\n") + "indicators:\n", 1)
    text = text.replace("    figures:\n", f"    figures:\n{FIGURE}\n", 1)
    book.write_text(text + MORE.lstrip("\n"), "utf-8")
    return office(session, book, **given)


def verified_visits(session: Session, made: Office, size: int) -> list[LedgerEntry]:
    """Visits that a supervisor has verified."""
    boss, rows = act_of(session, made["supervisor"]), [visit(session, made) for _ in range(size)]
    return [decide.verify(boss, made.scope(session), one.id, one.version) for one in rows]


def plan(**given: Any) -> Plan:
    wanted: dict[str, Any] = {
        "ledger": "visits", "clause": "LK-1", "from_on": date(2026, 3, 1), "until_on": TODAY, "size_by": SizeBy.NUMBER,
        "wished": "3", "reason": "核对二三月走访", "strata": Strata.OUTLET,
    }  # fmt: skip
    return Plan(**{**wanted, **given})


def drawn_round(session: Session, made: Office, **given: Any) -> SpotRound:
    """A round that is committed to and drawn."""
    boss, scope = act_of(session, made["supervisor"]), made.scope(session)
    row = rounds.commit_to(boss, scope, plan(**given))
    return rounds.draw_now(boss, scope, row.id, row.version)


def seen(session: Session, made: Office, outcome: SpotOutcome = SpotOutcome.GENUINE, **given: Any) -> Visit:
    """A visit by two, signed, with a photo."""
    photo = evidence_file(session, made.contract, made["supervisor"]).id
    wanted: dict[str, Any] = {
        "outcome": outcome, "way": SpotCheckWay.SITE, "on": TODAY, "time": "10:20", "place": "城东街道",
        "second_id": made["supervisor2"].id, "met": Met("王经理 13800000077", Signature.SIGNED), "note": "与负责人当面核对",
        "clause": "LK-1", "files": [photo],
    }  # fmt: skip
    return Visit(**{**wanted, **given})
