"""Everything that is named exists: clauses, ledgers, fields, figures, assumptions, tiers, tranches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kpi.checkup.findings import Book, Finding
from kpi.checkup.names import Names, beside_fields, near, row_of, seen_from
from kpi.checkup.walk import Node
from kpi.expressions import Expression
from kpi.rulebook.base import Answer, Rule
from kpi.rulebook.indicators import Indicator, _Measured
from kpi.rulebook.ledgers import Ledger
from kpi.rulebook.payments import GateRule, Payment, Plan, TierShare
from kpi.rulebook.reports import GroupColumn, HandedIn
from kpi.rulebook.rubric import Consequence, Item, Pool, Right, Schedule, Verdict
from kpi.rulebook.survey import Element, SamplingPlan, Survey, _Check

_KINDS = {
    "clause": "条款",
    "ledger": "台账",
    "assumption": "待确认事项",
    "members": "成员名单",
    "tier": "档次",
    "tranche": "本方案的付款期",
    "plan": "支付方案",
    "item": "考核项",
    "field": "台账字段",
}
_FIELD_NAMES = frozenset({"field", "by", "per", "key", "start", "end", "id_number", "on", "fields"})


def references(book: Book) -> Iterator[Finding]:
    """One error for each name that leads nowhere."""
    known = _known(book)
    for node in book.nodes:
        kind = _kind(node)
        if kind is not None:
            yield from _check(book, node, kind, str(node.value), known[kind](node))
        for keyed, names in _keyed(book, node):
            for name in names:
                yield from _check(book, node, keyed, name, known[keyed](node))


def _check(book: Book, node: Node, kind: str, name: str, known: set[str] | None) -> Iterator[Finding]:
    if known is None or name == "" or name in known:
        return
    title = _KINDS[kind]
    yield book.finding(
        "error",
        f"unknown_{kind}",
        node.path,
        f"没有叫“{name}”的{title}{near(name, known)}",
        f"这里写的“{name}”应是哪一个{title}？",
    )


def _known(book: Book) -> dict[str, Callable[[Node], set[str] | None]]:
    rulebook = book.rulebook
    items = rulebook.rubric.items if rulebook.rubric else ()
    tiers = {band.tier for band in rulebook.tiers.bands} if rulebook.tiers else set()
    sets: dict[str, set[str]] = {
        "clause": set(book.clause_titles),
        "ledger": {one.id for one in rulebook.ledgers},
        "assumption": {one.id for one in rulebook.assumptions},
        "members": {one.id for one in rulebook.members},
        "tier": tiers,
        "plan": {plan.id for plan in rulebook.payment.plans} if rulebook.payment else set(),
        "item": {item.id for item in items} | {clause for item in items for clause in item.clauses},
    }
    found: dict[str, Callable[[Node], set[str] | None]] = {
        kind: _everywhere(names) for kind, names in sets.items()
    }
    found["field"] = lambda node: _fields(book, node)
    found["tranche"] = _tranches
    return found


def _everywhere(names: set[str]) -> Callable[[Node], set[str] | None]:
    return lambda node: names


def _kind(node: Node) -> str | None:
    """What kind of thing the text at this node names, None where it names nothing."""
    if not isinstance(node.value, str) or not node.trail:
        return None
    owner, field = node.owner, node.field
    if field == "answer" and isinstance(node.trail[-1], Answer):
        return "assumption"
    if field in ("clause", "clauses") or (field == "requires" and isinstance(owner, Verdict)):
        return "clause"
    if field == "met" and isinstance(owner, GateRule):
        return "clause"
    if field in ("ledger", "also_records"):
        return "ledger"
    if field == "members" and not hasattr(owner, "assumptions"):
        return None if _lists_members(owner) else "members"
    return _local_kind(owner, field)


def _lists_members(owner: Rule) -> bool:
    """A member set lists its members; everything else names a set."""
    return isinstance(getattr(owner, "members", None), tuple)


def _local_kind(owner: Rule, field: str) -> str | None:
    if field == "tier" and isinstance(owner, Consequence):
        return "tier"
    if field == "outside":
        return "tranche"
    if field == "plan" and isinstance(owner, Payment):
        return "plan"
    if field == "items" and isinstance(owner, Pool):
        return "item"
    if field in _FIELD_NAMES and isinstance(owner, _Measured | Indicator | Schedule | Element | _Check | GroupColumn):
        return "field"
    if field in ("date", "unique") and isinstance(owner, Ledger):
        return "field"
    if field in ("record_id", "branch", "area") and isinstance(owner, Survey):
        return "field"
    return "field" if field == "strata" and isinstance(owner, SamplingPlan) else None


def _keyed(book: Book, node: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names that stand as keys of a table, or as the options whose answer is the name itself."""
    rule = node.value
    if isinstance(rule, Answer) and rule.when is None and node.field == "plan":
        asked = book.rulebook.assumption(rule.answer)
        yield "plan", tuple(asked.options) if asked is not None else ()
    if isinstance(rule, TierShare):
        yield "tier", (*rule.shares, *rule.stops)
    if node.field == "less" and isinstance(rule, Mapping) and node.path[-1] != "when":
        yield "tranche", tuple(rule)
    if isinstance(rule, Survey):
        yield "field", tuple(rule.template)
    if isinstance(rule, Item):
        yield "clause", tuple(rule.clause_caps)
    if isinstance(rule, HandedIn):
        yield "field", tuple(rule.fields)


def _tranches(node: Node) -> set[str] | None:
    plan = next((rule for rule in node.trail if isinstance(rule, Plan)), None)
    return None if plan is None else {tranche.id for tranche in plan.tranches}


def _fields(book: Book, node: Node) -> set[str] | None:
    """Fields of the ledgers that a name at this node may mean; None where the ledger itself is unknown."""
    ledgers = [book.rulebook.ledger(name) for name in _ledgers(node)]
    found = {field.id for ledger in ledgers if ledger is not None for field in ledger.fields}
    return found if any(ledgers) else None


def _ledgers(node: Node) -> list[str]:
    for rule in (node.value, *reversed(node.trail)):
        if isinstance(rule, Ledger):
            return [rule.id]
        if isinstance(rule, _Measured | Survey | Schedule | HandedIn):
            return [rule.ledger]
        if isinstance(rule, GroupColumn):
            return [rule.figure.ledger] if isinstance(rule.figure, _Measured) else []
        if isinstance(rule, Indicator):
            return [one.ledger for one in rule.figures.values() if isinstance(one, _Measured)]
    return []


def expressions(book: Book) -> Iterator[Finding]:
    """Every name in every expression resolves."""
    names = Names(book.rulebook)
    for node in book.nodes:
        if isinstance(node.value, Expression):
            for problem in _problems(book, node, node.value, names):
                yield book.finding(
                    "error",
                    "unknown_name",
                    node.path,
                    f"算式“{node.value.text}”：{problem}",
                    f"算式“{node.value.text}”应该用哪个数据？",
                )


def _problems(book: Book, node: Node, expression: Expression, names: Names) -> Iterator[str]:
    ledger_id = row_of(node, book.rulebook)
    if ledger_id is not None:
        ledger = book.rulebook.ledger(ledger_id)
        if ledger is not None:
            fields = [field.id for field in ledger.fields]
            for name in sorted(expression.names - set(fields) - beside_fields(node, names)):
                yield f"台账“{ledger.name}”没有字段“{name}”{near(name, fields)}"
        return
    for name in sorted(expression.names - _upheld(book, node)):
        if problem := names.unknown(name, seen_from(node)):
            yield problem
    for clause, name in sorted(expression.of_clause):
        if problem := names.unknown_of(clause, name):
            yield problem


def _upheld(book: Book, node: Node) -> set[str]:
    """Event kinds: where consequences and rights ask, each stands for its number of upheld events."""
    asks = node.within(Consequence) or node.within(Right)
    return {one.id for one in book.rulebook.events} if asks else set()
