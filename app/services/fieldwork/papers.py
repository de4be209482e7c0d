"""现场检查/抽查/回访/面谈记录表 (form 2), drawn from the record: to be signed on the spot, or printed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.documents.official import Document
from app.security.terms import Signature
from app.services.act import found
from app.services.fieldwork.rates import result_of
from app.services.fieldwork.records import ROUND, CheckRecord, RecordLine, check_record
from app.services.fieldwork.rounds import round_text
from app.services.rectification.findings import clauses
from app.services.rectification.papers import slip
from app.store.contracts import ContractScope
from app.store.sampling import Rounds
from kpi.calendar import chinese_date

COLUMNS = ("序号", "检查内容", "条款", "结果", "情况")
HEADED = ("检查人", "检查人")
OTHER = "被检查人"
ROOM = "　　　　　　　　　　　　\n　"  # two lines for the pen, and a column wide enough


def paper(scope: ContractScope, record: CheckRecord, today: date) -> Document:
    """The record as a form; what is not known yet is left for the pen."""
    content = {
        "pairs": [list(pair) for pair in facts(scope, record)],
        "columns": list(COLUMNS), "rows": [row(one, empty=record.on is None) for one in record.lines],
        "closing": [f"说明：{record.summary}"] if record.summary else [], "places": [list(one) for one in places(record)],
    }  # fmt: skip
    return slip(scope, f"CHECK:{scope.contract_id}-{record.number}", record.title, content, record.on or today, number=record.number)


def visit_record(scope: ContractScope, round_id: int, entry_id: int) -> CheckRecord:
    """The latest record of a drawn entry; before the first one an empty form to take along. Missing where it was not drawn."""
    row = found(Rounds(scope.session, scope.contract_id).find(round_id))
    line = found(next((one for one in result_of(scope, row).lines if one.entry_id == entry_id), None))
    if line.last is not None:
        return check_record(scope, ROUND, round_id, entry_id)
    return CheckRecord(
        "抽查记录表", f"{round_text(row.number)}·{line.number}", "", None, "", "", row.clause, clauses(scope).get(row.clause, ""),
        (), "", "", "",
        (RecordLine("1", line.number, row.clause, "", ""),), row.reason,
    )  # fmt: skip


def facts(scope: ContractScope, record: CheckRecord) -> Iterator[tuple[str, str]]:
    contract = found(scope.contract())
    yield "被检查单位", contract.supplier.name
    yield "项目", contract.title
    yield "检查方式", record.way
    yield "时间", f"{chinese_date(record.on)} {record.time}".strip() if record.on else ""
    yield "地点", record.place
    yield "对照条款", f"{record.clause} {record.clause_title}".strip()
    yield "检查人", "、".join(record.investigators)
    met = record.signature if record.signature == Signature.NOBODY.label else f"{record.spoken_to}，{record.signature}"
    yield "谈话对象", met.strip("，")


def row(line: RecordLine, *, empty: bool) -> list[str]:
    """One thing that was looked at; the finding it became and its photos stand under what was seen. `empty`: to be written in."""
    if empty:
        return [line.number, line.about, line.clause, "", ROOM]
    extra = [f"登记为{line.finding}" if line.finding else "", f"照片 {line.files} 张" if line.files else ""]
    return [line.number, line.about, line.clause, line.result, "\n".join(text for text in (line.note, *extra) if text)]


def places(record: CheckRecord) -> Iterator[tuple[str, str, bool]]:
    """Two investigators, the other side, the witness of a refusal."""
    names = [*record.investigators, "", ""][: len(HEADED)]
    yield from ((who, name, False) for who, name in zip(HEADED, names, strict=True))
    refused = record.signature == Signature.REFUSED.label
    yield (f"{OTHER}（当场拒签）" if refused else OTHER, "", False)
    yield ("见证人（拒签时）", record.witness, False)
