"""The rulebook that a contract runs by on a day, with the buyer's answers; and the working-day calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import yaml
from sqlalchemy.orm import Session

from app.services.act import Refused
from app.store import rulebooks, setup
from app.store.contracts import Contract, ContractScope
from kpi.calendar import WorkCalendar, parse_overrides
from kpi.rulebook.answers import Answers
from kpi.rulebook.answers import Refused as Unanswerable
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import Ledger
from kpi.rulebook.loader import Source, load_text

#: Answers that list the members of a set (townships, channels) stand under this prefix and the set's id.
MEMBERS = "members:"
_LOADED = 64


@dataclass(frozen=True)
class Book:
    """A contract's rulebook in force. `given`: the buyer's answers to assumptions; `members`: by set."""

    source: Source
    text_id: int
    given: dict[str, Any]
    members: dict[str, tuple[str, ...]]

    @property
    def rulebook(self) -> Rulebook:
        return self.source.rulebook

    @property
    def answers(self) -> Answers:
        """The answers over the defaults; what this version no longer asks, or asks otherwise, is left out."""
        return Answers(self.rulebook, self.given)

    @cached_property
    def _ledgers(self) -> dict[str, Ledger]:
        return {each.id: each for each in self.rulebook.ledgers}

    def ledger(self, ledger_id: str) -> Ledger | None:
        return self._ledgers.get(ledger_id)


@lru_cache(_LOADED)
def loaded(text: str) -> Source:
    """A rulebook text, parsed once a process."""
    return load_text(text)


def book_on(scope: ContractScope, day: date) -> Book | None:
    """The book in force on a day; None where the contract has no rulebook yet."""
    version = rulebooks.in_force(scope.session, scope.contract_id, day)
    return None if version is None else _book(scope, version.rulebook_text_id)


def book_of(scope: ContractScope, contract: Contract) -> Book:
    """The contract's present book; Refused where none has been chosen."""
    if contract.rulebook_text_id is None:
        raise Refused("这份合同还没有选定规则书，台账要按规则书登记。请先到“合同设置”选定规则书")
    return _book(scope, contract.rulebook_text_id)


def book_by_text(scope: ContractScope, text_id: int) -> Book:
    """The book of one stored text, as an entry recorded it, with today's answers."""
    return _book(scope, text_id)


def fits(rulebook: Rulebook, name: str, value: Any) -> bool:
    """Whether this version asks the question and takes the value for an answer."""
    try:
        Answers(rulebook, {name: value})
    except Unanswerable:
        return False
    return True


def _book(scope: ContractScope, text_id: int) -> Book:
    text = rulebooks.text(scope.session, text_id).text
    return assembled(text, text_id, setup.answered_values(scope.session, scope.contract_id))


def assembled(text: str, text_id: int, answered: Iterable[tuple[str, Any]]) -> Book:
    """A text with the answers given, oldest first.

    An amendment may ask otherwise than before: of each answer's revisions the latest that fits counts.
    """
    source = loaded(text)
    given: dict[str, Any] = {}
    members: dict[str, tuple[str, ...]] = {}
    for name, value in answered:
        if name.startswith(MEMBERS):
            members[name.removeprefix(MEMBERS)] = tuple(value)
        elif fits(source.rulebook, name, value):
            given[name] = value
    return Book(source, text_id, given, members)


def calendar_data(session: Session) -> dict[str, Any]:
    """The administrator's tables, merged: what `given.calendar` and parse_overrides take."""
    merged: dict[str, Any] = {}
    for row in rulebooks.calendars(session):
        merged |= {str(year): table for year, table in yaml.safe_load(row.text).items()}
    return merged


def calendar(session: Session, *, provisional: bool = False) -> WorkCalendar:
    """Working days with the administrator's tables; `provisional` takes weekdays in a year without data."""
    return calendar_with(calendar_data(session), provisional=provisional)


def calendar_with(data: Mapping[str, Any], *, provisional: bool = False) -> WorkCalendar:
    """`calendar` where its tables have been read already."""
    found = WorkCalendar(provisional=provisional)
    if data:
        table = parse_overrides(data)
        found = found.with_overrides(table.rows, table.published)
    return found
