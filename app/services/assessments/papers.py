"""What a decision, a statement, an appeal rests on: files, and ledger entries by number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.security.terms import PaperUse
from app.services.act import Act, Refused
from app.services.rectification.findings import finding_text
from app.store import scoring
from app.store.assessments import Assessment
from app.store.cases import Cases
from app.store.contracts import ContractScope
from app.store.entries import number_of
from app.store.evidence import links

MOST = 30
MOST_CITED = 50
FINDING = re.compile(r"问题0*([1-9]\d{0,8})号?")
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
    """Numbers of ledger entries and findings, each of which there is."""
    texts = list(dict.fromkeys(filter(None, SEPARATORS.split(typed.strip()))))
    if len(texts) > MOST_CITED:
        raise Refused(f"最多引用 {MOST_CITED} 条，现在有 {len(texts)} 条", "cites")
    findings = {text: int(found[1]) for text in texts if (found := FINDING.fullmatch(text))}
    wanted = {text: _entry(text) for text in texts if text not in findings}
    known = scoring.entry_numbers(scope.session, scope.contract_id, set(wanted.values()))
    held = {one.number for one in Cases(scope.session, scope.contract_id).numbered(set(findings.values()))}
    lost = [text for text, pair in wanted.items() if pair not in known]
    lost += [text for text, number in findings.items() if number not in held]
    if lost:
        raise Refused(f"没有编号 {'、'.join(lost[:5])} 的记录或问题，请核对", "cites")
    return [finding_text(findings[text]) if text in findings else text for text in texts]


def _entry(text: str) -> tuple[str, int]:
    """The ledger and number that a text names."""
    ledger = text.rpartition("-")[0]
    number = number_of(text, ledger) if ledger else None
    if number is None:
        raise Refused(f"“{text[:30]}”不是编号；台账写法如 fairs-000012，问题写法如 问题0012号", "cites")
    return ledger, number
