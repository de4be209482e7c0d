"""The form of the columns: where each leads, fixed values, words of theirs in ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField

from app.services.act import Act, Refused
from app.services.imports import batches, receiving
from app.services.imports.mapping import ColumnMap
from app.store.imports import ImportBatch
from app.web.access import current_scope, in_contract
from app.web.database import db
from app.web.forms import Form
from app.web.htmx import redirect_to
from app.web.imports.batch import batch_page
from app.web.imports.blueprint import bp
from app.web.imports.shared import WRITERS, batch_here, batch_url, decided, imports_here
from app.web.transaction import act_now, current_act

BLANK = "\u2205"  # a word that is to be left blank
TO, FIXED, THEIRS, OURS = "to-", "fixed-", "theirs-", "ours-"
LONGEST = 200


class MapForm(Form):
    """The page token and the version; the columns are read by hand, as their number depends on the file."""

    version = IntegerField()


def given_map(form: MultiDict[str, str], headings: Mapping[str, str]) -> ColumnMap:
    """What the form says. `headings`: names of the columns by their place."""
    columns = {name: form.get(f"{TO}{place}", "") for place, name in headings.items()}
    constants = {
        name.removeprefix(FIXED): value.strip()[:LONGEST]
        for name, value in form.items()
        if name.startswith(FIXED) and value.strip()
    }
    values: dict[str, dict[str, str]] = {}
    for name, word in form.items():
        if name.startswith(THEIRS) and (ours := form.get(OURS + name.removeprefix(THEIRS), "")):
            key = name.removeprefix(THEIRS).rpartition("-")[0]
            values.setdefault(key, {})[word[:LONGEST]] = "" if ours == BLANK else ours[:LONGEST]
    return ColumnMap(columns, constants, values, "trace" in form)


def with_kept_words(given: ColumnMap, batch: ImportBatch) -> ColumnMap:
    """Words that were translated before and that this file does not use stay in the mapping."""
    before = batches.map_of(batch) or receiving.saved_map(imports_here(), batch)
    if before is None:
        return given
    values = {key: {**pairs} for key, pairs in before.values.items()}
    for key, pairs in given.values.items():
        values[key] = {**values.get(key, {}), **pairs}
    return ColumnMap(given.columns, given.constants, values, given.trace)


@bp.post("/imports/<int:batch_id>/columns", endpoint="map")
@in_contract(*WRITERS)
def map_columns(contract_id: int, batch_id: int) -> Response:
    batch, form = batch_here(batch_id), MapForm()
    look = batches.look_of(current_act().vault, batch)
    given = with_kept_words(given_map(request.form, {str(each.place): each.heading for each in look.columns}), batch)
    typed: dict[str, Any] = {"name": request.form.get("name", "")[:120], "again": "again" in request.form}
    form.validate_on_submit()

    def use_case(act: Act) -> ImportBatch:
        return receiving.map_columns(
            act, current_scope(), batch_id, form.version.data or 0, given,
            shown=request.form.getlist("shown"), **typed,
        )  # fmt: skip

    try:
        act_now(use_case)
    except Refused as refused:
        db.session.rollback()
        return batch_page(batch_here(batch_id), given=given, typed=typed, refused=refused)
    return redirect_to(batch_url(batch_here(batch_id)), soft=True)


@bp.post("/imports/<int:batch_id>/look")
@in_contract(*WRITERS)
def look_again(contract_id: int, batch_id: int) -> Response:
    """Another sheet, or another line with the headings."""
    form = MapForm()
    form.validate_on_submit()
    sheet, line = request.form.get("sheet", ""), request.form.get("line", type=int)
    version = form.version.data or 0
    return decided(batch_id, lambda act: receiving.look_again(act, current_scope(), batch_id, version, sheet, line))
