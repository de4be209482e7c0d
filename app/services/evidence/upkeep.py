"""Keeping order: files that nobody uses go after a week; rows and bytes are held against each other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.services.act import Act
from app.store.evidence import rows
from app.store.evidence.files import Files, Lost, Part, Place
from app.store.evidence.rows import Evidence

UNUSED_FOR = timedelta(days=7)
# Bytes come before their row: younger ones may belong to an act that is still under way.
BYTES_ALONE_FOR = timedelta(days=1)
SHOWN_PROBLEMS = 200


def remove_unused(act: Act) -> int:
    """Takes away the rows of files that came in over a week ago and that nothing refers to; how many."""
    removed = 0
    while found := rows.unused(act.session, act.now - UNUSED_FOR):
        by_contract: dict[int, list[int]] = {}
        for file in found:
            by_contract.setdefault(file.contract_id, []).append(file.id)
        act.session.expunge_all()
        for contract_id, ids in by_contract.items():
            Evidence(act.session, contract_id).drop(ids)
            act.record("evidence.removed", "evidence", None, contract_id, files=ids)
        removed += len(found)
    return removed


def sweep(session: Session, files: Files, now: datetime) -> int:
    """Deletes bytes that no row speaks of for a day, and what broken-off uploads left; how many."""
    known = places(session)
    alone = [
        kept
        for kept in files.kept()
        if kept.place is not None and kept.place not in known and kept.since < now - BYTES_ALONE_FOR
    ]
    for kept in alone:
        files.blobs.delete(kept.key)
    return len(alone) + files.blobs.clean(now - BYTES_ALONE_FOR)


def places(session: Session) -> set[Place]:
    """Where the bytes of every row should lie."""
    return {Place(contract_id, sha256) for contract_id, _, sha256, _, _ in rows.every(session)}


@dataclass
class Verdict:
    """What a comparison of rows and bytes found. Bytes alone and lost copies are no loss of evidence."""

    files: int = 0
    size: int = 0
    wrong: int = 0
    problems: list[str] = field(default_factory=list)
    bytes_alone: int = 0
    copies_lost: int = 0

    def complain(self, problem: str) -> None:
        self.wrong += 1
        if len(self.problems) < SHOWN_PROBLEMS:
            self.problems.append(problem)


def verify(session: Session, files: Files) -> Verdict:
    """Reads every original, computes its hash anew, and looks for bytes without a row."""
    verdict = Verdict()
    lying = {(kept.place, kept.part) for kept in files.kept() if kept.place is not None}
    known: set[Place] = set()
    for contract_id, file_id, sha256, size, shown in rows.every(session):
        place = Place(contract_id, sha256)
        known.add(place)
        verdict.files += 1
        verdict.size += size
        check(verdict, files, place, f"合同 {contract_id} 的材料 {file_id}", size)
        if shown:
            verdict.copies_lost += sum((place, part) not in lying for part in (Part.SHOWN, Part.THUMB))
    verdict.bytes_alone = len({place for place, _ in lying if place not in known})
    return verdict


def check(verdict: Verdict, files: Files, place: Place, told: str, size: int) -> None:
    """One original against its row."""
    try:
        data = files.open(place, Part.ORIGINAL)
    except Lost:
        verdict.complain(f"{told}：内容不见了，或打不开（缺密钥或被改动）")
        return
    if hashlib.sha256(data).hexdigest() != place.sha256 or len(data) != size:
        verdict.complain(f"{told}：内容与登记的 SHA-256 或大小不符")
