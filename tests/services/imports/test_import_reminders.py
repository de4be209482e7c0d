"""Platforms forget: what was imported from one is due again before its history is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.services.imports import deciding, receiving
from app.services.imports.reminders import reminders
from app.services.imports.running import tidy
from app.services.ledger.desk import Desk
from app.store.models import ImportBatch, ImportRow
from tests.factories.ground import CLOCK
from tests.factories.office import Office, office
from tests.services.imports.importing import Importing, csv_file, news_rows

TODAY = date(2026, 3, 5)


@pytest.fixture
def made(session: Session) -> Office:
    return office(session, history_days=30)


def from_platform(session: Session, made: Office, name: str = "公众号后台", *, trace: bool = True) -> ImportBatch:
    way = Importing(session, made)
    batch = way.upload("news", f"{name}.csv", csv_file(["日期", f"{name}渠道"], ["2026-03-01", "公众号"]))
    act = way.act()
    plan = receiving.planned(act, Desk.at(act, way.scope, "news"), batch)
    way.map(batch, replace(plan.given, trace=trace), name=name)
    way.work()
    way.confirm(batch)
    way.work()
    return batch


def days(session: Session, made: Office, after: int) -> list[str]:
    return [each.platform for each in reminders(made.scope(session), TODAY + timedelta(days=after))]


def test_a_week_before_the_history_is_gone(session: Session, made: Office) -> None:
    from_platform(session, made)
    assert days(session, made, 22) == []
    assert days(session, made, 23) == ["公众号后台"]
    (due,) = reminders(made.scope(session), TODAY + timedelta(days=40))
    assert (due.ledger_name, due.last_on, due.expires_on) == ("宣传报道台账", TODAY, date(2026, 4, 4))
    assert "只保留到 2026-04-04" in due.text


def test_what_is_imported_again_is_not_due(session: Session, made: Office) -> None:
    from_platform(session, made)
    CLOCK.forward(days=25)
    way = Importing(session, made)
    batch = way.upload("news", "新的.csv", csv_file(["日期", "公众号后台渠道"], ["2026-03-20", "公众号"]))
    way.work()
    assert days(session, made, 25) == ["公众号后台"], "it counts once it is in the ledger"
    way.confirm(batch)
    way.work()
    assert days(session, made, 25) == []
    session.rollback()
    deciding.undo(way.act(), way.scope, batch.id, batch.version, "拿错了")
    session.commit()
    assert days(session, made, 25) == ["公众号后台"], "what was undone does not count"


def test_own_tables_and_contracts_without_a_limit_remind_of_nothing(session: Session, made: Office) -> None:
    from_platform(session, made, "自己的表", trace=False)
    Importing(session, made).bring_in("news", "宣传.csv", csv_file(*news_rows(1)))
    assert days(session, made, 300) == []
    from_platform(session, made, "抖音")
    assert days(session, made, 300) == ["抖音"]
    made.contract.history_days = None
    session.commit()
    assert days(session, made, 300) == []


def test_a_mapping_that_is_dropped_reminds_of_nothing(session: Session, made: Office) -> None:
    batch = from_platform(session, made)
    way = Importing(session, made)
    assert batch.mapping_id is not None
    deciding.drop_mapping(way.act(), way.scope, batch.mapping_id)
    session.commit()
    assert days(session, made, 300) == []
    assert session.scalars(sa.select(ImportBatch.state)).all() == ["imported"]


def test_staged_rows_go_after_a_month(session: Session, made: Office) -> None:
    way = Importing(session, made)
    way.bring_in("news", "一.csv", csv_file(*news_rows(3)))
    waiting = way.upload("news", "二.csv", csv_file(*news_rows(4)))
    way.work()
    CLOCK.forward(days=29)
    assert tidy(session, CLOCK.now) == 0
    CLOCK.forward(days=2)
    assert tidy(session, CLOCK.now) == 2
    session.commit()
    assert session.scalar(sa.select(sa.func.count()).select_from(ImportRow)) == 0
    session.refresh(waiting)
    assert (waiting.state, "重新核对" in waiting.message) == ("uploaded", True)
