"""Member sets that the rulebook leaves to the set-up: the townships, outlets or channels by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.security.terms import OutletLevel
from app.services.act import Act, Missing, Refused
from app.services.books import MEMBERS, Book
from app.services.setup import values
from app.services.setup.questions import Stale, present_book
from app.store import setup
from app.store.contracts import ContractScope, Outlet
from app.store.setup import Given, SettingAnswer
from kpi.rulebook.rubric import MemberSet


@dataclass(frozen=True)
class Listed:
    """A member set where it stands. `fixed`: the rulebook lists the members itself.

    `added` and `gone`: what the outlets of the levels have more or less than when they were taken over.
    """

    set: MemberSet
    clause_title: str
    fixed: bool
    members: tuple[str, ...]
    history: tuple[Given, ...]
    levels: tuple[OutletLevel, ...] = ()
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.members

    @property
    def revision(self) -> int:
        return self.history[-1].revision if self.history else 0


def listed(scope: ContractScope, book: Book) -> list[Listed]:
    """Every member set of the rulebook, those left to the set-up first."""
    histories: dict[str, list[Given]] = {}
    for one in setup.answers(scope.session, scope.contract_id):
        if one.assumption.startswith(MEMBERS):
            histories.setdefault(one.assumption.removeprefix(MEMBERS), []).append(one)
    outlets = list(scope.outlets()) if any(not one.members for one in book.rulebook.members) else []
    titles = {one.id: one.title for one in book.rulebook.clauses}
    found = [_listed(one, titles.get(one.clause, ""), histories.get(one.id, []), outlets) for one in book.rulebook.members]
    return sorted(found, key=lambda one: one.fixed)


def _listed(one: MemberSet, title: str, history: list[Given], outlets: list[Outlet]) -> Listed:
    if one.members:
        return Listed(one, title, True, tuple(map(str, one.members)), ())
    if not history:
        return Listed(one, title, False, (), ())
    members, levels = tuple(history[-1].value), tuple(OutletLevel.of(each) for each in history[-1].levels)
    if not levels:
        return Listed(one, title, False, members, tuple(history))
    now = outlets_of(outlets, levels)
    added = tuple(name for name in now if name not in members)
    gone = tuple(name for name in members if name not in now)
    return Listed(one, title, False, members, tuple(history), levels, added, gone)


def outlets_of(outlets: list[Outlet], levels: Sequence[OutletLevel]) -> list[str]:
    """Names of the open outlets of the levels, each once."""
    return list(dict.fromkeys(one.name for one in outlets if one.level in levels and one.closed_on is None))


def empty_sets(book: Book) -> list[MemberSet]:
    """The sets that still have no members: what counts by them cannot be computed."""
    return [one for one in book.rulebook.members if not one.members and not book.members.get(one.id)]


@dataclass(frozen=True)
class Listing:
    """What the members are: typed line by line, or the outlets of some levels."""

    typed: str
    levels: Sequence[str]
    reason: str
    seen: int


def set_members(act: Act, scope: ContractScope, set_id: str, listing: Listing) -> SettingAnswer:
    """Keeps the list as the set's members from now on; the earlier lists stay readable."""
    book = present_book(act, scope)
    wanted = next((one for one in book.rulebook.members if one.id == set_id), None)
    if wanted is None:
        raise Missing
    if wanted.members:
        raise Refused("这份名单由规则书列明，不能在这里改；要改请上传新版规则书", "typed")
    name = MEMBERS + set_id
    history = setup.answers(act.session, scope.contract_id, name)
    if history and history[-1].revision != listing.seen:
        raise Stale(history[-1])
    row = SettingAnswer(
        contract_id=scope.contract_id,
        assumption=name,
        answer={"value": _members(scope, listing), "rulebook": book.text_id} | ({"levels": list(listing.levels)} if listing.levels else {}),
        reason=listing.reason,
        answered_by=act.person().user_id,
        answered_at=act.now,
    )
    setup.add_answer(act.session, row)
    said = {"set": set_id, "number": len(row.answer["value"]), "revision": row.revision}
    act.record("members.listed", "question", row.id, scope.contract_id, **said)
    return row


def _members(scope: ContractScope, listing: Listing) -> list[str]:
    if not listing.levels:
        found = values.lines(listing.typed)
        if not found:
            raise Refused("请每行写一个名称，或选择取自哪一级网点", "typed")
        return found
    levels = [OutletLevel.of(each) for each in listing.levels]
    found = outlets_of(list(scope.outlets()), levels)
    if not found:
        named = "、".join(each.label for each in levels)
        raise Refused(f"还没有{named}的网点；请先到“网点”登记，或在这里逐行填写", "levels")
    return found
