"""The two looks, in millimetres and points: what GB/T 9704 sets for official documents, and dense sheets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.documents.paper.blocks import Paper

A4 = (210, 297)
RED = "D7000F"
GREY = "808080"


@dataclass(frozen=True)
class Look:
    """Margins in mm; sizes and leadings in points. The `word_*` fonts are named in Word files, not embedded."""

    top: float
    bottom: float
    left: float
    right: float
    title: float
    body: float
    leading: float
    cell: float
    cell_leading: float
    note: float
    serif: bool
    word_body: str
    word_title: str
    width: float = A4[0]
    height: float = A4[1]

    @property
    def text_width(self) -> float:
        """In mm."""
        return self.width - self.left - self.right

    @property
    def text_height(self) -> float:
        return self.height - self.top - self.bottom


#: 版心 156 × 225 mm; 2号 title, 3号 body, 22 lines a page.
OFFICIAL = Look(
    top=37, bottom=35, left=28, right=26, title=22, body=16, leading=29, cell=12, cell_leading=19, note=9,
    serif=True, word_body="仿宋_GB2312", word_title="方正小标宋简体",
)  # fmt: skip
SHEET = Look(
    top=15, bottom=15, left=14, right=14, title=16, body=10.5, leading=16, cell=9, cell_leading=13, note=8,
    serif=False, word_body="仿宋_GB2312", word_title="黑体",
)  # fmt: skip


def look_of(paper: Paper) -> Look:
    """The look of a paper, turned where it lies across."""
    look = OFFICIAL if paper.look == "official" else SHEET
    if paper.direction == "portrait":
        return look
    # the sheet is turned to the left: the binding edge lies on top
    return replace(
        look, top=look.left, bottom=look.right, left=look.bottom, right=look.top, width=A4[1], height=A4[0]
    )
