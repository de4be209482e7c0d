"""The 考核细则表 filled in, as it is printed, signed and filed: computed once, drawn as workbook, PDF and Word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.clock import SHANGHAI
from app.documents.score_sheet import Form, FormRow, Line, ScoreSheet, Signed
from app.security.terms import AppealOutcome, AssessmentState, Party
from app.services.assessments.common import contract_of
from app.services.assessments.evaluating import Work
from app.services.assessments.views import ClauseView, ItemView, Sheet, totals
from app.store import assessments, scoring
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from app.store.scoring import AssessmentAppeal
from kpi.quantities import parse_exact, plain

DRAFTS = frozenset({AssessmentState.DRAFT.value, AssessmentState.SELF_SCORED.value, AssessmentState.SCORED.value})
DRAFT = "评分中的草稿，还没有告知供应商，不作为考核结果"
BEFORE_SIGNING = "已告知供应商，双方还没有都签字"
REPLACED = "已被新的考核取代，仅供查考"
PARTIES = {Party.BUYER: "采购人", Party.SUPPLIER: "供应商"}


def paper_of(scope: ContractScope, row: Assessment, work: Work) -> ScoreSheet:
    """The sheet as it stands, or as it was told and signed."""
    contract = contract_of(scope)
    appeals = scoring.appeals(scope.session, scope.contract_id, row.id)
    items = Sheet(work, appeals).items()
    lines = [line(one) for one in items]
    return ScoreSheet(
        title=_title(work), draft=draft(row),
        facts=(("项目", contract.title), ("采购人", contract.buyer.name), ("供应商", contract.supplier.name), *_period(row)),
        lines=tuple(one for one, item in zip(lines, items, strict=True) if item.kind != "bonus"),
        bonus=tuple(one for one, item in zip(lines, items, strict=True) if item.kind == "bonus"),
        totals=tuple(_totals(work)), members=tuple(_members(work)),
        dissents=tuple((one.user.display_name, one.dissent) for one in work.group.members if one.dissent),
        appeals=tuple(_appeal(one, {item.id: item.title for item in items}) for one in appeals),
        signatures=tuple(_signatures(scope, row)), proof=tuple(_proof(scope, row)), form=_form(work, items),
    )  # fmt: skip


def _period(row: Assessment) -> Iterator[tuple[str, str]]:
    days = f"{row.from_on} 至 {row.until_on}"
    yield "考核周期", f"{days}（{'' if row.label == days else f'{row.label}，'}第 {row.number} 次）"
    if row.reason:
        yield "理由", row.reason


def draft(row: Assessment) -> str:
    """What stands under the title of a sheet that is not the signed one."""
    if row.state in DRAFTS:
        return DRAFT
    if row.state == AssessmentState.SUPERSEDED:
        return REPLACED
    return "" if row.state == AssessmentState.SIGNED else BEFORE_SIGNING


def _title(work: Work) -> str:
    rubric = work.rulebook.rubric
    return rubric.title if rubric is not None and rubric.title else f"{work.rulebook.title}考核表"


# -- lines ----------------------------------------------------------------------------------------


def line(item: ItemView) -> Line:
    clauses = item.clauses
    return Line(
        str(item.number), item.title, item.maximum,
        tuple(dict.fromkeys(text for one in clauses for text in (one.quotes or one.standards))),
        tuple(text for one in clauses for text in _done(one)),
        "；".join(text for text in (item.self_score, item.note) if text), item.deduction, item.score or _verdict(item),
        tuple(dict.fromkeys(text for one in clauses for text in _why(one))),
    )  # fmt: skip


def _done(clause: ClauseView) -> Iterator[str]:
    """The figures, with what they are made of; stated by hand where they are."""
    for one in clause.figures:
        fraction = f"（{one.fraction}）" if one.fraction else ""
        stated = "（手工认定）" if one.origin == "手工认定" else ""
        yield f"{one.title} {one.value}{fraction}{stated}"
    if not clause.figures:
        yield from (one.text for one in clause.conditions if one.text)


def _why(clause: ClauseView) -> Iterator[str]:
    """How the points came about, or what is still open."""
    if clause.waits:
        yield f"{clause.place.clause}：待定"
    elif clause.text and clause.taken not in ("", "0"):
        yield clause.text
    elif clause.decision is not None and clause.decision.reason:
        yield clause.decision.reason
    if clause.fact is not None:
        yield f"手工认定：{clause.fact.reason}"


def _form(work: Work, items: Sequence[ItemView]) -> Form | None:
    """The document's own table with what was found, where the rulebook has it."""
    rubric = work.rulebook.rubric
    if rubric is None or rubric.form is None:
        return None
    known = {one.id: one for one in items}
    if set(known) - {item for one in rubric.form.rows for item in one.items}:
        return None  # the table has no place for an item: the console's own has
    rows = tuple(FormRow(one.texts, _filled([known[item] for item in one.items if item in known])) for one in rubric.form.rows)
    shown, own = totals(work, 0, 0), [one.self_score for one in items if one.kind == "item"]
    said = f"满分{shown.full}分，扣{shown.lost}分" + (f"，加{shown.bonus}分" if shown.bonus not in ("", "0") else "")
    total = {
        "self": plain(sum(map(parse_exact, own), parse_exact("0"))) if all(own) else "", "score": shown.total or "待定", "note": said,
    }  # fmt: skip
    return Form(rubric.form.columns, rubric.form.filled, rows, total)


def _filled(items: Sequence[ItemView]) -> dict[str, str]:
    """What stands beside the texts of a row: of several lines of bonus, each with its name."""
    lines = [(one, line(one)) for one in items]
    if not lines:
        return {}
    notes = [text for one, made in lines for text in (*_points_of(one, made), "；".join(made.done), *made.reasons) if text]
    return {
        "self": "\n".join(made.self_score for _, made in lines if made.self_score),
        "score": "\n".join(made.score for _, made in lines if made.score), "note": "\n".join(notes),
    }  # fmt: skip


def _points_of(item: ItemView, made: Line) -> Iterator[str]:
    """Full marks and what was taken off them, which the document's table has no column for."""
    if item.kind == "bonus":
        yield f"{item.title} {item.score}"
    elif made.lost:
        yield f"满分{made.maximum}，扣{made.lost}分" if made.lost != "0" else f"满分{made.maximum}，不扣分"


def _verdict(item: ItemView) -> str:
    """Without points: met, unmet, or open."""
    if item.kind != "clause":
        return ""
    met = item.clauses[0].met
    return "待定" if met is None else "达标" if met else "未达标"


# -- below the table ------------------------------------------------------------------------------


def _totals(work: Work) -> Iterator[tuple[str, str]]:
    shown = totals(work, 0, 0)
    if shown.full:
        yield "满分", f"{shown.full}分"
        yield "扣分", f"{shown.lost}分"
        if shown.bonus and shown.bonus != "0":
            yield "加分", f"{shown.bonus}分"
        yield "合计", f"{shown.total}分" if shown.total else "待定"
        if shown.combined:
            yield "合成得分", shown.combined
    if shown.tier:
        yield "档次", shown.tier
    yield from shown.verdicts


def _members(work: Work) -> Iterator[Signed]:
    for one in work.group.members:
        role = "考核组组长" if one.head else "考核组成员"
        yield Signed(role, one.user.display_name, note=f"已回避：{one.recusal}" if one.recused_at is not None else "")


def _appeal(row: AssessmentAppeal, titles: dict[str, str]) -> tuple[str, str]:
    outcome = f"{AppealOutcome.of(row.outcome).label}，{row.answer}" if row.outcome else "还没有答复"
    return titles.get(row.item, row.item), f"{row.reason}。答复：{outcome}"


def _signatures(scope: ContractScope, row: Assessment) -> Iterator[Signed]:
    """Both sides, in the order of the sheet; an empty line waits for a name."""
    given = {one.side: one for one in assessments.signatures(scope.session, scope.contract_id, row.id)}
    for side, title in PARTIES.items():
        one = given.get(side.value)
        if one is None:
            yield Signed(title)
            continue
        on = one.signed_at.astimezone(SHANGHAI).date().isoformat()
        if one.refused:
            yield Signed(title, "拒签", on, f"{one.note}（见证人 {one.witness}）")
        else:
            yield Signed(title, one.signer.display_name, on, "已在系统中输入密码签字")


def _proof(scope: ContractScope, row: Assessment) -> Sequence[str]:
    if row.state in DRAFTS:
        return ()
    kept = assessments.capsule(scope.session, scope.contract_id, row.id, row.signed_revision)
    if kept is None:
        return ()
    return (f"存档第 {kept.revision} 版，校验值（SHA-256）{kept.sha256}", "任何人都能用 python -m kpi verify 重算存档。")
