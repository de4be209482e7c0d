"""Contracts of the demonstration, played on a test's database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from app.demonstration.contracts import Show
from app.demonstration.run import load
from app.demonstration.stage import Stage
from app.web.database import db
from app.web.ground import ground
from tests.factories.ground import CLOCK

#: Login name and password, by what follows the contract in the login name.
Accounts = Mapping[str, Mapping[str, str]]


@contextmanager
def stage_of(app: Flask) -> Iterator[Stage]:
    """The stage on the app's database, on the day of the tests' clock."""
    with app.app_context():
        held = ground()
        kept = (held.settings, held.signer, held.vault, held.passwords, held.files)
        yield Stage(db.engine, *kept, CLOCK().date(), lambda _: None)


def played(app: Flask, show: Show, folder: Path) -> Accounts:
    """Everybody's account in the contract, once it has been played from the empty database on."""
    told = folder / "accounts.json"
    with stage_of(app) as stage:
        load(stage, told, [show])
    return {one["login_name"].rpartition(".")[2]: one for one in json.loads(told.read_text("utf-8"))}
