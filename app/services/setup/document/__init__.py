"""规则书 as a document for people: every rule in words, with the clause and the quotes it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.services.books import Book
from app.services.setup.document import basics, ledgers, looking, scoring
from app.services.setup.document.shape import Line, Part, Section, Table
from app.services.setup.findings import examined
from app.services.setup.questions import Question
from app.services.setup.wording import Words

__all__ = ["Line", "Part", "Section", "Table", "document"]


def document(book: Book, every: Sequence[Question], given: Mapping[str, tuple[str, ...]]) -> list[Section]:
    """The chapters that have something to say, in reading order, with the answers in force."""
    words = Words(book.rulebook, book.answers)
    chapters = [
        basics.summary(words),
        basics.clauses(words, examined(book.source).coverage),
        basics.questions(words, every),
        scoring.rubric(words),
        scoring.tiers(words),
        scoring.payment(words),
        ledgers.indicators(words),
        basics.parameters(words),
        basics.members(words, given),
        ledgers.ledgers(words),
        ledgers.surveys(words),
        looking.looking(words),
        scoring.events(words),
        scoring.reports(words),
        scoring.schedules(words),
    ]
    return [one for one in chapters if not one.empty]
