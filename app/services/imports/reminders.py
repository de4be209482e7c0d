"""导出提醒: platforms keep their history for a while only; what was imported from one before is due again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import business_day
from app.services.books import book_of
from app.store.contracts import ContractScope
from app.store.imports import Imports, LastImport

AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Reminder:
    """A platform whose history expires on `expires_on`; what was there before `last_on` has been imported."""

    ledger: str
    ledger_name: str
    platform: str
    last_on: date
    expires_on: date

    @property
    def text(self) -> str:
        """What happens, when, and what to do."""
        return (
            f"“{self.platform}”上次导入到“{self.ledger_name}”是 {self.last_on}，"
            f"平台只保留到 {self.expires_on}，请在这之前导出并导入"
        )


def reminders(scope: ContractScope, today: date) -> list[Reminder]:
    """What should be exported from platforms soon, the most urgent first; nothing where no limit is set."""
    contract = scope.contract()
    if contract is None or contract.history_days is None or contract.rulebook_text_id is None:
        return []
    names = {each.id: each.name for each in book_of(scope, contract).rulebook.ledgers}
    kept = timedelta(days=contract.history_days)
    due = [
        Reminder(one.ledger, names[one.ledger], one.name, last_on, last_on + kept)
        for one, last_on in latest(scope)
        if one.ledger in names and today >= last_on + max(kept - AHEAD, timedelta(days=1))
    ]
    return sorted(due, key=lambda each: (each.expires_on, each.ledger, each.platform))


def latest(scope: ContractScope) -> list[tuple[LastImport, date]]:
    """The last import of each platform, and its day; only of files that are a platform's own exports."""
    found = Imports(scope.session, scope.contract_id).last_from_platforms()
    return [(each, business_day(each.at)) for each in found if each.traced]
