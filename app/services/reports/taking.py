"""Taking files away: each download is written down; a bundle of a quarter comes with its manifest."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.security.report_terms import ReportDeed, ReportState
from app.services.act import Act, Refused, found
from app.services.reports.making import note
from app.store import reports
from app.store.contracts import ContractScope
from app.store.reports import Gone, Report, ReportFile, ReportStore, ReportVersion
from kpi.quantities import Period
from kpi.reports.marks import chinese

KINDS = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel"}
EARLIEST = (1980, 1, 1, 0, 0, 0)
MOST = 200
UNFIT = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True)
class Taken:
    """A file on its way out."""

    name: str
    kind: str
    data: bytes


def name_of(row: Report, revision: int, kind: str) -> str:
    """How a file is called."""
    return f"{UNFIT.sub('_', f'{row.title}_{row.label}')}_第{revision}版.{kind}"


def opened(store: ReportStore, contract_id: int, file: ReportFile) -> bytes:
    """The bytes; Refused where they are gone or no longer what was kept."""
    try:
        data = store.read(contract_id, file.sha256)
    except Gone as gone:
        raise Refused("报告的文件不见了，或打不开。请告诉系统管理员核对备份；报告的数据还在，可以重新生成") from gone
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Refused("报告的文件与归档时的校验值不一致，没有下载。请告诉系统管理员")
    return data


def take(act: Act, scope: ContractScope, store: ReportStore, report_id: int, revision: int, kind: str) -> Taken:
    """The person takes a file of a version."""
    row = found(reports.find(act.session, scope.contract_id, report_id))
    version = found(reports.version(act.session, scope.contract_id, row.id, revision))
    file = found(reports.files_of(act.session, scope.contract_id, [version.id]).get(version.id, {}).get(kind))
    data = opened(store, scope.contract_id, file)
    note(act, row, ReportDeed.DOWNLOADED, f"第 {revision} 版 {KINDS[kind]}", revision=revision, kind=kind)
    act.record("report.taken", "report", row.id, scope.contract_id, revision=revision, kind=kind, sha256=file.sha256)
    return Taken(name_of(row, revision, kind), kind, data)


# -- a bundle -------------------------------------------------------------------------------------


def bundle(act: Act, scope: ContractScope, store: ReportStore, span: Period) -> Taken:
    """The reports of a span in their latest versions, all three files each, with a manifest; the same content gives the same bytes."""
    contract, start, end = found(scope.contract()), span.start, span.end
    field = "quarter" if span.label else "until_on"
    told = chinese(span.label) or f"{start} 至 {end}"
    rows = list(reversed(reports.every(act.session, scope.contract_id, since=start, until=end, size=MOST + 1)))
    if not rows:
        raise Refused(f"{told}没有报告，不能打包", field)
    if len(rows) > MOST:
        raise Refused(f"{told}的报告超过 {MOST} 份，请把日期缩短一些分几次打包", field)
    packed = list(_packed(act, scope, store, rows))
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for _, name, data in packed:
            _put(archive, name, data)
        _put(archive, "清单.csv", _listed([row for row, _, _ in packed]).encode("utf-8-sig"))
        manifest = {"contract": contract.title, "from": str(start), "until": str(end), "files": [row for row, _, _ in packed]}
        _put(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode())
    for row in rows:
        note(act, row, ReportDeed.DOWNLOADED, f"打包：{told}", revision=row.revision)
    sha256 = hashlib.sha256(raw.getvalue()).hexdigest()
    act.record("report.bundled", "contract", scope.contract_id, scope.contract_id, count=len(packed), until=str(end), sha256=sha256)
    return Taken(f"报告_{UNFIT.sub('_', told)}.zip", "zip", raw.getvalue())


def _packed(
    act: Act, scope: ContractScope, store: ReportStore, rows: Sequence[Report]
) -> Iterator[tuple[dict[str, Any], str, bytes]]:
    latest = reports.latest(act.session, scope.contract_id, [one.id for one in rows])
    files = reports.files_of(act.session, scope.contract_id, [one.id for one in latest.values()])
    for row in rows:
        version = latest[row.id]
        for kind, file in files.get(version.id, {}).items():
            name = f"{UNFIT.sub('_', row.title)}/{name_of(row, version.revision, kind)}"
            yield _entry(row, version, file, name), name, opened(store, scope.contract_id, file)


def _entry(row: Report, version: ReportVersion, file: ReportFile, name: str) -> dict[str, Any]:
    return {
        "file": name, "title": row.title, "period": row.label, "revision": version.revision, "state": ReportState.of(row.state).label,
        "final": version.final, "sha256": file.sha256, "size": file.size, "data_sha256": version.sha256, "pages": file.pages or None,
    }  # fmt: skip


def _listed(rows: Sequence[dict[str, Any]]) -> str:
    names = {
        "file": "文件", "title": "报告", "period": "期间", "revision": "版次", "state": "状态", "size": "字节", "pages": "页数",
        "sha256": "文件校验值", "data_sha256": "数据校验值",
    }  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names.values())
    writer.writerows([row[name] for name in names] for row in rows)
    return text.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    part = zipfile.ZipInfo(name, EARLIEST)
    part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    archive.writestr(part, data)
