"""The operator's look at the rollups."""

from __future__ import annotations

import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.services.ledger import rollups, write
from app.store.models import Rollup
from tests.factories.office import office
from tests.services.acting import act_of


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def test_drift_is_found_and_counted_away(app: Flask, session: Session) -> None:
    made = office(session)
    day = made.contract.starts_on
    rollups.ensure(act_of(session, made["supervisor"]), made.scope(session), day, made.contract.ends_on)
    write.nil_return(act_of(session, made["field_staff"]), made.scope(session), "news", day)
    session.commit()
    fine = run(app, "rollups", "check")
    assert (fine.exit_code, fine.output) == (0, "汇总与重新计数一致。\n")
    session.execute(sa.update(Rollup).values(n=7))
    session.commit()
    wrong = run(app, "rollups", "check")
    assert wrong.exit_code == 1
    assert "与重新汇总的不同" in wrong.output
    again = run(app, "rollups", "rebuild")
    assert "已重新计数" in again.output
    assert run(app, "rollups", "check").exit_code == 0
