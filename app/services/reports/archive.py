"""Files (案卷) for the archive, and the hand-over list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.clock import business_day
from app.documents.report_dossier import Bound, Cover, Item, dossier_pdf
from app.security.report_terms import Medium, ReportState, Retention
from app.services.act import Act, Refused, found
from app.services.reports import shelving
from app.services.reports.handing import shown_state
from app.services.reports.naming import titled
from app.services.reports.people import check_writes
from app.services.reports.taking import opened
from app.store import archive, reports
from app.store.archive import Deliverable, Dossier, DossierItem
from app.store.contracts import Contract, ContractScope
from app.store.reports import Report, ReportFile, ReportStore

MOST_PAGES = 9999


# -- files (案卷) -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opening:
    """A file as it is opened."""

    title: str
    retention: str
    from_on: date
    until_on: date


def open_dossier(act: Act, scope: ContractScope, told: Opening) -> Dossier:
    """Opens a file and puts the final reports, sheets, statements and sealed documents of its span into it."""
    check_writes(act, scope)
    if not told.title.strip():
        raise Refused("请填写案卷题名", "title")
    if told.until_on < told.from_on:
        raise Refused("结束日期早于开始日期，请核对", "until_on")
    if told.retention not in {one.value for one in Retention}:
        raise Refused("请选择保管期限", "retention")
    row = Dossier(
        contract_id=scope.contract_id, number=archive.next_number(act.session, Dossier, scope.contract_id),
        title=told.title.strip(), retention=told.retention, from_on=told.from_on, until_on=told.until_on,
        opened_by=act.person().user_id, opened_at=act.now,
    )  # fmt: skip
    reports.add(act.session, row)
    fill(act, scope, row)
    act.record("dossier.opened", "dossier", row.id, scope.contract_id, number=row.number)
    return row


def fill(act: Act, scope: ContractScope, row: Dossier) -> int:
    """Puts in what the span has; what was described by hand keeps its place behind it."""
    own = [one for one in archive.items(act.session, scope.contract_id, row.id) if one.file_id is None and one.evidence_id is None]
    kept = [_plain(one) for one in own]
    archive.clear(act.session, scope.contract_id, row.id)
    act.session.expire_all()
    made = [*_reports(scope, row), *shelving.pieces(act, scope, row.from_on, row.until_on), *kept]
    for position, columns in enumerate(made, 1):
        item = DossierItem(contract_id=scope.contract_id, dossier_id=row.id, position=position, **columns)
        reports.add(act.session, item)
    return len(made)


def _states(scope: ContractScope, rows: Sequence[Report]) -> dict[int, ReportState]:
    """Where each report stands; what was decided on its entry counts."""
    ids = [one.entry_id for one in rows if one.entry_id is not None]
    entries = reports.entry_states(scope.session, scope.contract_id, ids)
    return {one.id: shown_state(one, entries[one.entry_id][0] if one.entry_id in entries else "") for one in rows}


def _plain(item: DossierItem) -> dict[str, object]:
    names = ("responsible", "number", "title", "dated", "pages", "note", "file_id")
    return {name: getattr(item, name) for name in names}


def _reports(scope: ContractScope, row: Dossier) -> Iterator[dict[str, object]]:
    contract = found(scope.contract())
    every = reports.every(scope.session, scope.contract_id, since=row.from_on, until=row.until_on, size=500)
    states = _states(scope, every)
    rows = [one for one in every if states[one.id] not in (ReportState.DRAFT, ReportState.RETURNED)]
    files = archive.latest_files(scope.session, scope.contract_id, "pdf")
    latest = reports.latest(scope.session, scope.contract_id, [one.id for one in rows])
    for one in reversed(rows):
        if one.id in files and one.id in latest:
            yield {
                "responsible": contract.supplier.name[:120], "number": "", "title": titled(one.title, one.label)[:200],
                "dated": business_day(latest[one.id].made_at), "pages": files[one.id].pages,
                "note": f"第 {latest[one.id].revision} 版", "file_id": files[one.id].id,
            }  # fmt: skip


@dataclass(frozen=True)
class Described:
    """A document on paper that lies in the file, too."""

    responsible: str
    number: str
    title: str
    dated: date
    pages: int
    note: str


def describe(act: Act, scope: ContractScope, dossier_id: int, told: Described) -> DossierItem:
    """Adds a document that lies in the file on paper."""
    row = _open(act, scope, dossier_id)
    if not told.title.strip():
        raise Refused("请填写题名", "title")
    if not 0 <= told.pages <= MOST_PAGES:
        raise Refused(f"页数要在 0 到 {MOST_PAGES} 之间", "pages")
    items = archive.items(act.session, scope.contract_id, row.id)
    made = DossierItem(
        contract_id=scope.contract_id, dossier_id=row.id, position=len(items) + 1, responsible=told.responsible.strip(),
        number=told.number.strip(), title=told.title.strip(), dated=told.dated, pages=told.pages, note=told.note.strip(),
    )  # fmt: skip
    reports.add(act.session, made)
    act.record("dossier.described", "dossier", row.id, scope.contract_id, number=row.number, position=made.position)
    return made


def refill(act: Act, scope: ContractScope, dossier_id: int) -> int:
    """Takes in what became final since."""
    row = _open(act, scope, dossier_id)
    count = fill(act, scope, row)
    act.record("dossier.filled", "dossier", row.id, scope.contract_id, number=row.number, count=count)
    return count


def close(act: Act, scope: ContractScope, dossier_id: int) -> Dossier:
    """Closes a file: from now on nothing in it changes."""
    row = _open(act, scope, dossier_id)
    if not archive.items(act.session, scope.contract_id, row.id):
        raise Refused("案卷里还没有文件，不能归档。先定稿报告，再“更新卷内文件”，或登记纸质文件")
    row.closed_by, row.closed_at = act.person().user_id, act.now
    act.session.flush()
    act.record("dossier.closed", "dossier", row.id, scope.contract_id, number=row.number)
    return row


def _open(act: Act, scope: ContractScope, dossier_id: int) -> Dossier:
    check_writes(act, scope)
    row = found(archive.dossier(act.session, scope.contract_id, dossier_id, hold=True))
    if row.closed_at is not None:
        raise Refused("这个案卷已经归档，不能再改")
    return row


def bound(act: Act, scope: ContractScope, store: ReportStore, dossier_id: int) -> tuple[str, bytes]:
    """The file as one PDF: cover, contents, its documents with running page numbers."""
    row, contract = found(archive.dossier(act.session, scope.contract_id, dossier_id)), found(scope.contract())
    items = archive.items(act.session, scope.contract_id, row.id)
    files = archive.files(act.session, scope.contract_id, [one.file_id for one in items if one.file_id is not None])

    def bytes_of(one: DossierItem) -> bytes | None:
        if one.file_id is not None:
            return opened(store, scope.contract_id, files[one.file_id])
        return shelving.leaves(act, scope, one.evidence_id) if one.evidence_id is not None else None

    data = dossier_pdf(cover_of(contract, row, items), [Bound(_item(one), bytes_of(one)) for one in items])
    act.record("dossier.taken", "dossier", row.id, scope.contract_id, number=row.number)
    return f"案卷{row.number:03d}_{row.title}.pdf", data


def _item(one: DossierItem) -> Item:
    return Item(one.position, one.responsible, one.number, one.title, one.dated, one.pages, one.note)


def cover_of(contract: Contract, row: Dossier, items: Sequence[DossierItem]) -> Cover:
    return Cover(
        f"{row.number:03d}", row.title, contract.buyer.name, contract.title, row.from_on, row.until_on,
        Retention.of(row.retention).label, len(items), sum(one.pages for one in items), row.closed_at is not None,
    )  # fmt: skip


# -- hand-over ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handed:
    """A line of the hand-over list (成果移交清单)."""

    name: str
    period: str
    amount: str
    copies: str
    medium: str
    sha256: str
    accepted: str


def handed_over(scope: ContractScope) -> list[Handed]:
    """Everything that was delivered: reports with the hash of their PDF, then the register."""
    session, contract_id = scope.session, scope.contract_id
    rows: list[Report] = list(reversed(reports.every(session, contract_id, size=2000)))
    files = archive.latest_files(session, contract_id, "pdf")
    states = _states(scope, rows)
    made = [_report(one, files[one.id], states[one.id]) for one in rows if one.state != ReportState.DRAFT and one.id in files]
    others = archive.deliverables(session, contract_id)
    scans = archive.scans(session, contract_id, [one.id for one in others])
    return [*made, *(_deliverable(one, scans.get(one.id, "")) for one in others)]


def _report(row: Report, file: ReportFile, state: ReportState) -> Handed:
    return Handed(row.title, row.label, f"{file.pages} 页", "1", Medium.FILE.label, file.sha256, state.label)


def _deliverable(row: Deliverable, sha256: str) -> Handed:
    accepted = f"{row.accepted_by}，{row.accepted_on}" if row.accepted_on else "未接收" if row.handed_on else "未交付"
    proof = sha256 if row.handed_on else ""  # what was given back is no longer what is handed over
    return Handed(row.title, row.edition, "1 件", str(row.copies), Medium.of(row.medium).label, proof, accepted)
