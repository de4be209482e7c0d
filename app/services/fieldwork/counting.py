"""What a survey came to: satisfied of those who answered, answered of those who were asked, with the exact interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from app.security.field_terms import Reached
from app.store.fieldwork import Poll, PollAnswer
from kpi.survey.estimates import Interval, interval


@dataclass(frozen=True)
class Count:
    """Asked, answered, satisfied."""

    asked: int = 0
    answered: int = 0
    satisfied: int = 0

    @property
    def rate(self) -> Interval | None:
        return interval(self.satisfied, self.answered) if self.answered else None

    @property
    def response(self) -> Fraction | None:
        """How many of those asked have answered."""
        return Fraction(self.answered, self.asked) if self.asked else None


@dataclass(frozen=True)
class Tallies:
    """The whole survey, its groups, and how often each answer was given to each question."""

    whole: Count
    groups: Mapping[str, Count] = field(default_factory=dict)
    questions: Sequence[tuple[str, Sequence[tuple[str, int]]]] = ()

    def plain(self) -> dict[str, Any]:
        """As it is kept: answered and satisfied per group; the whole under a blank name where there are none."""
        groups = self.groups or {"": self.whole}
        return {
            "asked": self.whole.asked, "answered": self.whole.answered, "satisfied": self.whole.satisfied,
            "groups": {name: [one.answered, one.satisfied] for name, one in groups.items()},
        }  # fmt: skip


def counted(row: Poll, answers: Sequence[PollAnswer]) -> Tallies:
    """Everybody who was asked, struck rows left out."""
    held = [one for one in answers if one.struck_by is None]
    groups = {name: count(one for one in held if one.group_name == name) for name in row.form["groups"]}
    told = [one for one in held if one.reached == Reached.ANSWERED]
    questions = [
        (one["text"], [(word, sum(each.answers.get(one["id"]) == word for each in told)) for word in one["choices"]])
        for one in row.form["questions"] if one["choices"]
    ]  # fmt: skip
    return Tallies(count(held), groups, questions)


def count(answers: Any) -> Count:
    rows = list(answers)
    told = [one for one in rows if one.reached == Reached.ANSWERED]
    return Count(len(rows), len(told), sum(bool(one.satisfied) for one in told))
