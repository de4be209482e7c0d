"""The operator's commands."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.jobs.registry import KINDS
from tests.factories import records
from tests.factories.ground import migrated_app
from tests.web.browser import Browser


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def new_admin(app: Flask, login: str = "wang") -> Result:
    return run(app, "create-admin", login, "--name", "王芳", "--organisation", "湖畔人社局")


def test_the_first_administrator_comes_in(app: Flask) -> None:
    told = new_admin(app)
    assert told.exit_code == 0, told.output
    link = re.search(r"/invitation/[\w-]+", told.output)
    assert link is not None
    browser = Browser(app)
    new = {"password": "Lotus-Pond-77-x", "again": "Lotus-Pond-77-x"}
    assert browser.post(link[0], new).status_code == 303
    browser.sign_in("wang", new["password"])
    assert browser.get("/admin/people").status_code == 200


def test_a_second_administrator_joins_the_same_organisation(app: Flask) -> None:
    assert new_admin(app).exit_code == 0
    assert new_admin(app, "zhao").exit_code == 0
    again = new_admin(app, "zhao")
    assert again.exit_code == 1
    assert "已经有人" in again.output


def test_the_head_is_written_and_checked(app: Flask, tmp_path: Path) -> None:
    new_admin(app)
    head = tmp_path / "head.json"
    head.write_text(run(app, "audit", "head").output)
    fine = run(app, "audit", "verify", "--head", str(head))
    assert (fine.exit_code, "完整" in fine.output) == (0, True)
    assert run(app, "audit", "verify").exit_code == 0


def test_a_foreign_head_and_no_head_are_told_apart(app: Flask, session: Session, tmp_path: Path) -> None:
    records.audit_event(session)
    session.commit()
    other = tmp_path / "other.json"
    other.write_text('{"position": 9, "hash": "x", "signature": "y"}')
    wrong = run(app, "audit", "verify", "--head", str(other))
    assert wrong.exit_code == 1
    assert "链头" in wrong.output
    other.write_text("nonsense")
    nothing = run(app, "audit", "verify", "--head", str(other))
    assert nothing.exit_code == 1
    assert "flask audit head" in nothing.output


def test_a_chain_of_another_key_fails(app: Flask) -> None:
    new_admin(app)
    other = migrated_app(app.config["SQLALCHEMY_DATABASE_URI"], audit_key=b"8" * 32)
    told = run(other, "audit", "verify")
    assert told.exit_code == 1
    assert "签名" in told.output


def test_jobs_run_on_demand(app: Flask) -> None:
    told = run(app, "run-jobs", "--once")
    assert told.exit_code == 0
    nightly = sum(kind.daily_at is not None for kind in KINDS.values())
    assert f"运行了 {nightly} 个任务" in told.output
    assert "运行了 0 个任务" in run(app, "run-jobs", "--once").output


def test_the_database_is_brought_up_to_date_by_command(app: Flask) -> None:
    assert run(app, "db", "upgrade").exit_code == 0
    assert run(app, "db", "check").exit_code == 0
