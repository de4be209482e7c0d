"""What a decision, a statement, an appeal rests on: files, and ledger entries by number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.security.terms import PaperUse
from app.services.act import Act, Refused
from app.store import scoring
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from app.store.entries import number_of
from app.store.evidence import links

MOST = 30
MOST_CITED = 50
SEPARATORS = re.compile(r"[\s,，、;；]+")


def keep_papers(
    act: Act, scope: ContractScope, row: Assessment, use: PaperUse, about_id: int, files: Sequence[int], field: str = "files"
) -> None:
    """Puts uploaded files beside something of the assessment."""
    wanted = list(dict.fromkeys(files))
    if len(wanted) > MOST:
        raise Refused(f"材料最多 {MOST} 份，现在有 {len(wanted)} 份", field)
    known = links.digests(act.session, scope.contract_id, wanted)
    if len(known) != len(wanted):
        raise Refused("有材料没有找到，请重新上传", field)
    scoring.attach(act.session, scope.contract_id, row.id, use, about_id, wanted)


def cited(scope: ContractScope, typed: str) -> list[str]:
    """Numbers of ledger entries, each of which there is."""
    texts = list(dict.fromkeys(filter(None, SEPARATORS.split(typed.strip()))))
    if len(texts) > MOST_CITED:
        raise Refused(f"最多引用 {MOST_CITED} 条记录，现在有 {len(texts)} 条", "cites")
    wanted: dict[str, tuple[str, int]] = {}
    for text in texts:
        ledger = text.rpartition("-")[0]
        number = number_of(text, ledger) if ledger else None
        if number is None:
            raise Refused(f"“{text[:30]}”不是台账编号，写法如 fairs-000012", "cites")
        wanted[text] = (ledger, number)
    known = scoring.entry_numbers(scope.session, scope.contract_id, set(wanted.values()))
    lost = [text for text, pair in wanted.items() if pair not in known]
    if lost:
        raise Refused(f"没有编号 {'、'.join(lost[:5])} 的记录，请核对", "cites")
    return texts
