"""Verifying an entry, with history, audit and rollups, beside the bare UPDATE through the same route and session; and a thousand.

    python bench/verify.py             30 000 entries, 200 single decisions, five times a thousand
    python bench/verify.py --smoke     2 000 entries, a few decisions, effects compared, no judgement on the times

SQLite with synchronous=FULL. The bare side is an endpoint of its own in the same app: the same session, access check,
form token, transaction and redirect around one UPDATE. Both sides take turns, entry by entry. Bars (spec/quality.md):
one decision at most 5 × the bare UPDATE, a thousand in bulk at most 20 × one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402
from flask import Flask, url_for  # noqa: E402
from flask.testing import FlaskClient  # noqa: E402
from itsdangerous import URLSafeTimedSerializer  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from app.keys import new_keys  # noqa: E402
from app.security.permissions import P  # noqa: E402
from app.security.terms import Channel, ReviewMode  # noqa: E402
from app.security.tokens import new_token, token_hash  # noqa: E402
from app.services import sessions  # noqa: E402
from app.services.act import Act  # noqa: E402
from app.services.ledger import rollups  # noqa: E402
from app.services.verification import bulk  # noqa: E402
from app.services.verification.queue import Filter  # noqa: E402
from app.services.verification.stages import VERIFY  # noqa: E402
from app.store import roles  # noqa: E402
from app.store.contracts import ContractScope  # noqa: E402
from app.store.models import (  # noqa: E402
    AuditEvent,
    Contract,
    EntryEvent,
    EntryEvidence,
    EntryOpening,
    EvidenceFile,
    LedgerEntry,
    Membership,
    Rollup,
    UserAccount,
    UserSession,
)
from app.web.access import current_person, in_contract  # noqa: E402
from app.web.database import db  # noqa: E402
from app.web.ground import ground  # noqa: E402
from app.web.htmx import redirect_to  # noqa: E402
from app.web.identity import COOKIE  # noqa: E402
from app.web.transaction import commit  # noqa: E402
from bench.ledger_table import BEGINS, KEY, LEDGER, app_of, build  # noqa: E402
from kpi.rulebook.loader import load_known  # noqa: E402

ONE, MANY = 5, 20
TOKEN = "0" * 40


@dataclass(frozen=True)
class Size:
    """How much is done."""

    entries: int
    singles: int
    bulks: int
    each: int


FULL, SMOKE = Size(30_000, 200, 5, 1000), Size(2_000, 12, 1, 300)


class Took(NamedTuple):
    """Milliseconds by the clock, the waits for the disk included, and of the processor."""

    clock: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} ms（CPU {self.cpu:.1f} ms）"


def median(taken: list[Took]) -> Took:
    return Took(statistics.median(one.clock for one in taken), statistics.median(one.cpu for one in taken))


@dataclass(frozen=True)
class Bench:
    """The app on its filled database, with a signed-in supervisor."""

    app: Flask
    client: FlaskClient
    token: str
    contract_id: int
    user_id: int
    waiting: list[int]

    def post(self, url: str, status: int = 303, **data: object) -> Took:
        """Milliseconds of one request, by the clock and of the processor."""
        begin, worked = time.perf_counter(), time.process_time()
        answer = self.client.post(url, data={**data, "csrf_token": self.token})
        took = Took((time.perf_counter() - begin) * 1000, (time.process_time() - worked) * 1000)
        if answer.status_code != status:
            told = answer.text.partition('class="notice tone-bad"')[2][:600]
            raise SystemExit(f"{url}：{answer.status_code}\n{told}")
        return took

    def act(self, session: Session) -> Act:
        """The supervisor's act, outside of a request."""
        with self.app.app_context():
            held = ground()
        user = session.get_one(UserAccount, self.user_id)
        now = datetime.now(UTC)
        return Act(
            session=session, now=now, signer=held.signer, vault=held.vault, files=held.files, channel=Channel.WEB,
            request_id="bench", actor=sessions.person_of(session, user, now),
        )  # fmt: skip


def bare_endpoint(app: Flask) -> None:
    """The bare UPDATE, with everything around it that a decision has."""

    @app.post("/contracts/<int:contract_id>/bare/<int:record_id>")
    @in_contract(P.ENTRY_VERIFY)
    def bare(contract_id: int, record_id: int) -> object:
        values = {
            "state": "verified", "verifier_id": current_person().user_id, "verified_at": ground().clock(),
            "version": LedgerEntry.version + 1,
        }  # fmt: skip
        same = (LedgerEntry.contract_id == contract_id, LedgerEntry.id == record_id, LedgerEntry.version == 1)
        db.session.execute(sa.update(LedgerEntry).where(*same).values(**values))
        commit()
        return redirect_to(url_for("review.one", contract_id=contract_id, record_id=record_id), told="已通过")


def made(folder: Path, size: Size) -> Bench:
    """A migrated database of one contract under its own rulebook, its rollups counted, a supervisor signed in."""
    path = folder / "bench.sqlite"
    environment = {
        **new_keys(), "LVYUETAI_DATABASE_URL": f"sqlite:///{path}", "LVYUETAI_DATA_DIR": str(folder), "LVYUETAI_DEV": "1",
        "LVYUETAI_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    filled = build(environment, path, size.entries)
    app = app_of(environment)
    bare_endpoint(app)
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        user, token = supervisor(session, filled.contract_id)
        proof(session, filled.contract_id, user)
        query = sa.select(LedgerEntry.id).where(LedgerEntry.state == "submitted").order_by(LedgerEntry.id)
        waiting = list(session.scalars(query))
        session.commit()
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = TOKEN
    form = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(TOKEN)
    bench = Bench(app, client, str(form), filled.contract_id, user, waiting)
    with app.app_context(), Session(db.engine) as session:
        scope = ContractScope(session, bench.contract_id)
        rollups.rebuild(bench.act(session), scope, BEGINS, BEGINS + timedelta(days=364))
        session.commit()
    return bench


def supervisor(session: Session, contract_id: int) -> tuple[int, str]:
    """Somebody of the buyer who verifies."""
    contract, now = session.get_one(Contract, contract_id), datetime.now(UTC)
    user = UserAccount(login_name="sup", display_name="刘某", organisation_id=contract.buyer_id, created_at=now)
    session.add(user)
    session.flush()
    held, token = roles.by_code(session, "supervisor"), new_token()
    assert held is not None
    session.add_all([
        Membership(contract_id=contract_id, user_id=user.id, role_id=held.id, from_on=BEGINS, created_at=now),
        UserSession(user_id=user.id, token_hash=token_hash(token), awaits_code=False, device="bench", created_at=now,
                    last_seen_at=now, expires_at=now + timedelta(days=1)),
    ])  # fmt: skip
    session.flush()
    return user.id, token


def proof(session: Session, contract_id: int, user_id: int) -> None:
    """Each entry has the evidence that its ledger asks for; without it nothing can be verified."""
    now = datetime.now(UTC)
    file = EvidenceFile(
        contract_id=contract_id, sha256="0" * 64, size=1, media_type="image/jpeg", name="岗位信息表.jpg",
        uploaded_by=user_id, uploaded_at=now,
    )  # fmt: skip
    session.add(file)
    session.flush()
    (due,) = (ledger.evidence for ledger in load_known(KEY).rulebook.ledgers if ledger.id == LEDGER)
    for each in due:
        columns = ("contract_id", "entry_id", "file_id", "kind", "position", "added_at")
        rows = sa.select(
            LedgerEntry.contract_id, LedgerEntry.id, sa.literal(file.id), sa.literal(each.kind), sa.literal(1), LedgerEntry.entered_at
        )
        session.execute(sa.insert(EntryEvidence).from_select(columns, rows))


def fsync_time(folder: Path, count: int = 100) -> float:
    """Milliseconds until 4 KiB are on this disk."""
    taken = []
    with open(folder / "fsync", "wb", buffering=0) as file:
        for _ in range(count):
            begin = time.perf_counter()
            file.write(b"x" * 4096)
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def singles(bench: Bench, count: int) -> tuple[Took, Took]:
    """Median milliseconds of the bare UPDATE and of a decision, taking turns."""
    at = f"/contracts/{bench.contract_id}"
    for _ in range(3):  # both sides warm
        bench.post(f"{at}/bare/{bench.waiting.pop()}")
        bench.post(f"{at}/review/{bench.waiting.pop()}/pass", version=1, next=1)
    bare, decided = [], []
    for _ in range(count):
        bare.append(bench.post(f"{at}/bare/{bench.waiting.pop()}"))
        decided.append(bench.post(f"{at}/review/{bench.waiting.pop()}/pass", version=1, next=1))
    return median(bare), median(decided)


def bulks(bench: Bench, count: int, each: int) -> Took:
    """Median milliseconds of concluding a bulk decision over so many; preview, draw and opening are not timed."""
    taken = []
    for _ in range(count):
        with bench.app.app_context(), Session(db.engine) as session:
            act, scope = bench.act(session), ContractScope(session, bench.contract_id)
            bulk.MOST = each
            row = bulk.begin(act, scope, VERIFY, Filter(), ReviewMode.DRAWN, None)
            opened = [
                {"contract_id": bench.contract_id, "user_id": bench.user_id, "entry_id": key, "version": 1, "opened_at": act.now}
                for key in row.drawn_ids
            ]
            session.execute(sa.insert(EntryOpening).prefix_with("OR IGNORE"), opened)
            url, version, total = f"/contracts/{bench.contract_id}/review/batches/{row.id}/pass", row.version, row.total
            session.commit()
        if total != each:
            raise SystemExit(f"只有 {total} 条可以一起审核，应有 {each} 条")
        taken.append(bench.post(url, version=version))
    return median(taken)


def effects(bench: Bench) -> dict[str, int]:
    """What is in the database: the two sides must have done what they claim."""
    counts: dict[str, sa.Select[tuple[int]]] = {
        "审核通过且有历史": sa.select(sa.func.count()).select_from(EntryEvent).where(EntryEvent.deed == "verified"),
        "审计记录": sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.action.in_(("entry.verified", "entries.verified"))),
        "汇总行": sa.select(sa.func.count()).select_from(Rollup),
    }
    with bench.app.app_context(), Session(db.engine) as session:
        return {name: session.scalar(query) or 0 for name, query in counts.items()}


def judged(name: str, ratio: float, bar: float, *, smoke: bool) -> bool:
    fine = smoke or ratio <= bar
    print(f"{name}：{ratio:.2f} 倍（要求 ≤ {bar} 倍）{'' if fine else '，没有达到'}")
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true")
    smoke = parser.parse_args().smoke
    size = SMOKE if smoke else FULL
    with tempfile.TemporaryDirectory() as folder:
        bench = made(Path(folder), size)
        before = effects(bench)
        one_fsync = fsync_time(Path(folder))
        bare, decided = singles(bench, size.singles)
        many = bulks(bench, size.bulks, size.each)
        after = effects(bench)
    print(f"{size.entries:,} 条记录，SQLite synchronous=FULL，一次 fsync {one_fsync:.2f} ms")
    print(f"单独 UPDATE {bare}；审核一条 {decided}；批量 {size.each:,} 条 {many}")
    print("；".join(f"{name} {before[name]:,} → {after[name]:,}" for name in before))
    made_of = after["审核通过且有历史"] - before["审核通过且有历史"]
    wanted = size.singles + 3 + size.bulks * size.each
    if made_of != wanted or after["审计记录"] - before["审计记录"] != size.singles + 3 + size.bulks:
        print(f"历史应多 {wanted:,} 条，实际多 {made_of:,} 条")
        return 1
    fine = judged("审核一条 / 单独 UPDATE", decided.clock / bare.clock, ONE, smoke=smoke)
    return 0 if judged(f"批量 {size.each:,} 条 / 审核一条", many.clock / decided.clock, MANY, smoke=smoke) and fine else 1



if __name__ == "__main__":
    sys.exit(main())
