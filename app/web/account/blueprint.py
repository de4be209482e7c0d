"""The blueprint that the modules of this package add their routes to."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("account", __name__)
