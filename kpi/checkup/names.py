"""What the names of an expression mean: fields of a ledger row, or figures as a clause sees them.

Figures resolve as kpi.indicators does: figures of the rule's own clause, parameters, derived figures,
results of later stages, figures of another clause when only one has the name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from kpi.checkup.walk import Node, clauses_of
from kpi.rulebook.document import Rulebook
from kpi.rulebook.indicators import _Measured
from kpi.rulebook.ledgers import Ledger
from kpi.rulebook.survey import Survey

#: Results of later stages that rules may read beside figures.
RESULTS = frozenset({"score", "total", "tier", "price", "met"})
_ROW_FIELDS = frozenset({"where", "hits", "require"})


class Names:
    """Names that a rulebook defines, and where each may be read."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.owners: dict[str, list[str]] = {}
        for indicator in rulebook.indicators:
            for name in indicator.figures:
                owners = self.owners.setdefault(name, [])
                if indicator.clause not in owners:
                    owners.append(indicator.clause)
        self.shared = {one.id for one in rulebook.parameters} | {one.id for one in rulebook.derived}
        self.results = RESULTS | {one.id for one in rulebook.verdicts} | {one.id for one in rulebook.rights}

    def unknown(self, name: str, clauses: Iterable[str]) -> str:
        """Why a name cannot be read by a rule of these clauses; empty where it can."""
        owners = self.owners.get(name, [])
        if name in self.shared or name in self.results or set(clauses) & set(owners) or len(owners) == 1:
            return ""
        if owners:
            choice = "、".join(f"of('{owner}', '{name}')" for owner in owners)
            return f"“{name}”在几条里都有（{'、'.join(owners)}），不知道用哪一个；请写成 {choice} 之一"
        return f"没有叫“{name}”的数据、参数或推算项{near(name, [*self.owners, *self.shared, *self.results])}"

    def unknown_of(self, clause: str, name: str) -> str:
        """The same for of('clause', 'name')."""
        if name == "met" and any(one.clause == clause for one in self.rulebook.indicators):
            return ""
        if clause in self.owners.get(name, []):
            return ""
        rubric = self.rulebook.rubric
        if name == "score" and rubric is not None and any(item.id == clause for item in rubric.items):
            return ""
        known = [figure for figure, owners in self.owners.items() if clause in owners]
        return f"条款 {clause} 没有叫“{name}”的数据{near(name, known)}"


def row_of(node: Node, rulebook: Rulebook) -> str | None:
    """Id of the ledger whose fields an expression at this node reads; None where it reads figures."""
    for rule in reversed(node.trail):
        if isinstance(rule, Ledger):
            return rule.id
        if isinstance(rule, Survey):
            return rule.ledger
        if isinstance(rule, _Measured):
            return rule.ledger if node.field in _ROW_FIELDS else None
    return None


def beside_fields(node: Node, names: Names) -> frozenset[str]:
    """Names that stand beside the fields of a row: parameters and derived figures, in a figure's conditions."""
    return frozenset(names.shared) if node.within(_Measured) else frozenset()


def seen_from(node: Node) -> tuple[str, ...]:
    """Clauses whose figures an expression at this node reads without naming the clause."""
    return clauses_of(node.trail)


def near(name: str, known: Iterable[str]) -> str:
    """`;是不是“…”?` with the closest known name, else what there is."""
    names = sorted(set(known))
    found = difflib.get_close_matches(name, names, n=1)
    if found:
        return f"；是不是“{found[0]}”？"
    return f"；现有 {'、'.join(names[:12])}" if names else ""
