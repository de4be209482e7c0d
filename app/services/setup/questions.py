"""待确认事项: what the document leaves open, asked of the buyer one by one; every answer stays readable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.security.terms import ContractState
from app.services.act import Act, Missing, Refused, found
from app.services.books import Book, book_of, fits, loaded
from app.services.setup import values
from app.store import rulebooks, setup
from app.store.contracts import ContractScope
from app.store.setup import Given, SettingAnswer
from kpi.rulebook.answers import as_key
from kpi.rulebook.assumptions import Assumption
from kpi.rulebook.document import Rulebook


class Stale(Refused):
    """Somebody answered meanwhile. `newer` is what they said."""

    def __init__(self, newer: Given) -> None:
        super().__init__("您打开本页以后，这一项刚刚有人答复过。请看过上面最新的答复，再决定要不要改", "value")
        self.newer = newer


@dataclass(frozen=True)
class Question:
    """A question where it stands. `given`: the answer that counts; `unfit`: the latest, if it fits no longer.

    `reworded`: the question was put otherwise when it was answered, so it must be confirmed again.
    """

    assumption: Assumption
    asked: bool
    given: Given | None
    unfit: Given | None
    reworded: bool
    history: tuple[Given, ...]

    @property
    def id(self) -> str:
        return self.assumption.id

    @property
    def confirmed(self) -> bool:
        return self.given is not None and not self.reworded and self.unfit is None

    @property
    def holds_payment(self) -> bool:
        """Payment waits for this answer."""
        return self.asked and self.assumption.touches_payment and not self.confirmed

    @property
    def value(self) -> Any:
        """What is calculated with: the answer, else the default, None where there is none."""
        return self.given.value if self.given is not None else values.kept(self.assumption.default)

    @property
    def revision(self) -> int:
        """How many answers there were: a form that saw fewer is stale."""
        return self.history[-1].revision if self.history else 0

    @property
    def is_default(self) -> bool:
        default = values.kept(self.assumption.default)
        return default is not None and values.same(self.value, default)

    def says(self, value: Any) -> str:
        return values.shown(self.assumption, value)


def questions(scope: ContractScope, book: Book) -> list[Question]:
    """Every question of the rulebook, in its order, those not asked under the present answers included."""
    history: dict[str, list[Given]] = {}
    for one in setup.answers(scope.session, scope.contract_id):
        history.setdefault(one.assumption, []).append(one)
    wordings = _wordings(scope, book, history.values())
    return [_question(book.rulebook, one, history.get(one.id, ()), wordings, book.given) for one in book.rulebook.assumptions]


def _wordings(scope: ContractScope, book: Book, histories: Iterable[Sequence[Given]]) -> dict[int, Rulebook]:
    """The rulebooks under which answers were given, where they are others than the present one."""
    ids = {one.text_id for history in histories for one in history if one.text_id is not None} - {book.text_id}
    return {key: loaded(rulebooks.text(scope.session, key).text).rulebook for key in sorted(ids)}


def _question(
    rulebook: Rulebook, one: Assumption, history: Sequence[Given], wordings: dict[int, Rulebook], given: dict[str, Any]
) -> Question:
    fitting = [answer for answer in history if fits(rulebook, one.id, answer.value)]
    counts = fitting[-1] if fitting else None
    unfit = history[-1] if history and (counts is None or counts is not history[-1]) else None
    earlier = wordings.get(counts.text_id or 0) if counts is not None else None
    reworded = earlier is not None and _put(earlier.assumption(one.id)) != _put(one)
    return Question(one, is_asked(rulebook, one, given), counts, unfit, reworded, tuple(history))


def _put(one: Assumption | None) -> object:
    """How a question is put to the buyer: what an answer to it means."""
    return None if one is None else (one.question, one.type, tuple(one.options.items()), one.touches_payment)


def is_asked(rulebook: Rulebook, one: Assumption, given: dict[str, Any]) -> bool:
    """Whether the other answers (or defaults) are such that this one is asked at all."""
    for name, options in one.asked_when.items():
        other = rulebook.assumption(name)
        chosen = given.get(name, values.kept(other.default) if other is not None else None)
        if chosen is None or as_key(chosen) not in options:
            return False
    return True


def holding_payment(every: Sequence[Question]) -> int:
    """How many questions payment waits for."""
    return sum(1 for one in every if one.holds_payment)


def depend_on(rulebook: Rulebook, name: str) -> list[str]:
    """The questions that are asked under some answers to this one only."""
    return [one.id for one in rulebook.assumptions if name in one.asked_when]


# -- acts ---------------------------------------------------------------------------------------


def present_book(act: Act, scope: ContractScope) -> Book:
    """The book to answer in; refused where the contract is over."""
    contract = found(scope.contract())
    if contract.state == ContractState.CLOSED:
        raise Refused("合同已经结束，答复不能再改")
    return book_of(scope, contract)


def answer(act: Act, scope: ContractScope, name: str, typed: str, reason: str, seen: int) -> SettingAnswer:
    """Records the buyer's answer to one question. `seen`: the revision that the person had before them."""
    book = present_book(act, scope)
    assumption = book.rulebook.assumption(name)
    if assumption is None:
        raise Missing
    if not reason.strip():
        raise Refused("请写明理由：依据哪份文件、哪次会议或谁的答复", "reason")
    history = setup.answers(act.session, scope.contract_id, name)
    if history and history[-1].revision != seen:
        raise Stale(history[-1])
    if not is_asked(book.rulebook, assumption, book.given):
        raise Refused("在别的事项现在的答复之下，这一项不用问；请先改那一项", "value")
    return _record(act, scope, book, assumption, values.parse(assumption, typed), reason)


def _record(
    act: Act, scope: ContractScope, book: Book, assumption: Assumption, value: Any, reason: str
) -> SettingAnswer:
    default = values.kept(assumption.default)
    by_default = default is not None and values.same(value, default)
    row = SettingAnswer(
        contract_id=scope.contract_id,
        assumption=assumption.id,
        answer={"value": value, "default": by_default, "rulebook": book.text_id},
        reason=reason.strip(),
        answered_by=act.person().user_id,
        answered_at=act.now,
    )
    setup.add_answer(act.session, row)
    said = {"question": assumption.id, "answer": values.shown(assumption, value), "revision": row.revision}
    act.record("question.answered", "question", row.id, scope.contract_id, **said)
    return row


class SeveralRefused(Refused):
    """Some of the answers are not right; `wrong` says which and why. None was recorded."""

    def __init__(self, wrong: dict[str, str]) -> None:
        super().__init__("有答复没有填对，请改正后再记录；没有记录任何一项")
        self.wrong = wrong


def answer_several(act: Act, scope: ContractScope, typed: Mapping[str, str], reason: str) -> int:
    """Records those of the answers that are filled in, with one reason; all of them or none. How many there were.

    Only questions that nobody has answered yet: what was decided before is changed one by one.
    """
    book = present_book(act, scope)
    if not reason.strip():
        raise Refused("请写明理由：依据哪份文件、哪次会议或谁的答复", "reason")
    wanted = {name: text for name, text in typed.items() if text.strip()}
    if not wanted:
        raise Refused("一项也没有填写；请至少答复一项", "reason")
    waiting = {one.id: one.assumption for one in questions(scope, book) if not one.history}
    wrong, parsed = {}, {}
    for name, text in wanted.items():
        try:
            if name not in waiting:
                raise Refused("这一项刚刚有人答复过，或现在的规则书不问；请刷新页面")
            parsed[name] = values.parse(waiting[name], text)
        except Refused as refused:
            wrong[name] = refused.message
    if wrong:
        raise SeveralRefused(wrong)
    for name, value in parsed.items():
        _record(act, scope, book, waiting[name], value, reason)
    return len(parsed)


def accept_defaults(act: Act, scope: ContractScope, reason: str) -> int:
    """Confirms the default reading of every question that waits for an answer; how many there were.

    Each is kept as an answer of its own. Questions without a default stay open, and so do those that were
    answered before under another version: what was chosen then is not overruled unseen.
    """
    book = present_book(act, scope)
    if not reason.strip():
        raise Refused("请写明理由，例如：经某次会议研究，均按默认读法", "reason")
    waiting = [
        one for one in questions(scope, book) if one.asked and not one.history and one.assumption.default is not None
    ]
    for one in waiting:
        _record(act, scope, book, one.assumption, values.kept(one.assumption.default), reason)
    if not waiting:
        raise Refused("没有可以按默认读法确认的事项了", "reason")
    return len(waiting)
