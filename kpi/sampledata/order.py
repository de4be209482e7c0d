"""In which order ledgers are drawn, what has to be remembered, and for whom a batch has entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import FieldType, Ledger
from kpi.sampledata import specs
from kpi.sampledata.plan import Each, LoadedPlan, Plan, ways_of
from kpi.sampledata.rows import BatchDrawing
from kpi.sampledata.slots import Round


def in_order(loaded: LoadedPlan, rulebook: Rulebook) -> list[Ledger]:
    """The plan's ledgers, those that others refer to first; else as in the rulebook."""
    plan, known = loaded.plan, {ledger.id: ledger for ledger in rulebook.ledgers}
    planned = [ledger for ledger in rulebook.ledgers if ledger.id in plan.ledgers]
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for ledger in planned:
        sorter.add(ledger.id, *(name for name in _needs(ledger, plan) if name in plan.ledgers))
    try:
        return [known[name] for name in sorter.static_order()]
    except CycleError as error:
        names = "、".join(known[name].name for name in error.args[1])
        raise loaded.problem(("ledgers",), f"台账互相引用，排不出先后：{names}；请去掉一处引用") from error


def _needs(ledger: Ledger, plan: Plan) -> list[str]:
    batches = plan.ledgers[ledger.id]
    found = [way.entry for batch in batches for way in ways_of(batch) if isinstance(way, specs.Earlier)]
    found += [batch.each.entries for batch in batches if batch.each is not None and batch.each.entries]
    found += [one.ledger for one in ledger.fields if one.type is FieldType.REFERENCE and one.required]
    return sorted({name for name in found if name != ledger.id})


def remembered(plan: Plan, rulebook: Rulebook) -> frozenset[str]:
    """Ledgers whose entries others refer to."""
    found = {one.ledger for ledger in rulebook.ledgers for one in ledger.fields if one.type is FieldType.REFERENCE}
    for ledger in rulebook.ledgers:
        if ledger.id in plan.ledgers:
            found.update(_needs(ledger, plan))
            found.update(
                way.entry
                for batch in plan.ledgers[ledger.id]
                for way in ways_of(batch)
                if isinstance(way, specs.Earlier)
            )
    return frozenset(found)


def kept_fields(plan: Plan) -> frozenset[str]:
    """Fields of earlier entries that later ones ask for."""
    found: set[str] = set()
    for batch in (batch for batches in plan.ledgers.values() for batch in batches):
        for way in ways_of(batch):
            if isinstance(way, specs.Of):
                found.add(way.part)
            elif isinstance(way, specs.Earlier) and way.where is not None:
                found.update(way.where.names)
            elif isinstance(way, specs.Text):
                found.update(part.partition("}")[0] for text in way.text for part in text.split(".")[1:])
        if batch.each is not None:
            found.update(batch.each.where.names if batch.each.where is not None else ())
            found.update([batch.each.until] if batch.each.until else ())
    return frozenset(found)


def rounds_of(drawing: BatchDrawing) -> list[Round]:
    """For whom a batch has entries: once for everyone, or for each member of what `each` names."""
    each = drawing.batch.each
    if each is None:
        return [Round()]
    found = list(_rounds(drawing, each))
    if each.share < 1:
        found = drawing.draws.some(found, (len(found) * each.share).__floor__())
    return found[each.skip :][: each.number]


def _rounds(drawing: BatchDrawing, each: Each) -> Iterator[Round]:
    world = drawing.world
    if each.entries is not None:
        for stored in list(world.shelf(each.entries).entries):
            if each.where is None or each.where.on(stored.values):
                yield Round(source=stored)
    elif each.table is not None:
        for key, texts in world.plan.tables[each.table].items():
            for text in texts:
                yield Round(key, dict(zip(each.names, (key, text), strict=False)))
    else:
        for value in _singles(drawing, each):
            yield Round(str(value), dict.fromkeys(each.names[:1], value))


def _singles(drawing: BatchDrawing, each: Each) -> Sequence[Any]:
    world = drawing.world
    if each.pool is not None:
        pool = world.pools[each.pool]
        return [pool[index] for index in range(min(len(pool), each.skip + (each.number or len(pool))))]
    if each.members is not None:
        return world.members[each.members]
    if each.choices is not None:
        return drawing.fields[each.choices].choices
    return each.values
