"""A lock closes what runs in the background, too: the rows of a file, and taking an import back."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.services.act import Refused
from app.services.imports import deciding
from app.services.verification import locking
from app.services.verification.locking import Span
from app.store.models import LedgerEntry
from tests.factories.office import Office
from tests.services.acting import act_of
from tests.services.imports.importing import Importing, news_rows, workbook


def lock(session: Session, made: Office) -> None:
    span = Span(date(2026, 2, 1), date(2026, 2, 28), None, "二月考核已签字")
    locking.lock(act_of(session, made["supervisor"]), made.scope(session), span)
    session.commit()


def states(session: Session) -> Counter[str]:
    return Counter(session.scalars(sa.select(LedgerEntry.state)))


def test_rows_of_a_locked_day_are_told_in_the_dry_run(session: Session, made: Office) -> None:
    lock(session, made)
    way = Importing(session, made)
    batch = way.upload("news", "二月.xlsx", workbook(("宣传报道台账", news_rows(3))))
    way.work()
    if batch.state == "uploaded":
        way.map(batch)
        way.work()
    assert (batch.good, batch.bad) == (0, 3)
    assert states(session) == {}


def test_a_lock_between_the_dry_run_and_the_import_keeps_the_rows_out(session: Session, made: Office) -> None:
    way = Importing(session, made)
    batch = way.upload("news", "二月.xlsx", workbook(("宣传报道台账", news_rows(3))))
    way.work()
    if batch.state == "uploaded":
        way.map(batch)
        way.work()
    assert (batch.state, batch.good) == ("checked", 3)
    lock(session, made)
    with suppress(Refused):  # told at once, or by the run in the background
        way.confirm(batch)
    session.rollback()
    way.work()
    session.refresh(batch)
    assert (batch.good, batch.bad) == (0, 3), batch.message
    assert states(session) == {}


def test_an_import_is_not_taken_back_over_a_lock(session: Session, made: Office) -> None:
    way = Importing(session, made)
    batch = way.bring_in("news", "二月.xlsx", workbook(("宣传报道台账", news_rows(3))))
    assert states(session) == {"submitted": 3}
    lock(session, made)
    with pytest.raises(Refused, match="已锁定"):
        deciding.undo(way.act(), made.scope(session), batch.id, batch.version, "导错了文件")
    session.rollback()
    assert states(session) == {"submitted": 3}
