"""flask standing: every running contract at once, for the operator and the demonstration."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy.orm import Session

from app.services import standing
from tests.factories.office import office
from tests.services.standings import done


def test_every_running_contract_is_computed(app: Flask, session: Session) -> None:
    made, later = office(session), office(session, starts_on=date(2026, 6, 1), ends_on=date(2027, 5, 31))
    office(session).contract.state = "closed"
    done(session, made, "news", date(2026, 1, 2))
    session.commit()
    told = app.test_cli_runner().invoke(args=["standing"])
    assert told.exit_code == 0, told.output
    assert "推算完成，计入 1 条" in told.output
    assert "合同从 2026-06-01 起" in told.output
    assert told.output.endswith("推算了 2 份合同。\n")
    assert standing.of(made.scope(session)) is not None
    assert standing.of(later.scope(session)) is None
