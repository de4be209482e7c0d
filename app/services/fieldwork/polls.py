"""满意度调查: opened with its questions and how many are to answer, answered one by one, closed by another person.

Closing freezes the counts. They go into the ledger that the rulebook names, or are proposed as facts of the clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from app.security.case_terms import PaperOf
from app.security.field_terms import PollState
from app.services.act import Act, Refused
from app.services.books import Book
from app.services.fieldwork.answers import held
from app.services.fieldwork.common import (
    book_of,
    check_clause,
    check_version,
    checked_text,
    contract_of,
    put_files,
)
from app.services.fieldwork.counting import counted
from app.services.ledger import write
from app.services.ledger.write import Typed, Unfit
from app.services.official.people import DECIDERS, ISSUERS, for_buyer
from app.store.contracts import ContractScope
from app.store.fieldwork import Fieldwork, Poll
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.inspections import Poll as PollRule
from kpi.survey.estimates import size_for

SEQUENCE = "@poll"
OWN = "own"
MOST_POPULATION = 10_000_000
#: The margin that a size is proposed for.
MARGIN = Fraction(5, 100)
#: The questions of a survey of one's own begin with this one.
OVERALL = ("非常满意", "满意", "一般", "不满意")
OVERALL_GOOD = ("非常满意", "满意")


@dataclass(frozen=True)
class Opening:
    """How a survey begins. `questions`: for one of one's own, one a line, all answered by the usual four words."""

    questionnaire: str
    title: str
    clause: str
    from_on: date
    until_on: date
    population: int
    wished: int
    basis: str = ""
    questions: str = ""


def poll_text(number: int) -> str:
    return f"调查{number:03d}号"


# -- opening --------------------------------------------------------------------------------------


def rules(book: Book) -> dict[str, PollRule]:
    return {one.id: one for one in book.rulebook.polls}


def parameter(book: Book, name: str) -> Fraction | None:
    """A parameter of the rulebook; None where there is none, or nobody has answered for it."""
    one = next((each for each in book.rulebook.parameters if each.id == name), None)
    try:
        return book.answers.get(one.value) if one is not None and one.value is not None else None
    except Unanswered:
        return None


def proposed(book: Book, questionnaire: str, population: int) -> tuple[int, int, int]:
    """How many to ask: what is proposed, the least the rulebook takes, what ±5 points at 95% would take."""
    rule = rules(book).get(questionnaire)
    least = parameter(book, rule.minimum) if rule is not None and rule.minimum else None
    minimum = min(population, int(least or 1) * max(1, len(rule.groups) if rule is not None else 1))
    sure = size_for(population, MARGIN)
    return max(minimum, sure), minimum, sure


def form_of(book: Book, wanted: Opening) -> dict[str, Any]:
    """The questions as they are kept."""
    rule = rules(book).get(wanted.questionnaire)
    if rule is not None:
        questions = [
            {"id": one.id, "text": one.text, "choices": list(one.choices), "satisfied": list(one.satisfied)} for one in rule.questions
        ]
        return {"questions": questions, "groups": list(rule.groups), "figures": dict(rule.figures)}
    if wanted.questionnaire != OWN:
        raise Refused("规则书里没有这张问卷，请重新选择", "questionnaire")
    lines = [line.strip() for line in wanted.questions.splitlines() if line.strip()]
    if not 1 <= len(lines) <= 20 or max(map(len, lines)) > 200:
        raise Refused("请每行写一个问题，1 至 20 个，每个不超过 200 字；第一个问题的满意度计入结果", "questions")
    asked = [
        {"id": f"q{place}", "text": line, "choices": list(OVERALL), "satisfied": list(OVERALL_GOOD) if place == 1 else []}
        for place, line in enumerate(lines, 1)
    ]
    return {"questions": asked, "groups": [], "figures": {}}


def begin(act: Act, scope: ContractScope, wanted: Opening) -> Poll:
    """Opens a survey."""
    person_id = for_buyer(act, scope, *ISSUERS)
    book, contract = book_of(scope), contract_of(scope)
    rule = rules(book).get(wanted.questionnaire)
    form = form_of(book, wanted)
    title = wanted.title.strip() or (rule.title if rule is not None else "")
    clause = rule.clause if rule is not None else check_clause(book, wanted.clause)
    if not title:
        raise Refused("请填写调查的名称", "title")
    if not contract.starts_on <= wanted.from_on <= wanted.until_on <= contract.ends_on:
        raise Refused("调查的起止日期应在合同期内，起始不晚于截止", "until_on")
    if not 1 <= wanted.population <= MOST_POPULATION:
        raise Refused("服务过的人数应为 1 以上的整数", "population")
    _, minimum, _ = proposed(book, wanted.questionnaire, wanted.population)
    if not minimum <= wanted.wished <= wanted.population:
        raise Refused(f"要调查的人数应在 {minimum}（规则书的最低人数）与 {wanted.population} 之间", "wished")
    row = Fieldwork(act.session, scope.contract_id).add(
        Poll(
            number=scope.next_number(SEQUENCE), questionnaire=wanted.questionnaire, title=title[:120], clause=clause, form=form,
            from_on=wanted.from_on, until_on=wanted.until_on, population=wanted.population, wished=wanted.wished,
            basis=wanted.basis.strip(), state=PollState.OPEN.value, opened_by=person_id, opened_at=act.now,
        )
    )  # fmt: skip
    act.record("poll.opened", "poll", row.id, scope.contract_id, number=row.number, wished=row.wished, population=row.population)
    return row


# -- closing --------------------------------------------------------------------------------------


def close(act: Act, scope: ContractScope, poll_id: int, seen: int, conclusion: str, files: Sequence[int] = ()) -> Poll:
    """Freezes the counts; whoever entered an answer does not close."""
    person_id = for_buyer(act, scope, *DECIDERS)
    row = held(act, scope, poll_id)
    check_version(seen, row.version)
    answers = Fieldwork(act.session, scope.contract_id).answers(row.id)
    if person_id in {one.entered_by for one in answers if one.struck_by is None}:
        raise Refused("您登记过这次调查的回答，请由采购人的另一人办结")
    tally = counted(row, answers)
    if not tally.whole.answered:
        raise Refused("还没有一份有效的回答，不能办结")
    row.counts = tally.plain()
    row.conclusion = checked_text(conclusion, "conclusion", "调查的结论")
    row.state, row.closed_by, row.closed_at = PollState.CLOSED.value, person_id, act.now
    act.session.flush()
    put_files(act, scope, PaperOf.POLL, row.id, files)
    feed(act, scope, row, files)
    act.record("poll.closed", "poll", row.id, scope.contract_id, number=row.number, counts=row.counts)
    return row


def feed(act: Act, scope: ContractScope, row: Poll, files: Sequence[int]) -> None:
    """One entry of the buyer's ledger per group, where the rulebook names one."""
    rulebook = book_of(scope).rulebook
    rule = next((one for one in rulebook.polls if one.id == row.questionnaire), None)
    ledger = rulebook.ledger(rule.ledger) if rule is not None and rule.ledger else None
    if rule is None or ledger is None:
        return
    day = min(row.until_on, act.today)
    for place, (group, (answered, satisfied)) in enumerate(row.counts["groups"].items(), 1):
        raw: dict[str, Any] = {ledger.date: day.isoformat(), rule.answered: str(answered), rule.satisfied: str(satisfied)}
        if rule.group:
            raw[rule.group] = group
        kinds = [due.kind for due in ledger.evidence][:1]
        typed = Typed(raw, {kind: list(files) for kind in kinds if files}, client_key=f"poll:{row.id}:{place}")
        try:
            write.enter(act, scope, ledger.id, typed)
        except Unfit as unfit:
            told = "；".join(each.message for each in unfit.troubles[:3])
            raise Refused(f"记不进“{ledger.name}”：{told}", "files") from unfit
