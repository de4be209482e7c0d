"""The blueprint of the home pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("home", __name__)
