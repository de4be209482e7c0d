"""还来得及做什么: counts are changed, score, tier and yuan are shown at once; nothing is stored."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.services import standing
from app.services.act import Refused
from app.services.overview import what_if
from app.services.overview.what_if import Line, Trial
from app.services.overview.windows import Listed, OpenWindow
from app.services.standing.view import yuan
from app.web.access import current_contract, current_scope, in_contract
from app.web.htmx import render
from app.web.overview.blueprint import READERS, bp

MOST_BOXES = 400


@bp.get("/contracts/<int:contract_id>/what-if", endpoint="what_if")
@in_contract(*READERS)
def try_out(contract_id: int) -> Response:
    trial = what_if.trial(current_scope())
    if trial is None:
        return render("overview/what_if.html", trial=None, view=standing.of(current_scope()))
    typed = given()
    return render("overview/what_if.html", "overview/_what_if.html", **context(trial, typed))


def given() -> dict[str, str]:
    """Boxes as typed."""
    found = {name: value for name, value in request.args.items() if name.startswith(("f-", "m-", "w-"))}
    return dict(list(found.items())[:MOST_BOXES])


def context(trial: Trial, typed: dict[str, str]) -> dict[str, Any]:
    lines = trial.lines()
    wrong, changed = None, None
    try:
        changed = trial.tried(typed) if typed else None
    except Refused as refused:
        wrong = refused
    return {
        "trial": trial, "view": trial.view, "lines": lines, "typed": typed, "wrong": wrong, "base": trial.outcome(trial.base),
        "outcome": trial.outcome(changed) if changed is not None else None,
        "change": trial.change(changed) if changed is not None else None,
        **{name: windows(getattr(trial.windows, name), typed) for name in ("running", "done", "later")},
        "advice": [(one, url_of(typed, one)) for one in trial.advice(lines)], "together": together(trial, lines),
        "action": url_for("overview.what_if", contract_id=current_contract().id),
    }  # fmt: skip


def url_of(typed: dict[str, str], *lines: Line) -> str:
    """The page with these targets reached, beside what is typed."""
    boxes = {one.name: "yes" if one.kind == "met" else one.target.replace(",", "") for one in lines}
    return url_for("overview.what_if", contract_id=current_contract().id, **{**typed, **boxes})


def windows(found: list[tuple[Listed, OpenWindow]], typed: dict[str, str]) -> list[tuple[Listed, OpenWindow, str]]:
    """Each open window, with the page on which it reaches its target beside what is typed."""
    at = current_contract().id
    return [
        (one, each, url_for("overview.what_if", contract_id=at, **{**typed, each.name: each.target.replace(",", "")}) if each.need else "")
        for one, each in found
    ]  # fmt: skip


def together(trial: Trial, lines: list[Line]) -> dict[str, Any] | None:
    """The fewest clauses that together move the money, as the forecast found them."""
    found = trial.view.data.get("together")
    if not found:
        return None
    chosen = [one for one in lines if one.clause in found["clauses"]]
    return {**found, "yuan": yuan(found["yuan"]), "url": url_of({}, *chosen)}
