"""Changing the words of a report before it is made final: each section, its hint, and the numbers that can be named."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.services.act import Refused, found
from app.services.reports import writing
from app.services.reports.making import read
from app.services.reports.naming import titled
from app.services.reports.people import Moved
from app.store import reports
from app.store.reports import Report
from app.web.access import current_scope, in_contract
from app.web.database import db
from app.web.htmx import conflict, invalid, redirect_to, render
from app.web.reports.blueprint import WRITERS, address, bp, here, too_late, turned_away
from app.web.transaction import act_now
from kpi.reports.model import Report as Told

PREFIX = "words-"
#: As many as a report of 400 outlets has, and some.
MOST_NUMBERS = 4000
LEAST_ROWS, MOST_ROWS, SIGNS_A_ROW = 3, 12, 36


@bp.route("/<int:report_id>/words", methods=["GET", "POST"])
@in_contract(*WRITERS)
def words(contract_id: int, report_id: int) -> Response:
    if (away := turned_away()) is not None:
        return away
    row, scope = here(report_id), current_scope()
    if (away := too_late(row, "修改文字", *writing.EDITABLE)) is not None:
        return away
    if request.method == "GET":
        return render("reports/words.html", "reports/_words.html", **context(row, {}))
    typed = {name.removeprefix(PREFIX): text for name, text in request.form.items() if name.startswith(PREFIX)}
    told = {part: writing.paragraphs(text) for part, text in typed.items()}
    seen = request.form.get("version", type=int) or 0
    try:
        act_now(lambda act: writing.save(act, scope, row.id, told, seen))
    except Moved as moved:
        db.session.rollback()
        return conflict("reports/words.html", "reports/_words.html", **context(here(report_id), typed, {"": moved.message}))
    except Refused as refused:
        db.session.rollback()
        return invalid("reports/words.html", "reports/_words.html", **context(here(report_id), typed, {refused.field: refused.message}))
    return redirect_to(address("one", row), told="文字已保存，定稿以前还可以再改。")


def context(row: Report, typed: dict[str, str], errors: dict[str, str] | None = None) -> dict[str, Any]:
    """The sections as they are typed, else as they are kept."""
    scope = current_scope()
    version = found(reports.version(scope.session, scope.contract_id, row.id, data=True))
    report = writing.with_own_words(row, read(version.data))
    wrong = errors or {}
    sections = [
        {
            "id": part.id, "name": f"{PREFIX}{part.id}", "title": part.title, "hint": part.hint,
            "text": (text := typed.get(part.id, "\n".join(one.text for one in part.paragraphs))), "rows": rows_of(text),
            "error": wrong.get(part.id, ""),
        }
        for part in report.parts
    ]  # fmt: skip
    named = [(f"w-{one['id']}", one["error"]) for one in sections if one["error"]]
    others = [("", text) for field, text in wrong.items() if field not in {one["id"] for one in sections}]
    return {
        "row": row, "sections": sections, "errors": [*others, *named], "numbers": numbers_of(report), "action": address("words", row),
        "back": address("one", row), "heading": titled(row.title, row.label),
    }  # fmt: skip


def numbers_of(report: Told) -> list[tuple[str, str, str]]:
    """(name, what it is, what it shows) of what words may name."""
    names = [(name, name, text) for name, text in report.names]
    figures = [(key, _label(key, one.label), one.shown) for key, one in report.numbers().items()]
    return [*names, *figures][:MOST_NUMBERS]


def _label(key: str, label: str) -> str:
    """What a number is, with what tells it from the others of its figure: 本期, 累计, 上期."""
    aspect = key.partition("@")[2]
    return label if not aspect or label.endswith(aspect) else f"{label}，{aspect}"


def rows_of(text: str) -> int:
    """How many lines a box shows: what is in it and one more."""
    lines = sum(1 + len(one) // SIGNS_A_ROW for one in text.split("\n")) + 1
    return min(max(lines, LEAST_ROWS), MOST_ROWS)
