"""Files go when nobody uses them, and rows and bytes are held against each other."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.services.act import Act
from app.services.evidence import keeping, pictures, showing, upkeep
from app.store.evidence.blobs import FolderBlobs
from app.store.evidence.files import Files, Part, Place
from app.store.evidence.rows import Evidence
from app.store.models import EntryDraft, EvidenceFile, EvidenceLikeness, ImportBatch
from tests.factories import organisations
from tests.factories.ground import CLOCK, START
from tests.factories.office import Office
from tests.factories.pictures import photo, scene, written
from tests.services.acting import SEALER, recorded
from tests.services.proofs import act, keep, made, smaller, visit

__all__ = ["act", "made"]


def age(row: EvidenceFile, days: float) -> None:
    row.uploaded_at = CLOCK.now - timedelta(days=days)


def test_what_nobody_uses_goes_after_a_week(act: Act, made: Office, session: Session) -> None:
    used, unused, young, imported = (keep(act, made, photo(seed)) for seed in (1, 2, 3, 4))
    visit(act, made, [used])
    session.add(
        ImportBatch(
            contract_id=made.contract.id, ledger="visits", file_id=imported.id, file_name="x.xlsx", state="uploaded",
            uploaded_by=made["field_staff"].id, uploaded_at=CLOCK.now,
        )
    )  # fmt: skip
    for row in (used, unused, imported):
        age(row, 8)
    age(young, 6)
    session.flush()
    ids = {name: row.id for name, row in [("used", used), ("unused", unused), ("young", young), ("imported", imported)]}
    assert upkeep.remove_unused(act) == 1
    left = set(session.scalars(sa.select(EvidenceFile.id)))
    assert left == set(ids.values()) - {ids["unused"]}
    assert recorded(session)[-1] == "evidence.removed"
    assert upkeep.remove_unused(act) == 0


def test_a_draft_of_the_uploader_keeps_the_file(act: Act, made: Office, session: Session) -> None:
    row = keep(act, made, photo())
    age(row, 30)
    draft = EntryDraft(
        contract_id=made.contract.id, user_id=made["field_staff"].id, ledger="visits", sealed=b"x", saved_at=CLOCK.now
    )
    session.add(draft)
    session.flush()
    assert upkeep.remove_unused(act) == 0
    session.delete(draft)
    session.flush()
    assert upkeep.remove_unused(act) == 1


def test_sending_it_again_begins_its_week_anew(act: Act, made: Office, session: Session) -> None:
    row = keep(act, made, photo())
    age(row, 8)
    session.flush()
    keep(act, made, photo())
    assert upkeep.remove_unused(act) == 0
    assert row.uploaded_at == CLOCK.now
    visit(act, made, [row])
    age(row, 8)
    session.flush()
    keep(act, made, photo())
    assert row.uploaded_at == CLOCK.now - timedelta(days=8)


def test_looks_go_with_their_file(act: Act, made: Office, session: Session) -> None:
    for data in (written(scene(1)), smaller(scene(1))):
        age(keep(act, made, data), 9)
    session.flush()
    assert session.scalar(sa.select(sa.func.count()).select_from(EvidenceLikeness)) == 2
    assert upkeep.remove_unused(act) == 2


@pytest.fixture
def own(act: Act, tmp_path: Path) -> Act:
    """The act with a store of its own, so that its bytes can be counted."""
    return Act(**{**vars(act), "files": Files(FolderBlobs(tmp_path / "evidence"), SEALER)})


def back_date(act: Act, **ago: float) -> None:
    assert isinstance(act.files.blobs, FolderBlobs)
    moment = (CLOCK.now - timedelta(**ago)).timestamp()
    for path in act.files.blobs.folder.rglob("*.*"):
        if path.is_file():
            os.utime(path, (moment, moment))


def test_bytes_without_a_row_go_a_day_later(own: Act, made: Office, session: Session) -> None:
    kept = keep(own, made, photo(1))
    keeping.put(own.files, made.scope(session), keeping.examine("x.jpg", photo(2), own.now))
    back_date(own, hours=23)
    assert upkeep.sweep(session, own.files, own.now) == 0
    back_date(own, hours=25)
    assert upkeep.sweep(session, own.files, own.now) == 3
    assert {each.place for each in own.files.kept()} == {Place(kept.contract_id, kept.sha256)}


def test_the_check_finds_what_is_wrong(own: Act, made: Office, session: Session) -> None:
    rows = [keep(own, made, photo(seed)) for seed in (1, 2, 3)]
    assert upkeep.verify(session, own.files) == upkeep.Verdict(files=3, size=sum(row.size for row in rows))
    assert isinstance(own.files.blobs, FolderBlobs)
    places = [Place(row.contract_id, row.sha256) for row in rows]
    (own.files.blobs.folder / places[0].key(Part.ORIGINAL)).unlink()
    own.files.keep(places[1], {Part.ORIGINAL: b"something else"})
    (own.files.blobs.folder / places[2].key(Part.THUMB)).unlink()
    keeping.put(own.files, made.scope(session), keeping.examine("x.jpg", photo(9), own.now))
    verdict = upkeep.verify(session, own.files)
    assert [problem.partition("：")[2][:5] for problem in verdict.problems] == ["内容不见了", "内容与登记"]
    assert (verdict.copies_lost, verdict.bytes_alone) == (1, 1)


def test_a_lost_copy_is_made_again(own: Act, made: Office, session: Session) -> None:
    row = keep(own, made, photo())
    assert isinstance(own.files.blobs, FolderBlobs)
    (own.files.blobs.folder / Place(row.contract_id, row.sha256).key(Part.THUMB)).unlink()
    picture = pictures.read(photo(), START)
    assert picture is not None
    assert showing.opened(own.files, row, Part.THUMB) == picture.thumb


def test_contracts_keep_apart_what_they_hold(act: Act, made: Office, session: Session) -> None:
    row = keep(act, made, photo())
    other = organisations.contract(session)
    assert Evidence(session, other.id).find(row.id) is None
    assert Evidence(session, other.id).by_sha256(row.sha256) is None
    assert Evidence(session, other.id).uses([row.id]) == []
