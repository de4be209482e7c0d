"""What a forecast stands on, kept beside the standing: pages can then ask what would follow from other figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.services.standing.measuring import Measured
from kpi.capsule import figure_of, packed_figure
from kpi.forecast.pace import Held, Pace
from kpi.indicators.values import FigureValue
from kpi.quantities import Period
from kpi.reports.plain_data import pack, unpack
from kpi.rulebook.given import Days, Given, read_given
from kpi.rulebook.yaml_text import Places


@dataclass(frozen=True)
class Ahead:
    """Given data and figures at the end of the period at the present pace, and what the figures held when it was made."""

    given: Given
    figures: list[FigureValue]
    held: Mapping[tuple[str, str], Held]


def kept(measured: Measured) -> dict[str, Any]:
    """As the row keeps it; nothing is evaluated for it."""
    inputs = measured.inputs
    so_far, figures = inputs.given_until(Period(inputs.span.start, inputs.as_of)), measured.figures()
    pace = Pace(inputs.book.rulebook, so_far, inputs.span, inputs.as_of, measured.running(measured.cells()), inputs.closed)
    end = so_far.model_copy(update={"period": Days(start=inputs.span.start, end=inputs.span.end)})
    return {
        "given": pack(end), "figures": [packed_figure(pace.project(one)) for one in figures],
        "held": [[clause, name, pack(one.value), one.to_come] for (clause, name), one in pace.held(figures).items()],
    }  # fmt: skip


def read(data: Mapping[str, Any]) -> Ahead:
    """What was kept."""
    raw = {name: value for name, value in unpack(data["given"]).items() if value is not None}
    return Ahead(
        read_given(raw, Places("推算")), [figure_of(one) for one in data["figures"]],
        {(clause, name): Held(unpack(value), to_come) for clause, name, value, to_come in data["held"]},
    )  # fmt: skip
