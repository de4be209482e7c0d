"""Contracts side by side, for who belongs to several."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from app.clock import business_day
from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import ContractState
from app.services.assessments.summing import verdict_texts
from app.services.overview import contracts
from app.services.overview.contracts import ContractRow
from app.services.standing.view import points, yuan
from app.services.workbench.bench import Bench
from app.store import roles
from app.web.access import current_person, signed_in
from app.web.database import db
from app.web.ground import ground
from app.web.htmx import render
from app.web.overview.blueprint import READERS, bp


@bp.get("/overview", endpoint="contracts")
@signed_in
def every() -> Response:
    rows = contracts.compared(bench())
    return render("overview/contracts.html", rows=[line(one) for one in rows])


def bench() -> Bench:
    """All contracts that the person belongs to now."""
    now, person = ground().clock(), current_person()
    found = {
        contract.id: contract for _, contract in roles.memberships_of(db.session(), person.user_id, business_day(now))
        if may(person, P.CONTRACT_READ, contract.id)
    }  # fmt: skip
    return Bench(db.session(), person, now, tuple(found.values()))


def line(one: ContractRow) -> dict[str, Any]:
    """A contract as the table shows it."""
    at, view = {"contract_id": one.contract.id}, one.known
    person = current_person()
    reads = any(may(person, each, one.contract.id) for each in READERS)
    supposed = view.supposed if view is not None else None
    score, tier, money = (view.score or {}, view.tier or {}, view.money) if view is not None else ({}, {}, {})
    return {
        "contract": one.contract, "state": ContractState.of(one.contract.state).label, "view": view, "signed": one.signed,
        "url": url_for("overview.overview" if reads else "contracts.contract", **at), "open": one.open, "runs": one.runs,
        "indicators_url": url_for("indicators.indicators", show="behind", **at), "behind": len(view.behind) if view is not None else 0,
        "end": points(score.get("end")), "full": points(score.get("full")), "tier": tier.get("end"),
        "verdicts": view.data.get("verdicts", ()) if view is not None else (),
        "supposed": supposed.text if supposed is not None else "", "known": view is not None,
        "risk": yuan(money.get("risk")) if money.get("risk") not in (None, "0.00") else supposed.risk if supposed is not None else "",
        "risk_points": points(score.get("risk")),
        "signed_verdicts": verdict_texts(one.signed.summary) if one.signed is not None else (),
        "share": view.data.get("share", "") if view is not None else "",
        "signed_url": url_for("assessment.result", assessment_id=one.signed.id, **at) if one.signed is not None else "",
    }  # fmt: skip
