"""Numbers in addresses: what no row can have as its key leads nowhere, instead of into the database."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1


class Key(IntegerConverter):
    """A whole number that a key of the database can be."""

    def __init__(self, map: Map, *given: Any, max: int = LARGEST, **named: Any) -> None:
        super().__init__(map, *given, max=max, **named)


def init_app(app: Flask) -> None:
    """Before any route is registered."""
    app.url_map.converters["int"] = Key


def number_asked(name: str) -> int | None:
    """A number from the address's arguments; None where there is none, or none that a key can be."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(LARGEST)) else None
