"""The rubric: items, pools, parts, bonus; tiers and what follows from them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from kpi.rulebook.base import Answerable, Exact, Expr, Identifier, Rule, Ruled, Stated, Texts
from kpi.rulebook.mechanics import Mechanic
from kpi.rulebook.order import USUAL, Order


class Item(Rule):
    """A row of the 考核细则表. `maximum` None: the document states none and nobody was asked."""

    id: str
    clauses: Texts = Field(min_length=1)
    title: str
    maximum: Answerable[Exact] | None = None
    start: Literal["full", "zero"] = "full"
    rules: tuple[Mechanic, ...]
    clause_caps: dict[str, Answerable[Exact]] = Field(default_factory=dict)
    stated: tuple[Stated, ...] = ()


class Pool(Rule):
    """Several items (or clauses of one item) share one pot of points: together never more than `maximum`."""

    id: Identifier
    items: Texts = Field(min_length=1)
    maximum: Answerable[Exact]
    stated: tuple[Stated, ...] = ()


class Part(Rule):
    """A weighted part (日常考核, 年度考核): a mean or sum of its assessments. `weight` None: not stated."""

    id: Identifier
    title: str
    weight: Answerable[Exact] | None = None
    every: Literal["day", "month", "quarter", "half_year", "year", "term"] = "year"
    merge: Answerable[Literal["mean", "smallest", "last", "sum"]] = "mean"
    penalty_below: Exact | None = None  # each assessment below this …
    penalty_inclusive: bool = False  # … or just this
    penalty: Exact | None = None  # … takes this off the mean
    stated: tuple[Stated, ...] = ()


class BonusRule(Rule):
    """One line of bonus, with its own cap; lines of one `group` share a cap, too."""

    id: Identifier
    clause: str
    rule: Mechanic
    cap: Answerable[Exact] | None = None
    group: str = ""
    stated: tuple[Stated, ...] = ()


class Bonus(Rule):
    """`cap` over all lines (None: none is stated), `group_caps` over the lines of a group.

    `may_exceed_total`: else the total stops at full marks.
    """

    rules: tuple[BonusRule, ...]
    cap: Answerable[Exact] | None = None
    group_caps: dict[str, Answerable[Exact]] = Field(default_factory=dict)
    may_exceed_total: Answerable[bool] = True
    stated: tuple[Stated, ...] = ()

    @model_validator(mode="after")
    def _groups_have_lines(self) -> Bonus:
        groups = [line.group for line in self.rules if line.group]
        for name in self.group_caps:
            if name not in groups:
                known = "、".join(dict.fromkeys(groups)) or "（无）"
                raise ValueError(f"group_caps 里的“{name}”没有一行加分写了 group: {name}；现有 {known}")
        return self


class FormRow(Rule):
    """A row of the document's own table, word for word. A blank text after the first row belongs to the one above it.

    `items`: the items or lines of bonus that are scored in the row; empty: they are scored in a row above.
    """

    texts: Texts = Field(min_length=1)
    items: Texts = ()


class SheetForm(Rule):
    """The 考核细则表 as the document prints it: the filled sheet is drawn in it.

    `columns`: the headings of what the document fills in itself; `filled`: the columns that are filled, in their order.
    """

    columns: Texts = Field(min_length=1)
    filled: tuple[Literal["self", "score", "note"], ...] = ("self", "score", "note")
    rows: tuple[FormRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rows_are_whole(self) -> SheetForm:
        for place, row in enumerate(self.rows, 1):
            if len(row.texts) != len(self.columns):
                have = f"表样第 {place} 行有 {len(row.texts)} 格，表头是 {len(self.columns)} 栏"
                raise ValueError(f"{have}；每一栏写一格，与上一行合并的写空")
        if sorted(self.filled) != ["note", "score", "self"]:
            raise ValueError("filled 要写 self（自评）、score（考核得分）、note（考核说明），各一次")
        return self


class Rubric(Ruled):
    """`method` sum: the items' scores add up. deduct: what items lose is taken off `total`.

    `parts`: weighted assessments (daily and annual); empty: one sheet per assessment period.
    `every`: how often a sheet is filled. `order`: the order of operations, where the document states another.
    `form`: the table as the document prints it; None: it shows none.
    """

    title: str
    total: Exact
    method: Literal["sum", "deduct"] = "sum"
    every: Answerable[Literal["month", "quarter", "half_year", "year", "term"]] = "year"
    items: tuple[Item, ...]
    pools: tuple[Pool, ...] = ()
    parts: tuple[Part, ...] = ()
    combine: Answerable[Literal["single", "weights", "mean"]] = "single"
    bonus: Bonus | None = None
    order: Answerable[Order] = USUAL
    merge_marks: Literal["mean", "trimmed_mean", "median", "consensus"] = "consensus"
    form: SheetForm | None = None


class TierBand(Rule):
    """`at_least` ≤ score, up to the next higher band. `stated_from`/`stated_to` as the document writes.

    `inclusive` False: a score of just `at_least` belongs to the band below.
    """

    tier: str
    at_least: Exact
    inclusive: bool = True
    meaning: Literal["excellent", "good", "pass", "poor"] = "pass"
    stated: tuple[Stated, ...] = ()
    stated_from: Exact | None = None
    stated_to: Exact | None = None
    stated_open: bool = False  # the upper boundary itself lies outside the stated band
    stated_open_from: bool = False  # and so does the lower one


class Consequence(Rule):
    """What happens to the tier or the contract where `when` holds (figures, `score`, `tier`).

    veto: the lowest tier; downgrade: `steps` tiers down; at_most: no better than `tier`; terminate and
    renew: a right of the buyer; remedy: an improvement plan is due; trigger: `times` in a row or in all.
    """

    id: Identifier
    clause: str
    kind: Literal["veto", "downgrade", "at_most", "terminate", "renew", "remedy", "penalty"]
    when: Expr
    title: str
    tier: str = ""
    steps: int = 1
    times: int = 1
    consecutive: bool = False
    points: Answerable[Exact] | None = None
    stated: tuple[Stated, ...] = ()


class Tiers(Ruled):
    """Bands from the highest to the lowest. `gaps` says how scores between stated bands are read."""

    bands: tuple[TierBand, ...] = Field(min_length=1)
    gaps: Answerable[Literal["half_open", "round"]] = "half_open"


class Verdict(Ruled):
    """Pass or fail of a period: every indicator named in `requires` (clauses) is met.

    `id` names the result (for example `year`). `requires` empty: every scored indicator.
    """

    id: Identifier
    title: str
    requires: Texts = ()
    passed: str = "合格"
    failed: str = "不合格"
    by: Answerable[Literal["indicators", "judgement"]] = "indicators"


class Right(Ruled):
    """A yes / no that follows, such as the renewal of the contract. `when` over verdicts and figures."""

    id: Identifier
    title: str
    when: Expr


class EventKind(Rule):
    """A contract event (breach, leak, accident, amendment): blocks payment until decided or not."""

    id: Identifier
    clauses: Texts = Field(min_length=1)
    title: str
    blocks_payment: bool = False
    may_terminate: bool = False
    veto: bool = False
    refuses_unpaid: bool = False
    stated: tuple[Stated, ...] = ()


class Offset(Rule):
    """Calendar offset from a date field; months clamp to the month's end."""

    months: int = 0
    days: int = 0
    title: str = ""
    action: str = ""


class Schedule(Rule):
    """Dates that follow from a date field of an entry (loan reminders). `given`: its name in facts."""

    id: Identifier
    clause: str
    ledger: Identifier
    field: Identifier
    given: Identifier
    steps: dict[Identifier, Offset]
    move: Answerable[Literal["none", "previous_working_day"]] = "none"
    stated: tuple[Stated, ...] = ()


class MemberSet(Rule):
    """A set of members (townships, channels). `members` empty: listed at set-up."""

    id: Identifier
    title: str
    members: tuple[Any, ...] = ()
    clause: str = ""
