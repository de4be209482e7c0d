"""The rows of a list as HTML, made in Python: a macro a cell would cost most of the page's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.store.entries import number_text
from app.store.ledger_listing import Line
from app.web.ledger.columns import Column, flags_of
from app.web.ledger.looks import Signs

ON_A_CARD = 4


@dataclass(frozen=True)
class Rows:
    """How the lines of one ledger become table rows. `base`: the list's address, an entry's id follows."""

    ledger: str
    columns: Sequence[Column]
    signs: Signs
    base: str

    @staticmethod
    def start(place: int, column: Column) -> str:
        """The opening tag of a column's cells; a phone's card shows the first few."""
        classes = " ".join(filter(None, (column.align, "phone-hide" if place >= ON_A_CARD else "")))
        said = f' class="{classes}"' if classes else ""
        return f'<td{said} data-label="{escape(column.title)}">'

    def html(self, lines: Sequence[Line]) -> Markup:
        """All rows of a page."""
        starts = [self.start(place, column) for place, column in enumerate(self.columns)]
        cells = [column.cell for column in self.columns]
        parts: list[str] = []
        for line in lines:
            day = line.business_date.isoformat()
            parts.append(
                f'<tr><th scope="row"><a href="{self.base}/{line.id}">{number_text(self.ledger, line.number)}</a></th>'
                f'<td data-label="日期"><time datetime="{day}">{day}</time></td>'
            )
            fields = line.fields
            parts += [
                f"{start}{escape(cell(fields))}</td>" for start, cell in zip(starts, cells, strict=True)
            ]
            parts.append(
                f'<td class="end" data-label="材料">{line.evidence or ""}</td>'
                f'<td class="phone-hide" data-label="填报人">{escape(line.author)}</td>'
                f'<td data-label="状态"><span>{self.signs.status(line.state, flags_of(line), line.warnings)}</span></td></tr>'
            )
        return Markup("".join(parts))
