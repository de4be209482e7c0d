"""Figures that no ledger gives: entered with evidence by whom the rulebook says, verified by another person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.security.permissions import P
from app.security.predicates import Person, may
from app.services.act import Act, Missing, Refused, found
from app.services.assessments.boxes import Cell, Clause, kind_of, read, typed_of, typed_text
from app.services.ledger.reading import spoken
from app.services.standing import IndicatorView
from app.services.standing.inputs import Inputs, gather
from app.store import indicators as stored
from app.store.contracts import ContractScope
from app.store.evidence import links
from app.store.indicators import ManualFigure
from kpi.reports.plain_data import pack, unpack
from kpi.rulebook.given_names import mismatches
from kpi.rulebook.indicators import ByHand, Figure, Indicator, MembersDue, WindowsDue

SHORTEST, MOST = 6, 30


@dataclass(frozen=True)
class Entered:
    """What is entered: boxes as typed, why, on what evidence. `seen`: the revision seen; `undo`: take it back."""

    typed: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    files: Sequence[int] = ()
    seen: int = 0
    undo: bool = False


def figures_by_hand(inputs: Inputs, indicator: Indicator | None, one: IndicatorView) -> dict[str, Figure]:
    """The figures that no ledger gives: those the rulebook has entered by hand, and single ones without any data."""
    if indicator is None or indicator.by is not None:
        return {}
    empty = one.data["met"] is None
    return {
        name: figure for name, figure in indicator.figures.items()
        if isinstance(figure, ByHand)
        or (empty and not isinstance(figure, WindowsDue | MembersDue) and getattr(figure, "window", None) is None)
    }  # fmt: skip


def boxes(inputs: Inputs, clause: str, figures: Mapping[str, Figure]) -> Clause:
    """A box for each of these figures."""
    return Clause(
        clause,
        tuple(Cell(name, name, one.label or name, kind_of(inputs.book.rulebook, one), one.unit) for name, one in figures.items()),
    )


def enterer(inputs: Inputs, figures: Mapping[str, Figure]) -> str:
    """Who enters: what is by hand the buyer, anything else whoever enters its ledger."""
    ledgers = [inputs.book.ledger(getattr(one, "ledger", "") or "") for one in figures.values() if not isinstance(one, ByHand)]
    return "contractor" if ledgers and all(one is not None and one.enters == "contractor" for one in ledgers) else "buyer"


def may_enter(person: Person, contract_id: int, who: str) -> bool:
    wanted = (P.ENTRY_WRITE, P.ENTRY_CHECK) if who == "contractor" else (P.BUYER_ENTRY_WRITE,)
    return any(may(person, each, contract_id) for each in wanted)


def latest(scope: ContractScope, clause: str, first: date, last: date) -> ManualFigure | None:
    """The latest revision for a period, verified or not."""
    own = [one for one in stored.manual(scope.session, scope.contract_id, clause) if (one.from_on, one.until_on) == (first, last)]
    return own[-1] if own else None


def typed(inputs: Inputs, clause: str, figures: Mapping[str, Figure], row: ManualFigure | None) -> dict[str, str]:
    """What stands in the boxes."""
    return {} if row is None or row.withdrawn else typed_of(boxes(inputs, clause, figures), unpack(row.stated))


def spoken_table(row: ManualFigure) -> dict[str, str]:
    """The figures for people, by name."""
    return {name: typed_text(value) for name, value in unpack(row.stated).items()}


def enter(
    act: Act, scope: ContractScope, clause: str, figures: Mapping[str, Figure], said: Entered
) -> ManualFigure:
    """States the figures of the running period; they count once another person has verified them."""
    inputs = gather(scope, found(scope.contract()), act.today)
    who = enterer(inputs, figures)
    if not may_enter(act.person(), scope.contract_id, who):
        side = "供应商登记台账的人" if who == "contractor" else "采购人登记台账的人"
        raise Refused(f"规则书规定这些数字由{side}填报，您没有这个权限")
    span = inputs.span
    before = latest(scope, clause, span.start, span.end)
    if (before.revision if before is not None else 0) != said.seen:
        raise Refused("有人刚刚改过这一条，您的没有保存。请看过现在的内容再填")
    if len(said.reason.strip()) < SHORTEST:
        raise Refused(f"请写明数字的来源和依据（至少 {SHORTEST} 个字）", "reason")
    table = {} if said.undo else read(boxes(inputs, clause, figures), said.typed)
    _check(scope, inputs, clause, table, said, before)
    row = ManualFigure(
        contract_id=scope.contract_id, clause=clause, from_on=span.start, until_on=span.end, revision=said.seen + 1,
        stated=pack(table), reason=said.reason.strip(), withdrawn=said.undo, entered_by=act.person().user_id, entered_at=act.now,
    )  # fmt: skip
    stored.add(act.session, row)
    stored.attach(act.session, scope.contract_id, row.id, list(dict.fromkeys(said.files)))
    act.record("manual.entered", "manual_figure", row.id, scope.contract_id, clause=clause, undo=said.undo)
    return row


def _check(
    scope: ContractScope, inputs: Inputs, clause: str, table: Mapping[str, object], said: Entered, before: ManualFigure | None
) -> None:
    if said.undo:
        if before is None or before.withdrawn:
            raise Refused("没有填报过的数字可以撤回")
        return
    if not table:
        raise Refused("没有填写任何数字")
    wanted = list(dict.fromkeys(said.files))
    if not wanted:
        raise Refused("请附上证据材料：没有台账的数字要有材料为证", "files")
    if len(wanted) > MOST or len(links.digests(scope.session, scope.contract_id, wanted)) != len(wanted):
        raise Refused(f"有材料没有找到，或超过 {MOST} 份，请重新上传", "files")
    given = inputs.given.model_copy(update={"facts": {clause: dict(table)}})
    wrong = [text for path, text in mismatches(inputs.book.rulebook, given) if path[:2] == ("facts", clause)]
    if wrong:
        raise Refused(spoken(wrong[0]))


def verify(act: Act, scope: ContractScope, figure_id: int) -> ManualFigure:
    """A second person of the buyer has looked at the evidence: from now on the figures count."""
    row = stored.manual_one(act.session, scope.contract_id, figure_id)
    if row is None:
        raise Missing
    if not may(act.person(), P.ENTRY_VERIFY, scope.contract_id):
        raise Refused("手工填报的数字由采购人审核台账的人核实")
    if row.entered_by == act.person().user_id:
        raise Refused("这是您自己填报的，请由采购人的另一人核实")
    if row.verified_by is not None:
        raise Refused("已经核实过了，请刷新后再看")
    row.verified_by, row.verified_at = act.person().user_id, act.now
    act.session.flush()
    act.record("manual.verified", "manual_figure", row.id, scope.contract_id, clause=row.clause)
    return row
