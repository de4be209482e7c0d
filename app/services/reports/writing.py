"""Words of a report: changed by staff before it is made final, their numbers bound to the source; the county's templates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from app.documents.report_letter import TemplateProblem
from app.documents.report_letter import check as check_letter
from app.security.permissions import P
from app.security.predicates import may
from app.security.report_terms import ReportDeed, ReportState
from app.services.act import Act, Refused, found
from app.services.reports.handing import take_over
from app.services.reports.making import Frozen, freeze, note, read
from app.services.reports.people import check_state, check_writes, held
from app.store import reports
from app.store.contracts import ContractScope
from app.store.reports import Report, ReportLetter, ReportStore, ReportTemplate
from kpi.reports import model
from kpi.reports.words import UnknownField, check, known, problem, typed_digits, with_absent, with_words

Words = Mapping[str, Sequence[str]]
S = ReportState
EDITABLE = (S.DRAFT, S.RETURNED)
MOST_PARAGRAPHS = 40
LONGEST = 2000
MOST_NAMED = 6


def with_own_words(row: Report, report: model.Report) -> model.Report:
    """The report with the paragraphs that staff have changed."""
    return with_absent(with_words(report, {part: tuple(texts) for part, texts in row.words.items()})) if row.words else report


def current(scope: ContractScope, row: Report) -> model.Report:
    """The latest version, with what is being changed."""
    version = found(reports.version(scope.session, scope.contract_id, row.id, data=True))
    made = read(version.data)
    return with_own_words(row, made) if row.state in {one.value for one in EDITABLE} else made


def paragraphs(typed: str) -> list[str]:
    """A text area as paragraphs."""
    return [line.strip() for line in typed.splitlines() if line.strip()]


def checked(report: model.Report, words: Words) -> dict[str, list[str]]:
    """The words as they are kept; Refused where they name what the report has not."""
    fields, parts = known(report), {one.id: one for one in report.parts}
    kept: dict[str, list[str]] = {}
    for part, texts in words.items():
        if part not in parts:
            raise Refused("这一节不在报告里，请刷新页面", part)
        if len(texts) > MOST_PARAGRAPHS:
            raise Refused(f"“{parts[part].title}”最多 {MOST_PARAGRAPHS} 段，现在有 {len(texts)} 段", part)
        for number, text in enumerate(texts, 1):
            if len(text) > LONGEST:
                raise Refused(f"“{parts[part].title}”第 {number} 段最多 {LONGEST} 个字，现在有 {len(text)} 个", part)
            if wrong := problem(text, fields):
                raise Refused(f"“{parts[part].title}”第 {number} 段：{wrong}", part)
        kept[part] = list(texts)
    return kept


def save(act: Act, scope: ContractScope, report_id: int, words: Words, seen: int) -> Report:
    """Keeps changed words; the figures stay what they are."""
    check_writes(act, scope)
    row = held(act, scope, report_id, seen)
    take_over(act, scope, row)
    check_state(row, "修改文字", *EDITABLE)
    version = found(reports.version(act.session, scope.contract_id, row.id, data=True))
    row.words = {**row.words, **checked(read(version.data), words)}
    act.session.flush()
    note(act, row, ReportDeed.WROTE, parts=sorted(words))
    act.record("report.wrote", "report", row.id, scope.contract_id, parts=sorted(words))
    return row


def by_hand(report: model.Report) -> list[str]:
    """Results that are typed into the words by hand: they do not follow the figures."""
    found_digits = [digits for part in report.parts for one in part.paragraphs if one.by_hand for digits in typed_digits(one.text)]
    return list(dict.fromkeys(found_digits))


def unwritten(report: model.Report) -> list[str]:
    """Sections that hold nothing but words and have none yet: on paper they would say that something is to come."""
    return [part.title for part in report.parts if not part.paragraphs and not part.tables and not part.charts]


def fix(act: Act, scope: ContractScope, store: ReportStore, report_id: int, seen: int, *, confirmed: bool = False) -> Report:
    """Makes the report final: its words are fixed with its figures, in a version and files of their own."""
    check_writes(act, scope)
    row = held(act, scope, report_id, seen)
    take_over(act, scope, row)
    check_state(row, "定稿", *EDITABLE)
    version = found(reports.version(act.session, scope.contract_id, row.id, data=True))
    report = with_own_words(row, read(version.data))
    try:
        check(report)
    except UnknownField as unknown:
        raise Refused(f"{unknown}。请先改正再定稿") from unknown
    if empty := unwritten(report):
        raise Refused(f"{'、'.join(f'“{one}”' for one in empty)}还没有写。请先“修改文字”写好再定稿；没有可写的，写“无”")
    typed = by_hand(report)
    if typed and not confirmed:
        named = "、".join(typed[:MOST_NAMED])
        raise Refused(f"文字里有手写的数字：{named}。它们不随表格变化；请改成引用，确实要手写的勾选确认后再定稿", "confirmed")
    row.revision += 1
    row.state, row.words = S.FINAL.value, {}
    act.session.flush()
    made = freeze(act, scope, store, row, Frozen(report, version, final=True, reason="定稿"))
    note(act, row, ReportDeed.FIXED, f"第 {row.revision} 版", typed=typed[:MOST_NAMED])
    act.record("report.fixed", "report", row.id, scope.contract_id, revision=row.revision, sha256=made.sha256)
    return row


def reopen(act: Act, scope: ContractScope, report_id: int, seen: int) -> Report:
    """Takes a final report back before it is handed in: its words may be changed again."""
    check_writes(act, scope)
    row = held(act, scope, report_id, seen)
    check_state(row, "撤回定稿", S.FINAL)
    row.state = S.DRAFT.value
    act.session.flush()
    note(act, row, ReportDeed.REOPENED)
    act.record("report.reopened", "report", row.id, scope.contract_id, revision=row.revision)
    return row


# -- templates ------------------------------------------------------------------------------------


def check_sets_up(act: Act, scope: ContractScope) -> None:
    if not may(act.person(), P.CONTRACT_SETUP, scope.contract_id):
        raise Refused("文字模板和 Word 模板由采购人设置合同的人维护")


def replace_template(act: Act, scope: ContractScope, row: Report, part: str, texts: Sequence[str]) -> ReportTemplate:
    """What a section of this report begins as from now on; checked against this report. No texts: as the rulebook says."""
    check_sets_up(act, scope)
    version = found(reports.version(act.session, scope.contract_id, row.id, data=True))
    kept = checked(read(version.data), {part: texts})[part]
    before = reports.templates(act.session, scope.contract_id, row.duty).get(part)
    made = ReportTemplate(
        contract_id=scope.contract_id, duty=row.duty, part=part, revision=before.revision + 1 if before else 1, texts=kept,
        written_by=act.person().user_id, written_at=act.now,
    )  # fmt: skip
    reports.add(act.session, made)
    act.record("report.template", "report", row.id, scope.contract_id, duty=row.duty, part=part, revision=made.revision)
    return made


def keep_letter(act: Act, scope: ContractScope, store: ReportStore, name: str, data: bytes) -> ReportLetter:
    """The Word template from now on; Refused where it names what there is not."""
    check_sets_up(act, scope)
    try:
        check_letter(data)
    except TemplateProblem as wrong:
        raise Refused(str(wrong), "file") from wrong
    sha256 = hashlib.sha256(data).hexdigest()
    store.keep(scope.contract_id, sha256, data)
    return _letter(act, scope, name, sha256)


def drop_letter(act: Act, scope: ContractScope) -> ReportLetter:
    """Word files are made without a template again; what was made with it stays."""
    check_sets_up(act, scope)
    if reports.letter(act.session, scope.contract_id) is None:
        raise Refused("现在没有在用的 Word 模板")
    return _letter(act, scope, "停用", None)


def _letter(act: Act, scope: ContractScope, name: str, sha256: str | None) -> ReportLetter:
    row = ReportLetter(
        contract_id=scope.contract_id, revision=reports.letters(act.session, scope.contract_id) + 1, name=name[:200],
        sha256=sha256, kept_by=act.person().user_id, kept_at=act.now,
    )  # fmt: skip
    reports.add(act.session, row)
    act.record("report.letter", "contract", scope.contract_id, scope.contract_id, revision=row.revision, sha256=sha256 or "")
    return row
