"""Computing reports and keeping them: each version frozen under its hash, with its three files, or nothing at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.documents import report_files
from app.documents.fonts import NoFont
from app.documents.report_files import Made
from app.documents.report_letter import TemplateProblem
from app.documents.report_paper import Printed
from app.security.report_terms import ReportDeed, ReportState
from app.services import background
from app.services.act import Act, Refused, found
from app.services.books import Book, book_on
from app.services.reports import duties
from app.services.reports.due import Owed
from app.services.reports.duties import JOB
from app.services.reports.gathering import Gathered, check_period, gathered
from app.store import audit, reports
from app.store.contracts import ContractScope
from app.store.jobs import Job
from app.store.reports import Deed, Report, ReportFile, ReportStore, ReportVersion
from kpi.capsule import canonical
from kpi.quantities import Period
from kpi.reports import model
from kpi.reports.compose import Order, UnknownField, build
from kpi.reports.phrases import days_of
from kpi.reports.plain_data import plain_data
from kpi.rulebook.reports import ReportDuty

Tell = Callable[[int, int], None]
#: States in which a report made anew goes on as it was; what was handed in becomes a new draft.
OPEN = frozenset({ReportState.DRAFT.value, ReportState.FINAL.value, ReportState.RETURNED.value})
#: Words that mark what is not final yet.
DRAFT = "草稿"


@dataclass(frozen=True)
class Computed:
    """A report as data, with the marks of what it rests on."""

    owed: Owed
    report: model.Report
    text: str
    sha256: str
    gathered: Gathered


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str) -> model.Report:
    """The report that a version holds."""
    return model.from_data(json.loads(text))


# -- computing ------------------------------------------------------------------------------------


def compute(
    scope: ContractScope, period: Period, ids: Sequence[str], today: date, tell: Tell = lambda done, total: None
) -> list[Computed]:
    """Reports of one period, from one pass over the entries; only reads."""
    contract = found(scope.contract())
    check_period(contract, period, today)
    one_pass = gathered(scope, period, lambda book: _chosen(book, ids), tell)
    return [_computed(scope, one_pass, duty, period) for duty in _chosen(one_pass.book, ids)]


def _chosen(book: Book, ids: Sequence[str]) -> list[ReportDuty]:
    return [found(duties.duty_of(book, one)) for one in ids]


def _computed(scope: ContractScope, one_pass: Gathered, duty: ReportDuty, period: Period) -> Computed:
    label = period.label or days_of(period, year=True)
    replaced = {part: tuple(row.texts) for part, row in reports.templates(scope.session, scope.contract_id, duty.id).items()}
    try:
        report = build(Order(duty, label, replaced), one_pass.measured, one_pass.settled, one_pass.book.source.sha256)
    except UnknownField as unknown:
        raise Refused(f"《{duty.title}》没有生成：{unknown}。请到“文字模板”改正，或恢复规则书里的写法") from unknown
    known = {one.key: one for one in duties.all_owed(scope, one_pass.book, found(scope.contract()), duty)}
    owed = known.get((duty.id, period.start, period.end), Owed(duty, replace(period, label=label), None))
    text = canonical(plain_data(report))
    return Computed(owed, report, text, hash_of(text), one_pass)


# -- keeping --------------------------------------------------------------------------------------


def keep(act: Act, scope: ContractScope, store: ReportStore, made: Computed) -> tuple[Report, bool]:
    """Keeps a report; False where it says the same as its latest version: then nothing new is kept."""
    session = act.session
    _, start, end = made.owed.key
    reports.one_at_a_time(session, scope.contract_id)  # somebody may have asked for it while the scheduler makes it
    row = reports.of_period(session, scope.contract_id, made.owed.duty.id, start, end)
    if row is not None:
        row = found(reports.find(session, scope.contract_id, row.id, hold=True))
        before = found(reports.version(session, scope.contract_id, row.id, data=True))
        if _plain_words(before.data) == _plain_words(made.text):
            note(act, row, ReportDeed.SAME)
            return row, False
    new = row is None
    if row is None:
        row = _begun(act, scope, made)
    else:
        row.revision += 1
        if row.state not in OPEN:
            row.entry_id = None
        row.state = ReportState.DRAFT.value
        session.flush()
    freeze(act, scope, store, row, Frozen(made.report, made.gathered, final=False))
    note(act, row, ReportDeed.MADE, "" if new else "来源有变化，生成新的一版", revision=row.revision)
    act.record("report.made", "report", row.id, scope.contract_id, duty=row.duty, revision=row.revision, sha256=made.sha256)
    return row, True


def _plain_words(text: str) -> Any:
    """What a version says apart from its paragraphs, which staff may have changed."""
    body = json.loads(text)
    for part in body["parts"]:
        part["paragraphs"] = []
    return body


def _begun(act: Act, scope: ContractScope, made: Computed) -> Report:
    owed = made.owed
    row = Report(
        contract_id=scope.contract_id, duty=owed.duty.id, title=made.report.title, label=made.report.label,
        every=owed.duty.every, from_on=owed.period.start, until_on=owed.period.end, due_on=owed.due,
        state=ReportState.DRAFT.value, revision=1,
    )  # fmt: skip
    return reports.add(act.session, row)


@dataclass(frozen=True)
class Frozen:
    """What becomes a version. `marks`: of the pass over the entries, or of the version whose words were changed."""

    report: model.Report
    marks: Gathered | ReportVersion
    final: bool
    reason: str = ""


def freeze(act: Act, scope: ContractScope, store: ReportStore, row: Report, what: Frozen) -> ReportVersion:
    """The next version of a report with its files: the bytes first, each whole on the disk, then the rows."""
    text, head = canonical(plain_data(what.report)), audit.head(act.session)
    marks = what.marks
    text_id = marks.rulebook_text_id if isinstance(marks, ReportVersion) else marks.book.text_id
    printed = Printed(row.revision, hash_of(text), f"第 {head.position} 条 {head.hash}", "" if what.final else DRAFT)
    letter = _letter(act, scope, store)
    try:
        made = report_files.all_of(what.report, printed, letter)
    except NoFont as lacking:
        raise Refused(f"{lacking}，报告没有保存，原来的版本没有变。请系统管理员重新安装程序后再生成") from lacking
    except TemplateProblem as wrong:
        raise Refused(f"Word 模板用不了，报告没有保存，原来的版本没有变。{wrong}；或停用模板后再生成") from wrong
    for one in made.values():
        _put(store, scope.contract_id, one)
    version = reports.add(
        act.session,
        ReportVersion(
            contract_id=scope.contract_id, report_id=row.id, revision=row.revision, sha256=hash_of(text), data=text,
            rulebook_text_id=text_id, event_id=marks.event_id, case_event_id=marks.case_event_id, sheets=list(marks.sheets),
            head_position=head.position, head_hash=head.hash, final=what.final, reason=what.reason,
            made_by=act.actor.user_id if act.actor is not None else None, made_at=act.now,
        ),
    )  # fmt: skip
    for kind, one in made.items():
        file = ReportFile(
            contract_id=scope.contract_id, version_id=version.id, kind=kind, sha256=one.sha256, size=len(one.data), pages=one.pages
        )
        reports.add(act.session, file)
    return version


def _put(store: ReportStore, contract_id: int, made: Made) -> None:
    """Refused where the disk does not take the bytes: nothing half written stays, what was there before is untouched."""
    try:
        store.keep(contract_id, made.sha256, made.data)
    except OSError as error:
        reason = "磁盘已满" if error.errno == 28 else "磁盘写不进去"
        raise Refused(f"{reason}，报告没有保存，原来的版本没有变。请系统管理员腾出空间后再生成") from error


def _letter(act: Act, scope: ContractScope, store: ReportStore) -> bytes | None:
    """The office's Word template; Refused where it is set and cannot be read."""
    row = reports.letter(act.session, scope.contract_id)
    if row is None or row.sha256 is None:
        return None
    try:
        return store.read(scope.contract_id, row.sha256)
    except reports.Gone as gone:
        raise Refused(f"Word 模板“{row.name}”的文件不见了，报告没有保存，原来的版本没有变。请重新上传模板，或停用模板后再生成") from gone


def note(act: Act, row: Report, deed: ReportDeed, text: str = "", **detail: Any) -> None:
    by = act.actor.user_id if act.actor is not None else None
    reports.note(act.session, row, Deed(deed, act.now, by, text, detail))


# -- on request -----------------------------------------------------------------------------------


def ask(act: Act, scope: ContractScope, duty_id: str, period: Period) -> Job:
    """Has a report made in the background; who asks finds it again."""
    contract = found(scope.contract())
    check_period(contract, period, act.today)
    book = book_on(scope, period.end)
    if book is None:
        raise Refused("这份合同还没有选定规则书，报告要按规则书生成。请先到“合同设置”选定规则书")
    found(duties.duty_of(book, duty_id))
    payload = {"duty": duty_id, "from": period.start.isoformat(), "until": period.end.isoformat(), "label": period.label}
    slot = f"{scope.contract_id}!{duty_id}!{period.end:%Y%m%d}@{act.now:%m%dT%H%M%S}"
    job = background.ask(act, scope, JOB, slot[-60:], payload)
    act.record("report.asked", "report", None, scope.contract_id, duty=duty_id, until=period.end.isoformat())
    return job


