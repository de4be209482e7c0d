"""扫码核对: a paper in somebody's hand against what the console holds: which it is, and whether it says the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.documents.official import Document
from app.security.case_terms import PaperOf
from app.services.official.register import is_unchanged
from app.services.rectification import papers
from app.store import documents
from app.store.cases import Cases, Exemption, RectificationCase
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument

MOST = 600
DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
CODE = re.compile(r"LYT-(DOC|FINDING|REPORT|REINSPECTION|EXEMPTION):(?:(\d{1,18})-)?(\d{1,18})(?:-(\d{1,9}))?(?!\d)")
#: Papers of other kinds, and where their numbers are found.
ELSEWHERE = {
    "LYT-PAY:": "应付款核定单，请在“结算”里打开同一号的核定单，对照校验值",
    "LYT-REPORT:": "报告，请在“报告”里打开同一期，对照校验值",
    "LYT-CHECK:": "检查记录表，请在“检查”里打开同一号的记录，对照校验值",
    "LYT-MARK": "考核组评分表，请在“考核”里打开这次考核，对照校验值",
}


@dataclass(frozen=True)
class Checked:
    """What the text names. `same`: the hash on the paper is that of what is held here; None where the text has no hash.

    `void`: why it does not count any more. `page`: the endpoint where it is kept, with its values, the contract aside.
    """

    title: str = ""
    number: str = ""
    same: bool | None = None
    document: OfficialDocument | None = None
    finding_id: int | None = None
    case_id: int | None = None
    elsewhere: str = ""
    void: str = ""
    page: tuple[str, Mapping[str, int]] | None = None

    @property
    def known(self) -> bool:
        return bool(self.title)


def check(scope: ContractScope, text: str) -> Checked:
    """What a scanned code, a number or a hash names in this contract."""
    text = text.strip()[:MOST]
    given = found[0] if (found := DIGEST.search(text.lower())) else ""
    if (code := CODE.search(text.upper())) and code[1] != "DOC":
        return _slip(scope, code, given)
    row = _document(scope, text, code, given)
    if row is not None:
        same = None if not given or not code else given == row.content_hash and is_unchanged(row)
        return Checked(row.title, row.number or "", is_unchanged(row) if given and not code else same, document=row)
    return Checked(elsewhere=next((told for head, told in ELSEWHERE.items() if head in text.upper()), ""))


def _document(scope: ContractScope, text: str, code: re.Match[str] | None, given: str) -> OfficialDocument | None:
    session, contract_id = scope.session, scope.contract_id
    if code is not None:
        row = documents.find(session, contract_id, int(code[3]))
        return row if row is not None and row.number is not None else None
    by_hash = documents.by_hash(session, contract_id, given) if given else None
    return by_hash or documents.by_number(session, contract_id, text)


def _slip(scope: ContractScope, code: re.Match[str], given: str) -> Checked:
    kind, contract_id, number, revision = code.groups()
    if contract_id is None or int(contract_id) != scope.contract_id:
        return Checked()
    made = MAKERS[kind](scope, int(number), int(revision or 0))
    if made is None:
        return Checked()
    document, finding_id, case_id = made
    same = given in document.proof.code.lower() if given else None
    return Checked(document.title, document.number, same, finding_id=finding_id, case_id=case_id)


# -- the papers beside the register, drawn again from their rows ----------------------------------

Made = tuple[Document, int | None, int | None] | None


def _files(scope: ContractScope, use: PaperOf, about_id: int) -> list[int]:
    return documents.papers(scope.session, scope.contract_id, [(use, about_id)]).get((use.value, about_id), [])


def _finding(scope: ContractScope, number: int, revision: int) -> Made:
    row = next(iter(Cases(scope.session, scope.contract_id).numbered({number})), None)
    return None if row is None else (papers.record(scope, row, _files(scope, PaperOf.FINDING, row.id)), row.id, None)


def _report(scope: ContractScope, number: int, revision: int) -> Made:
    cases = Cases(scope.session, scope.contract_id)
    case = next((one for one in cases.cases() if one.number == number), None)
    row = next((one for one in cases.reports(case.id) if one.revision == revision), None) if case is not None else None
    if case is None or row is None:
        return None
    return papers.report(scope, case, row, _files(scope, PaperOf.REPORT, row.id)), None, case.id


def _reinspection(scope: ContractScope, number: int, revision: int) -> Made:
    cases = Cases(scope.session, scope.contract_id)
    row = cases.reinspection(number)
    case = cases.find(RectificationCase, row.case_id) if row is not None else None
    if case is None or row is None:
        return None
    return papers.reinspection(scope, case, row, _files(scope, PaperOf.REINSPECTION, row.id)), None, case.id


def _exemption(scope: ContractScope, number: int, revision: int) -> Made:
    cases = Cases(scope.session, scope.contract_id)
    row = cases.find(Exemption, number)
    finding = next(iter(cases.findings_by_ids([row.finding_id])), None) if row is not None else None
    if row is None or finding is None:
        return None
    return papers.application(scope, finding, row, _files(scope, PaperOf.EXEMPTION, row.id)), finding.id, None


MAKERS: Mapping[str, Callable[[ContractScope, int, int], Made]] = {
    "FINDING": _finding, "REPORT": _report, "REINSPECTION": _reinspection, "EXEMPTION": _exemption,
}  # fmt: skip
