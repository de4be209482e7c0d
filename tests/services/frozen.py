"""Signed assessments put there with their capsules, as the signing leaves them: for tests of what is paid on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.services.act import found
from app.services.books import book_of
from app.store import assessments
from app.store.models import Assessment, AssessmentCapsule, AssessmentMeasure
from kpi.capsule import build, canonical, packed_figure
from kpi.evaluation import Evaluation, evaluate
from kpi.indicators.values import FigureValue
from kpi.quantities import Money, plain
from kpi.reports.plain_data import pack
from kpi.rulebook.given import Given, read_given
from kpi.rulebook.yaml_text import Places
from tests.factories.ground import START
from tests.services.settling import Till


def frozen(
    made: Till, given: Mapping[str, Any] | Given, figures: Sequence[FigureValue] = (), *, interim: bool = False,
    span: tuple[date, date] | None = None,
) -> tuple[Assessment, Evaluation]:  # fmt: skip
    """An assessment of these facts, signed by both sides; and what the engine makes of it."""
    session, contract = made.session, made.base.made.contract
    start, end = span or (contract.starts_on, contract.ends_on)
    book = book_of(made.scope, contract)
    ready = given if isinstance(given, Given) else _given(made, given, (start, end), book.given)
    evaluation = evaluate(book.source, ready, figures)
    body = build(evaluation)
    number = assessments.next_number(session, contract.id)
    row = Assessment(
        contract_id=contract.id, number=number, from_on=start, until_on=end, label=f"{start} 至 {end}", part="", reason="",
        state="signed", signed_revision=1, rulebook_text_id=book.text_id, opened_by=made.base.made["supervisor"].id, opened_at=START,
        scored_by=made.base.made["supervisor"].id, interim=interim,
        summary={"score": plain(evaluation.score)} if evaluation.score is not None else {},
    )  # fmt: skip
    session.add(row)
    session.flush()
    at = {"contract_id": contract.id, "assessment_id": row.id}
    session.add_all([
        AssessmentCapsule(**at, revision=1, sha256=body["hash"], text=canonical(body), made_by=row.opened_by, made_at=START),
        AssessmentMeasure(
            **at, taken_at=START, event_id=0, signature="0" * 64, base=pack(evaluation.given), digests=[],
            figures=[packed_figure(one) for one in figures], counts={},
        ),
    ])  # fmt: skip
    session.commit()
    return found(assessments.find(session, contract.id, row.id)), evaluation


def _given(made: Till, given: Mapping[str, Any], span: tuple[date, date], answers: Mapping[str, Any]) -> Given:
    """What a case gives, with the contract's own price, term and answers."""
    contract = made.base.made.contract
    raw = {
        "price": Money(contract.price_fen or 0).plain(), "term": {"start": contract.starts_on, "end": contract.ends_on},
        "period": {"start": span[0], "end": span[1]}, **given, "answers": {**answers, **given.get("answers", {})},
    }  # fmt: skip
    return read_given(raw, Places("案例"))
