"""The pilot survey that the tests share."""

from __future__ import annotations

from pathlib import Path

from kpi.rulebook.loader import load_text

SOURCE = load_text(Path(__file__).with_name("pilot.yaml").read_text("utf-8"), "pilot.yaml")
SURVEY = SOURCE.rulebook.surveys[0]
LEDGER = SOURCE.rulebook.ledgers[0]
