"""The blueprint of the assessments' pages, and who may come here."""

from __future__ import annotations

from flask import Blueprint

from app.security.permissions import P

bp = Blueprint("assessment", __name__, url_prefix="/contracts/<int:contract_id>/assessments")
#: Who reads results. A sheet that the contractor has not been told of is the buyer's alone; the pages see to that.
READERS = (P.SELF_SCORE, P.SCORE, P.SIGN, P.REPORT_READ)
SCORERS = (P.SCORE,)
#: Who scores, and who reviews what was scored: answers appeals, confirms what was stated by hand.
DECIDERS = (P.SCORE, P.SIGN)
