"""Files come in once, are found again where they are used, and go when nobody uses them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.security.sealing import CannotOpen
from app.services.act import Act, Refused
from app.services.evidence import keeping, linking, showing
from app.services.ledger import write
from app.store.engine import prepare
from app.store.evidence.files import Part, Place
from app.store.evidence.rows import Evidence, near
from app.store.models import EvidenceFile, EvidenceLikeness
from tests.factories.ground import START
from tests.factories.office import Office, office
from tests.factories.pictures import form, office_file, pdf, photo, scene, written
from tests.services.acting import FILES, SEALER, act_of, recorded
from tests.services.proofs import act, keep, made, smaller, visit

__all__ = ["act", "made"]


def test_a_photo_s_row_and_bytes(act: Act, made: Office) -> None:
    data = photo(orientation=6)
    row = keep(act, made, data, "../现场.JPG")
    assert (row.sha256, row.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (row.name, row.media_type, row.width, row.height) == ("现场.JPG", "image/jpeg", 480, 640)
    assert row.shown
    assert row.taken_at == datetime(2026, 3, 5, 0, 12, 13, tzinfo=UTC)
    place = Place(row.contract_id, row.sha256)
    assert FILES.open(place, Part.ORIGINAL) == data
    assert recorded(act.session) == ["evidence.kept"]


def test_exif_is_kept_sealed_for_its_file_alone(act: Act, made: Office) -> None:
    row = keep(act, made, photo())
    assert row.sealed_exif is not None
    assert b"2026:03:05" not in row.sealed_exif
    assert b"2026:03:05" in SEALER.open(row.sealed_exif, keeping.exif_context(row.contract_id, row.sha256))
    with pytest.raises(CannotOpen):
        SEALER.open(row.sealed_exif, keeping.exif_context(row.contract_id + 1, row.sha256))


def test_other_files_have_no_copy_to_show(act: Act, made: Office) -> None:
    row = keep(act, made, pdf(), "报告.pdf")
    assert (row.media_type, row.shown, row.look, row.taken_at) == ("application/pdf", False, None, None)
    assert keep(act, made, office_file(), "名单").name == "名单.xlsx"


def test_the_same_bytes_are_kept_once_a_contract(act: Act, made: Office, session: Session) -> None:
    first, again = keep(act, made, photo()), keep(act, made, photo(), "另一个名字.jpg")
    assert first is again
    assert recorded(session) == ["evidence.kept"]
    other = office(session)
    elsewhere = keep(act_of(session, other["field_staff"]), other, photo())
    assert elsewhere.id != first.id
    assert FILES.open(Place(elsewhere.contract_id, elsewhere.sha256), Part.ORIGINAL) == photo()


def test_two_at_once_make_one_row(app: Flask, made: Office, session: Session) -> None:
    engine = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    prepare(engine)
    together, found, failed = Barrier(4), [], []

    def send() -> None:
        try:
            with Session(engine) as own:
                act = act_of(own, own.merge(made["field_staff"], load=True))
                examined = keeping.examine("x.jpg", photo(), act.now)
                keeping.put(FILES, made.scope(own), examined)
                own.rollback()
                together.wait()
                found.append(keeping.keep(act, made.scope(own), examined).id)
                own.commit()
        except Exception as error:  # noqa: BLE001 — shown by the assertion
            failed.append(error)

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    kept = session.scalar(sa.select(sa.func.count()).select_from(EvidenceFile))
    assert (failed, kept, len(found), len(set(found))) == ([], 1, 4, 1)


@pytest.mark.parametrize("data", [b"", b"\0" * (keeping.MOST_BYTES + 1), b"<svg/>", photo()[:2000]])
def test_a_refused_file_leaves_nothing(act: Act, made: Office, session: Session, data: bytes) -> None:
    before = {kept.key for kept in FILES.kept()}
    with pytest.raises(Refused):
        keep(act, made, data)
    assert {kept.key for kept in FILES.kept()} == before
    assert session.scalars(sa.select(EvidenceFile)).all() == []


# -- used elsewhere ---------------------------------------------------------------------------------


def test_a_photo_used_before_is_told_with_its_place(act: Act, made: Office) -> None:
    row = keep(act, made, photo())
    first = visit(act, made, [row])
    second = visit(act, made, [row, keep(act, made, photo(2))], "2026-03-03", code=1)
    cards = showing.evidence_of(made.scope(act.session), [first.id, second.id])
    assert [card.reused for card in cards[second.id]] == [f"已用于 企业走访台账 visits-{first.number:06d}（2026-03-04）", ""]
    assert cards[second.id][0].reused_url == f"/contracts/{made.contract.id}/ledgers/visits/entries/{first.id}"
    assert [card.reused for card in cards[first.id]] == [f"已用于 企业走访台账 visits-{second.number:06d}（2026-03-03）"]


def test_a_reencoded_and_halved_photo_is_told_too(act: Act, made: Office) -> None:
    first = visit(act, made, [keep(act, made, written(scene(1, people=1), quality=90))])
    again = keep(act, made, smaller(scene(1, people=1)))
    (card,) = showing.cards_of(made.scope(act.session), [again.id])
    assert card.reused == f"与 企业走访台账 visits-{first.number:06d}（2026-03-04）的照片看起来是同一张"
    for other in (scene(2), form(3), scene(1, people=2)):
        (card,) = showing.cards_of(made.scope(act.session), [keep(act, made, smaller(other)).id])
        assert card.reused == ""


def test_entries_of_one_activity_share_photos_rightly(act: Act, made: Office) -> None:
    row = keep(act, made, photo())
    first = visit(act, made, [row])
    second = visit(act, made, [row], code=1, activity=first.id)
    cards = showing.evidence_of(made.scope(act.session), [first.id, second.id])
    assert [card.reused for each in cards.values() for card in each] == ["", ""]
    (in_form,) = showing.cards_of(made.scope(act.session), [row.id], root=first.id)
    assert in_form.reused == ""


def test_a_withdrawn_entry_uses_nothing(act: Act, made: Office) -> None:
    row = keep(act, made, photo())
    first = visit(act, made, [row])
    write.withdraw(act, made.scope(act.session), first.id, first.version, "登错了")
    (card,) = showing.cards_of(made.scope(act.session), [row.id])
    assert card.reused == ""


def test_another_contract_s_photos_are_not_looked_at(act: Act, made: Office, session: Session) -> None:
    other = office(session)
    visit(act_of(session, other["field_staff"]), other, [keep(act_of(session, other["field_staff"]), other, photo())])
    row = keep(act, made, photo())
    assert showing.cards_of(made.scope(session), [row.id])[0].reused == ""
    assert session.scalars(sa.select(EvidenceLikeness)).all() == []


def test_looks_up_to_seven_bits_apart_are_always_found(act: Act, made: Office, session: Session) -> None:
    row = keep(act, made, photo())
    assert row.look is not None
    bits = int(row.look, 16)
    for flips in ([0, 1, 17, 18, 33, 34, 50], [63, 62, 40, 39, 20, 19, 2]):
        other = bits
        for bit in flips:
            other ^= 1 << bit
        look = keeping.look_columns(keeping.Look(f"{other:016x}", row.look_fine or ""))
        values = {"size": 1, "media_type": "image/jpeg", "name": "x.jpg", "shown": True}
        sender = {"uploaded_by": row.uploaded_by, "uploaded_at": START}
        found, _ = Evidence(session, made.contract.id).add(sha256=f"{other:064x}", **values, **sender, **look)
        assert row.id in {each.id for each in Evidence(session, made.contract.id).alike(found)}
    assert len(set(near(5))) == 17


def test_cards_need_a_few_queries_for_any_number_of_entries(act: Act, made: Office, session: Session) -> None:
    row = keep(act, made, photo())
    entries = [visit(act, made, [row], f"2026-03-0{day}") for day in range(1, 5)]
    ids, scope = [entry.id for entry in entries], made.scope(session)
    session.expire_all()
    statements: list[str] = []
    engine = session.get_bind()
    note = lambda _c, _cur, statement, *_: statements.append(statement)  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", note)
    cards = showing.evidence_of(scope, ids, {"visits": "走访"})
    sa.event.remove(engine, "before_cursor_execute", note)
    assert all("等 3 条记录" in card.reused for each in cards.values() for card in each)
    assert len(statements) == 2


def test_cards_say_what_a_person_compares(act: Act, made: Office) -> None:
    row = keep(act, made, photo())
    (card,) = showing.cards_of(made.scope(act.session), [row.id, row.id, 999_999])
    at = f"/contracts/{made.contract.id}/evidence/{row.id}"
    assert (card.url, card.thumb_url, card.kind, card.size) == (at, f"{at}/thumb", "照片", showing.shown_size(row.size))
    assert (card.taken, card.uploaded, card.digest) == ("2026-03-05 08:12", "2026-03-05 09:00", row.sha256[:12])


def test_files_of_another_contract_prove_nothing_here(act: Act, made: Office, session: Session) -> None:
    other = office(session)
    foreign = keep(act_of(session, other["field_staff"]), other, photo())
    with pytest.raises(Refused, match="没有找到"):
        visit(act, made, [foreign])
    assert showing.cards_of(made.scope(session), [foreign.id]) == []


def test_attaching_orders_adds_and_takes_away(act: Act, made: Office, session: Session) -> None:
    rows = [keep(act, made, photo(seed)) for seed in (1, 2, 3)]
    entry = visit(act, made, rows)
    linking.attach(act, made.scope(session), entry, {"现场照片": [rows[2].id, rows[0].id], "签到表": [rows[1].id]})
    cards = showing.evidence_of(made.scope(session), [entry.id])[entry.id]
    assert [(card.kind, card.id) for card in cards] == sorted(
        [("现场照片", rows[2].id), ("现场照片", rows[0].id), ("签到表", rows[1].id)], key=lambda pair: pair[0]
    )
