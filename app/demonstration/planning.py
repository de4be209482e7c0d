"""What both sides agreed on during the term: a changed target, a figure by hand with its evidence, the plan of a task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from app.clock import SHANGHAI
from app.demonstration import pictures
from app.demonstration.contracts import Staged
from app.demonstration.people import chosen
from app.demonstration.stage import Stage, moment
from app.services.act import Act, found
from app.services.evidence import keeping
from app.services.indicators import aims, manual, plans
from app.services.indicators.aims import Proposal
from app.services.indicators.live import live
from app.services.indicators.manual import Entered
from app.services.indicators.plans import Row, Sent
from app.services.standing import IndicatorView
from app.store.contracts import ContractScope
from kpi.calendar import shift
from kpi.rulebook.indicators import Count, Distinct

Made = TypeVar("Made")


@dataclass
class Planner:
    """Plays what the show of one contract names under `agreed`, before the work of the term begins."""

    stage: Stage
    made: Staged

    def agree(self) -> None:
        """Nothing where the show names nothing."""
        deeds = {"target": self.target, "by_hand": self.by_hand, "plan": self.plan}
        for name, told in self.made.show.agreed.items():
            deeds[name](told)

    def acts(self, role: str, month: int, day: int, use_case: Callable[[Act, ContractScope], Made], place: int = 0) -> Made:
        """On a day of a month of the contract."""
        at = moment(shift(self.made.term.start, months=month - 1) + timedelta(days=day - 1), 10)
        person = self.made.cast.by_role[role][place]
        return self.stage.play(person, at, lambda act: use_case(act, ContractScope(act.session, self.made.contract_id)))

    def target(self, told: Mapping[str, Any]) -> None:
        """The contractor proposes, the deputy head of the buyer agrees, both in the month before it is in force."""
        month = int(told["month"])
        first = shift(self.made.term.start, months=month - 1)
        proposal = Proposal(told["parameter"], told["value"], told["reason"], first)
        row_id = self.acts("project_manager", month - 1, 18, lambda act, scope: aims.propose(act, scope, proposal).id)
        opinion = told["opinion"]
        self.acts("deputy_head", month - 1, 22, lambda act, scope: aims.decide(act, scope, row_id, agreed=True, opinion=opinion).id)

    def by_hand(self, told: Mapping[str, Any]) -> None:
        """One supervisor enters it with a paper, the other has looked at the paper."""
        clause, month = told["clause"], int(told["month"])
        indicator = next(one for one in self.made.source.rulebook.indicators if one.clause == clause)
        figures = {name: indicator.figures[name] for name in told["figures"]}

        def enter(act: Act, scope: ContractScope) -> int:
            data = pictures.photo(f"{self.made.contract_id}:{told['paper']}", act.now.astimezone(SHANGHAI))
            paper = keeping.keep_bytes(act, scope, f"{told['paper']}.jpg", data).id
            return manual.enter(act, scope, clause, figures, Entered(told["figures"], told["reason"], [paper])).id

        row_id = self.acts("supervisor", month, 15, enter)
        self.acts("supervisor", month, 16, lambda act, scope: manual.verify(act, scope, row_id).id, place=1)

    def plan(self, told: Mapping[str, Any]) -> None:
        """The whole task in equal parts over the months, for whoever has most to do where."""
        figure = str(told["figure"])
        clause = figure.rpartition("/")[0]
        rows = [Row(person, place, {}) for person, place in self.busiest(figure, int(told["rows"]))]

        def save(act: Act, scope: ContractScope) -> int:
            bare = IndicatorView({"key": f"{clause}/0", "clause": clause, "criteria": []})
            grid = plans.grid(scope, live(scope, act.today), bare, figure)
            return plans.save(act, scope, grid, plans.spread(grid, Sent(int(told["total"]), rows))).id

        self.acts("project_manager", 1, 3, save)

    def busiest(self, figure: str, most: int) -> list[tuple[int, str]]:
        """Who records most of the figure's ledger at which place, in the order of people and places."""
        clause, _, name = figure.rpartition("/")
        indicator = next(one for one in self.made.source.rulebook.indicators if one.clause == clause)
        measured = indicator.figures[name]
        assert isinstance(measured, Count | Distinct)
        ledger = found(self.made.source.rulebook.ledger(measured.ledger))
        outlet = next(one.id for one in ledger.fields if one.type == "outlet")
        staff = self.made.cast.by_role["field_staff"]
        counts = Counter(
            (chosen(staff, str(one.get("author", ""))), str(one["fields"].get(outlet, "")))
            for one in self.made.entries if one["ledger"] == ledger.id
        )  # fmt: skip
        return sorted(key for key, _ in counts.most_common(most))
