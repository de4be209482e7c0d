"""Files to import, and the way of an import through the background, as tests go it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from openpyxl import Workbook
from sqlalchemy.orm import Session

from app.services.imports import deciding, receiving
from app.services.imports.mapping import ColumnMap
from app.services.ledger.desk import Desk
from app.store.imports import ImportBatch
from app.store.models import UserAccount
from tests.factories.office import Office
from tests.jobs.tooling import runner
from tests.services.acting import FILES, act_of

NEWS = ("日期", "网点", "渠道", "情况")
SEEKERS = ("登记日期", "姓名", "手机号", "意向岗位", "紧急联系人电话")


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook with these sheets: title, rows."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv_file(*rows: Sequence[Any], encoding: str = "utf-8") -> bytes:
    """A CSV file of rows without commas in them."""
    return "\r\n".join(",".join(str(cell) for cell in row) for row in rows).encode(encoding)


def news_rows(count: int, wrong: Sequence[int] = ()) -> list[list[str]]:
    """Rows of the news ledger, headings first; those in `wrong` (from 0) name a channel that there is not."""
    rows = [list(NEWS)]
    for place in range(count):
        channel = "电视台" if place in wrong else "公众号"
        rows.append([f"2026-02-{place % 28 + 1:02d}", "", channel, f"报道{place}"])
    return rows


def seeker_rows(count: int, first: int = 0) -> list[list[str]]:
    """Rows of the job seekers' ledger, headings first."""
    return [list(SEEKERS)] + [
        ["2026-03-02", f"人{place}", f"138{place:08d}", "保洁", ""] for place in range(first, first + count)
    ]


class Importing:
    """The way of a person's import."""

    def __init__(self, session: Session, made: Office, who: str = "field_staff") -> None:
        self.session, self.made, self.user = session, made, made[who]
        bind = session.get_bind()
        assert isinstance(bind, sa.Engine)
        self.engine = bind

    @property
    def scope(self) -> Any:
        return self.made.scope(self.session)

    def act(self, user: UserAccount | None = None) -> Any:
        return act_of(self.session, user or self.user)

    def upload(self, ledger: str, name: str, data: bytes, retry_of: int | None = None) -> ImportBatch:
        """The file comes in."""
        act = self.act()
        received = receiving.prepare(Desk.at(act, self.scope, ledger), name, data)
        receiving.put(FILES, self.scope, received)
        batch = receiving.receive(act, self.scope, ledger, received, retry_of)
        self.session.commit()
        return batch

    def map(self, batch: ImportBatch, given: ColumnMap | None = None, **more: Any) -> ImportBatch:
        """Agrees to the columns: as suggested, where nothing else is said."""
        act = self.act()
        plan = receiving.planned(act, Desk.at(act, self.scope, batch.ledger), batch)
        found = receiving.map_columns(act, self.scope, batch.id, batch.version, given or plan.given, **more)
        self.session.commit()
        return found

    def confirm(self, batch: ImportBatch) -> ImportBatch:
        found = deciding.confirm(self.act(), self.scope, batch.id, batch.version)
        self.session.commit()
        return found

    def work(self) -> int:
        """Lets the background work off everything that waits."""
        self.session.rollback()
        running, ran = runner(self.engine), 0
        while running.run_one():
            ran += 1
        self.session.rollback()
        self.session.expire_all()
        return ran

    def bring_in(self, ledger: str, name: str, data: bytes, retry_of: int | None = None) -> ImportBatch:
        """The whole way; the good rows are in the ledger at its end."""
        batch = self.upload(ledger, name, data, retry_of)
        self.work()
        if batch.state == "uploaded":
            self.map(batch)
            self.work()
        assert batch.state == "checked", (batch.state, batch.message)
        self.confirm(batch)
        self.work()
        return batch
