"""Which entries count, why the others do not, and the three figures that are kept apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpi.ledger import Evidence, LedgerEntry
from kpi.rulebook.document import Rulebook
from kpi.verification import Counts, Verification, VerifiedEntry, as_claimed

BOOK = Rulebook.model_validate({
    "key": "k", "title": "试验合同", "term": {"months": 3}, "clauses": [{"id": "K-1", "title": "一"}],
    "ledgers": [{
        "id": "fairs", "name": "招聘会台账", "clauses": "K-1",
        "fields": [{"id": "date", "name": "日期", "type": "date"}, {"id": "on_site", "name": "现场", "type": "yes_no"},
                   {"id": "list", "name": "岗位清单", "type": "evidence"}],
        "evidence": [{"kind": "现场照片", "at_least": 2, "when": "on_site", "clause": "K-1"}, {"kind": "岗位清单"}],
    }],
})  # fmt: skip
PAPERS = (Evidence("现场照片", "a"), Evidence("现场照片", "b"), Evidence("岗位清单", "c"))


def entry(**more: Any) -> LedgerEntry:
    whole = {"state": "verified", "evidence": PAPERS, "fields": {"on_site": True}, **more}
    return LedgerEntry("fairs-1", "fairs", date(2026, 3, 5), **whole)


def findings(**more: Any) -> list[str]:
    outcome = Verification(BOOK).verify(entry(**more))
    return [] if isinstance(outcome, VerifiedEntry) else [one.kind for one in outcome]


def test_a_verified_entry_counts_as_it_is() -> None:
    outcome = Verification(BOOK).verify(entry(outlet="金川镇", version=4))
    assert outcome == VerifiedEntry("fairs-1", "fairs", date(2026, 3, 5), {"on_site": True}, "金川镇", 4)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn"])
def test_no_other_state_counts(state: str) -> None:
    assert findings(state=state) == ["not_verified"]


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({"evidence": PAPERS[1:]}, ["evidence_missing"]),
        ({"evidence": ()}, ["evidence_missing", "evidence_missing"]),
        ({"evidence": PAPERS[2:], "fields": {"on_site": False}}, []),
        ({"evidence": (), "nil": True}, []),
        ({"author": "李四", "verifier": "李四"}, ["own_work"]),
        ({"author": "李四", "verifier": "王五"}, []),
        ({"author": "", "verifier": ""}, []),
        ({"validated": False}, ["refuted"]),
        ({"ledger": "else"}, ["unknown_ledger"]),
    ],
)
def test_a_verified_entry_with_a_fault_does_not_count(more: dict[str, Any], kinds: list[str]) -> None:
    whole = entry()._replace(**more)
    outcome = Verification(BOOK).verify(whole)
    found = [] if isinstance(outcome, VerifiedEntry) else [one.kind for one in outcome]
    assert found == kinds


def test_a_missing_paper_names_the_clause_and_the_number() -> None:
    outcome = Verification(BOOK).verify(entry(evidence=PAPERS[1:]))
    assert not isinstance(outcome, VerifiedEntry)
    assert outcome[0].clause == "K-1"
    assert "应有现场照片2份，现有1份" in outcome[0].message


def test_claimed_verified_and_validated_are_kept_apart() -> None:
    held = Verification(BOOK)
    rows = [entry(state="submitted"), entry(), entry(validated=True), entry(evidence=()), entry(state="draft"),
            entry(nil=True)]  # fmt: skip
    assert [one.validated for one in held.verified(rows)] == [None, True, None]
    assert held.counts == {"fairs": Counts(claimed=4, verified=2, validated=1)}


def test_what_is_claimed_is_submitted_or_verified() -> None:
    states = ["draft", "submitted", "verified", "returned", "withdrawn"]
    assert [as_claimed(entry(state=state)) is not None for state in states] == [False, True, True, False, False]
