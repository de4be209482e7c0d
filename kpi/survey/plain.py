"""Surveys whose document has no element table: a record is right when every field of it is."""

from __future__ import annotations

from fractions import Fraction

from kpi.rulebook.answers import Refused
from kpi.rulebook.ledgers import Field, FieldType, Ledger
from kpi.rulebook.survey import Element, ElementTable, Survey

FULL = Fraction(100)


def with_tables(survey: Survey, ledger: Ledger) -> Survey:
    """The survey itself, or with one table per branch: each field the same share of 100, all must be right.

    Refused("bad_input") where the field that tells the branch lists no choices.
    """
    if survey.tables:
        return survey
    fields = [one for one in ledger.fields if one.type != FieldType.EVIDENCE and one.id != survey.record_id]
    elements = tuple(
        Element(name=one.name, field=one.id, points=FULL / len(fields), required=one.required)
        for one in fields
    )
    tables = [
        ElementTable(clause=survey.clause, branch=branch, elements=elements, qualified_at=FULL)
        for branch in _branches(survey, ledger.field(survey.branch))
    ]
    return survey.model_copy(update={"tables": tuple(tables)})


def _branches(survey: Survey, field: Field | None) -> tuple[str, ...]:
    if field is not None and field.type == FieldType.YES_NO:
        return "是", "否"
    if field is None or not field.choices:
        reason = f"调查“{survey.title}”没有要素分值表，字段“{survey.branch}”也没有列出选项，分不出类别；请补上其中一样"
        raise Refused("bad_input", reason, survey.branch)
    return field.choices
