"""抽查: the list of rounds, one round with its rates, the list it is drawn from as a file."""

from __future__ import annotations

import csv
import io
from shlex import quote
from typing import Any

from flask import Response

from app.security.field_terms import SizeBy, SpotOutcome, Strata
from app.security.permissions import P
from app.services.act import found
from app.services.books import book_of
from app.services.fieldwork.rates import Line, Result, percent_text, result_of
from app.services.fieldwork.rounds import commit, holds, listed_rows, round_text, supplier_words
from app.services.rectification.findings import clauses
from app.store.sampling import Rounds, SpotRound
from app.web.access import as_member, current_contract, current_person, current_scope
from app.web.fieldwork.blueprint import bp
from app.web.fieldwork.forms import WordsForm
from app.web.fieldwork.shared import address, tabs_of
from app.web.htmx import render
from app.web.sides import answers, decides, issues, of_supplier

TONES = {
    SpotOutcome.GENUINE: "met", SpotOutcome.UNTRUE: "unmet", SpotOutcome.PARTLY: "undecided", SpotOutcome.UNKNOWN: "no_data"
}  # fmt: skip


def here(round_id: int, *, listing: bool = False) -> SpotRound:
    """The round of the address; Missing where the contract has none."""
    scope = current_scope()
    return found(Rounds(scope.session, scope.contract_id).find(round_id, listing=listing))


def ledger_names() -> dict[str, str]:
    contract = current_contract()
    if contract.rulebook_text_id is None:
        return {}
    return {one.id: one.name for one in book_of(current_scope(), contract).rulebook.ledgers}


@bp.get("", endpoint="rounds")
@as_member(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    scope, names = current_scope(), ledger_names()
    rows = Rounds(scope.session, contract_id).register()
    numbers = {one.id: round_text(one.number) for one in rows}
    lines = [
        {
            "row": one, "url": address("round", round_id=one.id), "number": numbers[one.id], "ledger": names.get(one.ledger, one.ledger),
            "state": state_of(one), "repeats": numbers.get(one.repeats_id or 0, ""),
        }
        for one in rows
    ]  # fmt: skip
    return render(
        "fieldwork/rounds.html", lines=lines, tabs=tabs_of("rounds"), new_url=address("new_round") if issues() and names else ""
    )


def state_of(row: SpotRound) -> tuple[str, str]:
    """The state's tone and word."""
    if row.drawn_at is None:
        return "submitted", "待抽取"
    return ("done", "已办结") if row.concluded_at is not None else ("running", "检查中")


@bp.get("/rounds/<int:round_id>", endpoint="round")
@as_member(P.CONTRACT_READ)
def one(contract_id: int, round_id: int) -> Response:
    return render("fieldwork/round.html", **view_of(here(round_id, listing=True)))


def view_of(row: SpotRound) -> dict[str, Any]:
    """A round as this person sees it: the contractor sees the sample once it is concluded."""
    scope = current_scope()
    rounds = Rounds(scope.session, scope.contract_id)
    open_to = row.concluded_at is not None or not of_supplier()
    result = result_of(scope, row) if row.drawn_at is not None and open_to else None
    others = [*([rounds.find(row.repeats_id)] if row.repeats_id else []), *rounds.repeated(row.id)]
    return {
        "row": row, "number": round_text(row.number), "state": state_of(row), "ledger": ledger_names().get(row.ledger, row.ledger),
        "clause_title": clauses(scope).get(row.clause, ""), "asked": asked_text(row), "result": result,
        "lines": [line_of(row, each) for each in result.lines] if result is not None else [],
        "rates": rates_of(result) if result is not None else None, "open_to": open_to,
        "proof": proof_of(row) if row.drawn_at is not None and open_to else None, "acts": acts(row, result),
        "others": [(round_text(one.number), address("round", round_id=one.id), one.repeat_reason) for one in others if one is not None],
        "list_url": address("round_list", round_id=row.id), "words_form": WordsForm(), "words_url": address("add_words", round_id=row.id),
        "supplier_commitment": commit(row.supplier_seed) if row.supplier_seed else "",
    }  # fmt: skip


def asked_text(row: SpotRound) -> str:
    """What was wished for, in words."""
    by = SizeBy.of(row.size_by)
    unit = {SizeBy.NUMBER: " 条", SizeBy.SHARE: "", SizeBy.MARGIN: " 个百分点"}[by]
    sign = {SizeBy.NUMBER: "", SizeBy.SHARE: "%" if not row.wished.endswith("%") else "", SizeBy.MARGIN: ""}[by]
    return f"{by.label} {row.wished.lstrip('±')}{sign}{unit}，{Strata.of(row.strata).label}"


def line_of(row: SpotRound, line: Line) -> dict[str, Any]:
    last = line.last
    outcome = SpotOutcome.of(last.outcome) if last is not None else None
    return {
        "line": line, "stratum": "／".join(line.stratum), "tone": TONES[outcome] if outcome else "undecided",
        "word": outcome.label if outcome else "未查", "url": address("visit", round_id=row.id, record_id=line.entry_id),
        "people": "、".join(one.display_name for one in (last.checker, last.second) if one is not None) if last is not None else "",
    }  # fmt: skip


def rates_of(result: Result) -> dict[str, Any]:
    """Rates as texts: the whole, the worst case, each stratum, what it projects to."""
    whole = result.whole
    return {
        "whole": whole, "text": rate_text(whole), "worst": percent_text(whole.worst) if whole.unknown and whole.worst is not None else "",
        "strata": [(name, population, each, rate_text(each)) for name, population, each in result.strata],
        "projected": result.projected, "projects": result.projects, "population": result.population,
    }  # fmt: skip


def rate_text(tally: Any) -> str:
    rate = tally.rate
    if rate is None:
        return ""
    return f"{percent_text(rate.rate)}（{rate.hits}/{rate.number}，95% 区间 {percent_text(rate.low)}—{percent_text(rate.high)}）"


def proof_of(row: SpotRound) -> dict[str, str]:
    """What anybody needs to draw again."""
    words = supplier_words(row)
    return {
        "seed": row.seed or "", "words": words, "holds": "yes" if holds(row) else "",
        "command": f"python -m kpi sample draw --records spot-{row.number:03d}.csv --number {row.size} --buyer-seed {row.seed} "
        f"--supplier-seed {quote(words)} --commitments {row.commitment} {commit(words)}",
    }  # fmt: skip


def acts(row: SpotRound, result: Result | None) -> dict[str, str]:
    """Addresses of what the person may do next; whoever recorded something does not conclude."""
    own = row.drawn_at is not None and row.concluded_at is None
    recorded = {each.checked_by for one in (result.lines if result is not None else ()) for each in one.checks}
    can = {
        "draw": row.drawn_at is None and issues(), "visit": own and issues(),
        "conclude": own and decides() and current_person().user_id not in recorded,
        "words": row.drawn_at is None and answers() and row.supplier_by is None,
    }  # fmt: skip
    ends = {"draw": "draw", "conclude": "conclude_round"}
    return {name: address(ends[name], round_id=row.id) if name in ends else "yes" for name, allowed in can.items() if allowed}


@bp.get("/rounds/<int:round_id>/list.csv", endpoint="round_list")
@as_member(P.CONTRACT_READ)
def listing(contract_id: int, round_id: int) -> Response:
    """The frozen list: number and version, stratum. What the digest was taken of, and what the command draws from."""
    row = here(round_id, listing=True)
    text = io.StringIO()
    writer = csv.writer(text)
    rows = listed_rows(row.listing["rows"])
    width = max((len(stratum) for _, stratum in rows), default=0)
    writer.writerow(["编号", *["分层"] * width])
    writer.writerows([number, *stratum] for number, stratum in rows)
    name = f"spot-{row.number:03d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)
