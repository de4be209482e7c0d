"""资金: the ledger of a contract, and what finance keeps beside it."""

from __future__ import annotations

from app.web.money import bank, funds, guarantees, ledger
from app.web.money.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "bank", "funds", "guarantees", "ledger"]
