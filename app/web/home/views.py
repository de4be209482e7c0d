"""The home page over all contracts, of one contract, and the deputy head's page, which prints on one sheet."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.security.permissions import P
from app.services.workbench import desk
from app.services.workbench.bench import RUNNING, Bench
from app.web.access import current_person, in_contract, signed_in
from app.web.home import around
from app.web.home.blueprint import bp
from app.web.htmx import render


@bp.get("/")
@signed_in
def home() -> Response:
    person = current_person()
    bench, roles = around.bench_of(person)
    around.enter_only(bench)
    found = desk.blocks(bench, roles)
    return render(
        "home/home.html", blocks=[one for one in found if one.runs], tiles=around.tiles(person),
        listing=around.own_contracts(person) if any(not one.runs for one in found) or not found else None,
        jobs=around.own_jobs(person), **shown(bench),
    )  # fmt: skip


@bp.get("/contracts/<int:contract_id>/home", endpoint="contract")
@in_contract(P.CONTRACT_READ)
def one_contract(contract_id: int) -> Response:
    bench, roles = around.bench_here()
    [block] = desk.blocks(bench, roles)
    running = block.contract.state in RUNNING
    return render("home/contract.html", block=block, running=running, nil_url=around.nil_undo(), **shown(bench))


@bp.get("/contracts/<int:contract_id>/head")
@in_contract(P.SIGN, P.SCORE, P.REPORT_READ)
def head(contract_id: int) -> Response:
    """The deputy head's page: one sheet of A4 about the contract, for who decides."""
    bench, roles = around.bench_here()
    [block] = desk.blocks(bench, roles)
    return render("home/head.html", block=block, **shown(bench))


def shown(bench: Bench) -> dict[str, Any]:
    """What every template of the home pages uses."""
    return {"bench": bench, "day": around.day_of(bench), "person": bench.person, **around.HELPERS}
