"""Answers of a survey, one by one: nobody is asked twice, nothing is taken out without a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.security.field_terms import PollState, PollWay, Reached
from app.services.act import Act, Missing, Refused, found
from app.services.fieldwork.common import checked_text, sealed
from app.services.ledger import people
from app.services.official.people import ISSUERS, for_buyer
from app.store.contracts import ContractScope
from app.store.fieldwork import Fieldwork, Poll, PollAnswer


@dataclass(frozen=True)
class Reply:
    """Somebody was asked. `answers`: by question."""

    on: date
    way: PollWay
    reached: Reached
    group: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    respondent: str = ""


def context_of(contract_id: int) -> str:
    """What a respondent's name is bound to."""
    return f"poll:{contract_id}"


def held(act: Act, scope: ContractScope, poll_id: int) -> Poll:
    row = found(Fieldwork(act.session, scope.contract_id).hold(Poll, poll_id))
    if row.state != PollState.OPEN.value:
        raise Refused("这次调查已经办结，不能再改")
    return row


def enter(act: Act, scope: ContractScope, poll_id: int, said: Reply) -> PollAnswer:
    """Keeps one answer, or that there was none. Nobody is asked twice in one survey."""
    person_id = for_buyer(act, scope, *ISSUERS)
    row, fieldwork = held(act, scope, poll_id), Fieldwork(act.session, scope.contract_id)
    if not row.from_on <= said.on <= min(row.until_on, act.today):
        raise Refused("调查日期应在调查的起止日期之内、不晚于今天", "on")
    if row.form["groups"] and said.group not in row.form["groups"]:
        raise Refused("请选是哪一项服务", "group")
    key = respondent_key(act, scope, fieldwork, row, said)
    answers, satisfied = judged(row, said)
    answer = fieldwork.add(
        PollAnswer(
            poll_id=row.id, number=fieldwork.next_answer(row.id), asked_on=said.on, way=said.way.value,
            group_name=said.group if row.form["groups"] else "", reached=said.reached.value, answers=answers, satisfied=satisfied,
            comment=said.comment.strip()[:1000], respondent=sealed(act, context_of(scope.contract_id), said.respondent),
            respondent_key=key, entered_by=person_id, entered_at=act.now,
        )
    )  # fmt: skip
    act.record("poll.answered", "poll", row.id, scope.contract_id, answer=answer.number, reached=answer.reached)
    return answer


def respondent_key(act: Act, scope: ContractScope, fieldwork: Fieldwork, row: Poll, said: Reply) -> str | None:
    """Under which somebody is known not to be asked twice; a paper may be anonymous."""
    text = "".join(said.respondent.split())
    if not text:
        if said.way is not PollWay.PAPER:
            raise Refused("回访和访谈请写明问的是谁（姓名或电话），同一人只问一次", "respondent")
        return None
    people.check_on_file(act, scope)
    key = act.vault.digest(f"poll:{scope.contract_id}:{row.id}", text)
    if (before := fieldwork.asked(row.id, key)) is not None:
        raise Refused(f"这个人已经问过（第 {before.number} 份），没有重复登记", "respondent")
    return key


def judged(row: Poll, said: Reply) -> tuple[dict[str, str], bool | None]:
    """The answers as they are kept, and whether this person is satisfied."""
    if said.reached is not Reached.ANSWERED:
        return {}, None
    kept: dict[str, str] = {}
    good: list[bool] = []
    for one in row.form["questions"]:
        answer = str(said.answers.get(one["id"], "")).strip()
        if one["choices"] and answer not in one["choices"]:
            raise Refused(f"请回答“{one['text']}”", f"q-{one['id']}")
        kept[one["id"]] = answer[:1000]
        if one["satisfied"]:
            good.append(answer in one["satisfied"])
    return kept, all(good)


def strike(act: Act, scope: ContractScope, poll_id: int, answer_id: int, reason: str) -> PollAnswer:
    """Takes out a row that was entered by mistake; it stays readable."""
    person_id = for_buyer(act, scope, *ISSUERS)
    row, fieldwork = held(act, scope, poll_id), Fieldwork(act.session, scope.contract_id)
    answer = found(fieldwork.hold(PollAnswer, answer_id))
    if answer.poll_id != row.id:
        raise Missing
    if answer.struck_by is not None:
        raise Refused("这一份已经划去")
    answer.struck_reason, answer.struck_by = checked_text(reason, "reason", "划去的原因"), person_id
    answer.respondent_key = None
    act.session.flush()
    act.record("poll.answer_struck", "poll", row.id, scope.contract_id, answer=answer.number)
    return answer
