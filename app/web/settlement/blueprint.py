"""The blueprint of the settlement's pages, and who may come here."""

from __future__ import annotations

from flask import Blueprint

from app.security.permissions import P

bp = Blueprint("settlement", __name__, url_prefix="/contracts/<int:contract_id>/settlement")
#: Who reads: whoever asks, confirms, signs, approves or reads reports. Field staff have no business with payments.
READERS = (P.PAYMENT_REQUEST, P.PAYMENT_APPROVE, P.SCORE, P.SIGN, P.REPORT_READ)
CONFIRMS = (P.SCORE,)
SIGNS = (P.SIGN,)
ASKS = (P.PAYMENT_REQUEST,)
PAYS = (P.PAYMENT_APPROVE,)
CHECKS = (P.PAYMENT_APPROVE, P.SCORE)
DECIDES = (P.SCORE, P.SIGN)
BRINGS = (P.PAYMENT_REQUEST, P.SCORE)
DISPUTES = (P.PAYMENT_REQUEST, P.SCORE, P.SIGN)
#: Members of an acceptance group come from anywhere: the services look who they are.
MEMBERS = (P.CONTRACT_READ,)
