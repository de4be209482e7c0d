"""What the set-up's pages share: their own tabs, the book at hand."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.permissions import P
from app.services.books import Book, book_of
from app.store.rulebooks import ContractRulebook
from app.web.access import current_contract, current_scope
from app.web.contracts.shared import holds, sections
from app.web.htmx import render

STEPS = (
    ("setup.stages", "进度和阶段"),
    ("setup.choice", "规则书版本"),
    ("setup.checkup", "合同体检"),
    ("setup.questions", "待确认事项"),
    ("setup.members", "成员名单"),
    ("setup.terms", "价款、期限和窗口"),
    ("setup.amendments", "补充协议"),
    ("setup.openings", "中途上线"),
)


def steps(current: str) -> list[dict[str, Any]]:
    """The pages of the set-up as tabs."""
    contract_id = current_contract().id
    return [
        {"title": title, "url": url_for(endpoint, contract_id=contract_id), "current": endpoint == current}
        for endpoint, title in STEPS
    ]


def setup_page(
    page: str, fragment: str | None = None, *, title: str, step: str = "", status: int = 200, **context: Any
) -> Response:
    """A page of the set-up in its frame."""
    return render(
        page,
        fragment,
        status=status,
        title=title,
        sections=sections(),
        steps=steps(step or request.endpoint or ""),
        editable=editable(),
        row=current_contract(),
        **context,
    )


def editable() -> bool:
    """Whether the person may set the contract up."""
    return holds(P.CONTRACT_SETUP)


def present_book() -> Book | None:
    """The contract's book, None before one is chosen."""
    contract = current_contract()
    return book_of(current_scope(), contract) if contract.rulebook_text_id is not None else None


def state_of(row: ContractRulebook, current_id: int | None, latest: set[int]) -> str:
    """What a version is: in force, to come, replaced, proposed or given up."""
    if row.dropped_at is not None:
        return "已放弃" if row.proposed_at is not None else "草拟时更换"
    if row.adopted_at is None:
        return "待采用"
    if row.rulebook_text_id == current_id:
        return "现行"
    return "尚未生效" if row.id in latest else "以前的版本"
