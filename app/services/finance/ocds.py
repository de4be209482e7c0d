"""A contract as an OCDS 1.1 release package: parties, award, contract, milestones, transactions, metrics.

Metrics (signed scores) follow the metrics extension, which the package names. The prefix of the process id is the
publisher's to register with the Open Contracting Partnership and comes from the settings. A list that would be empty is
left out, as the standard asks. Nothing personal and no bank account is in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from app.clock import SHANGHAI
from app.security.money_terms import PostingKind
from app.security.terms import AssessmentState, ContractState
from app.services.act import Refused, found
from app.services.money.due import tranche_of
from app.services.money.reconciling import fen_of
from app.services.settlement.plan import LineView, plan_of
from app.store import assessments
from app.store.assessments import Assessment
from app.store.contracts import Contract, ContractScope, Organisation
from app.store.money import Books, MoneyBatch
from kpi.quantities import Money
from kpi.rulebook.document import Rulebook

METRICS = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_metrics_extension/master/extension.json"
VERSION, CURRENCY, LANGUAGE = "1.1", "CNY", "zh"
STATUS = {
    ContractState.DRAFT.value: "pending", ContractState.TRIAL.value: "active", ContractState.LIVE.value: "active",
    ContractState.CLOSED.value: "terminated",
}  # fmt: skip
#: Where a line of the payment plan stands → status of its milestone.
MET = {
    "paid": "met", "before": "met", "nothing": "met", "part": "partiallyMet", "disputed": "partiallyMet", "returned": "met",
    "kept": "notMet",
}  # fmt: skip
#: Numbers travel through the JSON encoder in these marks, so that no sum ever becomes a float.
OPEN, CLOSE = "\ue000", "\ue001"
NUMBER = re.compile(f'"{OPEN}(-?\\d+(?:\\.\\d+)?){CLOSE}"')


def package(scope: ContractScope, today: date, uri: str, prefix: str) -> dict[str, Any]:
    """The whole package; `uri` is where it was taken from, `prefix` the publisher's."""
    contract = found(scope.contract())
    ocid = f"{prefix}-{contract.code}"
    return {
        "uri": uri, "version": VERSION, "extensions": [METRICS], "publishedDate": stamp(today),
        "publisher": {"name": contract.buyer.name, **_identifier(contract.buyer, flat=True)},
        "releases": [_release(scope, contract, ocid, today)],
    }  # fmt: skip


def _release(scope: ContractScope, contract: Contract, ocid: str, today: date) -> dict[str, Any]:
    buyer, supplier = _reference(contract.buyer), _reference(contract.supplier)
    award = f"{contract.code}-award"
    return {
        "ocid": ocid, "id": f"{ocid}-{today:%Y%m%d}", "date": stamp(today), "tag": ["implementation"], "initiationType": "tender",
        "language": LANGUAGE, "parties": [_party(contract.buyer, "buyer", "payer"), _party(contract.supplier, "supplier", "payee")],
        "buyer": buyer,
        "awards": [{"id": award, "title": contract.title, "status": "active", "suppliers": [supplier], **_value(contract)}],
        "contracts": [{
            "id": contract.code, "awardID": award, "title": contract.title, "status": STATUS[contract.state], **_value(contract),
            "period": _period(contract.starts_on, contract.ends_on),
            **filled(amendments=list(_amendments(scope)), implementation=_implementation(scope, contract)),
        }],
    }  # fmt: skip


def filled(**parts: Any) -> dict[str, Any]:
    """The parts that are not empty."""
    return {name: value for name, value in parts.items() if value}


def _implementation(scope: ContractScope, contract: Contract) -> dict[str, Any]:
    rows = [row for row in assessments.every(scope.session, scope.contract_id) if row.state == AssessmentState.SIGNED.value]
    payments, rulebook = _plan(scope)
    return filled(
        transactions=[_transaction(row, contract) for row in _cash(scope)],
        milestones=[*(_payment(one, rulebook, contract) for one in payments), *(_assessed(row) for row in rows)],
        metrics=_metrics(rows),
    )


def _plan(scope: ContractScope) -> tuple[Sequence[LineView], Rulebook | None]:
    """The lines of the payment plan; none where the rulebook pays nothing."""
    try:
        plan = plan_of(scope)
    except Refused:
        return (), None
    return plan.lines, plan.past.book.rulebook


# -- milestones and metrics -------------------------------------------------------------------------


def _payment(one: LineView, rulebook: Rulebook | None, contract: Contract) -> dict[str, Any]:
    tranche = tranche_of(rulebook, one.line.id)
    paid_on = max((record.paid_on for record in one.account.records), default=None) if one.account is not None else None
    status = MET.get(one.state, "scheduled")
    found_milestone = {
        "id": f"payment-{one.line.id}", "title": one.line.title, "type": "financing", "code": one.line.clause,
        "description": tranche.title if tranche is not None else one.line.title, "status": status,
        "dueDate": stamp(contract.ends_on),
    }  # fmt: skip
    return found_milestone | ({"dateMet": stamp(paid_on)} if paid_on is not None and status == "met" else {})


def _assessed(row: Assessment) -> dict[str, Any]:
    return {
        "id": f"assessment-{row.number}", "title": f"考核：{row.label}", "type": "assessment", "status": "met",
        "dueDate": stamp(row.until_on), **({"dateMet": stamp(row.appeal_until)} if row.appeal_until else {}),
    }  # fmt: skip


def _metrics(rows: Sequence[Assessment]) -> list[dict[str, Any]]:
    """Signed scores by period. Left out where nothing has a score."""
    observations = [
        {
            "id": f"score-{row.number}", "period": _period(row.from_on, row.until_on), "measure": str(row.summary["score"]),
            "unit": {"name": "分"}, **filled(notes=str(row.summary.get("tier") or "")),
            "relatedImplementationMilestone": {"id": f"assessment-{row.number}", "title": f"考核：{row.label}"},
        }
        for row in rows
        if row.summary.get("score")
    ]  # fmt: skip
    if not observations:
        return []
    return [{"id": "assessment-score", "title": "考核得分", "description": "双方签定的考核得分", "observations": observations}]


# -- transactions, amendments -----------------------------------------------------------------------


def _cash(scope: ContractScope) -> list[MoneyBatch]:
    """What left the buyer's account and what came back, oldest first; mistakes that were reversed are left out."""
    rows = Books(scope.session, scope.contract_id).batches()
    mistaken = {row.reverses_id for row in rows if row.kind == PostingKind.REVERSAL.value}
    kept = [row for row in rows if row.kind != PostingKind.REVERSAL.value and row.id not in mistaken and fen_of(row)]
    return sorted(kept, key=lambda row: row.number)


def _transaction(row: MoneyBatch, contract: Contract) -> dict[str, Any]:
    """A payment, or (payer and payee exchanged) what came back."""
    fen = -fen_of(row)
    payer, payee = _reference(contract.buyer), _reference(contract.supplier)
    if fen < 0:
        payer, payee = payee, payer
    return {
        "id": f"{contract.code}-{row.number}", "date": stamp(row.happened_on), "value": _amount(Money(abs(fen))), "payer": payer,
        "payee": payee,
    }  # fmt: skip


def _amendments(scope: ContractScope) -> Iterator[dict[str, Any]]:
    for row in reversed(Books(scope.session, scope.contract_id).batches(kinds=[PostingKind.AMENDMENT])):
        yield {"id": f"amendment-{row.number}", "date": stamp(row.happened_on), "description": row.summary}


# -- small parts ------------------------------------------------------------------------------------


def stamp(day: date) -> str:
    """The beginning of a business day, with its zone."""
    return datetime.combine(day, time(), SHANGHAI).isoformat()


def _period(first: date, last: date) -> dict[str, str]:
    return {"startDate": stamp(first), "endDate": stamp(last)}


def _value(contract: Contract) -> dict[str, Any]:
    return {} if contract.price_fen is None else {"value": _amount(Money(contract.price_fen))}


def _amount(money: Money) -> dict[str, Any]:
    return {"amount": Decimal(money.plain()), "currency": CURRENCY}


def _key(row: Organisation) -> str:
    return f"CN-USCC-{row.credit_code}" if row.credit_code else f"organisation-{row.id}"


def _reference(row: Organisation) -> dict[str, str]:
    return {"id": _key(row), "name": row.name}


def _party(row: Organisation, *roles: str) -> dict[str, Any]:
    return {**_reference(row), "roles": list(roles), **_identifier(row)}


def _identifier(row: Organisation, *, flat: bool = False) -> dict[str, Any]:
    """统一社会信用代码, where it is known."""
    if not row.credit_code:
        return {}
    if flat:
        return {"scheme": "CN-USCC", "uid": row.credit_code}
    return {"identifier": {"scheme": "CN-USCC", "id": row.credit_code, "legalName": row.name}}


def as_json(data: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON with sums as exact decimal numbers."""

    def plain(value: object) -> str:
        if isinstance(value, Decimal):
            return f"{OPEN}{value}{CLOSE}"
        raise TypeError(f"{type(value).__name__} 不能写成 JSON")

    text = json.dumps(data, ensure_ascii=False, indent=2, default=plain)
    return NUMBER.sub(r"\1", text).encode()
