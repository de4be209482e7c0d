"""台账打印本 as PDF and Word (forms 1 and 6): the filtered list with its sum and lines to sign."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.clock import SHANGHAI
from app.documents.official import measured
from app.documents.paper import Block, Column, Grid, Note, Pair, Pairs, Paper, Place, Signatures
from app.services.act import Refused
from app.services.ledger import listing
from app.store.ledger_listing import Listing
from app.web.access import current_contract, in_contract
from app.web.ledger import columns
from app.web.ledger.blueprint import bp
from app.web.ledger.listing import Asked
from app.web.ledger.printing import MOST, SUMMED, added, cells, condition_names, in_order, period, told_sums
from app.web.ledger.shared import READERS, desk_here
from app.web.paper_files import paper_file

SIGNING = (Place("填报人"), Place("项目负责人"), Place("采购人审核人"), Place("单位", seal=True))


@bp.get("/<ledger>/print.<kind>", endpoint="printed_file")
@in_contract(*READERS)
def printed_file(contract_id: int, ledger: str, kind: str) -> Response:
    desk = desk_here(ledger)
    asked = Asked(desk, request.args, request.args.getlist("c"))
    if asked.errors:
        raise Refused("；".join(asked.errors))
    return paper_file(book(asked), kind, f"{asked.ledger.name}打印本")


def book(asked: Asked) -> Paper:
    """The list as the page has it; names are masked there and here alike."""
    desk, contract = asked.desk, current_contract()
    lines = Listing(desk.act.session, contract.id).page(in_order(asked), MOST).lines
    shown = columns.compiled(asked.fields, asked.masks(lines), personal=asked.personal)
    sums = {each.field.id: added(lines, each) for each in shown if each.field.type in SUMMED}
    rows = [cells(asked, line, shown) for line in lines]
    now = desk.act.now.astimezone(SHANGHAI)
    facts = [Pair("项目", contract.title), Pair("期间", period(asked, lines)), Pair("供应商", contract.supplier.name),
             Pair("采购人", contract.buyer.name), Pair("依据条款", "、".join(asked.ledger.clauses))]  # fmt: skip
    if told := listing.told(asked.ledger, asked.filter, condition_names(asked)):
        facts.append(Pair("条件", "；".join(told)))
    cut = f"一次最多打印 {MOST} 条，后面的没有印出。" if len(lines) == MOST else ""
    total = ["合计", *told_sums(sums, shown, len(rows))]
    blocks: list[Block] = [Pairs(facts, beside=2, label_share=14), Grid(shaped(shown, rows), rows, total=total)]
    blocks += [Note(f"共 {len(rows)} 条；{now:%Y-%m-%d %H:%M} 打印。已撤回的记录不计入合计。{cut}"), Signatures(SIGNING, beside=4)]
    return Paper(
        asked.ledger.name, blocks, look="sheet", direction="landscape", header=contract.title, footer=f"{now:%Y-%m-%d %H:%M} 打印",
        day=now.date(), sheet=asked.ledger.name,
    )  # fmt: skip


def shaped(shown: list[columns.Column], rows: list[list[str]]) -> list[Column]:
    """Columns as wide as their texts ask; figures to the right."""
    titles: list[Any] = ["编号", "日期", *(each.title for each in shown), "填报人", "状态"]
    aligned = ["left", "left", *("right" if each.align else "left" for each in shown), "left", "left"]
    return [Column(title, share, align) for title, share, align in zip(titles, measured(titles, rows), aligned, strict=True)]
