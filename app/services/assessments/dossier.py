"""考核案卷: everything of one assessment that was told, in a fixed order, in one PDF: what was contested and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from app.clock import SHANGHAI, business_day
from app.documents.case_file import CaseFile, Piece, write
from app.documents.official import Served
from app.documents.paper import Block, Column, Grid, Heading, Note, Pair, Pairs, Paragraph, Signatures
from app.documents.score_sheet import ScoreSheet
from app.security.case_terms import DocumentKind, DocumentState, PaperOf
from app.security.terms import AppealOutcome, AssessmentDeed, AssessmentState, PaperUse
from app.services.assessments.common import TOLD, contract_of
from app.services.assessments.evaluating import Work
from app.services.assessments.letters import MOST
from app.services.assessments.paper import paper_of
from app.services.official.papers import document_of, served
from app.services.rectification.case_file import KEPT_YEARS, beside
from app.store import assessments, documents, scoring
from app.store.assessments import Assessment, AssessmentEvent
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument
from app.store.evidence.files import Files
from app.store.evidence.rows import Evidence
from app.store.scoring import AssessmentAppeal
from kpi.calendar import chinese_date

SHEET = (
    Column("序号", 7, "center"), Column("考核项", 22), Column("满分", 9, "center"), Column("自评", 12), Column("扣分", 9, "center"),
    Column("得分", 10, "center"), Column("说明", 46),
)  # fmt: skip
PAST = (Column("时间", 24), Column("谁", 16), Column("做了什么", 20), Column("说明", 40))
SCORED, STATED, APPEALED, ANSWERED, SIGNED, HISTORY = "考核得分", "手工认定", "申诉书", "申诉答复", "签字记录", "经过"


@dataclass(frozen=True)
class Leaf:
    """A piece before it has its number. `files`: ids of what is attached."""

    who: str
    title: str
    day: date | None
    blocks: Sequence[Block]
    files: Sequence[int] = ()
    number: str = ""
    note: str = ""


@dataclass(frozen=True)
class Shelf:
    """One assessment as it is filed. `events`: its past as the reader may see it."""

    scope: ContractScope
    row: Assessment
    work: Work
    events: Sequence[AssessmentEvent]

    @cached_property
    def sheet(self) -> ScoreSheet:
        return paper_of(self.scope, self.row, self.work)

    @cached_property
    def papers(self) -> dict[tuple[str, int], list[tuple[int, str]]]:
        return scoring.papers(self.scope.session, self.scope.contract_id, self.row.id)

    def files(self, use: PaperUse, about_id: int) -> list[int]:
        return [key for key, _ in self.papers.get((use.value, about_id), ())]

    @cached_property
    def letters(self) -> list[OfficialDocument]:
        """The letters of this result that are in force, oldest first."""
        every = documents.register(self.scope.session, self.scope.contract_id, DocumentKind.RESULT.value, size=MOST)
        own = [one for one in every if (one.content.get("about") or {}).get("assessment") == self.row.id]
        return [one for one in reversed(own) if one.state != DocumentState.VOID and one.number]

    def leaves(self) -> list[Leaf]:
        return [self.scored(), *self.stated(), *self.told(), *self.appeals(), self.signed(), self.past()]

    # -- pieces ---------------------------------------------------------------------------------

    def scored(self) -> Leaf:
        """The sheet in short; the whole 考核细则表 is printed across by itself."""
        rows = [
            (one.number, one.title, one.maximum, one.self_score, one.lost, one.score, "\n".join(one.reasons))
            for one in (*self.sheet.lines, *self.sheet.bonus)
        ]
        blocks: list[Block] = [Heading(self.sheet.title, 0)]
        blocks += [Paragraph(self.sheet.draft, indent=False, align="center")] if self.sheet.draft else []
        blocks += [Pairs([Pair(name, text) for name, text in self.sheet.facts], label_share=22), Grid(SHEET, rows)]
        blocks += [Paragraph("　".join(f"{name}：{words}" for name, words in self.sheet.totals), indent=False, bold=True)]
        blocks += [Paragraph(f"不同意见（{name}）：{words}", indent=False) for name, words in self.sheet.dissents]
        blocks += [Note(text) for text in self.sheet.proof]
        group = self.work.group.appointed
        files = self.files(PaperUse.GROUP, group.id) if group is not None else []
        day = business_day(self.row.published_at) if self.row.published_at else None
        return Leaf(contract_of(self.scope).buyer.name, SCORED, day, blocks, files, note=f"第 {self.row.number} 次")

    def stated(self) -> Iterator[Leaf]:
        """What was stated by hand, one piece a clause, with its proof."""
        for clause, one in self.work.facts.items():
            who = [one.stater.display_name, *([one.confirmer.display_name] if one.confirmer else [])]
            pairs = [Pair("条款", clause), Pair("理由和依据", one.reason), Pair("认定人", who[0]), Pair("核对人", "".join(who[1:]))]
            blocks = (Heading(f"{STATED}（{clause}）", 0), Pairs(pairs))
            yield Leaf("、".join(who), f"{STATED}（{clause}）", business_day(one.stated_at), blocks, self.files(PaperUse.FACT, one.id))

    def told(self) -> Iterator[Leaf]:
        """The letters, each with its proofs of service."""
        session, contract_id = self.scope.session, self.scope.contract_id
        for letter in self.letters:
            made, given = document_of(self.scope, letter), documents.services(session, contract_id, [letter.id])
            held = documents.papers(
                session, contract_id, [(PaperOf.SCAN, letter.id), *((PaperOf.SERVICE, one.id) for one in given)]
            )
            note = "签章件" if letter.sealed_on else "尚未归档签章件"
            scan, day = held.get((PaperOf.SCAN.value, letter.id), []), letter.sealed_on or letter.numbered_on
            yield Leaf(letter.issuer.name, letter.title, day, tuple(made.leaf()), scan, letter.number or "", note)
            for one in given:
                said: Served = served(one)
                files = held.get((PaperOf.SERVICE.value, one.id), [])
                yield Leaf(said.server, "送达回证", one.served_on, tuple(made.receipt(said)), files, note=said.receipt)

    def appeals(self) -> Iterator[Leaf]:
        titles = {one.id: one.title for one in self.work.evaluation.assessment.items} if self.work.evaluation.assessment else {}
        for one in scoring.appeals(self.scope.session, self.scope.contract_id, self.row.id):
            about = titles.get(one.item, one.item)
            pairs = [Pair("申诉的考核项", about), Pair("申诉人", one.raiser.display_name), Pair("理由", one.reason)]
            blocks = (Heading(APPEALED, 0), Pairs(pairs))
            files = self.files(PaperUse.APPEAL, one.id)
            yield Leaf(contract_of(self.scope).supplier.name, f"{APPEALED}（{about}）", business_day(one.raised_at), blocks, files)
            yield from self.answer(one, about)

    def answer(self, one: AssessmentAppeal, about: str) -> Iterator[Leaf]:
        if one.outcome is None or one.answerer is None or one.answered_at is None:
            return
        pairs = [
            Pair("申诉的考核项", about), Pair("结论", AppealOutcome.of(one.outcome).label), Pair("理由", one.answer),
            Pair("答复人", one.answerer.display_name),
        ]  # fmt: skip
        blocks, files = (Heading(ANSWERED, 0), Pairs(pairs)), self.files(PaperUse.ANSWER, one.id)
        yield Leaf(one.answerer.display_name, f"{ANSWERED}（{about}）", business_day(one.answered_at), blocks, files)

    def signed(self) -> Leaf:
        """Who signed in the console, and room for the pen."""
        days = [business_day(one.signed_at) for one in assessments.signatures(self.scope.session, self.scope.contract_id, self.row.id)]
        places = [one.place for one in (*self.sheet.members, *self.sheet.signatures)]
        blocks: list[Block] = [Heading(SIGNED, 0), Signatures(places)]
        blocks += [Note(text) for text in self.sheet.proof]
        return Leaf("采购人、供应商", SIGNED, max(days, default=None), blocks)

    def past(self) -> Leaf:
        rows = [
            (
                f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", one.actor.display_name if one.actor is not None else "系统",
                AssessmentDeed.of(one.deed).label, one.reason,
            )
            for one in self.events
        ]  # fmt: skip
        return Leaf("系统", HISTORY, business_day(self.events[-1].at), (Heading(HISTORY, 0), Grid(PAST, rows)))


def case_file(shelf: Shelf, files: Files, today: date) -> bytes:
    """The PDF of the file."""
    leaves, scope = shelf.leaves(), shelf.scope
    known = Evidence(scope.session, scope.contract_id).by_ids([key for one in leaves for key in one.files])
    pieces = [
        Piece(
            place, one.who, one.number, one.title, one.day.isoformat() if one.day else "", noted(one), one.blocks,
            [beside(files, known[key]) for key in one.files if key in known],
        )
        for place, one in enumerate(leaves, 1)
    ]  # fmt: skip
    contract, row = contract_of(scope), shelf.row
    facts = (
        ("立卷单位", contract.buyer.name), ("项目", contract.title), ("供应商", contract.supplier.name), ("考核", row.label),
        ("考核周期", f"{chinese_date(row.from_on)} 至 {chinese_date(row.until_on)}（第 {row.number} 次）"),
        ("办理结果", standing(shelf)), ("保管期限", f"{KEPT_YEARS} 年"),
    )  # fmt: skip
    dated = today if row.state in TOLD else business_day(shelf.events[-1].at)
    return write(CaseFile(f"考核案卷（{row.label}）", facts, pieces, contract.title, dated))


def noted(leaf: Leaf) -> str:
    attached = f"附件 {len(leaf.files)} 份" if leaf.files else ""
    return "，".join(text for text in (leaf.note, attached) if text)


def standing(shelf: Shelf) -> str:
    """Where the assessment stands, with its result."""
    told = "，".join(f"{name}{words}" for name, words in shelf.sheet.totals if name not in ("满分", "扣分", "加分"))
    return f"{AssessmentState.of(shelf.row.state).label}：{told}" if told else AssessmentState.of(shelf.row.state).label
