"""What of a sheet still waits for a person, and the summary that follows from it."""

from __future__ import annotations

from app.services.act import Act
from app.services.assessments.evaluating import Work, evaluated
from app.services.assessments.places import Place, Standing, places, standings
from app.services.assessments.summing import summary
from app.store.assessments import Assessment
from kpi.replay import fitting
from kpi.rulebook.document import Rulebook


def judged(rulebook: Rulebook) -> list[Place]:
    """Without a rubric: the clauses that count, in the order of the rulebook."""
    scored = {one.clause for one in rulebook.indicators if one.duty == "scored"}
    return [one for one in places(rulebook).values() if one.clause in scored]


def waits(work: Work, standing: Standing) -> bool:
    """Whether somebody has to decide here: no data, a range, a decision that no longer fits, or a question is open."""
    if standing.exempted is not None:
        return False
    return bool(standing.refused) or (standing.free and standing.decided is None) or idle(work, standing)


def idle(work: Work, standing: Standing) -> bool:
    """Nothing is known of what the clause wants, and the rule takes nothing off: full marks must be somebody's word."""
    if standing.decided is not None or standing.refused or standing.earning or standing.taken:
        return False
    values = work.evaluation.indicators.get(standing.place.clause, ())
    return any(one.met is None and one.scored for one in values)


def without_data(work: Work, place: Place, standing: Standing | None) -> bool:
    """Whether nothing is known of a place and nobody has decided."""
    if place.key in work.decisions:
        return False
    if standing is not None:
        return standing.no_data or idle(work, standing)
    return work.rulebook.rubric is None and work.evaluation.book.met(place.clause) is None


def disputed(standing: Standing) -> bool:
    """Whether nothing is known of a place but marks that make no points together: its members mark again."""
    blocked = any(one.kind == "blocked" for one in standing.refused)
    return blocked and bool(standing.outcomes) and all(one.no_data for one in standing.outcomes if not one.off)


def if_unmet(work: Work) -> dict[str, Standing]:
    """What could be decided at each place that nothing is known of, were it unmet: in one evaluation for all of them."""
    now = standings(work.evaluation)
    known = {key: place for key, place in places(work.rulebook).items() if key in now}
    empty = [key for key, place in known.items() if without_data(work, place, now[key]) or disputed(now[key])]
    if not empty:
        return {}
    decided = {**work.decided(), **{key: {"met": False} for key in empty}}
    given, _ = fitting(work.rulebook, work.given_with(decided, work.stated))
    tried = standings(evaluated(work.source, given, work.figures))
    return {key: tried[key] for key in empty}


def open_keys(work: Work) -> list[str]:
    """Keys of the places that wait, in the order of the sheet."""
    if work.rulebook.rubric is None:
        return [one.key for one in judged(work.rulebook) if work.evaluation.book.met(one.clause) is None]
    found = standings(work.evaluation)
    return [key for key in places(work.rulebook) if key in found and waits(work, found[key])]


def unconfirmed(work: Work) -> list[str]:
    """Clauses whose stated facts no second person has confirmed."""
    return [clause for clause, fact in work.facts.items() if fact.confirmed_by is None]


def deeds(work: Work) -> int:
    """How often something was decided, stated or marked on the sheet: one more even where the points stay the same."""
    decided = sum(1 for one in work.every_decision if one.row.id == work.row.id)
    return decided + len(work.every_fact) + sum(len(marks) for marks in work.group.marks.values())


def sum_up(act: Act, row: Assessment, work: Work) -> None:
    """Keeps total, tier and what is open on the row; whoever saw the sheet before saw an older version."""
    found = {**summary(work, len(open_keys(work))), "deeds": deeds(work)}
    if row.summary != found:
        row.summary = found
    act.session.flush()
