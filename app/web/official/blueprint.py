"""The blueprint of the register, and who may come here."""

from __future__ import annotations

from flask import Blueprint

from app.services.official.people import DECIDERS, ISSUERS

bp = Blueprint("official", __name__, url_prefix="/contracts/<int:contract_id>/documents")
#: That they are the buyer's people, the services see to.
WRITERS = tuple(dict.fromkeys((*ISSUERS, *DECIDERS)))
