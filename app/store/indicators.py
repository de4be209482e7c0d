"""Targets changed after signing, figures entered by hand, the task plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import Side
from app.store.models import (
    EvidenceFile,
    ManualFigure,
    ManualPaper,
    Rollup,
    RollupPlan,
    TargetChange,
    TaskPlan,
    TaskShare,
)

__all__ = ["EvidenceFile", "ManualFigure", "ManualPaper", "TargetChange", "TaskPlan", "TaskShare"]


def add(session: Session, row: Any) -> None:
    """A new row, with its id."""
    session.add(row)
    session.flush()


# -- targets --------------------------------------------------------------------------------------


def targets(session: Session, contract_id: int, parameter: str | None = None) -> Sequence[TargetChange]:
    """Every proposed change, in the order of effective days; of one parameter."""
    query = sa.select(TargetChange).where(TargetChange.contract_id == contract_id)
    if parameter is not None:
        query = query.where(TargetChange.parameter == parameter)
    return session.scalars(query.order_by(TargetChange.effective_on, TargetChange.decided_at, TargetChange.id)).all()


def target(session: Session, contract_id: int, change_id: int) -> TargetChange | None:
    """A proposed change; nobody else answers it until this transaction ends."""
    query = sa.select(TargetChange).where(TargetChange.contract_id == contract_id, TargetChange.id == change_id)
    return session.scalars(query.with_for_update(of=TargetChange)).one_or_none()


# -- by hand --------------------------------------------------------------------------------------


def manual(session: Session, contract_id: int, clause: str | None = None) -> Sequence[ManualFigure]:
    """Everything entered by hand, oldest first; of one clause."""
    query = sa.select(ManualFigure).where(ManualFigure.contract_id == contract_id)
    if clause is not None:
        query = query.where(ManualFigure.clause == clause)
    return session.scalars(query.order_by(ManualFigure.revision, ManualFigure.id)).all()


def manual_one(session: Session, contract_id: int, figure_id: int) -> ManualFigure | None:
    """One of them; nobody else verifies it until this transaction ends."""
    query = sa.select(ManualFigure).where(ManualFigure.contract_id == contract_id, ManualFigure.id == figure_id)
    return session.scalars(query.with_for_update(of=ManualFigure)).one_or_none()


def attach(session: Session, contract_id: int, figure_id: int, files: Sequence[int]) -> None:
    """Puts files of evidence beside figures entered by hand."""
    session.add_all(
        [
            ManualPaper(contract_id=contract_id, figure_id=figure_id, file_id=file_id, position=place)
            for place, file_id in enumerate(files, 1)
        ]
    )
    session.flush()


def papers(session: Session, contract_id: int, figure_ids: Collection[int]) -> dict[int, list[EvidenceFile]]:
    """The evidence behind figures, by figure."""
    query = (
        sa.select(ManualPaper.figure_id, EvidenceFile)
        .join(EvidenceFile, sa.and_(EvidenceFile.contract_id == ManualPaper.contract_id, EvidenceFile.id == ManualPaper.file_id))
        .where(ManualPaper.contract_id == contract_id, ManualPaper.figure_id.in_(figure_ids))
        .order_by(ManualPaper.figure_id, ManualPaper.position)
    )
    found: dict[int, list[EvidenceFile]] = {}
    for figure_id, file in session.execute(query) if figure_ids else ():
        found.setdefault(figure_id, []).append(file)
    return found


# -- task plan ------------------------------------------------------------------------------------


class Share(NamedTuple):
    """How much of a plan one person does at one place in one month (its first day)."""

    month: date
    user_id: int
    place: str
    n: int


def plan(session: Session, contract_id: int, figure: str, *, hold: bool = False) -> TaskPlan | None:
    """The plan of a figure; `hold`: nobody else saves it until this transaction ends."""
    query = sa.select(TaskPlan).where(TaskPlan.contract_id == contract_id, TaskPlan.figure == figure)
    if hold:
        query = query.with_for_update(of=TaskPlan).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def plans(session: Session, contract_id: int) -> dict[str, tuple[TaskPlan, int]]:
    """Every plan by its figure, with the sum of its shares."""
    shared = sa.func.coalesce(sa.func.sum(TaskShare.n), 0)
    joined = sa.and_(TaskShare.contract_id == TaskPlan.contract_id, TaskShare.plan_id == TaskPlan.id)
    query = (
        sa.select(TaskPlan.id, shared).outerjoin(TaskShare, joined)
        .where(TaskPlan.contract_id == contract_id).group_by(TaskPlan.id)
    )  # fmt: skip
    sums = {key: int(number) for key, number in session.execute(query)}
    rows = session.scalars(sa.select(TaskPlan).where(TaskPlan.contract_id == contract_id))
    return {row.figure: (row, sums.get(row.id, 0)) for row in rows}


def shares(session: Session, contract_id: int, plan_id: int) -> list[Share]:
    """The shares of a plan."""
    query = (
        sa.select(TaskShare.month, TaskShare.user_id, TaskShare.place, TaskShare.n)
        .where(TaskShare.contract_id == contract_id, TaskShare.plan_id == plan_id)
        .order_by(TaskShare.month, TaskShare.user_id, TaskShare.place)
    )
    return [Share(*row) for row in session.execute(query)]


def replace_shares(session: Session, contract_id: int, plan_id: int, wanted: Iterable[Share]) -> None:
    """The shares of a plan anew."""
    session.execute(sa.delete(TaskShare).where(TaskShare.contract_id == contract_id, TaskShare.plan_id == plan_id))
    session.add_all([TaskShare(contract_id=contract_id, plan_id=plan_id, **one._asdict()) for one in wanted])
    session.flush()


def own_shares(
    session: Session, contract_ids: Collection[int], user_id: int, month: date
) -> list[tuple[int, str, int]]:
    """(contract, figure, planned) of a person in a month, over their contracts: one query."""
    query = (
        sa.select(TaskPlan.contract_id, TaskPlan.figure, sa.func.sum(TaskShare.n))
        .join(TaskShare, sa.and_(TaskShare.contract_id == TaskPlan.contract_id, TaskShare.plan_id == TaskPlan.id))
        .where(TaskShare.contract_id.in_(contract_ids), TaskShare.user_id == user_id, TaskShare.month == month)
        .group_by(TaskPlan.contract_id, TaskPlan.figure).order_by(TaskPlan.contract_id, TaskPlan.figure)
    )  # fmt: skip
    return [(contract, figure, int(n)) for contract, figure, n in session.execute(query)] if contract_ids else []


def own_done(session: Session, contract_ids: Collection[int], user_id: int, day: date) -> dict[tuple[int, str], int]:
    """How many entries a person has claimed in a day's month, by contract and figure: one query.

    A period and the term count the same months, so that the larger of both is what was done.
    """
    query = (
        sa.select(Rollup.contract_id, Rollup.figure, Rollup.plan_id, sa.func.sum(Rollup.n))
        .join(RollupPlan, sa.and_(RollupPlan.contract_id == Rollup.contract_id, RollupPlan.id == Rollup.plan_id))
        .where(
            Rollup.contract_id.in_(contract_ids), Rollup.part == "who", Rollup.side == Side.CLAIMED.value,
            Rollup.cell == day.year * 12 + day.month - 1, Rollup.key.contains(f',"{user_id}",', autoescape=True),
            RollupPlan.from_on <= day, RollupPlan.until_on >= day,
        )
        .group_by(Rollup.contract_id, Rollup.figure, Rollup.plan_id)
    )  # fmt: skip
    found: dict[tuple[int, str], int] = {}
    for contract, figure, _, n in session.execute(query):
        found[contract, figure] = max(found.get((contract, figure), 0), int(n))
    return found


# -- where entries behind figures are from --------------------------------------------------------


def who(
    session: Session, contract_id: int, plan_id: int, figures: Collection[str], apart: Collection[str] = ()
) -> list[tuple[str, str, int, str, int]]:
    """(side, figure, month, key, n) of the entries behind these figures; beside them the rows of `apart` as they are kept."""
    parts = [(figures, "who"), (apart, "key")]
    queries = [
        sa.select(Rollup.side, Rollup.figure, Rollup.cell, Rollup.key, Rollup.n).where(
            Rollup.contract_id == contract_id, Rollup.plan_id == plan_id, Rollup.side.in_([one.value for one in Side]),
            Rollup.figure.in_(names), Rollup.member == "", Rollup.part == part,
        )
        for names, part in parts if names
    ]  # fmt: skip
    return [tuple(row) for row in session.execute(sa.union_all(*queries))] if queries else []


def apart(session: Session, contract_id: int, plan_id: int, prefix: str, place: str) -> list[tuple[str, str, str, int]]:
    """(side, figure, key, n) of what the entries of one place put into sums and shares; `place` is how the key begins."""
    query = sa.select(Rollup.side, Rollup.figure, Rollup.key, Rollup.n).where(
        Rollup.contract_id == contract_id, Rollup.plan_id == plan_id, Rollup.side.in_([one.value for one in Side]),
        Rollup.figure.startswith(prefix, autoescape=True), Rollup.member == "", Rollup.part == "key",
        Rollup.key.startswith(place, autoescape=True),
    )  # fmt: skip
    return [tuple(row) for row in session.execute(query)]


def checked(session: Session, contract_id: int, plan_id: int, place: str = "") -> Mapping[tuple[str, str], tuple[int, int, int]]:
    """(entries, spot-checked, found true) behind each figure, by side and figure; of one place."""
    text = sa.cast(Rollup.key, sa.Text())
    true, false = text.like("%,true]"), text.like("%,false]")
    query = (
        sa.select(
            Rollup.side, Rollup.figure, sa.func.sum(Rollup.n),
            sa.func.sum(sa.case((sa.or_(true, false), Rollup.n), else_=0)), sa.func.sum(sa.case((true, Rollup.n), else_=0)),
        )
        .where(Rollup.contract_id == contract_id, Rollup.plan_id == plan_id, Rollup.part == "who")
        .group_by(Rollup.side, Rollup.figure)
    )  # fmt: skip
    if place:
        query = query.where(text.startswith(place, autoescape=True))
    return {(side, figure): (int(n), int(drawn), int(good)) for side, figure, n, drawn, good in session.execute(query)}
