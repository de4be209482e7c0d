"""Rules in words: what a rulebook says, for people who read no YAML."""

from __future__ import annotations

from app.services.setup.wording import figures, mechanics, money
from app.services.setup.wording.names import Place
from app.services.setup.wording.rules import ASIDE, Fact, Words

__all__ = ["ASIDE", "SENTENCES", "Fact", "Place", "Words"]

#: Importing them registers the sentences.
SENTENCES = (figures, mechanics, money)
