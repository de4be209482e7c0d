"""Raw texts made comparable: outer blanks off, full-width characters folded, dates and numbers read.

Every function takes and gives Ibis columns and must mean the same on every backend: patterns use only
what RE2 and Java share, anchors are ^ and \\z, casts are try_cast, numbers are 64-bit integers. The
usual form of a value is tested first; only what fails it takes the slow way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ibis

Column = Any  # ibis.expr.types.Column: ibis ships no types that mypy could read here

_FULL = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000\u00a0"
_HALF = "".join(map(chr, range(0x21, 0x7F))) + "  "
_BLANKS = " \t\n\r\u3000\u00a0"
_OUTER = r"^[ \t\n\r]+|[ \t\n\r]+\z"
_ANY_FULL = "[\uff01-\uff5e\u3000\u00a0]"  # asked first: translate looks at every pair for every row
_TABLE = str.maketrans(_FULL, _HALF)

_END = r"\z"
ID_PATTERN = r"^[0-9]{17}[0-9X]\z"
PHONE_PATTERN = r"^1[3-9][0-9]{9}\z"
INTEGER_DIGITS = 12
DECIMAL_DIGITS, DECIMAL_PLACES = 9, 4
INTEGER_PATTERN = rf"^[+-]?[0-9]{{1,{INTEGER_DIGITS}}}\z"
DECIMAL_PATTERN = rf"^[+-]?[0-9]{{1,{DECIMAL_DIGITS}}}(\.[0-9]{{1,{DECIMAL_PLACES}}})?\z"
MONEY_PATTERN = rf"^[+-]?[0-9]{{1,{DECIMAL_DIGITS}}}(\.[0-9]{{1,2}})?\z"
PERCENT_PATTERN = r"^[0-9]{1,3}(\.[0-9]{1,4})?%?\z"
ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z"
_COMPACT_DATE = r"^[0-9]{8}\z"
_LOOSE_DATE = r"^([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?日?([ T][0-9:.]{1,15})?\z"


def balanced(columns: Sequence[Column], join: Callable[[Column, Column], Column]) -> Column:
    """All columns joined two by two: forty nested brackets take Spark's parser many seconds, six do not."""
    if len(columns) == 1:
        return columns[0]
    middle = len(columns) // 2
    return join(balanced(columns[:middle], join), balanced(columns[middle:], join))


def any_of(columns: Sequence[Column]) -> Column:
    """True where one of the columns is; never, where there is none."""
    return balanced(columns, lambda one, other: one | other) if columns else ibis.literal(False)


def all_of(columns: Sequence[Column]) -> Column:
    """True where every column is."""
    return balanced(columns, lambda one, other: one & other)


def sum_of(columns: Sequence[Column]) -> Column:
    """The columns added up."""
    return balanced(columns, lambda one, other: one + other) if columns else ibis.literal(0, "int64")


def stripped(raw: Column) -> Column:
    """Outer blanks off. Ibis' own strip() takes the letters v and f off on Spark, whose texts know no \\v, \\f."""
    return raw.re_replace(_OUTER, "")


def trimmed(raw: Column) -> Column:
    """Outer blanks off (ideographic and no-break space too); an empty text is null."""
    blank_first = ((raw < "!") & (raw != "")) | raw.startswith("\u3000") | raw.startswith("\u00a0")
    blank_last = any_of([raw.endswith(mark) for mark in _BLANKS])
    bare = stripped(raw.translate("\u3000\u00a0", "  "))
    return ibis.ifelse(blank_first | blank_last, bare, raw).nullif("")


def folded(raw: Column) -> Column:
    """Full-width characters as ASCII, letters upper-case, outer blanks off; an empty text is null."""
    wide = raw.re_search(_ANY_FULL)
    return stripped(ibis.ifelse(wide, raw.translate(_FULL, _HALF), raw)).upper().nullif("")


def squeezed(raw: Column) -> Column:
    """Folded, inner blanks off too: how two spellings of one choice are recognised."""
    return folded(raw).replace(" ", "")


def number_text(raw: Column) -> Column:
    """Folded, without the commas between thousands."""
    return folded(raw).replace(",", "")


def phone_text(raw: Column) -> Column:
    """Folded, without blanks, hyphens and the country's prefix."""
    return folded(raw).replace(" ", "").replace("-", "").re_replace("^[+]86", "")


def squeeze(text: str) -> str:
    """`squeezed` for a text of the rulebook."""
    return text.translate(_TABLE).strip().upper().replace(" ", "")


def unless(usual: Column, raw: Column, otherwise: Column) -> Column:
    """`raw` where it has the usual form (or is empty), else the cleaned value; null when blank."""
    return ibis.ifelse(usual, raw, otherwise).nullif("")


def or_empty(pattern: str) -> str:
    """The pattern, or nothing at all: empty cells are many and need no cleaning."""
    return rf"^({pattern.removeprefix('^').removesuffix(_END)})?\z"


def canonical(raw: Column, choices: Sequence[str], also: Mapping[str, str] | None = None) -> Column:
    """The choice as the rulebook prints it where only width or blanks differ, else the trimmed text."""
    spellings: dict[str, list[str]] = {key: [value] for key, value in (also or {}).items()}
    for one in choices:
        spellings.setdefault(squeeze(one), []).append(one)
    pairs = [(key, same[0]) for key, same in spellings.items() if len(same) == 1]
    if not pairs:
        return trimmed(raw)
    return ibis.coalesce(squeezed(raw).cases(*pairs, else_=ibis.null("string")), trimmed(raw))


def listed(raw: Column, choices: Sequence[str]) -> Column:
    """A multiple choice as 、焊接、电工、 (squeezed), so that one part can be looked for; null when blank."""
    usual = raw.isin([one for one in choices if one == squeeze(one)])
    parts = ibis.ifelse(usual, raw, squeezed(raw).re_replace("[,;|、\n]+", "、"))
    return ibis.literal("、") + parts + ibis.literal("、")


def list_pattern(choices: Sequence[str]) -> str:
    """What `listed` looks like when every part is one of the choices."""
    parts = "|".join(re.escape(squeeze(one)) for one in choices)
    return rf"^(、({parts}))+、\z"


def date_number(usual: Column, raw: Column, clean: Column) -> Column:
    """YYYYMMDD as an integer from 2026-03-05 (the usual form), 2026/3/5, 2026年3月5日, 20260305, with or
    without a time of day; else null.
    """

    def part(index: int) -> Column:
        return clean.re_extract(_LOOSE_DATE, index)

    loose = part(1) + part(2).lpad(2, "0") + part(3).lpad(2, "0")
    slow = ibis.ifelse(clean.re_search(_COMPACT_DATE), clean, loose)
    return ibis.ifelse(usual, raw.replace("-", ""), slow).try_cast("int64")


def is_day(ymd: Column, first_year: int = 1) -> Column:
    """Whether the integer YYYYMMDD is a day of the calendar. Null stays null."""
    md = ymd % 10_000
    day = md % 100
    month = md - day  # months as 100, 200, …: no division
    year = ymd - md  # years as 20260000
    leap = ((year % 40_000 == 0) & (year % 1_000_000 != 0)) | (year % 4_000_000 == 0)
    longest = ibis.ifelse(
        month.isin([400, 600, 900, 1100]), 30, ibis.ifelse(month == 200, ibis.ifelse(leap, 29, 28), 31)
    )
    in_year = (month >= 100) & (month <= 1200) & (year >= first_year * 10_000)
    return in_year & (day >= 1) & (day <= longest)


def check_digit_right(high: Column, low: Column, last: Column) -> Column:
    """ISO 7064 MOD 11-2 over the 17 digits, split 9 + 8, and the last character.

    Only remainders are needed: since 10 ≡ −1 (mod 11), the k-th digit from the right is
    (−1)^k · (x mod 10^(k+1) − x mod 10^k) modulo 11, so no digit has to be divided out.
    """
    weighted = _weighted(high, 9, shift=8) + _weighted(low, 8, shift=0)
    check = ibis.ifelse(last == "X", ibis.literal(10, "int64"), last.try_cast("int64"))
    return (weighted + check) % 11 == 1


def _weighted(number: Column, digits: int, shift: int) -> Column:
    """Σ weight · digit, modulo 11; the digit k from the right of the 17 weighs 2^(k+1) mod 11."""
    factors = [2 ** (k + shift + 1) * (-1) ** k % 11 for k in range(digits)] + [0]
    steps = [(factors[j - 1] - factors[j]) % 11 for j in range(1, digits)] + [factors[digits - 1]]
    rests = [
        (number if power == digits else number % 10**power) * factor
        for power, factor in enumerate(steps, start=1)
        if factor
    ]
    return sum_of(rests)
