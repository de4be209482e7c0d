"""The frozen result: the engine's capsule of an assessment, its key, the entries beside it, and its verification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.services.act import Act, Refused, found
from app.services.assessments.common import FROZEN, TOLD, check_state, contract_of, decides_for_buyer, get
from app.services.assessments.evaluating import Work
from app.services.assessments.measuring import entries, key_of
from app.services.books import book_by_text, loaded
from app.store import assessments
from app.store.assessments import Assessment, AssessmentCapsule
from app.store.contracts import ContractScope
from kpi.capsule import build, canonical, unreadable, verify
from kpi.files import exported


def propose(act: Act, scope: ContractScope, row: Assessment, work: Work) -> AssessmentCapsule:
    """Fixes the sheet as it stands in a capsule of the next revision; it must hold when it is recomputed."""
    measure = found(assessments.measure(act.session, scope.contract_id, row.id, digests=True))
    body = build(work.evaluation, [(number, version, code) for number, version, code in measure.digests])
    text = canonical(body)
    if wrong := verify(text):
        raise Refused(f"存档重算不一致，没有告知。请把这一句告诉系统管理员：{wrong[0]}")
    before = assessments.capsule(act.session, scope.contract_id, row.id)
    kept = AssessmentCapsule(
        contract_id=scope.contract_id, assessment_id=row.id, revision=before.revision + 1 if before else 1,
        sha256=body["hash"], text=text, made_by=act.person().user_id, made_at=act.now,
    )  # fmt: skip
    return assessments.add(act.session, kept)


def text_of(scope: ContractScope, row: Assessment) -> AssessmentCapsule:
    """The signed capsule, before that the one that was told last; with its text."""
    check_state(row, TOLD | FROZEN, "取存档")
    kept = assessments.capsule(scope.session, scope.contract_id, row.id, row.signed_revision, text=True)
    return found(kept)


def key_file(act: Act, scope: ContractScope, assessment_id: int) -> str:
    """The key of the digests, for whoever holds the entries against the capsule; taking it is noted."""
    if not decides_for_buyer(act.person(), contract_of(scope)):
        raise Refused("核对密钥由采购人一方评分或签批的人取用")
    row = get(scope, assessment_id)
    check_state(row, TOLD | FROZEN, "取核对密钥")
    act.record("assessment.key_taken", "assessment", row.id, scope.contract_id)
    return key_of(act.vault, row) + "\n"


def entry_lines(scope: ContractScope, row: Assessment) -> Iterator[str]:
    """The entries up to the period's end as they are now, as `kpi verify --entries` reads them; people by their keys."""
    book = book_by_text(scope, row.rulebook_text_id)
    return exported.lines(book.rulebook.key, (one for one in entries(scope, book) if one.date <= row.until_on))


# -- verification ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One thing that was recomputed, and whether it agrees."""

    title: str
    holds: bool


@dataclass(frozen=True)
class Verdict:
    """What a recomputation found. `facts`: what the capsule says it is; `ours`: the console's own has the same hash."""

    holds: bool
    parts: tuple[Part, ...]
    differences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    ours: bool | None = None


#: What is recomputed, by the part of the results, and by how other differences begin.
_RESULTS = (
    ("指标完成情况", ("indicators", "duties", "derived")), ("各考核项得分与总分", ("assessment", "combined")),
    ("档次与考核后果", ("tier", "untiered", "verdicts", "rights", "reasons")), ("付款计算", ("payment",)),
)  # fmt: skip
_ABOUT = (
    ("写法与校验值", ("存档不是规范写法", "存档的校验值")), ("规则书文字", ("规则书的校验值", "合同标识")),
    *((title, tuple(f"results.{name}" for name in names)) for title, names in _RESULTS),
    ("记录清单", ("存档里的记录清单",)),
)  # fmt: skip
MOST_SHOWN = 50


def examine(text: str) -> Verdict:
    """Recomputes a capsule from nothing but itself."""
    if why := unreadable(text):
        return Verdict(False, (), (why,))
    wrong = verify(text)
    parts = tuple(Part(title, not any(one.startswith(begins) for one in wrong)) for title, begins in _ABOUT)
    return Verdict(not wrong, parts, tuple(wrong[:MOST_SHOWN]), tuple(_facts(json.loads(text))))


def _facts(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a capsule says of itself; whatever is missing is left out."""
    period = body.get("period")
    yield "合同", _title(body)
    if isinstance(period, dict):
        yield "考核周期", f"{period.get('start')} 至 {period.get('end')}"
    results = body.get("results")
    sheet = results.get("assessment") if isinstance(results, dict) else None
    tier = results.get("tier") if isinstance(results, dict) else None
    if isinstance(sheet, dict) and sheet.get("total") is not None:
        yield "总分", str(sheet["total"])
    if isinstance(tier, dict):
        yield "档次", str(tier.get("tier", ""))
    listed = body.get("entries")
    yield "台账记录", f"{len(listed) if isinstance(listed, list) else 0} 条"
    yield "校验值", str(body.get("hash", ""))


def _title(body: dict[str, Any]) -> str:
    """The contract as its rulebook calls it; its key where the text cannot be read."""
    rulebook, key = body.get("rulebook"), str(body.get("contract", ""))
    try:
        return loaded(rulebook["text"]).rulebook.title if isinstance(rulebook, dict) else key
    except (KeyError, TypeError, ValueError):
        return key


def examine_own(scope: ContractScope, row: Assessment) -> Verdict:
    """Recomputes the stored capsule; its hash must be the one that was signed."""
    kept = text_of(scope, row)
    verdict = examine(kept.text)
    same = any(value == kept.sha256 for name, value in verdict.facts if name == "校验值")
    return Verdict(verdict.holds and same, verdict.parts, verdict.differences, verdict.facts, same)
