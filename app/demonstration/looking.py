"""Fieldwork of the demonstration: a draw half looked into, an inspection, a complaint, a survey, by those who would do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, TypeVar

from app.clock import SHANGHAI
from app.demonstration import pictures
from app.demonstration.contracts import Staged
from app.demonstration.stage import Stage, moment
from app.security.field_terms import ComplaintChannel, PollWay, Reached, SizeBy, SpotOutcome, Strata
from app.security.terms import Signature, SpotCheckWay
from app.services.act import Act, Refused, found
from app.services.evidence import keeping
from app.services.fieldwork import answers, closing, complaints, inspections, polls, rounds, visits
from app.services.fieldwork.answers import Reply
from app.services.fieldwork.checklists import kind_of, sheet_of
from app.services.fieldwork.closing import Closing
from app.services.fieldwork.common import Met
from app.services.fieldwork.complaints import Looked, Received
from app.services.fieldwork.framing import Plan
from app.services.fieldwork.inspections import Plan as Walk
from app.services.fieldwork.inspections import Tap
from app.services.fieldwork.polls import Opening
from app.services.fieldwork.visits import Visit
from app.store.contracts import ContractScope
from app.store.fieldwork import Fieldwork, Inspection, Poll
from app.store.sampling import Rounds
from kpi.rulebook.ledgers import Ledger

Made = TypeVar("Made")
BACK = timedelta(days=60)  # how far the draw looks back
MOST_DRAWN = "12"
#: What a box of a checklist is filled with, by its kind.
BOXES: Mapping[str, str] = {"yes_no": "是", "number": "8", "time": "10:20", "text": "0511-12345"}
MET = Met("李站长", Signature.SIGNED)
FOUND = (
    (SpotOutcome.GENUINE, "电话核对，服务时间和内容与记录一致"), (SpotOutcome.GENUINE, "当面核对，签字和照片与记录一致"),
    (SpotOutcome.UNTRUE, "对方说没有接受过这项服务，签名不是本人写的"), (SpotOutcome.UNKNOWN, "三个时段都无人接听"),
    (SpotOutcome.GENUINE, "查阅原始材料，与记录一致"), (SpotOutcome.PARTLY, "服务做了，人数比记录的少"),
)  # fmt: skip


@dataclass
class Looker:
    """Plays the fieldwork of one contract in its last days."""

    stage: Stage
    made: Staged

    def look(self) -> None:
        """Nothing in a contract that has ended."""
        if self.made.ended:
            return
        day = self.stage.today - timedelta(days=4)
        for deed in (self.drawn, self.walked, self.complained, self.asked):
            try:
                deed(day)
            except Refused as refused:
                self.stage.say(f"  检查没有做：{refused.message}")

    def acts(self, role: str, day: date, hour: int, use_case: Callable[[Act, ContractScope], Made], place: int = 0) -> Made:
        person = self.made.cast.by_role[role][place]
        return self.stage.play(
            person, moment(day, hour), lambda act: use_case(act, ContractScope(act.session, self.made.contract_id))
        )

    @property
    def second(self) -> int:
        return int(self.made.cast.by_role["supervisor"][1])

    def photo(self, act: Act, scope: ContractScope, name: str) -> int:
        data = pictures.photo(f"{self.made.contract_id}:{name}", act.now.astimezone(SHANGHAI))
        return keeping.keep_bytes(act, scope, f"{name}.jpg", data).id

    # -- a draw ---------------------------------------------------------------------------------

    def drawn(self, day: date) -> None:
        """From the ledger in which most was done lately; half of the draw has been looked into."""
        ledger = self.busiest(day)
        if ledger is None:
            return
        plan = Plan(
            ledger.id, ledger.clauses[0], max(self.made.term.start, day - BACK), day, SizeBy.NUMBER, MOST_DRAWN,
            "季度考核前核对记录是否属实", Strata.AUTHOR,
        )  # fmt: skip
        row_id = self.acts("supervisor", day, 9, lambda act, scope: rounds.commit_to(act, scope, plan).id)
        words = f"{self.made.show.supplier}随手写下的文字"
        self.acts("project_manager", day, 10, lambda act, scope: rounds.add_words(act, scope, row_id, words).id)
        version = 2
        self.acts("supervisor", day, 11, lambda act, scope: rounds.draw_now(act, scope, row_id, version).id)
        for place, (outcome, note) in enumerate(FOUND):
            self.acts("supervisor", day + timedelta(days=1), 9 + place, partial(self.visited, row_id, place, outcome, note))

    def busiest(self, day: date) -> Ledger | None:
        """The contractor's ledger with most entries of the sample in these days, those that hold people left out."""
        since, until = (day - BACK).isoformat(), day.isoformat()
        counts: dict[str, int] = {}
        for each in self.made.entries:
            if since <= str(each.get("date", "")) <= until:
                counts[each["ledger"]] = counts.get(each["ledger"], 0) + 1
        ledgers = [one for one in self.made.source.rulebook.ledgers if one.enters == "contractor" and counts.get(one.id, 0) > 20]
        return max(ledgers, key=lambda one: counts[one.id], default=None)

    def visited(self, round_id: int, place: int, outcome: SpotOutcome, note: str, act: Act, scope: ContractScope) -> None:
        row = found(Rounds(act.session, scope.contract_id).find(round_id, listing=True))
        keys = list(rounds.drawn_ids(scope, row))
        if place >= len(keys):
            return
        files = [self.photo(act, scope, f"抽查记录{place + 1}")] if outcome in visits.WRONG else []
        way = SpotCheckWay.SITE if files else SpotCheckWay.CALL
        visit = Visit(
            outcome, way, act.today, f"{9 + place:02}:20", "服务对象家中" if files else "", self.second,
            Met("王女士", Signature.SIGNED) if files else Met(), note, row.clause, files,
        )  # fmt: skip
        visits.record(act, scope, round_id, keys[place], visit)

    # -- a walk ---------------------------------------------------------------------------------

    def walked(self, day: date) -> None:
        """The first checklist is walked through with one item that does not conform; another is planned."""
        lists = self.made.source.rulebook.checklists
        if not lists:
            return
        on = day + timedelta(days=2)
        walk = Walk(lists[0].id, None, f"{self.made.show.county}服务大厅", on, second_id=self.second)
        row_id = self.acts("supervisor", on, 9, lambda act, scope: inspections.plan(act, scope, walk).id)
        self.acts("supervisor", on, 10, lambda act, scope: self.tapped(act, scope, row_id, lists[0].id))
        self.acts("supervisor", on, 11, lambda act, scope: self.closed(act, scope, row_id))
        coming = self.stage.today + timedelta(days=1)
        planned = Walk(lists[-1].id, None, f"{self.made.show.county}服务大厅", coming, second_id=self.second)
        self.acts("supervisor", on, 15, lambda act, scope: inspections.plan(act, scope, planned).id)

    def tapped(self, act: Act, scope: ContractScope, row_id: int, checklist: str) -> None:
        sheet = sheet_of(self.made.source.rulebook, checklist)
        good, bad = (next(one.label for one in sheet.outcomes if one.conforms is fits) for fits in (True, False))
        items = Fieldwork(act.session, scope.contract_id).items([row_id])
        for item in items:
            wrong = item.position == len(items)
            typed = {field.id: BOXES.get(kind_of(field), "8") for field in sheet.asked(item.value)}
            files = [self.photo(act, scope, f"检查{item.position}")] if wrong else []
            note = "现场没有看到，当场要求三日内补齐" if wrong else ""
            inspections.tap(act, scope, row_id, item.id, Tap(bad if wrong else good, typed, note, files))

    def closed(self, act: Act, scope: ContractScope, row_id: int) -> None:
        row = found(Fieldwork(act.session, scope.contract_id).find(Inspection, row_id))
        closing.close(act, scope, row_id, row.version, Closing(MET, "", self.second))

    # -- a complaint, a survey ------------------------------------------------------------------

    def complained(self, day: date) -> None:
        """Looked into, and waits for somebody who did not receive it."""
        rules = self.made.source.rulebook.complaints
        if not rules:
            return
        asked = self.acts("supervisor", day, 14, lambda act, scope: complaints.asked(scope))
        clause = rules[0].clauses[0]
        typed = {field.id: field.choices[-1] if field.choices else "窗口服务" for field in asked.get(clause, ())}
        came = Received(
            clause, ComplaintChannel.HOTLINE, day, "14:10", "办事时窗口无人，等了四十分钟，工作人员态度生硬", "陈先生",
            reply_due=day + timedelta(days=7), typed=typed,
        )  # fmt: skip
        row = self.acts("supervisor", day, 14, lambda act, scope: complaints.receive(act, scope, came).id)
        told = "当天两人请假，已调整排班并对当事人谈话"
        self.acts("project_manager", day + timedelta(days=1), 9, lambda act, scope: complaints.state(act, scope, row, told).id)
        looked = Looked("调取大厅监控，14时至14时40分窗口无人；当事人承认语气不好", day + timedelta(days=2), self.second)
        self.acts("supervisor", day + timedelta(days=2), 9, lambda act, scope: complaints.look_into(act, scope, row, 2, looked).id)

    def asked(self, day: date) -> None:
        """By telephone; one whose counts are only proposed is closed by the other supervisor."""
        rules = self.made.source.rulebook.polls
        if not rules:
            return
        first = max(self.made.term.start, day - timedelta(days=20))
        opening = Opening(rules[0].id, "", "", first, self.stage.today, 400, 60, "从服务台账随机抽取")
        row_id = self.acts("supervisor", first, 9, lambda act, scope: polls.begin(act, scope, opening).id)
        for place in range(64):
            self.acts("supervisor", day, 9 + place // 10, partial(self.replied, row_id, self.reply(rules[0], place, day)))
        if not rules[0].ledger:
            self.acts("supervisor", day + timedelta(days=1), 9, lambda act, scope: self.ended(act, scope, row_id), place=1)

    def replied(self, row_id: int, reply: Reply, act: Act, scope: ContractScope) -> None:
        answers.enter(act, scope, row_id, reply)

    def reply(self, rule: Any, place: int, day: date) -> Reply:
        reached = Reached.NO_REPLY if place % 16 == 7 else Reached.ANSWERED
        pleased = place % 13 != 5
        said = {
            one.id: (one.choices[0 if pleased else -1] if one.choices else "") for one in rule.questions
        }
        group = rule.groups[place % len(rule.groups)] if rule.groups else ""
        return Reply(day, PollWay.CALL, reached, group, said, "" if pleased else "等候时间太长", f"样例群众{place:03}")

    def ended(self, act: Act, scope: ContractScope, row_id: int) -> None:
        row = found(Fieldwork(act.session, scope.contract_id).find(Poll, row_id))
        polls.close(act, scope, row_id, row.version, "多数满意，不满意的集中在等候时间")
