"""The migrations build what the models describe, and keep the rows that are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.store.engine import prepare
from app.store.schema import Base
from app.store.settlement import SettlementEvent
from app.web.database import db
from tests.factories import organisations, people, settlements
from tests.factories.ground import CLOCK, START, folder, migrated_app, new_postgres_database, settings_for
from tests.factories.office import evidence_file


@pytest.fixture
def other_url(kind: str, request: pytest.FixtureRequest) -> str:
    """A database that this test alone uses."""
    name = f"t{abs(hash(request.node.nodeid))}"
    return new_postgres_database(name) if kind == "postgresql" else f"sqlite:///{folder() / name}.sqlite"


def shape(engine: sa.Engine) -> dict[str, object]:
    """Columns, keys, checks, indexes and triggers of each table, as the database tells them."""
    inspector = sa.inspect(engine)
    told: dict[str, object] = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        told[table] = {
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)
            ),
            "primary": inspector.get_pk_constraint(table),
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in inspector.get_check_constraints(table)),
            "unique": sorted(str(c["name"]) for c in inspector.get_unique_constraints(table)),
            "foreign": sorted(str(c) for c in inspector.get_foreign_keys(table)),
            "indexes": sorted(index(found) for found in inspector.get_indexes(table)),
        }
    return told | {"triggers": triggers(engine)}


def index(found: Any) -> str:
    """Name, columns, uniqueness and condition of an index."""
    where = sorted(str(value) for value in found.get("dialect_options", {}).values())
    return f"{found['name']} {found['column_names']} {found['unique']} {where}"


def triggers(engine: sa.Engine) -> list[str]:
    sqlite = "SELECT name || ' ' || sql FROM sqlite_master WHERE type = 'trigger'"
    postgres = "SELECT tgname || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    with engine.connect() as connection:
        asked = sqlite if engine.dialect.name == "sqlite" else postgres
        return sorted(connection.exec_driver_sql(asked).scalars())


def test_migrations_and_models_agree(app: Flask, other_url: str) -> None:
    created = sa.create_engine(other_url)
    prepare(created)
    Base.metadata.create_all(created)
    with app.app_context():
        migrated = db.engine
        with migrated.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
        assert shape(migrated) == shape(created)
    created.dispose()


OLD_ROW = (
    "INSERT INTO organisation (kind, name, created_at) VALUES ('buyer', '旧单位', '2026-01-01 00:00:00')"
)


def test_upgrading_an_old_database_keeps_its_rows(other_url: str) -> None:
    app = create_app(settings_for(other_url), CLOCK)
    with app.app_context():
        upgrade(revision="0001")
        with db.engine.begin() as connection:
            connection.exec_driver_sql(OLD_ROW)
        upgrade()
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT name FROM organisation").scalars().all() == ["旧单位"]
        db.engine.dispose()


def test_files_of_earlier_applications_are_tied_and_no_story_is_lost_on_the_way_back(other_url: str) -> None:
    """A file that is gone already is left out; what the older version has no word for stays under the nearest one."""
    app = migrated_app(other_url)
    with app.app_context():
        with Session(db.engine) as session:
            contract, maker, other = organisations.contract(session), people.account(session), people.account(session)
            row, file = settlements.statement(session, contract, maker), evidence_file(session, contract, maker).id
            application = settlements.application(session, row, maker, [file, file + 1]).id
            forfeit = settlements.forfeit(session, contract, maker, other)
            session.add(SettlementEvent(
                contract_id=contract.id, line="whole", forfeit_id=forfeit.id, deed="forfeit_agreed", note="同意", key="k",
                by=other.id, at=START,
            ))  # fmt: skip
            session.commit()
        downgrade(revision="0003")
        with db.engine.connect() as connection:
            told = connection.exec_driver_sql("SELECT deed, note FROM settlement_event ORDER BY id").all()
        assert told == [("applied", "已完成"), ("dispute_decided", "认定质保金不予返还：同意")]
        upgrade()
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT event_id, file_id FROM settlement_file").all() == [(application, file)]
        db.engine.dispose()


def test_downgrading_leaves_nothing_behind(other_url: str) -> None:
    app = migrated_app(other_url)
    with app.app_context():
        downgrade(revision="base")
        assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
        assert triggers(db.engine) == []
        upgrade()
        assert "contract" in sa.inspect(db.engine).get_table_names()
        db.engine.dispose()


@pytest.mark.parametrize(
    "script", sorted(Path(__file__).parents[2].glob("migrations/versions/*.py")), ids=lambda p: p.stem
)
def test_migrations_do_not_import_the_app(script: Path) -> None:
    assert "app." not in "\n".join(line for line in script.read_text().splitlines() if "import" in line)
