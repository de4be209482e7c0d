"""Papers as data, and the three files that show them: PDF, Word, workbook."""

from __future__ import annotations

from app.documents.paper.blocks import (
    Anchor,
    Block,
    Cell,
    Column,
    Drawn,
    Figure,
    Grid,
    Heading,
    Issued,
    NewSheet,
    Note,
    PageBreak,
    Pair,
    Pairs,
    Paper,
    Paragraph,
    Picture,
    Place,
    Proof,
    Signatures,
    said,
)

__all__ = [
    "Anchor", "Block", "Cell", "Column", "Drawn", "Figure", "Grid", "Heading", "Issued", "NewSheet", "Note", "PageBreak", "Pair", "Pairs",
    "Paper", "Paragraph", "Picture", "Place", "Proof", "Signatures", "said",
]  # fmt: skip
