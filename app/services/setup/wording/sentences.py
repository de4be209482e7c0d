"""Sentences for the rules that people read most. What a sentence leaves out is said behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from app.services.setup.wording.names import Place
from kpi.rulebook.base import Rule


class Speaker(Protocol):
    """Who says the values inside a sentence."""

    def value(self, value: Any, field: str = "", place: Place = ...) -> str: ...


Sentence = Callable[[Any, Any, Place], str]
_SENTENCES: dict[type[Rule], tuple[Sentence, frozenset[str]]] = {}


def says(kind: type[Rule], *spoken: str) -> Callable[[Sentence], Sentence]:
    """Registers the sentence of a kind of rule; `spoken`: the fields that it says."""

    def keep(sentence: Sentence) -> Sentence:
        _SENTENCES[kind] = (sentence, frozenset(spoken))
        return sentence

    return keep


def sentence(words: Speaker, rule: Rule, place: Place) -> tuple[str, frozenset[str]]:
    """The sentence of a rule and the fields it says; empty where its kind has none."""
    found = _SENTENCES.get(type(rule))
    return ("", frozenset()) if found is None else (found[0](words, rule, place), found[1])


class Teller:
    """Short ways to say a rule's fields."""

    def __init__(self, words: Speaker, rule: Any, place: Place) -> None:
        self.words, self.rule, self.place = words, rule, place

    def __call__(self, field: str) -> str:
        """The field's value in words."""
        return self.words.value(getattr(self.rule, field), field, self.place)

    def if_set(self, field: str, text: str) -> str:
        """The text with the field's value in it, where the rulebook sets the field."""
        value = getattr(self.rule, field)
        return text.format(self(field)) if value not in (None, "", (), {}, False) else ""
