"""Reports of the demonstration: one of an earlier month edited, signed off, handed in and answered; a deliverable with its scan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from app.clock import SHANGHAI
from app.demonstration import pictures
from app.demonstration.contracts import Staged
from app.demonstration.stage import Stage, moment
from app.documents.paper import pdf
from app.documents.paper.blocks import Paper, Paragraph, Place, Signatures
from app.security.report_terms import Medium
from app.services.act import Act, Refused, found
from app.services.books import Book, book_of
from app.services.evidence import keeping
from app.services.reports import delivering, duties, handing, making, writing
from app.services.reports.delivering import Delivery, Handing
from app.services.reports.due import Owed
from app.store import archive, reports
from app.store.contracts import ContractScope
from app.store.reports import open_reports
from kpi.reports import model
from kpi.reports.marks import chinese

Result = TypeVar("Result")
BACK = "与上月比较的原因没有写清楚，请补充后重新报送"
AGAIN = "缺少盖章页，请补齐后重新交付"
NOTHING = "本期没有需要采购人协调的事。"
MORE = "已与台账逐项核对，落后的指标下月安排专人跟进，每周调度一次。"

#: What the buyer answers to the reports of the first contracts.
ANSWERS: tuple[Callable[[Act, ContractScope, int, int], object], ...] = (
    handing.accept,
    lambda act, scope, report_id, seen: handing.give_back(act, scope, report_id, BACK, seen),
)


@dataclass
class Reporter:
    """What comes of it depends on the contract's `place`: the first report is accepted, the second returned; others have none."""

    stage: Stage
    made: Staged
    place: int
    day: date = field(init=False)

    def report(self) -> None:
        """As far as the contract owes such a thing; what its books refuse is told."""
        if self.place < len(ANSWERS):
            self.one()
        self.deliverable()

    def one(self) -> None:
        owed = self.play("supervisor", moment(self.stage.today, 8), self.wanted)
        try:
            if owed is not None:
                self.day = owed.period.end + timedelta(days=2)
                self.answered(self.handed_in(owed))
        except Refused as refused:
            self.stage.say(f"  报告没有做完：{refused.message}")

    def scope(self, act: Act) -> ContractScope:
        return ContractScope(act.session, self.made.contract_id)

    def play(self, who: str, at: datetime, use: Callable[[Act], Result]) -> Result:
        return self.stage.play(self.made.cast.by_role[who][0], at, use)

    # -- the report -------------------------------------------------------------------------------

    def wanted(self, act: Act) -> Owed | None:
        """A monthly report that becomes an entry, of the month before the last: the scheduler makes the latest."""
        scope = self.scope(act)
        contract = found(scope.contract())
        book: Book = book_of(scope, contract)
        owing = [one for one in duties.made_here(book) if one.every == "month" and one.handed_in is not None]
        for duty in sorted(owing, key=lambda one: len(one.handed_in.also) if one.handed_in else 0):
            over = [one for one in duties.owed(book, contract, duty) if one.period.end < self.stage.today]
            if len(over) > 1 and not self.made.ended:
                return over[-2]
        return None

    def handed_in(self, owed: Owed) -> int:
        """Made, one paragraph added, signed off, handed in; its id."""
        store = open_reports(self.stage.settings, self.stage.vault.sealer)

        def make(act: Act) -> int:
            scope = self.scope(act)
            [one] = making.compute(scope, owed.period, [owed.duty.id], act.today)
            row, _ = making.keep(act, scope, store, one)
            written = writing.save(act, scope, row.id, edited(one.report), row.version)
            writing.fix(act, scope, store, row.id, written.version, confirmed=True)
            return row.id

        report_id = self.play("project_manager", moment(self.day, 10), make)

        def submit(act: Act) -> None:
            scope, row = self.scope(act), found(reports.find(act.session, self.made.contract_id, report_id))
            also = {kind: [self.photo(act, kind)] for kind in (owed.duty.handed_in.also if owed.duty.handed_in else ())}
            handing.submit(act, scope, store, report_id, row.version, also)

        self.play("project_manager", moment(self.day, 15), submit)
        return report_id

    def photo(self, act: Act, name: str) -> int:
        data = pictures.photo(f"{self.made.contract_id}:{name}:{self.day}", act.now.astimezone(SHANGHAI))
        return keeping.keep_bytes(act, self.scope(act), f"{name}.jpg", data).id

    def answered(self, report_id: int) -> None:
        def answer(act: Act) -> None:
            row = found(reports.find(act.session, self.made.contract_id, report_id))
            ANSWERS[self.place](act, self.scope(act), report_id, row.version)

        self.play("supervisor", moment(self.day + timedelta(days=3)), answer)

    # -- a deliverable ----------------------------------------------------------------------------

    def deliverable(self) -> None:
        """The first thing that the rulebook owes and the console does not make, handed in with its scan."""
        day = min(self.made.term.start + timedelta(days=20), self.stage.today)

        def hand(act: Act) -> int | None:
            scope = self.scope(act)
            owed = [one for one in delivering.owed_elsewhere(scope) if isinstance(one.due, str)]
            if not owed:
                return None
            duty = owed[0]
            clauses = "、".join(duty.clauses)
            told = Delivery(chinese(duty.title), duty.id, clauses, day, "V1.0", 2, Medium.PAPER.value, "原件存档案室")
            row = delivering.record(act, scope, told)
            file = keeping.keep_bytes(act, scope, f"{duty.title}.pdf", scan(self.made, duty.title, day))
            delivering.hand_in(act, scope, row.id, Handing(day, act.person().name, file.id), row.version)
            return row.id

        number = self.play("project_manager", moment(day, 11), hand)

        def answer(act: Act) -> None:
            row = found(archive.deliverable(act.session, self.made.contract_id, number or 0))
            if self.place % 2 == 0:
                delivering.accept(act, self.scope(act), row.id, row.version)
            else:
                delivering.give_back(act, self.scope(act), row.id, AGAIN, row.version)

        if number is not None:
            self.play("supervisor", moment(min(day + timedelta(days=2), self.stage.today), 16), answer)


def edited(report: model.Report) -> dict[str, list[str]]:
    """A paragraph more, with a live number, where staff are asked to write; else in the first section."""
    part = next((one for one in report.parts if one.kind == "words"), report.parts[0])
    key, number = next(iter(report.numbers().items()))
    empty = {one.id: [NOTHING] for one in report.parts if not one.paragraphs and not one.tables and not one.charts}
    return empty | {part.id: [*(one.text for one in part.paragraphs), f"{{期间}}，{number.label}{{{key}}}。{MORE}"]}


def scan(made: Staged, title: str, day: date) -> bytes:
    """The signed paper as it comes back from the copier."""
    text = Paragraph(f"{made.title}的{title}，按合同约定编制，经双方核对，现予交付。")
    return pdf.of(Paper(title, [text, Signatures([Place("移交人", seal=True), Place("接收人", seal=True)])], look="sheet", day=day))
