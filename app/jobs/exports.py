"""Large exports: made in the background, kept sealed for a few days."""

from __future__ import annotations

from app.jobs.work import Outcome, Work
from app.services.exports import making
from app.store.engine import READING
from app.store.exports import ExportStore, open_exports


def kept_in(work: Work) -> ExportStore:
    return open_exports(work.tools.settings, work.tools.vault.sealer)


def make(work: Work) -> Outcome:
    """Reads everything in one transaction that only looks, and keeps the file."""
    export_id, files = int(work.payload["export"]), kept_in(work)
    with work.transaction(**READING) as session:
        scope = work.scope(session)
        table = making.table_of(work.act(session), scope, export_id, lambda rows: work.progress(rows, None, "正在写文件"))
        name = table.desk.ledger.name
        made = files.write(scope.contract_id, export_id, table.pieces())
    with work.transaction() as session:
        making.close(work.act(session), work.scope(session), export_id, table.rows, made)
    return Outcome(True, f"“{name}”导出了 {table.rows:,} 行，请在 7 天内下载", {"export": export_id})


def tidy(work: Work) -> Outcome:
    """Removes files of exports that were kept long enough."""
    with work.transaction() as session:
        gone = making.tidy(session, kept_in(work), work.tools.clock())
    return Outcome(True, f"清理了 {gone} 份满 7 天的导出文件", {"removed": gone})
