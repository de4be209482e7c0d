"""A contract on its way from draft to live, for the tests of its set-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services.act import Act
from app.services.books import Book, book_of
from app.services.setup import questions, versions
from app.services.setup.questions import Question
from app.store.contracts import ContractScope
from app.store.models import Contract, UserAccount
from tests.factories import organisations, people, roles
from tests.factories.setups import LAKESIDE, SIXTH
from tests.services.acting import act_of

#: A set of members that the set-up lists, and a question that another one raises.
EXTRA = """
members:
  - {id: towns, title: 乡镇, clause: LK-1}
  - {id: channels, title: 渠道, members: [公众号, 抖音]}
"""


def lakeside() -> str:
    """The text of the lakeside rulebook."""
    return LAKESIDE.read_text("utf-8")


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each first piece replaced by the second."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


@dataclass
class Desk:
    """A draft with two supervisors."""

    session: Session
    contract: Contract
    supervisor: UserAccount
    second: UserAccount

    @property
    def scope(self) -> ContractScope:
        return ContractScope(self.session, self.contract.id)

    def act(self, who: UserAccount | None = None) -> Act:
        return act_of(self.session, who or self.supervisor)

    def choose(self, text: str = "") -> Any:
        return versions.choose(self.act(), self.scope, text or lakeside())

    def book(self) -> Book:
        return book_of(self.scope, self.contract)

    def question(self, name: str) -> Question:
        return next(one for one in self.questions() if one.id == name)

    def questions(self) -> list[Question]:
        return questions.questions(self.scope, self.book())

    def answer(self, name: str, typed: str, reason: str = "会议纪要", seen: int | None = None) -> Any:
        seen = self.question(name).revision if seen is None else seen
        return questions.answer(self.act(), self.scope, name, typed, reason, seen)


@pytest.fixture
def desk(session: Session) -> Desk:
    contract = organisations.contract(session, title="湖畔合同")
    supervisors = [people.account(session, organisation=contract.buyer, display_name=name) for name in ("周主管", "吴主管")]
    for each in supervisors:
        roles.membership(session, contract, each, "supervisor")
    session.commit()
    return Desk(session, contract, *supervisors)


def sixth() -> str:
    return SIXTH.read_text("utf-8")
