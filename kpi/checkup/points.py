"""Points: maxima, weights, pools and step tables add up; every rule can take effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from kpi.checkup.findings import Book, Finding, constant
from kpi.checkup.losses import stated
from kpi.checkup.walk import Node, Path
from kpi.quantities import percent, points
from kpi.rulebook.mechanics import (
    Band,
    Checklist,
    Discretion,
    EarnPerCondition,
    Gate,
    Mechanic,
    Proportional,
    Steps,
    ZeroIf,
)
from kpi.rulebook.payments import Slabs, StepTableShare
from kpi.rulebook.rubric import Item, Pool, Rubric


def totals(book: Book) -> Iterator[Finding]:
    """The items' maxima sum to the rubric's total, the weights of the parts to 100%."""
    rubric = book.rulebook.rubric
    if rubric is None:
        return
    maxima = [book.read(item.maximum) for item in rubric.items]
    known = [Fraction(one) for one in maxima if one is not None]
    scored = _capped(book, rubric, known) if len(known) == len(maxima) else None
    if scored is not None and scored != rubric.total:
        yield book.finding(
            "error",
            "points_sum",
            ("rubric", "total"),
            f"各考核项满分之和是 {points(scored)} 分，总分写的是 {points(rubric.total)} 分",
            f"总分是 {points(rubric.total)} 分还是 {points(scored)} 分？哪一项的满分要改？",
        )
    yield from _weights(book, rubric)
    for index, pool in enumerate(rubric.pools):
        yield from _pool(book, rubric, ("rubric", "pools", index), pool)


def _capped(book: Book, rubric: Rubric, maxima: Sequence[Fraction]) -> Fraction:
    """Sum of the maxima, each pool counted once where it holds less than its items."""
    scored = sum(maxima, Fraction(0))
    for pool in rubric.pools:
        inside = sum(
            (one for item, one in zip(rubric.items, maxima, strict=True) if item.id in pool.items),
            Fraction(0),
        )
        limit = book.read(pool.maximum)
        if limit is not None and inside > limit:
            scored -= inside - Fraction(limit)
    return scored


def _weights(book: Book, rubric: Rubric) -> Iterator[Finding]:
    weights = [book.read(part.weight) for part in rubric.parts]
    known = [Fraction(weight) for weight in weights if weight is not None]
    if known and len(known) == len(weights) and sum(known) != 1:
        yield book.finding(
            "error",
            "weights_sum",
            ("rubric", "parts"),
            f"各部分权重之和是 {percent(sum(known))}，不是 100%",
            f"{'、'.join(part.title for part in rubric.parts)}的权重各是多少？",
            about=[part.weight for part in rubric.parts],
        )


def _pool(book: Book, rubric: Rubric, path: Path, pool: Pool) -> Iterator[Finding]:
    limit = stated(pool.maximum)
    maxima = [stated(item.maximum) for item in rubric.items if item.id in pool.items]
    if limit is None or not maxima or None in maxima or sum(maxima) == limit:
        return
    yield book.finding(
        "warning",
        "pool_and_items",
        path,
        f"共用分值 {points(limit)} 分，其中各考核项的满分之和却是 {points(sum(maxima))} 分",
        f"“{pool.id}”共用的分值是 {points(limit)} 分还是 {points(sum(maxima))} 分？",
    )


def mechanics(book: Book) -> Iterator[Finding]:
    """Each mechanic can do what it says, and a rule that comes too late is named."""
    for node, item in book.all(Item):
        yield from _checklists(book, node, item)
        yield from _earned(book, node, item)
        yield from _too_late(book, node, item)
    for node, range_ in book.all(Discretion):
        low, high = book.read(range_.low), book.read(range_.high)
        if low is not None and high is not None and low > high:
            yield book.finding(
                "error",
                "range_upside_down",
                node.path,
                f"扣分幅度的下限 {points(low)} 分高于上限 {points(high)} 分",
                "扣分幅度从几分到几分？",
            )
    for node, rule in book.all(Proportional):
        if book.read(rule.low) is not None and book.read(rule.low) == book.read(rule.high):
            yield book.finding(
                "error",
                "empty_range",
                node.path,
                "按比例计分的两端相同，算不出比例",
                "从多少到多少按比例计分？",
            )


def _checklists(book: Book, node: Node, item: Item) -> Iterator[Finding]:
    for index, rule in enumerate(item.rules):
        each, maximum = book.read(getattr(rule, "each", None)), book.read(item.maximum)
        if not isinstance(rule, Checklist) or not rule.conditions or each is None or maximum is None:
            continue
        whole = each * len(rule.conditions)
        if whole < maximum and len(item.rules) == 1:
            yield book.finding(
                "warning",
                "checklist_short",
                (*node.path, "rules", index),
                f"{len(rule.conditions)} 项全缺也只扣 {points(whole)} 分，这一项满分 {points(maximum)} 分，扣不完",
                f"“{item.title}”全部缺少时扣 {points(whole)} 分还是 {points(maximum)} 分？",
            )


def _earned(book: Book, node: Node, item: Item) -> Iterator[Finding]:
    maximum = book.read(item.maximum)
    if item.start != "zero" or maximum is None:
        return
    if not all(isinstance(rule, EarnPerCondition) for rule in item.rules):
        return
    rules = [rule for rule in item.rules if isinstance(rule, EarnPerCondition)]
    gains = [book.read(one.points) for rule in rules for one in rule.conditions]
    earned = sum((Fraction(one) for one in gains if one is not None), Fraction(0))
    if None not in gains and earned != maximum:
        what = "够不到" if earned < maximum else "会超过（超出部分不计）"
        yield book.finding(
            "warning",
            "earned_sum",
            node.path,
            f"各项条件全部做到得 {points(earned)} 分，{what}满分 {points(maximum)} 分",
            f"“{item.title}”各条件的分值应是多少？",
        )


def _too_late(book: Book, node: Node, item: Item) -> Iterator[Finding]:
    """Rules after one that always takes the whole item, and rules that are always switched off."""
    for index, rule in enumerate(item.rules):
        path = (*node.path, "rules", index)
        if rule.when is not None and constant(rule.when) is False:
            yield _unreachable(book, path, item, "它的 when 永远不成立")
        if _always_everything(rule) and index + 1 < len(item.rules):
            yield _unreachable(book, (*node.path, "rules", index + 1), item, "前面一条规则总是扣完全部分值")
            return


def _unreachable(book: Book, path: Path, item: Item, why: str) -> Finding:
    return book.finding(
        "warning",
        "unreachable_rule",
        path,
        f"这条评分规则永远轮不到：{why}",
        f"“{item.title}”的这条评分规则何时适用？",
    )


def _always_everything(rule: Mechanic) -> bool:
    if rule.when is not None and constant(rule.when) is not True:
        return False
    if isinstance(rule, ZeroIf):
        return rule.share is None and constant(rule.condition) is True
    return isinstance(rule, Gate) and stated(rule.otherwise) == "zero" and constant(rule.require) is False


def step_tables(book: Book) -> Iterator[Finding]:
    """Bands of a step table do not overlap (error) and leave nothing between them open (question)."""
    for node in book.rules:
        rule = node.value
        if isinstance(rule, Steps | Slabs | StepTableShare):
            yield from _table(book, (*node.path, "table"), rule.table)
        if isinstance(rule, StepTableShare) and rule.later:
            yield from _table(book, (*node.path, "later"), rule.later)


def _table(book: Book, path: Path, table: Sequence[Band]) -> Iterator[Finding]:
    spans = []
    for index, band in enumerate(table):
        low, high = book.read(band.at_least), book.read(band.below)
        if (low is None and band.at_least is not None) or (high is None and band.below is not None):
            return  # a bound that nobody has answered yet
        if low is not None and high is not None and (low > high or (low == high and not band.inclusive_top)):
            yield book.finding(
                "error",
                "empty_band",
                (*path, index),
                "这一档的下限不低于上限，没有数落得进",
                "这一档从多少到多少？",
            )
        else:
            spans.append((low is not None, low or Fraction(0), high, band.inclusive_top, index))
    spans.sort(key=lambda span: span[:2])
    for (_, _, top, closed, _), (_, low, _, _, index) in pairwise(spans):
        if top is None or low < top or (low == top and closed):
            yield book.finding(
                "error",
                "bands_overlap",
                (*path, index),
                "这一档与前一档重叠，同一个数会落进两档",
                "重叠的部分归哪一档？",
            )
        elif low > top:
            text = f"{points(top)} 到 {points(low)} 之间没有写怎么办"
            yield book.finding("question", "bands_gap", (*path, index), text, f"{text}，归哪一档？")
