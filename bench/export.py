"""280 000 entries of 35 fields to a workbook, beside openpyxl's write-only mode writing the same cells.

    python bench/export.py            280 000 entries, and a tenth of them for the memory
    python bench/export.py --smoke    3 000 entries, the cells compared, no judgement on times and memory

Three write the same rows, which lie ready in memory: the console's writer, openpyxl as it is, and openpyxl with every
text made a text, as a safe export needs it (as it is, `=初级` becomes a formula). Beside them stands the whole export:
entries read page by page from SQLite, people masked, the file given on piece by piece. The files are read back with
calamine and every cell compared. Bars (spec/quality.md): at least 5 × faster than openpyxl as it is, bounded memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402
from flask_migrate import upgrade  # noqa: E402
from openpyxl import Workbook  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from app.documents import entry_table  # noqa: E402
from app.documents.entry_table import Kind, Value  # noqa: E402
from app.keys import new_keys  # noqa: E402
from app.security.terms import Channel  # noqa: E402
from app.services import sessions  # noqa: E402
from app.services.act import Act  # noqa: E402
from app.services.exports import making  # noqa: E402
from app.services.exports.making import Order, Table  # noqa: E402
from app.services.ledger.desk import Desk  # noqa: E402
from app.store.contracts import ContractScope  # noqa: E402
from app.store.models import Contract, UserAccount  # noqa: E402
from app.web.database import db  # noqa: E402
from app.web.ground import ground  # noqa: E402
from bench.ledger_table import BEGINS, app_of, insert, people, plain_rows  # noqa: E402
from kpi.rulebook.loader import load_known  # noqa: E402

KEY, LEDGER = "sandu-employment-data", "person_form"
ENTRIES, SMOKE, TIMES, GROWTH = 280_000, 3_000, 5, 1.5
TOWNS = ("三合街道", "大河镇", "普安镇", "中和镇", "周覃镇", "九阡镇", "都江镇")
SEALED = {"sealed": "x" * 120, "key": "k" * 40}


def entries(contract_id: int, text_id: int, author: int, count: int) -> Iterator[tuple[object, ...]]:
    """Forms as they come from the villages: most fields filled in, some of them numbers."""
    for place in range(count):
        day = (BEGINS + timedelta(days=place * 300 // count)).isoformat()
        employed = place % 3 > 0
        fields = {
            "record_no": f"SD{place:07d}", "collected_on": day, "name": {**SEALED, "mask": "某**"},
            "id_number": {**SEALED, "mask": "52**************"}, "sex": "男" if place % 2 else "女", "birth_date": "1985-03-04",
            "age": place % 60 + 16, "ethnic_group": "水族", "education": "初中", "town": TOWNS[place % 7],
            "village": f"{TOWNS[place % 7]}第{place % 91}村", "address": {**SEALED, "mask": "三都县****"},
            "phone": {**SEALED, "mask": "138********"}, "poor_household": place % 5 == 0, "disabled": place % 40 == 0,
            "status": "已就业" if employed else "失业", "employer": f"务工企业{place % 4000}号" if employed else "",
            "employment_place": "省外" if employed else "", "industry": "制造业" if employed else "", "employed_since": "2016-02-20",
            "unemployed_reason": "" if employed else "家庭原因", "skills": "电工、焊工", "certificate": "=初级", "trained": place % 4 == 0,
            "wants_job": not employed, "wanted_post": "" if employed else "保安", "wants_training": place % 6 == 0,
            "wanted_training": "育婴" if place % 6 == 0 else "", "method": "逐户走访", "visitor": {**SEALED, "mask": "采**"},
            "cadre": {**SEALED, "mask": "包**"}, "entered_on": day, "checked": True, "updated_on": day,
        }  # fmt: skip
        at = f"{day} 03:00:00.000000"
        yield (
            contract_id, LEDGER, place + 1, day, "verified", author, json.dumps(fields, ensure_ascii=False), "[]", 0, 0, 0,
            text_id, at, at, author + 1, at, "", 0, 1,
        )  # fmt: skip


def build(environment: dict[str, str], path: Path, count: int) -> None:
    app = app_of(environment)
    with app.app_context():
        upgrade()
        with Session(db.engine, expire_on_commit=False) as session:
            _, contract_id, text_id, author = people(session, load_known(KEY).text)
            session.commit()
        db.engine.dispose()
    with plain_rows(path) as connection:
        insert(connection, author, entries(contract_id, text_id, author, count))


@contextmanager
def table(environment: dict[str, str]) -> Iterator[Table]:
    """The export as the field worker may have it."""
    app = app_of(environment)
    with app.app_context(), Session(db.engine) as session:
        held, now = ground(), datetime.now(UTC)
        worker = session.scalars(sa.select(UserAccount).where(UserAccount.login_name == "bench")).one()
        act = Act(
            session=session, now=now, signer=held.signer, vault=held.vault, files=held.files, channel=Channel.WEB,
            request_id="bench", actor=sessions.person_of(session, worker, now),
        )  # fmt: skip
        contract_id = session.scalars(sa.select(Contract.id)).one()
        desk = Desk.at(act, ContractScope(session, contract_id), LEDGER)
        order = Order(LEDGER)
        yield Table(desk, order, making.check(desk, order))


def whole(environment: dict[str, str], target: Path) -> dict[str, float]:
    """The export from the database to the file."""
    with table(environment) as made, target.open("wb") as file:
        begun = time.perf_counter(), time.process_time()
        for piece in made.pieces():
            file.write(piece)
        took = since(begun)
    return {**took, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def ready(environment: dict[str, str]) -> tuple[list[str], list[Kind], list[list[Value]]]:
    with table(environment) as made:
        return [each.title for each in made.columns], [each.kind for each in made.columns], list(made.values())


def ours(environment: dict[str, str], target: Path) -> dict[str, float]:
    headings, kinds, rows = ready(environment)
    begun = time.perf_counter(), time.process_time()
    with target.open("wb") as file:
        entry_table.write_workbook(file, "表", headings, kinds, rows, [("合同", "就业信息")])
    return since(begun)


def openpyxl(environment: dict[str, str], target: Path, *, safe: bool = False) -> dict[str, float]:
    headings, kinds, rows = ready(environment)
    begun = time.perf_counter(), time.process_time()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("表")
    sheet.append(headings)
    for row in rows:
        sheet.append([entry_table.cell_of(sheet, value, kind) for value, kind in zip(row, kinds, strict=True)] if safe else row)
    book.save(target)
    return since(begun)


def since(begun: tuple[float, float]) -> dict[str, float]:
    return {"seconds": time.perf_counter() - begun[0], "busy": time.process_time() - begun[1]}


SIDES = {"whole": whole, "ours": ours, "openpyxl": openpyxl, "openpyxl_safe": partial(openpyxl, safe=True)}


def in_a_process(side: str, folder: Path, target: Path) -> dict[str, float]:
    """One side in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--side", side, "--folder", str(folder), "--target", str(target)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def environment_of(folder: Path) -> dict[str, str]:
    kept = folder / "environment.json"
    if not kept.exists():
        made = {**new_keys(), "LVYUETAI_DATA_DIR": str(folder), "LVYUETAI_DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite'}"}
        kept.write_text(json.dumps(made), "utf-8")
    found: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return found


def compared(one: Path, other: Path) -> int:
    """How many cells are equal; a formula would be read as nothing, so equal means that none runs in ours."""
    left, right = (CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows() for path in (one, other))
    cells = 0
    for place, (mine, yours) in enumerate(zip(left, right, strict=True), 1):
        # openpyxl as it is takes a text that begins with = for a formula; it is a text.
        wrong = [(a, b) for a, b in zip(mine, yours, strict=True) if a != b and not (str(a).startswith("=") and b == "")]
        if wrong:
            raise SystemExit(f"第 {place} 行不一致：{wrong[:3]}")
        cells += len(mine)
    return cells


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--entries", type=int, default=ENTRIES)
    given.add_argument("--smoke", action="store_true")
    for name in ("--side", "--folder", "--target"):
        given.add_argument(name, help=argparse.SUPPRESS)
    asked = given.parse_args()
    if asked.side:
        print(json.dumps(SIDES[asked.side](environment_of(Path(asked.folder)), Path(asked.target))))
        return
    count = SMOKE if asked.smoke else asked.entries
    with tempfile.TemporaryDirectory() as name:
        tenth, full = Path(name) / "tenth", Path(name) / "full"
        for folder, size in ((tenth, count // 10), (full, count)):
            folder.mkdir()
            build(environment_of(folder), folder / "bench.sqlite", size)
        files = {side: Path(name) / f"{side}.xlsx" for side in SIDES}
        small = in_a_process("whole", tenth, Path(name) / "tenth.xlsx")
        took = {side: in_a_process(side, full, file) for side, file in files.items()}
        cells = {compared(files["whole"], file) for side, file in files.items() if side != "whole"}
        size = files["whole"].stat().st_size / 1e6
    print(f"{count:,} 条，{cells.pop():,} 格，四份文件逐格一致；{size:.1f} MB")
    print("整个导出（读数据库、遮盖、写文件）", told(took["whole"]))
    times = {side: took[side]["seconds"] / took["ours"]["seconds"] for side in ("openpyxl", "openpyxl_safe")}
    print("只写现成的行：本台", told(took["ours"]))
    print("　　openpyxl", told(took["openpyxl"]), f"：快 {times['openpyxl']:.1f} 倍（要求 ≥ {TIMES}）")
    print("　　openpyxl，文字都写成文字", told(took["openpyxl_safe"]), f"：快 {times['openpyxl_safe']:.1f} 倍")
    growth = took["whole"]["megabytes"] / small["megabytes"]
    peaks = f"{took['whole']['megabytes']:.0f} MB，条数是十分之一时 {small['megabytes']:.0f} MB"
    print(f"整个导出的内存峰值 {peaks}：{growth:.2f} 倍（要求 ≤ {GROWTH}）")
    if not asked.smoke and (times["openpyxl"] < TIMES or growth > GROWTH):
        raise SystemExit("没有达到要求")


def told(took: dict[str, float]) -> str:
    return f"{took['seconds']:.1f} s（CPU {took['busy']:.1f} s）"


if __name__ == "__main__":
    main()
