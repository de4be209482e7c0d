"""The bytes of evidence: sealed, in their place, on the disk before anybody says so; a folder or a bucket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.security.sealing import Sealer
from app.store.evidence import blobs
from app.store.evidence.blobs import BucketBlobs, FolderBlobs, NoSuchBlob
from app.store.evidence.files import Files, Lost, Part, Place, open_files
from tests.factories.bucket import Service, bucket_service
from tests.factories.ground import settings_for

SEALER = Sealer({"k2": b"2" * 32, "k1": b"1" * 32}, "k2")
PLACE = Place(7, "ab" * 32)
PARTS = {Part.ORIGINAL: b"as it was sent", Part.SHOWN: b"to show", Part.THUMB: b"small"}


@pytest.fixture
def folder(tmp_path: Path) -> Files:
    return open_files(settings_for("sqlite://", upload_dir=tmp_path), SEALER)


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[Service, Files]]:
    with bucket_service() as (made, bucket):
        yield made, open_files(settings_for("sqlite://", evidence_place=bucket), SEALER)


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, folder: Files) -> Files:
    if request.param == "folder":
        return folder
    made, found = request.getfixturevalue("service")
    made.held.clear()
    return found


def test_the_settings_choose_the_store(folder: Files, service: tuple[Service, Files]) -> None:
    assert isinstance(folder.blobs, FolderBlobs)
    assert isinstance(service[1].blobs, BucketBlobs)


def test_what_is_kept_is_opened_again(files: Files) -> None:
    files.keep(PLACE, PARTS)
    assert {part: files.open(PLACE, part) for part in Part} == PARTS
    found = {(each.place, each.part) for each in files.kept()}
    assert found == {(PLACE, part) for part in Part}
    files.drop(PLACE)
    assert list(files.kept()) == []
    files.drop(PLACE)
    for part in Part:
        with pytest.raises(Lost):
            files.open(PLACE, part)


def test_keeping_again_replaces(files: Files) -> None:
    files.keep(PLACE, PARTS)
    files.keep(PLACE, {Part.ORIGINAL: b"as it was sent"})
    assert files.open(PLACE, Part.ORIGINAL) == b"as it was sent"
    assert len(list(files.kept())) == 3


def test_the_bucket_holds_sealed_bytes_below_its_prefix(service: tuple[Service, Files]) -> None:
    made, files = service
    made.held.clear()
    files.keep(PLACE, PARTS)
    assert set(made.held) == {f"lakeside/evidence/7/ab/{'ab' * 32}.{part}" for part in Part}
    assert not any(plain in held for held in made.held.values() for plain in PARTS.values())


def test_a_bucket_that_refuses_is_an_error_not_a_loss(service: tuple[Service, Files]) -> None:
    with bucket_service() as (_, bucket):
        wrong = open_files(settings_for("sqlite://", evidence_place=replace(bucket, key_id="other")), SEALER)
        with pytest.raises(Exception, match=r"(?i)denied|403|forbidden"):
            wrong.keep(PLACE, PARTS)
        with pytest.raises(Exception, match=r"(?i)denied|403|forbidden"):
            wrong.open(PLACE, Part.ORIGINAL)


# -- in a folder ------------------------------------------------------------------------------------


def path(folder: Files, part: Part = Part.ORIGINAL) -> Path:
    assert isinstance(folder.blobs, FolderBlobs)
    return folder.blobs.folder / PLACE.key(part)


def test_nobody_else_on_the_host_may_look(folder: Files) -> None:
    folder.keep(PLACE, PARTS)
    assert path(folder).stat().st_mode & 0o777 == 0o600
    assert path(folder).parent.stat().st_mode & 0o777 == 0o700


def test_the_disk_holds_no_plain_byte(folder: Files, tmp_path: Path) -> None:
    folder.keep(PLACE, PARTS)
    written = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert written
    assert not any(plain in written for plain in PARTS.values())


def test_a_changed_byte_is_noticed(folder: Files) -> None:
    folder.keep(PLACE, PARTS)
    data = bytearray(path(folder).read_bytes())
    data[-1] ^= 1
    path(folder).write_bytes(data)
    with pytest.raises(Lost):
        folder.open(PLACE, Part.ORIGINAL)


def test_bytes_open_in_their_own_place_alone(folder: Files) -> None:
    folder.keep(PLACE, PARTS)
    other = Place(8, PLACE.sha256)
    folder.keep(other, PARTS)
    assert isinstance(folder.blobs, FolderBlobs)
    path(folder).replace(folder.blobs.folder / other.key(Part.ORIGINAL))
    with pytest.raises(Lost):
        folder.open(other, Part.ORIGINAL)


def test_an_older_key_still_opens(folder: Files) -> None:
    old = Files(folder.blobs, Sealer({"k1": b"1" * 32}, "k1"))
    old.keep(PLACE, PARTS)
    assert folder.open(PLACE, Part.SHOWN) == b"to show"
    folder.keep(PLACE, PARTS)
    with pytest.raises(Lost):
        old.open(PLACE, Part.SHOWN)


def test_the_original_is_synced_before_its_name_and_its_folder_after(
    folder: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(handle: int) -> None:
        deeds.append(f"sync {Path(os.readlink(f'/proc/self/fd/{handle}')).name[:8]}")
        sync(handle)

    def renamed(source: Path, target: Path) -> Path:
        deeds.append(f"sync {source.name[:8]} is {target.suffix}")
        return rename(source, target)

    folder.keep(PLACE, {})
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    folder.keep(PLACE, PARTS)
    (named,) = [place for place, deed in enumerate(deeds) if deed.endswith(".original")]
    assert deeds[named - 1] == deeds[named].removesuffix(" is .original")
    assert deeds[named + 1 :] == ["sync ab"]


def test_a_write_that_breaks_off_leaves_nothing(folder: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.blobs.put("7/ab/x", b"data")
    monkeypatch.undo()
    with pytest.raises(NoSuchBlob):
        folder.blobs.get("7/ab/x")
    assert list(folder.kept()) == []


def test_what_a_killed_process_left_is_cleaned_later(folder: Files) -> None:
    folder.keep(PLACE, PARTS)
    assert isinstance(folder.blobs, FolderBlobs)
    left = folder.blobs.folder / ".incoming" / "half"
    left.write_bytes(b"half")
    now = datetime.now(UTC)
    assert folder.blobs.clean(now - timedelta(hours=1)) == 0
    assert folder.blobs.clean(now + timedelta(hours=1)) == 1
    assert len(list(folder.kept())) == 3


def test_foreign_files_in_the_folder_are_not_ours(folder: Files) -> None:
    folder.blobs.put("readme.txt", b"x")
    (kept,) = folder.kept()
    assert (kept.place, kept.part) == (None, None)
