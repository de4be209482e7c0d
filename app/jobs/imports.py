"""The background side of an import: the dry run in chunks, the one commit, and what is left when they fail."""

from __future__ import annotations

from collections.abc import Callable

from app.jobs.work import Outcome, Stopped, TakenAway, Work
from app.services.act import Refused
from app.services.imports import running
from app.store.engine import READING

CRASHED = "处理时出错，没有导入任何一行；详情在日志里。请重新核对，仍不行就把批次号告诉管理员"


def check(work: Work) -> Outcome:
    """Judges every row of the file along the path that the commit will go, and puts the rows into staging."""
    return guarded(work, _check)


def commit(work: Work) -> Outcome:
    """Brings the good rows into the ledger at once."""
    return guarded(work, _commit)


def guarded(work: Work, step: Callable[[Work, int], Outcome]) -> Outcome:
    """Runs a step; where it does not come to its end, the batch says why."""
    batch_id = int(work.payload["batch"])
    try:
        return step(work, batch_id)
    except (Stopped, TakenAway):
        raise
    except Refused as refused:
        # Nothing is broken that an administrator could mend: whoever asked reads why, and decides.
        give_up(work, batch_id, refused.message, crashed=False)
        return Outcome(True, f"没有做成：{refused.message}", {"batch": batch_id})
    except Exception:
        give_up(work, batch_id, CRASHED, crashed=True)
        raise


def give_up(work: Work, batch_id: int, message: str, *, crashed: bool) -> None:
    with work.transaction() as session:
        running.give_up(work.act_of_system(session), work.scope(session), batch_id, message, crashed=crashed)


def _check(work: Work, batch_id: int) -> Outcome:
    with work.transaction() as session:
        dry = running.open_check(work.act(session), work.scope(session), batch_id)
    if dry is None:
        return Outcome(True, "这一批已经核对过了", {"batch": batch_id})
    work.progress(0, dry.look.rows, "正在读取文件")
    for rows in dry.chunks():
        with work.transaction(**READING) as session:
            judged = running.judge_chunk(work.act(session), work.scope(session), dry, rows)
        with work.transaction() as session:
            running.stage_chunk(work.act(session), work.scope(session), dry, rows, judged)
        work.progress(dry.good + dry.bad + dry.skipped, dry.look.rows, f"其中 {dry.bad} 行要改")
    with work.transaction() as session:
        batch = running.close_check(work.act(session), work.scope(session), dry)
        return Outcome(
            True, f"《{batch.file_name}》核对完：共 {batch.total} 行，可导入 {batch.good} 行，有误 {batch.bad} 行",
            {"batch": batch_id},
        )  # fmt: skip


def _commit(work: Work, batch_id: int) -> Outcome:
    work.progress(0, None, "正在导入，全部写好后一次生效")
    with work.transaction() as session:
        done = running.take(work.act(session), work.scope(session), batch_id)
        if done is None:
            return Outcome(True, "这一批已经导入过了", {"batch": batch_id})
        batch, taken = done
        drafts = f"，其中 {len(taken.drafts)} 条缺佐证材料，存为草稿" if taken.drafts else ""
        left = f"；{batch.bad} 行有误没有导入" if batch.bad else ""
        return Outcome(True, f"《{batch.file_name}》导入了 {taken.count} 条{drafts}{left}", {"batch": batch_id})


def tidy(work: Work) -> Outcome:
    """Empties the staging of what was sent long ago."""
    with work.transaction() as session:
        gone = running.tidy(session, work.tools.clock())
    return Outcome(True, f"清理了 {gone} 批导入的明细", {"batches": gone})
