"""The result: where the points went, the trace of any of them, the entries behind a figure, what changed since."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.clock import SHANGHAI
from app.documents.paper.files import KINDS
from app.security.terms import EntryDeed
from app.services.act import found
from app.services.assessments import result as opened
from app.services.assessments.common import FROZEN, TOLD
from app.services.assessments.evaluating import Work, load, need
from app.services.assessments.measuring import stale
from app.services.assessments.result import Step
from app.services.assessments.views import totals
from app.services.ledger.reading import spoken
from app.store import assessments
from app.store.assessments import Assessment
from app.store.entries import number_text
from app.web import waterfall
from app.web.access import current_contract, current_scope, in_contract
from app.web.assessment.blueprint import READERS, bp
from app.web.assessment.here import address, back, here, inside, seen, state_view, timeline
from app.web.assessment.letter import letter_view
from app.web.assessment.marks import papers_of
from app.web.assessment.reopenings import reopen_url, wishes
from app.web.htmx import redirect_to, render
from kpi.reports.sheet import result_sheet

MOST_CHANGES = 200
MOST_DIGITS = 6


@bp.get("/<int:assessment_id>/result")
@in_contract(*READERS)
def result(contract_id: int, assessment_id: int) -> Response:
    row, scope = seen(here(assessment_id)), current_scope()
    work = need(scope, row) if inside() else found(as_told(row))
    falls = opened.waterfall(work)
    key, word = state_view(row)
    return render(
        "assessment/result.html", row=row, state=key, word=word, totals=totals(work, 0, 0), back=back(row),
        chart=waterfall.chart(falls) if falls else None, columns=waterfall.COLUMNS,
        rows=[waterfall.row(one, lambda place: address("trace", row, place=place)) for one in falls],
        sections=sections(work), trace_url=address("trace", row),
        events=timeline(list(assessments.events(scope.session, contract_id, row.id)), all_of_it=inside()), wishes=wishes(row),
        signed=list(assessments.signatures(scope.session, contract_id, row.id)), proof=proof_links(row),
        changed=stale(scope, row, work.measure) if row.state in FROZEN else 0, changes_url=address("changes", row),
        successor=assessments.successor(scope.session, contract_id, row.id), reopen_url=reopen_url(row), files=files(row),
        letter=letter_view(row), mark_papers=papers_of(row, work),
    )  # fmt: skip


def as_told(row: Assessment) -> Work | None:
    return load(current_scope(), row, as_told=True)


def files(row: Assessment) -> list[tuple[str, str]]:
    """The filled sheet in its forms."""
    return [(file.label, address("export", row, kind=kind)) for kind, file in KINDS.items()]


def proof_links(row: Assessment) -> dict[str, Any]:
    """Downloads and the check, where there is a capsule."""
    if row.state not in TOLD | FROZEN:
        return {}
    kept = found(assessments.capsule(current_scope().session, row.contract_id, row.id, row.signed_revision))
    return {
        "capsule": kept, "url": address("capsule", row), "check_url": address("check", row), "dossier_url": address("dossier", row),
    }  # fmt: skip


def sections(work: Work) -> list[dict[str, Any]]:
    """Indicators, derived figures, verdicts and payment as tables."""
    found_in = []
    for one in result_sheet(work.evaluation).sections:
        columns = [{"title": title, "align": "end" if place in one.right else ""} for place, title in enumerate(one.headings)]
        rows = [{"cells": [spoken(text) for text in cells]} for cells in one.rows]
        found_in.append({"title": spoken(one.title), "columns": columns, "rows": rows, "notes": [spoken(text) for text in one.notes]})
    return found_in


# -- trace ----------------------------------------------------------------------------------------


@bp.get("/<int:assessment_id>/trace")
@in_contract(*READERS)
def trace(contract_id: int, assessment_id: int) -> Response:
    row, scope = seen(here(assessment_id)), current_scope()
    work = need(scope, row) if inside() else found(as_told(row))
    place = request.args.get("place") or opened.TOTAL
    step = opened.trace(work, place)
    return render(
        "assessment/trace.html", row=row, place=place, step=node(row, step), places=opened.places_of(work), back=back(row),
        result_url=address("result", row), trace_url=address("trace", row),
    )  # fmt: skip


def node(row: Assessment, step: Step) -> dict[str, Any]:
    url = address("figure", row, clause=step.figure[0], name=step.figure[1]) if step.figure is not None else ""
    return {"step": step, "url": url, "children": [node(row, one) for one in step.children]}


@bp.get("/<int:assessment_id>/figure")
@in_contract(*READERS)
def figure(contract_id: int, assessment_id: int) -> Response:
    """The entries that a figure rests on, each opens with its photos; all its windows or members where the sheet cuts them."""
    row, scope = seen(here(assessment_id)), current_scope()
    work = need(scope, row)
    clause, name = request.args.get("clause", ""), request.args.get("name", "")
    if not name:
        return redirect_to(address("one", row))
    page = number_of("page")
    origin = opened.behind(scope, work, clause, name, page)
    return render(
        "assessment/figure.html", row=row, origin=origin, clause=clause, figure=opened.whole(work, clause, name), back=back(row),
        rows=[entry_row(row, origin.ledger, one) for one in origin.listed], list_url=list_url(row, origin.ledger),
        **pages_of(row, origin, page, clause=clause, name=name),
    )


def number_of(name: str) -> int:
    """A page of the address; the first where it says none."""
    given = request.args.get(name, "")
    return max(int(given), 1) if given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS else 1


def pages_of(row: Assessment, origin: opened.Origin, page: int, **named: str) -> dict[str, Any]:
    """Which of the entries are listed, and the pages beside."""
    last = -(-origin.total // opened.MOST_ENTRIES)
    first = (page - 1) * opened.MOST_ENTRIES
    said = f"第 {first + 1:,} 至 {first + len(origin.listed):,} 条，共 {origin.total:,} 条" if origin.listed else ""
    return {
        "page_note": said, "many": last > 1 or page > 1,
        "previous_url": address("figure", row, **named, page=min(page - 1, last)) if page > 1 else "",
        "next_url": address("figure", row, **named, page=page + 1) if page < last else "",
    }  # fmt: skip


def list_url(row: Assessment, ledger: str) -> str:
    """The ledger's own list, of these days."""
    days = {"from": row.from_on.isoformat(), "to": row.until_on.isoformat()}
    return url_for("ledger.entries", contract_id=row.contract_id, ledger=ledger, state="verified", **days) if ledger else ""


def entry_row(row: Assessment, ledger: str, one: Any) -> dict[str, Any]:
    url = url_for("ledger.entry", contract_id=row.contract_id, ledger=ledger, record_id=one.id)
    return {"cells": [one.number, one.day, one.outlet or "—", "取数后改过" if one.changed else "与取数时相同"], "url": url}


@bp.get("/<int:assessment_id>/changes")
@in_contract(*READERS)
def changes(contract_id: int, assessment_id: int) -> Response:
    """What was done to entries of the period after they were counted; it moves nothing."""
    row, scope = seen(here(assessment_id)), current_scope()
    work = need(scope, row)
    deeds = assessments.changes_since(scope.session, contract_id, work.measure.event_id, row.until_on, MOST_CHANGES + 1)
    rows = [
        {
            "cells": [
                number_text(entry.ledger, entry.number), entry.business_date.isoformat(), EntryDeed.of(event.deed).label,
                event.actor.display_name if event.actor is not None else "系统", f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            ],
            "url": url_for("ledger.entry", contract_id=contract_id, ledger=entry.ledger, record_id=entry.id),
        }
        for entry, event in deeds[:MOST_CHANGES]
    ]  # fmt: skip
    return render(
        "assessment/changes.html", row=row, rows=rows, beyond=len(deeds) > MOST_CHANGES, most=MOST_CHANGES, back=back(row),
        contract=current_contract(),
    )  # fmt: skip
