"""The table of a list as HTML, made in Python: macros would cost most of the page's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.store.entries import number_text
from app.store.ledger_listing import Line
from app.web.ledger.columns import Column, flags_of
from app.web.ledger.looks import Signs

ON_A_CARD = 4
APART = "\x1f"  # between texts while they are escaped all at once; no text of an entry holds it
PLAIN = (False, False, False, None, False)
SWAP = 'hx-target="#entries" hx-swap="outerHTML" hx-push-url="true"'


class Words(NamedTuple):
    """The texts around the cells, looked up once."""

    number: str
    day: str
    proof: str
    author: str
    state: str
    paging: str
    earlier: str
    later: str
    more: str
    end: str
    all: str


@lru_cache(1)
def words() -> Words:
    return Words(
        _("编号"), _("日期"), _("材料"), _("填报人"), _("状态"), _("翻页"), _("上一页"), _("下一页"),
        _("本页 %(n)s 条，后面还有", n="{}"), _("本页 %(n)s 条，到底了", n="{}"), _("共 %(n)s 条", n="{}"),
    )  # fmt: skip


class Order(NamedTuple):
    """A heading that sorts: where it leads, and how the list is sorted by it now (asc, desc or blank)."""

    url: str
    now: str


@dataclass(frozen=True)
class Rows:
    """How the lines of one ledger become a table. `base`: the list's address, an entry's id follows."""

    name: str
    ledger: str
    columns: Sequence[Column]
    signs: Signs
    base: str

    def table(self, lines: Sequence[Line], number: Order, day: Order) -> Markup:
        """The whole table."""
        name = escape(self.name)
        return Markup(
            f'<div class="table-wrap" role="region" aria-label="{name}" tabindex="0"><table class="table as-cards entries">'
            f'<caption class="visually-hidden">{name}</caption><thead><tr>{self.heads(number, day)}</tr></thead>'
            f"<tbody>{self.body(lines)}</tbody></table></div>"
        )

    def heads(self, number: Order, day: Order) -> str:
        said = words()
        own = [head(column.title, column.align) for column in self.columns]
        ends = [head(said.proof, "end"), head(said.author), head(said.state)]
        return "".join([self.sorting(said.number, number), self.sorting(said.day, day), *own, *ends])

    def sorting(self, title: str, order: Order) -> str:
        """A heading that sorts the list; a plain one where nothing can be sorted by it."""
        if not order.url:
            return head(title)
        symbol = {"asc": "sort-ascending", "desc": "sort-descending"}.get(order.now, "arrows-sort")
        sorted_ = {"asc": ' aria-sort="ascending"', "desc": ' aria-sort="descending"'}.get(order.now, "")
        url = escape(order.url)
        return f'<th scope="col"{sorted_}><a href="{url}" hx-get="{url}" {SWAP}>{title}{self.signs.icon(symbol)}</a></th>'

    def body(self, lines: Sequence[Line]) -> str:
        """All rows of a page."""
        cells = [column.cell for column in self.columns]
        texts: list[str] = []
        for line in lines:
            fields = line[9]
            texts += [cell(fields) for cell in cells]
            texts.append(line[12])
        safe, width, form = escaped(texts), len(cells) + 1, self.form()
        return "".join(
            [self.row(form, line, safe[place * width : (place + 1) * width]) for place, line in enumerate(lines)]
        )

    def form(self) -> str:
        """A row with places for its texts: made once a page, filled once an entry."""
        said = words()
        cells = "".join([start_of(place, column).replace("%", "%%") + "%s</td>" for place, column in enumerate(self.columns)])
        return (
            f'<tr><th scope="row"><a href="{self.base.replace("%", "%%")}/%s">%s</a></th>'
            f'<td data-label="{said.day}"><time datetime="%s">%s</time></td>{cells}'
            f'<td class="end" data-label="{said.proof}">%s</td>'
            f'<td class="phone-hide" data-label="{said.author}">%s</td>'
            f'<td data-label="{said.state}"><span>%s</span></td></tr>'
        )

    def row(self, form: str, line: Line, texts: Sequence[str]) -> str:
        day, number = line[2].isoformat(), number_text(self.ledger, line[1])
        return form % (line[0], number, day, day, *texts[:-1], line[13] or "", texts[-1], self.status(line))

    def status(self, line: Line) -> str:
        """Most entries have a state and no mark."""
        if line[4:9] == PLAIN:
            state = self.signs.states[line.state]
            return f"{state} {self.signs.warned(line.warnings)}" if line.warnings else state
        return self.signs.status(line.state, flags_of(line), line.warnings or [])

    def pager(self, count: int, previous: str, following: str) -> Markup:
        """Links to the pages on either side; how many there are where there is no other page."""
        said = words()
        if not previous and not following:
            return Markup(f'<p class="muted small num entries-count">{said.all.format(count)}</p>')
        note = (said.more if following else said.end).format(count)
        before, after = self.signs.icon("chevron-left"), self.signs.icon("chevron-right")
        return Markup(
            f'<nav class="pager" aria-label="{said.paging}">{turn(previous, before + said.earlier, "[")}'
            f'<span class="pager-note muted small num">{note}</span>{turn(following, said.later + after, "]")}</nav>'
        )


def head(title: str, align: str = "") -> str:
    return f'<th scope="col"{f" class={chr(34)}{align}{chr(34)}" if align else ""}>{escape(title)}</th>'


def turn(url: str, inner: str, key: str) -> str:
    """A link to another page; a dead one where there is none."""
    if not url:
        return f'<a class="btn" role="link" aria-disabled="true">{inner}</a>'
    safe = escape(url)
    return f'<a class="btn" href="{safe}" data-key="{key}" hx-get="{safe}" {SWAP}>{inner}</a>'


def start_of(place: int, column: Column) -> str:
    """The opening tag of a column's cells; a phone's card shows the first few."""
    classes = " ".join(filter(None, (column.align, "phone-hide" if place >= ON_A_CARD else "")))
    said = f' class="{classes}"' if classes else ""
    return f'<td{said} data-label="{escape(column.title)}">'


def escaped(texts: Sequence[str]) -> list[str]:
    """Each text safe in HTML: one call for all of them, and one each where a text holds the sign between them."""
    found = str(escape(APART.join(texts))).split(APART)
    return found if len(found) == len(texts) else [str(escape(text)) for text in texts]
