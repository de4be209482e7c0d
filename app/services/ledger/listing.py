"""Filters of a ledger's list: what an address or a saved view says → which entries are wanted, and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.security.terms import EntryState
from app.services.ledger import reading
from app.store.contracts import Outlet
from app.store.entries import number_of
from app.store.ledger_listing import CONTESTED, MARK, TRIAL, WARNED, Wanted
from kpi.ledger import conversions
from kpi.ledger.entries import FieldError
from kpi.rulebook.ledgers import Field, FieldType, Ledger

KEY = "k."  # before a field's id, in an address
PERSON_KEY = "P"
TICKS = {WARNED: "有提醒", TRIAL: "试运行", CONTESTED: "有异议"}
SORTS = {"-date": (False, True), "date": (False, False), "-number": (True, True), "number": (True, False)}
YES_NO = {"true": "是", "false": "否"}


@dataclass(frozen=True)
class Filter:
    """What is asked for. `given`: the plain parameters that make it, which a view saves and a link repeats."""

    given: Mapping[str, str] = field(default_factory=dict)
    state: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    outlet: int | None = None
    author: int | None = None
    number: int | None = None
    mine: bool = False
    keys: tuple[tuple[str, str], ...] = ()
    sort: str = "-date"
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        """How many conditions narrow the list."""
        return len([name for name in self.given if name != "sort"])


def asked_fields(ledger: Ledger) -> list[Field]:
    """The fields that a list is filtered by with a value in the address; people are searched by POST."""
    kinds = {FieldType.PERSON, FieldType.OUTLET}
    return [
        each for each in reading.keyed_fields(ledger) if each.type not in kinds and not each.personal
    ]


def person_fields(ledger: Ledger) -> list[Field]:
    """The fields that hold a person."""
    return [each for each in ledger.fields if each.type is FieldType.PERSON]


class Reader:
    """Reads the parameters of one address; what cannot be read is told and left out."""

    def __init__(self, ledger: Ledger, given: Mapping[str, str]) -> None:
        self.ledger = ledger
        self.given = {name: value.strip() for name, value in given.items() if value.strip()}
        self.errors: list[tuple[str, str]] = []
        self.used: dict[str, str] = {}

    def take(self, name: str) -> str | None:
        """The parameter, noted as one that narrows the list."""
        value = self.given.get(name)
        if value is not None:
            self.used[name] = value
        return value

    def refuse(self, name: str, why: str) -> None:
        self.errors.append((name, why))
        self.used.pop(name, None)

    def day(self, name: str, title: str) -> date | None:
        text = self.take(name)
        try:
            return conversions.day(text) if text else None
        except FieldError as error:
            self.refuse(name, f"{title}：{reading.spoken(str(error))}")
            return None

    def whole(self, name: str, title: str) -> int | None:
        text = self.take(name)
        if text is None:
            return None
        if text.isascii() and text.isdigit() and len(text) < 16:
            return int(text)
        self.refuse(name, f"{title}“{text[:30]}”不对，请重新选择")
        return None

    def number(self) -> int | None:
        text = self.take("number")
        if text is None:
            return None
        found = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else number_of(text, self.ledger.id)
        if found is None:
            self.refuse("number", f"编号“{text[:30]}”不对；请写 {self.ledger.id}-000012，或只写 12")
        return found

    def state(self) -> str | None:
        text = self.take("state")
        if text is not None and text not in {each.value for each in EntryState}:
            self.refuse("state", f"没有“{text[:30]}”这种状态，请重新选择")
            return None
        return text

    def ticks(self) -> Iterator[tuple[str, str]]:
        for name in TICKS:
            if self.take(name) is not None:
                yield MARK, name

    def keys(self) -> Iterator[tuple[str, str]]:
        """The most telling first: a person, then values, then marks."""
        fields = person_fields(self.ledger)
        if fields and (person := self.whole("person", "人员")) is not None:
            yield fields[0].id, f"{PERSON_KEY}{person}"
        for each in asked_fields(self.ledger):
            text = self.take(f"{KEY}{each.id}")
            if text is not None:
                yield each.id, text[:120]
        yield from self.ticks()

    def read(self) -> Filter:
        sort = self.given.get("sort", "-date")
        if sort not in SORTS:
            self.errors.append(("sort", "没有这种排序，已按日期排列"))
            sort = "-date"
        elif sort != "-date":
            self.used["sort"] = sort
        found = Filter(
            state=self.state(),
            from_on=self.day("from", "起始日期"),
            until_on=self.day("until", "截止日期"),
            outlet=self.whole("outlet", "网点"),
            author=self.whole("author", "填报人"),
            number=self.number(),
            mine=self.take("mine") is not None,
            keys=tuple(self.keys()),
            sort=sort,
        )
        if found.from_on and found.until_on and found.from_on > found.until_on:
            self.errors.append(("until", "截止日期早于起始日期，请核对"))
        return Filter(**{**vars(found), "given": self.used, "errors": tuple(self.errors)})


def parsed(ledger: Ledger, given: Mapping[str, str]) -> Filter:
    """The filter of an address or a saved view."""
    return Reader(ledger, given).read()


def wanted(ledger: Ledger, asked: Filter, me: int, outlets: Sequence[Outlet]) -> Wanted:
    """Which entries the filter asks for."""
    by_number, newest_first = SORTS[asked.sort]
    return Wanted(
        ledger.id,
        state=asked.state,
        from_on=asked.from_on,
        until_on=asked.until_on,
        outlets=below(outlets, asked.outlet) if asked.outlet is not None else (),
        author=me if asked.mine else asked.author,
        number=asked.number,
        keys=asked.keys,
        by_number=by_number,
        newest_first=newest_first,
    )


def below(outlets: Sequence[Outlet], top: int) -> tuple[int, ...]:
    """An outlet with all those below it."""
    found = [top]
    children: dict[int | None, list[int]] = {}
    for each in outlets:
        children.setdefault(each.parent_id, []).append(each.id)
    for key in found:
        found += children.get(key, [])
    return tuple(found)


def told(ledger: Ledger, asked: Filter, names: Mapping[str, str]) -> list[str]:
    """The conditions in words. `names`: what ids of outlet, author and person stand for."""
    words = []
    if asked.from_on or asked.until_on:
        words.append(f"{asked.from_on or '开始'} 至 {asked.until_on or '今天'}")
    if asked.state:
        words.append(EntryState.of(asked.state).label)
    words += [names.get(name, asked.given[name]) for name in ("outlet", "author", "person") if name in asked.given]
    words += ["我登记的"] if asked.mine else []
    words += [f"编号 {asked.number}"] if asked.number is not None else []
    for name, value in asked.keys:
        each = ledger.field(name)
        if name == MARK:
            words.append(TICKS[value])
        elif each is not None and each.type is not FieldType.PERSON:
            words.append(f"{each.name}：{YES_NO.get(value, value) if each.type is FieldType.YES_NO else value}")
    return words
