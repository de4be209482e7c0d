"""Names in a plan that lead nowhere: found before anything is drawn, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kpi.rulebook.base import Rule
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import Ledger
from kpi.rulebook.yaml_text import TextProblems
from kpi.sampledata import specs
from kpi.sampledata.plan import Batch, LoadedPlan, ways_of

#: The entry that a batch follows, beside the fields and the `let`s.
SOURCE = "source"


def check_names(loaded: LoadedPlan, rulebook: Rulebook) -> None:
    """TextProblems with every unknown field, ledger, pool, table or member set."""
    problems = [problem for one in _problems(loaded, rulebook) for problem in one.problems]
    if problems:
        raise TextProblems(problems)


def _problems(loaded: LoadedPlan, rulebook: Rulebook) -> Iterator[TextProblems]:
    ledgers = {ledger.id: ledger for ledger in rulebook.ledgers}
    for name, batches in loaded.plan.ledgers.items():
        if name not in ledgers:
            message = f"规则书里没有台账“{name}”；有的是 {'、'.join(ledgers)}"
            yield loaded.problem(("ledgers", name), message)
            continue
        for place, batch in enumerate(batches):
            for message in _wrong(loaded, rulebook, ledgers, ledgers[name], batch):
                yield loaded.problem(("ledgers", name, place), message)
    for role in (loaded.plan.authors, loaded.plan.verifiers):
        if role is not None and role not in loaded.plan.pools:
            yield loaded.problem(("authors",), f"没有名单“{role}”；pools 里有的是 {'、'.join(loaded.plan.pools)}")


def _wrong(
    loaded: LoadedPlan, rulebook: Rulebook, ledgers: dict[str, Ledger], ledger: Ledger, batch: Batch
) -> Iterator[str]:
    plan = loaded.plan
    fields = {field.id for field in ledger.fields}
    known = {*fields, *batch.let, ledger.date, SOURCE}
    title = f"台账“{ledger.name}”"
    for name in _unknown(_named(batch), fields | set(batch.let)):
        yield f"{title}没有字段“{name}”；有的是 {'、'.join(sorted(fields))}"
    for way in ways_of(batch):
        yield from (f"{title}没有“{name}”；算式和引用只能用它的字段和 let" for name in _unknown(_asked(way), known))
        if isinstance(way, specs.FromPool) and way.pool not in plan.pools:
            yield f"没有名单“{way.pool}”；pools 里有的是 {'、'.join(plan.pools)}"
        if isinstance(way, specs.LookUp) and way.table not in plan.tables:
            yield f"没有表“{way.table}”；tables 里有的是 {'、'.join(plan.tables)}"
        if isinstance(way, specs.Earlier):
            yield from _earlier(ledgers, way.entry, way.where.names if way.where is not None else ())
    yield from _each(loaded, rulebook, ledgers, batch)


def _each(
    loaded: LoadedPlan, rulebook: Rulebook, ledgers: dict[str, Ledger], batch: Batch
) -> Iterator[str]:
    each, plan = batch.each, loaded.plan
    if each is None:
        return
    sets = {one.id for one in rulebook.members} | set(plan.members)
    if each.members is not None and each.members not in sets:
        yield f"没有成员名单“{each.members}”；有的是 {'、'.join(sorted(sets))}"
    if each.pool is not None and each.pool not in plan.pools:
        yield f"没有名单“{each.pool}”；pools 里有的是 {'、'.join(plan.pools)}"
    if each.table is not None and each.table not in plan.tables:
        yield f"没有表“{each.table}”；tables 里有的是 {'、'.join(plan.tables)}"
    if each.entries is not None:
        names = [*(each.where.names if each.where is not None else ()), *([each.until] if each.until else ())]
        yield from _earlier(ledgers, each.entries, names)


def _earlier(ledgers: dict[str, Ledger], name: str, fields: Iterable[str]) -> Iterator[str]:
    target = ledgers.get(name)
    if target is None:
        yield f"规则书里没有台账“{name}”；有的是 {'、'.join(ledgers)}"
        return
    for unknown in _unknown(fields, {field.id for field in target.fields}):
        yield f"台账“{target.name}”没有字段“{unknown}”；条件只能用它的字段"


def _unknown(names: Iterable[str], known: set[str]) -> list[str]:
    return sorted({name for name in names if name not in known})


def _asked(way: Rule) -> Iterator[str]:
    """Fields and variables that a way of drawing reads."""
    match way:
        case specs.Depends():
            yield from way.when.names
        case specs.Compute():
            yield from way.compute.names
        case specs.Of():
            yield way.of
        case specs.LookUp():
            yield way.by
        case specs.Day():
            yield way.after
        case specs.Series() if way.per is not None:
            yield way.per
        case _:
            return


def _named(batch: Batch) -> Iterator[str]:
    """Fields that a batch says how to draw."""
    tables: list[dict[str, Any]] = [batch.fields, *(one.fields for one in batch.variants)]
    tables += [one.fields for one in batch.except_] + [one.wrong for one in batch.spoil]
    for table in tables:
        yield from table
    for spoil in batch.spoil:
        yield from spoil.blank
    if batch.each is not None:
        yield from batch.each.names
        if batch.each.choices is not None:
            yield batch.each.choices
