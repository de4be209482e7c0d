"""JSON Schema of the rulebook, so that editors complete keys and mark mistakes while typing."""

from __future__ import annotations

from typing import Any

from kpi.rulebook.document import Rulebook

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def rulebook_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) generated from the types; descriptions are the types' docstrings."""
    schema = Rulebook.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": DIALECT, "title": "履约台规则书", **{k: v for k, v in schema.items() if k != "title"}}
