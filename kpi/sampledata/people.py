"""People and enterprises who do not exist, with numbers that nobody has.

- *ID numbers*: right check digit, but an area code from UNUSED_AREAS. These are the 市辖区 headings (county part
  01) of prefecture-level cities set up in 1996 or 2000: the code list of the administrative divisions
  holds them, so no check complains, but an ID number is issued under a district or county, never under
  the heading, and these cities were new, so that no older number carries them either.
- *Phones*: 154…, a prefix that has been given to no operator.
- *Unified social credit codes*: right check character, but 99 as the province, which does not exist.
- *Names*: common surnames and given-name characters put together by lot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import NamedTuple

from stdnum.cn import ric, uscc

from kpi.calendar import Span, shift
from kpi.sampledata.draws import Draws
from kpi.sampledata.words import BRANDS, GIVEN, SECOND, SUFFIXES, SURNAMES, TRADES

UNUSED_AREAS: Mapping[str, str] = {
    "361101": "江西省上饶市市辖区（2000年设市）",
    "360801": "江西省吉安市市辖区（2000年设市）",
    "321201": "江苏省泰州市市辖区（1996年设市）",
    "321301": "江苏省宿迁市市辖区（1996年设市）",
}
UNUSED_PREFIX = "154"
UNUSED_PROVINCE = "99"
_SEQUENCES = 998  # 001 to 998, so that odd and even numbers are equally many
_REMEMBERED = 4096  # people come up again mostly in small pools; a whole survey is not kept
_GOLDEN = 618_033_989  # of 10^9: neighbours in the pool lie far apart
_BASE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Person(NamedTuple):
    """A person of a pool. `sex` is 男 or 女, as the 17th digit of the ID number says."""

    name: str
    id_number: str
    phone: str
    sex: str
    birth: date

    def age(self, on: date) -> int:
        """Whole years on a day."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))


class Enterprise(NamedTuple):
    """An enterprise of a pool."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Ages:
    """Ages, both inside, that everyone of a pool has throughout the term."""

    male: tuple[int, int] = (18, 58)
    female: tuple[int, int] = (18, 54)


@dataclass(frozen=True)
class People:
    """A pool of `size` people: the `i`-th is always the same one. No two pools with other `slot`s overlap.

    `slot` of `slots`: the share of the sequence numbers that is this pool's.
    """

    seed: str
    size: int
    area: str
    term: Span
    ages: Ages = Ages()
    slot: int = 0
    slots: int = 1

    @cached_property
    def _births(self) -> dict[str, tuple[date, int]]:
        """First possible birth date and number of days, by sex."""
        found = {}
        for sex, (low, high) in (("男", self.ages.male), ("女", self.ages.female)):
            first = shift(self.term.end, months=-12 * (high + 1)) + timedelta(days=1)
            last = shift(self.term.start, months=-12 * low)
            found[sex] = (first, (last - first).days + 1)
        return found

    def __len__(self) -> int:
        return self.size

    @cached_property
    def _known(self) -> dict[int, Person]:
        return {}

    def __getitem__(self, index: int) -> Person:
        if index not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[index] = self._make(index)
        return self._known[index]

    def _make(self, index: int) -> Person:
        draws = Draws(self.seed, "person", index)
        sex = "男" if index % 2 else "女"
        first, days = self._births[sex]
        pairs = _SEQUENCES // 2 // self.slots
        day, pair = divmod(_scatter(index // 2, days * pairs), pairs)
        birth = first + timedelta(days=day)
        sequence = 2 * (self.slot * pairs + pair) + (1 if sex == "男" else 2)
        number = f"{self.area}{birth:%Y%m%d}{sequence:03d}"
        phone = f"{UNUSED_PREFIX}{_scatter(self.slot * 10_000_000 // self.slots + index, 100_000_000):08d}"
        return Person(_name(draws, sex), number + ric.calc_check_digit(number + "0"), phone, sex, birth)


@dataclass(frozen=True)
class Enterprises:
    """A pool of `size` enterprises whose names are put together from `places`, `trades` and `suffixes`."""

    seed: str
    size: int
    places: Sequence[str] = ("",)
    trades: Sequence[str] = TRADES
    suffixes: Sequence[str] = SUFFIXES
    slot: int = 0

    def __len__(self) -> int:
        return self.size

    @cached_property
    def _known(self) -> dict[int, Enterprise]:
        return {}

    def __getitem__(self, index: int) -> Enterprise:
        if index not in self._known:
            self._known[index] = self._make(index)
        return self._known[index]

    def _make(self, index: int) -> Enterprise:
        draws = Draws(self.seed, "enterprise", index)
        first, second = divmod(_scatter(index, len(BRANDS) ** 2), len(BRANDS))
        name = draws.pick(self.places) + BRANDS[first] + BRANDS[second]
        name += draws.pick(self.trades) + draws.pick(self.suffixes)
        number = self.slot * 1_000_000 + index
        body = "".join(_BASE[number // 31**place % 31] for place in range(7, -1, -1))
        head = f"91{UNUSED_PROVINCE}0000{body}"
        head += str(draws.integer(0, 9))
        return Enterprise(name, head + uscc.calc_check_digit(head))


def _scatter(index: int, size: int) -> int:
    """The `index`-th place of a walk that visits each of `size` places once."""
    step = size * _GOLDEN // 10**9 | 1
    while gcd(step, size) != 1:
        step += 2
    return (index * step + size // 3) % size


def _name(draws: Draws, sex: str) -> str:
    given = GIVEN[sex]
    second = draws.pick(SECOND[sex]) if draws.chance(Fraction(4, 5)) else ""
    return draws.pick(SURNAMES) + draws.pick(given) + second
