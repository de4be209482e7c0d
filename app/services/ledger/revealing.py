"""Personal texts of an entry in full, for a reason that the audit log keeps."""

from __future__ import annotations

from app.services.act import Act, Missing, Refused, found
from app.services.ledger import people, stored
from app.services.ledger.desk import Desk
from app.services.ledger.write import desk_entry
from app.store.contracts import ContractScope
from kpi.rulebook.ledgers import FieldType

LEAST_REASON = 4


def reveal(act: Act, scope: ContractScope, entry_id: int, field_id: str, reason: str) -> list[tuple[str, str]]:
    """What a personal field of an entry holds, (what, text); the audit log names the entry, field and reason."""
    entry = found(desk_entry(scope, entry_id))
    desk = Desk.at(act, scope, entry.ledger, entry.rulebook_text_id)
    field = found(desk.ledger.field(field_id))
    value = entry.fields.get(field_id)
    if value is None:
        raise Missing
    if field.type is FieldType.PERSON:
        known = people.reveal(act, scope, value[stored.PERSON], reason)
        parts = [("姓名", known.name), ("身份证号", known.id_number), ("手机号", known.phone)]
        return [(title, text) for title, text in parts if text]
    if not stored.is_personal_text(field):
        raise Missing
    people.check_on_file(act, scope)
    if len(reason.strip()) < LEAST_REASON:
        raise Refused("请写明查看的事由（至少 4 个字），它会记入审计日志", "reason")
    act.record("text.revealed", "entry", entry.id, scope.contract_id, field=field.id, reason=reason.strip())
    return [(field.name, stored.opened(act.vault, scope.contract_id, entry.ledger, field, value))]
