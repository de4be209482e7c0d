"""资金: the ledger of a contract, and what finance keeps beside it."""

from __future__ import annotations

from app.services.finance import reminders as finance_reminders
from app.services.money import reminders as money_reminders
from app.web.money import bank, funds, guarantees, ledger, overview
from app.web.money.blueprint import bp

BLUEPRINTS = (bp,)

#: Told on the home page from here on: importing them registers what they have waiting.
REMINDERS = (finance_reminders, money_reminders)

__all__ = ["BLUEPRINTS", "REMINDERS", "bank", "funds", "guarantees", "ledger", "overview"]
