"""The five contracts: set up from their rulebooks, answered, with outlets, and put to work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources
from typing import Any

import yaml

from app.demonstration import people
from app.demonstration.people import Account, Cast
from app.demonstration.stage import Stage, moment
from app.security.terms import OrganisationKind, OutletLevel
from app.services import organisations, outlets
from app.services.act import Act, found
from app.services.books import book_of
from app.services.organisations import ContractTerms
from app.services.setup import members, questions, stages, versions
from app.store.contracts import ContractScope
from kpi.quantities import Money, Period
from kpi.rulebook.loader import Source, load_known
from kpi.sampledata.generate import SampleSet, generate
from kpi.sampledata.plan import load_plan

SEED = 1
REASON = "合同签订前的答疑会议已明确，会议纪要存档"
DEFAULTS = "合同签订前的答疑会议研究，其余事项均按默认读法"


@dataclass(frozen=True)
class Show:
    """A contract of the demonstration. `ahead`: days by which its term reaches beyond today's sample.

    A sample's term has just ended on its day; drawn for a later day, it is still running today. `assessments`: see
    app.demonstration.scoring; `answers` stand before those of the sample. `agreed`: see app.demonstration.planning.
    `pays`: how many payments are made at most; None: whatever can be paid. `invited`: other bodies that send a member to the
    acceptance group.
    """

    key: str
    short: str
    county: str
    buyer: str
    supplier: str
    ahead: int = 0
    internal_check: bool = False
    assessments: tuple[Mapping[str, Any], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    agreed: Mapping[str, Any] = field(default_factory=dict)
    pays: int | None = None
    invited: tuple[str, ...] = ()


def shows(*, year_end: bool = False) -> list[Show]:
    """The contracts of the demonstration, in the order in which they are set up; in mid-term, or with their terms over."""
    text = resources.files("app.demonstration").joinpath("shows.yaml").read_text("utf-8")
    listed = []
    for each in yaml.safe_load(text):
        other = each.pop("year_end")
        listed.append(Show(**{**each, **(other if year_end else {})}))
    return listed


@dataclass
class Staged:
    """A contract at work: its people, its outlets' names, the entries to be worked off, what the sample gives beside."""

    show: Show
    contract_id: int
    title: str
    term: Period
    cast: Cast
    source: Source
    entries: list[dict[str, Any]]
    ended: bool
    given: Mapping[str, Any]
    password: str


def drawn(show: Show, today: date) -> tuple[Source, SampleSet]:
    """The contract's rulebook and its sample."""
    source = load_known(show.key)
    sample = generate(source, load_plan(show.key), seed=SEED, today=today + timedelta(days=show.ahead))
    return source, sample


def set_up(stage: Stage, admin_id: int, show: Show, password: str, offset: int) -> tuple[Staged, list[Account]]:
    """One contract from nothing to live, with everybody who works on it."""
    source, sample = drawn(show, stage.today)
    entries = [each for each in sample.entries if day_of(each, source) <= stage.today.isoformat()]
    before = moment(sample.term.start - timedelta(days=10))
    contract_id = stage.play(admin_id, before, lambda act: contract(act, show, source, sample))
    cast, told = people.cast(
        stage, admin_id, contract_id, show.short, source.rulebook.title, sample.term.start, password, offset,
        show.invited,
    )
    supervisor = cast.one("supervisor")
    ready = moment(sample.term.start - timedelta(days=3))
    stage.play(supervisor, ready, lambda act: settle(act, contract_id, source, sample, show))
    names = outlets_in(source, entries, sample.given.get("members", {}))
    stage.play(admin_id, ready, lambda act: add_outlets(act, contract_id, show, names))
    stage.play(supervisor, ready, lambda act: to_work(act, contract_id))
    ended = sample.term.end < stage.today
    made = Staged(show, contract_id, source.rulebook.title, sample.term, cast, source, entries, ended, sample.given, password)
    return made, told


def day_of(entry: Mapping[str, Any], source: Source) -> str:
    """The business date of a drawn entry, as text."""
    ledger = found(source.rulebook.ledger(entry["ledger"]))
    return str(entry["fields"].get(ledger.date) or entry.get("date"))[:10]


def contract(act: Act, show: Show, source: Source, sample: SampleSet) -> int:
    """The contract as a draft, between two organisations."""
    buyer = people.organisation(act, OrganisationKind.BUYER, show.buyer)
    supplier = people.organisation(act, OrganisationKind.SUPPLIER, show.supplier)
    price = Money.parse(str(sample.given["price"])).fen if sample.given.get("price") else None
    title = source.rulebook.title[:120]
    terms = ContractTerms(show.key, title, buyer, supplier, sample.term.start, sample.term.end, price)
    return organisations.create_contract(act, terms).id


def settle(act: Act, contract_id: int, source: Source, sample: SampleSet, show: Show) -> None:
    """The rulebook chosen, every question answered, the members listed."""
    scope = ContractScope(act.session, contract_id)
    versions.choose(act, scope, source.text)
    row = found(scope.contract())
    row.internal_check = show.internal_check
    answer_all(act, scope, {**sample.given.get("answers", {}), **show.answers})
    book = book_of(scope, row)
    for one in members.empty_sets(book):
        names = sample.given.get("members", {}).get(one.id)
        if names:
            members.set_members(act, scope, one.id, members.Listing("\n".join(map(str, names)), "", REASON, 0))


def answer_all(act: Act, scope: ContractScope, given: Mapping[str, Any]) -> None:
    """The sample's answers one by one, in an order in which each is asked; the rest by default."""
    book = book_of(scope, found(scope.contract()))
    waiting = [one for one in book.rulebook.assumptions if one.id in given]
    while waiting:
        book = book_of(scope, found(scope.contract()))
        asked = [one for one in waiting if questions.is_asked(book.rulebook, one, book.given)]
        if not asked:
            break
        for one in asked:
            questions.answer(act, scope, one.id, typed(given[one.id]), REASON, 0)
        waiting = [one for one in waiting if one not in asked]
    questions.accept_defaults(act, scope, DEFAULTS)


def typed(value: Any) -> str:
    """An answer as somebody types it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return str(value)


def outlets_in(source: Source, entries: Iterable[Mapping[str, Any]], listed: Mapping[str, Any]) -> dict[str, str]:
    """The outlets that the entries name, in the order of their coming, each with the one that it lies in, if any.

    An entry that names two, as a township and a village, names the second as lying in the first.
    """
    fields = {
        ledger.id: [each.id for each in ledger.fields if each.type == "outlet"] for ledger in source.rulebook.ledgers
    }
    found: dict[str, str] = {}
    for entry in entries:
        above = ""
        for name in (str(entry["fields"][one]) for one in fields[entry["ledger"]] if entry["fields"].get(one)):
            found[name] = above or found.get(name, "")
            above = name
    return found or dict.fromkeys([str(one) for group in listed.values() for one in group][:12], "")


def add_outlets(act: Act, contract_id: int, show: Show, lying_in: Mapping[str, str]) -> None:
    """The county with its townships and streets, and the villages and communities in them."""
    scope = ContractScope(act.session, contract_id)
    made = {show.county: outlets.add(act, scope, None, OutletLevel.COUNTY.value, show.county).id}
    for name, above in sorted(lying_in.items(), key=lambda one: bool(one[1])):
        level = OutletLevel.VILLAGE if above else OutletLevel.TOWNSHIP
        if name not in made:
            made[name] = outlets.add(act, scope, made[above or show.county], level.value, name).id


def to_work(act: Act, contract_id: int) -> None:
    """Through test mode to live."""
    scope = ContractScope(act.session, contract_id)
    stages.begin_trial(act, scope)
    stages.go_live(act, scope)


def finish(stage: Stage, made: Staged) -> None:
    """A contract whose term is over long ago is closed."""
    if made.term.end + timedelta(days=180) < stage.today:
        day = moment(made.term.end + timedelta(days=30))
        stage.play(made.cast.one("supervisor"), day, lambda act: close(act, made.contract_id))


def close(act: Act, contract_id: int) -> None:
    stages.close(act, ContractScope(act.session, contract_id), "合同期满，各期款项已结清")


