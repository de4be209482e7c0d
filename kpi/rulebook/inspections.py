"""What the buyer looks into on the spot: checklists, complaints, satisfaction surveys, spot checks of ledgers.

Each says which ledger its outcome is entered in, so that the indicators count it like everything else.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from kpi.rulebook.base import Answerable, Exact, Identifier, Rule, Stated, Texts


class Outcome(Rule):
    """A button of a checklist. `sets`: what it enters in the ledger's fields."""

    label: str
    conforms: bool
    sets: dict[Identifier, Any] = Field(default_factory=dict)


class CheckItem(Rule):
    """One thing to look at: a choice of the ledger's `item` field, or wording of its own.

    `asks`: further fields of the ledger that are filled in with it; `conforming`: fields set where it conforms.
    """

    value: str
    clause: str = ""
    asks: tuple[Identifier, ...] = ()
    conforming: dict[Identifier, Any] = Field(default_factory=dict)
    help: str = ""


class Checklist(Rule):
    """A walk-through, item by item. Without `items` the choices of the ledger's field are the items.

    `people`: the field that names both inspectors; `note`: the field for what was seen; `outlet`: the field of the
    outlet; `sets`: fields that are always the same. Without a ledger only findings follow from it.
    """

    id: Identifier
    title: str
    clause: str
    ledger: str = ""
    item: str = ""
    items: tuple[CheckItem, ...] = ()
    outcomes: tuple[Outcome, ...] = (
        Outcome(label="合格", conforms=True),
        Outcome(label="不合格", conforms=False),
    )
    people: str = ""
    note: str = ""
    outlet: str = ""
    sets: dict[Identifier, Any] = Field(default_factory=dict)
    stated: tuple[Stated, ...] = ()
    reading: str = ""


class Complaints(Rule):
    """How a decided complaint stands in a ledger. `channels`: the register's word → the ledger's."""

    id: Identifier
    title: str
    clauses: Texts
    ledger: str = ""
    sets: dict[Identifier, Any] = Field(default_factory=dict)
    asks: tuple[Identifier, ...] = ()
    channel: str = ""
    channels: dict[str, str] = Field(default_factory=dict)
    content: str = ""
    decision: str = ""
    upheld: Any = None
    dismissed: Any = None
    handled: str = ""
    reply_days: int = 0
    stated: tuple[Stated, ...] = ()
    reading: str = ""


class PollQuestion(Rule):
    """A question. With `satisfied` it counts: whoever gives one of these answers is satisfied."""

    id: Identifier
    text: str
    choices: tuple[str, ...] = ()
    satisfied: tuple[str, ...] = ()


class Poll(Rule):
    """A satisfaction survey. `minimum` and `target` name parameters; `groups`: services that are rated apart.

    Its outcome goes into `ledger` (one entry a group: `answered`, `satisfied`, `group` are fields), or is proposed as
    facts of the clause: `figures` maps answered and satisfied to the clause's figures.
    """

    id: Identifier
    title: str
    clause: str
    questions: tuple[PollQuestion, ...]
    groups: tuple[str, ...] = ()
    minimum: str = ""
    target: str = ""
    ledger: str = ""
    group: str = ""
    answered: str = ""
    satisfied: str = ""
    figures: dict[Literal["answered", "satisfied"], str] = Field(default_factory=dict)
    stated: tuple[Stated, ...] = ()
    reading: str = ""


class SpotPlan(Rule):
    """How a ledger is spot-checked: the least share or number, and whether the rate is projected on the rest.

    `figure`: the clause's figure that the projected number is proposed for as a fact.
    """

    id: Identifier
    title: str
    clause: str
    ledger: str
    share: Answerable[Exact] | None = None
    number: Answerable[int] | None = None
    by: str = ""
    projection: Literal["listed", "rate"] = "listed"
    figure: str = ""
    stated: tuple[Stated, ...] = ()
    reading: str = ""
