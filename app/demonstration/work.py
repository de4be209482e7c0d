"""The daily work of a contract, month by month: entered by staff, proved, verified, returned, corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.clock import SHANGHAI
from app.demonstration import pictures
from app.demonstration.contracts import Staged, day_of
from app.demonstration.people import chosen
from app.demonstration.stage import Stage, moment, months
from app.security.terms import EntryDeed, EntryState
from app.services.act import Act, found
from app.services.evidence import keeping
from app.services.ledger import many, write
from app.services.ledger.completing import as_raw
from app.services.ledger.desk import Desk
from app.services.ledger.many import Sent
from app.services.verification import decide
from app.store.contracts import ContractScope
from app.store.entries import number_text
from app.store.evidence import links
from kpi.rulebook.ledgers import Ledger

#: Days before today whose entries still wait for the supervisor.
FRESH = 4
#: Days after which nothing is left undone.
OLD = 25
#: Days before today for which each piece of evidence is a picture of its own, and how many a ledger gets.
PICTURED, MOST_PICTURES = 75, 18
RETURNS = ("照片看不清地点，请补一张能看到门牌的照片", "单位名称与营业执照不一致，请核对后重报", "人数与签到表不符，请核对")
WITHDRAWN = "重复登记，撤回这一条"


@dataclass
class Tally:
    """How much was done."""

    entered: int = 0
    verified: int = 0
    returned: int = 0
    files: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    def refuse(self, why: str, count: int) -> None:
        """So many were not taken, for this reason."""
        self.refused[why] = self.refused.get(why, 0) + count


@dataclass
class Worker:
    """Works off the entries of one contract."""

    stage: Stage
    made: Staged
    tally: Tally = field(default_factory=Tally)
    pictured: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    numbers: dict[str, str] = field(default_factory=dict)  # outside numbers by the sample's

    def work(self, month_over: Callable[[date], None] = lambda last: None) -> Tally:
        """All months up to today; what is drawn for later stays undone. `month_over` hears of the end of each."""
        by_month: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        days = {entry["id"]: day_of(entry, self.made.source) for entry in self.made.entries}
        for entry in self.made.entries:
            # What refers to a later entry is entered once that one is there.
            day = max([days[entry["id"]], *(days.get(number, "") for number in self.references(entry))])
            by_month[day[:7]][entry["ledger"]].append(entry)
        for first, last in months(self.made.term.start, min(self.made.term.end, self.stage.today)):
            for ledger_id, rows in by_month.get(f"{first:%Y-%m}", {}).items():
                self.month(ledger_id, rows, last)
            month_over(last)
        return self.tally

    def month(self, ledger_id: str, rows: Sequence[dict[str, Any]], last: date) -> None:
        """One ledger's entries of a month: entered as they came, decided on at its end."""
        at = min(moment(last + timedelta(days=2), 10), moment(self.stage.today, 8))
        cast = self.made.cast
        buyers = self.ledger(ledger_id).enters == "buyer"
        enters = cast.one("supervisor") if buyers else cast.one("project_manager")
        kept = self.stage.play(enters, at, lambda act: self.enter(act, ledger_id, rows, buyers=buyers))
        decides = cast.by_role["supervisor"][1]
        self.stage.play(decides, at + timedelta(hours=1), lambda act: self.decide(act, ledger_id, kept))

    def ledger(self, ledger_id: str) -> Ledger:
        found = self.made.source.rulebook.ledger(ledger_id)
        assert found is not None
        return found

    def references(self, entry: Mapping[str, Any]) -> list[str]:
        """The entries that an entry refers to, as the sample numbers them."""
        fields = [each.id for each in self.ledger(entry["ledger"]).fields if each.type == "reference"]
        return [str(entry["fields"][name]) for name in fields if entry["fields"].get(name)]

    # -- entering -------------------------------------------------------------------------------

    def enter(
        self, act: Act, ledger_id: str, rows: Sequence[dict[str, Any]], *, buyers: bool
    ) -> list[tuple[dict[str, Any], int]]:
        """The entries kept, each with its id."""
        scope = ContractScope(act.session, self.made.contract_id)
        desk = Desk.at(act, scope, ledger_id)
        reader = desk.reader()
        pieces = self.evidence(act, scope, desk.ledger, rows)
        read = [reader.read(raw_of(row, desk.ledger, self.numbers)) for row in rows]
        troubles = many.troubles_of(desk, read, evidence=False)
        for each in filter(None, troubles):
            self.tally.refuse(f"{ledger_id}：{each[0].message}", 1)
        staff = self.made.cast.by_role["supervisor"][:1] if buyers else self.made.cast.by_role["field_staff"]
        kept: list[tuple[dict[str, Any], int]] = []
        for state in (None, EntryState.SUBMITTED, EntryState.DRAFT):
            some = [
                (row, Sent(reading, chosen(staff, str(row.get("author", ""))), files, entered(row, reading.entry.date, act.now)))
                for row, reading, trouble, files in zip(rows, read, troubles, pieces, strict=True)
                if not trouble and reading.entry is not None and self.arrives(row, reading.entry.date) is state
            ]
            ids = many.take_in(desk, [sent for _, sent in some], EntryDeed.ENTERED, state=state)
            kept += [(row, key) for (row, _), key in zip(some, ids, strict=True)]
        self.tally.entered += len(kept)
        told = desk.entries.numbers_of([key for _, key in kept])
        self.numbers |= {row["id"]: number_text(ledger_id, told[key]) for row, key in kept}
        return kept

    def arrives(self, row: Mapping[str, Any], day: date) -> EntryState | None:
        """A draft, an entry that the manager has checked (SUBMITTED), or one that still waits for it (None)."""
        if row.get("state") == "draft" and not self.old(day):
            return EntryState.DRAFT
        unchecked = self.fresh(day) and sum(str(row["id"]).encode()) % 2 == 0
        return None if unchecked else EntryState.SUBMITTED

    def fresh(self, day: date) -> bool:
        return day > self.stage.today - timedelta(days=FRESH)

    def old(self, day: date) -> bool:
        """So long ago that nothing is left undone."""
        return day < self.stage.today - timedelta(days=OLD)

    # -- evidence -------------------------------------------------------------------------------

    def evidence(
        self, act: Act, scope: ContractScope, ledger: Ledger, rows: Sequence[dict[str, Any]]
    ) -> list[dict[str, list[int]]]:
        """File ids by kind for each row: pictures of their own lately, before that the month's table."""
        tables: dict[tuple[str, int], int] = {}
        found: list[dict[str, list[int]]] = []
        for row in rows:
            files: dict[str, list[int]] = {}
            for place, piece in enumerate(row.get("evidence", ())):
                kind = piece["kind"]
                if self.has_picture(ledger, row):
                    key = self.picture(act, scope, ledger, row, place)
                else:
                    copy = (kind, len(files.get(kind, ())))
                    if copy not in tables:
                        tables[copy] = self.table(act, scope, ledger, kind, rows, copy[1])
                    key = tables[copy]
                files.setdefault(kind, []).append(key)
            found.append(files)
        return found

    def has_picture(self, ledger: Ledger, row: Mapping[str, Any]) -> bool:
        day = date.fromisoformat(day_of(row, self.made.source))
        lately = day > min(self.stage.today, self.made.term.end) - timedelta(days=PICTURED)
        return lately and self.pictured[ledger.id] < MOST_PICTURES

    def picture(self, act: Act, scope: ContractScope, ledger: Ledger, row: Mapping[str, Any], place: int) -> int:
        self.pictured[ledger.id] += 1
        day = date.fromisoformat(day_of(row, self.made.source))
        taken = moment(day, 9 + self.pictured[ledger.id] % 8, self.pictured[ledger.id] % 60)
        data = pictures.photo(f"{self.made.show.key}:{row['id']}:{place}", taken.astimezone(SHANGHAI))
        self.tally.files += 1
        return keeping.keep_bytes(act, scope, f"IMG_{taken:%Y%m%d}_{self.pictured[ledger.id]:04d}.jpg", data).id

    def table(
        self, act: Act, scope: ContractScope, ledger: Ledger, kind: str, rows: Sequence[Mapping[str, Any]],
        copy: int,
    ) -> int:  # fmt: skip
        """The month's record as a platform gives it out: the entries without what is personal."""
        fields = [each for each in ledger.fields if not each.personal and each.type not in ("person", "evidence")]
        lines = [[shown(row["fields"].get(each.id)) for each in fields] for row in rows]
        month = day_of(rows[0], self.made.source)[:7]
        headings = [f"编号（第{copy + 1}份）" if copy else "编号", *(each.name for each in fields)]
        data = pictures.table(headings, [[row["id"], *line] for row, line in zip(rows, lines, strict=True)])
        self.tally.files += 1
        return keeping.keep_bytes(act, scope, f"{ledger.name}-{kind}-{month}-{copy + 1}.csv", data).id

    # -- deciding -------------------------------------------------------------------------------

    def decide(self, act: Act, ledger_id: str, kept: Sequence[tuple[dict[str, Any], int]]) -> None:
        """What the supervisor verifies, returns; what staff withdraw. The last days still wait."""
        scope = ContractScope(act.session, self.made.contract_id)
        settled = [(row, key) for row, key in kept if not self.fresh(date.fromisoformat(day_of(row, self.made.source)))]
        by_state: dict[str, list[int]] = defaultdict(list)
        for row, key in settled:
            by_state[self.fate(row)].append(key)
        fine = decide.decide_many(act, scope, by_state["verified"], EntryDeed.VERIFIED, mode="each")
        self.tally.verified += len(fine.fit)
        for why, keys in fine.left_out.items():
            self.tally.refuse(f"{ledger_id}：{why}", len(keys))
        for key in by_state["returned"]:
            decide.decide_many(act, scope, [key], EntryDeed.RETURNED, RETURNS[key % len(RETURNS)])
            self.tally.returned += 1
        for key in by_state["corrected"]:
            decide.decide_many(act, scope, [key], EntryDeed.RETURNED, RETURNS[key % len(RETURNS)])
            decide.verify(act, scope, key, self.correct(act, scope, key))
            self.tally.verified += 1
        for key in by_state["withdrawn"]:
            self.withdraw(act.session, key)

    def fate(self, row: Mapping[str, Any]) -> str:
        """What becomes of an entry: of long ago, nothing waits any more, and what was returned is corrected."""
        state = str(row.get("state", "verified"))
        if not self.old(date.fromisoformat(day_of(row, self.made.source))) or state in {"verified", "withdrawn"}:
            return state
        return "corrected" if state == "returned" else "verified"

    def correct(self, act: Act, scope: ContractScope, key: int) -> int:
        """By the author, a little later, past the internal check where there is one; the version it then has."""
        entry = found(write.desk_entry(scope, key))
        author = self.stage.act(act.session, entry.author_id, act.now + timedelta(minutes=40))
        desk = Desk.at(author, scope, entry.ledger)
        files = dict(links.files_of(act.session, scope.contract_id, key))
        for each in desk.ledger.fields:
            if each.type == "evidence" and each.required and not files.get(each.name):
                data = pictures.photo(f"{scope.contract_id}:{key}:{each.id}", author.now.astimezone(SHANGHAI))
                files[each.name] = [keeping.keep_bytes(author, scope, f"{each.name}.jpg", data).id]
                self.tally.files += 1
        raw = as_raw(desk, entry.fields)
        if desk.ledger.field(desk.ledger.date) is None:
            raw["date"] = entry.business_date.isoformat()
        again = write.Typed(raw, files)
        sent = write.change(author, scope, key, entry.version, again, "已按退回意见核对改正")
        if sent.state == EntryState.TO_CHECK.value:
            manager = self.stage.act(act.session, self.made.cast.one("project_manager"), act.now + timedelta(minutes=50))
            sent = decide.check(manager, scope, key, sent.version, fine=True)
        return sent.version

    def withdraw(self, session: Any, key: int) -> None:
        """By the author, in the same month."""
        scope = ContractScope(session, self.made.contract_id)
        entry = write.desk_entry(scope, key)
        if entry is not None:
            act = self.stage.act(session, entry.author_id, entry.entered_at + timedelta(hours=1))
            write.withdraw(act, scope, key, entry.version, WITHDRAWN)


def raw_of(row: Mapping[str, Any], ledger: Ledger, numbers: Mapping[str, str]) -> dict[str, Any]:
    """What somebody would type for a drawn entry; it refers to others by the numbers that they got."""
    raw = dict(row["fields"])
    for each in ledger.fields:
        if each.type == "reference" and each.id in raw:
            raw[each.id] = numbers.get(str(raw[each.id]), raw[each.id])
    if row.get("nil"):
        raw["nil"] = True
    if ledger.field(ledger.date) is None and "date" in row:
        raw["date"] = row["date"]
    elif row.get("nil"):
        raw[ledger.date] = row.get("date") or raw.get(ledger.date)
    return raw


def entered(row: Mapping[str, Any], day: date, latest: datetime) -> datetime:
    """When it was entered: in the evening of the day, now and then a day or two later."""
    late = sum(str(row["id"]).encode()) % 11
    at = moment(day + timedelta(days=2 if late == 10 else 1 if late > 7 else 0), 16 + late % 3, (late * 13) % 60)
    return min(at, latest)


def shown(value: Any) -> str:
    """A drawn value in a cell of a table."""
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("code") or "")
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "是" if value is True else "否" if value is False else "" if value is None else str(value)
