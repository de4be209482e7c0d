"""Targets that were changed after signing: a parameter's value with the reason, approver and date."""

from __future__ import annotations

from collections.abc import Mapping

from kpi.rulebook.answers import Refused
from kpi.rulebook.assumptions import Parameter
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import ChangedTarget


def adjusted(rulebook: Rulebook, targets: Mapping[str, ChangedTarget]) -> Rulebook:
    """The rulebook with changed targets in force, for measuring and for scoring alike.

    Refused("bad_input") where a name is no parameter of the rulebook.
    """
    if not targets:
        return rulebook
    known = {one.id for one in rulebook.parameters}
    for name in targets:
        if name not in known:
            names = "、".join(sorted(known)) or "（没有）"
            raise Refused("bad_input", f"targets 里的“{name}”不是规则书的参数；可写 {names}", name)
    parameters = tuple(_changed(one, targets[one.id]) if one.id in targets else one for one in rulebook.parameters)
    return rulebook.model_copy(update={"parameters": parameters})


def _changed(parameter: Parameter, target: ChangedTarget) -> Parameter:
    return parameter.model_copy(update={"value": target.value})

