"""The blueprint of the locks' pages, and who may come here."""

from __future__ import annotations

from flask import Blueprint

from app.security.permissions import P

bp = Blueprint("locks", __name__, url_prefix="/contracts/<int:contract_id>/locks")
#: Who reads the locks: whoever they can stop, and whoever relies on them.
READERS = (
    P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY, P.SCORE, P.SIGN, P.REPORT_READ, P.AUDIT_READ
)  # fmt: skip
#: Who locks, lifts and answers; that they are the buyer's people, the service sees to.
DECIDERS = (P.ENTRY_VERIFY, P.SIGN)
ASKERS = (P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY, P.SIGN)
