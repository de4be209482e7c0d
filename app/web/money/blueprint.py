"""The blueprint of a contract's money, and who reads and keeps it."""

from __future__ import annotations

from flask import Blueprint

from app.security.permissions import P

bp = Blueprint("money", __name__, url_prefix="/contracts/<int:contract_id>/money")

#: Who reads the ledger: supervisors, leaders, finance, auditors; the contractor sees what was paid to it.
READERS = (P.REPORT_READ, P.PAYMENT_REQUEST, P.PAYMENT_APPROVE, P.FUNDS_MANAGE, P.AUDIT_READ)
#: The same without the contractor.
READERS_INSIDE = (P.SCORE, P.SIGN, P.PAYMENT_APPROVE, P.FUNDS_MANAGE, P.AUDIT_READ)
#: Who keeps the books: sources of funds, guarantees, the bank's statements.
KEEPERS = (P.FUNDS_MANAGE,)
#: Who sees accounts and what the bank wrote: finance and auditors, nobody else.
BANK = (P.FUNDS_MANAGE, P.AUDIT_READ)
