"""Small pieces of HTML made in Python, because a list has hundreds of them: icons, states, marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from flask import url_for
from markupsafe import Markup, escape

from app.security.terms import EntryState

SPRITE = "vendor/tabler-icons-3.51.0/icons.svg"
#: Tone and icon by state; the word is the state's own.
STATES = {
    EntryState.DRAFT: ("idle", "pencil"),
    EntryState.TO_CHECK: ("accent", "user-check"),
    EntryState.SUBMITTED: ("accent", "clock"),
    EntryState.VERIFIED: ("good", "circle-check"),
    EntryState.RETURNED: ("bad", "arrow-back-up"),
    EntryState.WITHDRAWN: ("idle", "ban"),
}
MARKS = {
    "nil": ("idle", "minus", "零报告"),
    "trial": ("warn", "test-pipe", "试运行"),
    "opening": ("idle", "archive", "补录"),
    "contested": ("warn", "hand-stop", "有异议"),
    "true": ("good", "shield-check", "抽查属实"),
    "untrue": ("bad", "alert-triangle", "抽查不属实"),
}


class Signs:
    """States and marks as HTML. All of it is ours but the texts of warnings, which are escaped here."""

    def __init__(self, sprite: str) -> None:
        self.sprite = sprite
        self.states = {state.value: Markup(self.state_of(state)) for state in EntryState}
        self.marks = {name: self.badge(*look) for name, look in MARKS.items()}
        self.warning = self.icon("alert-triangle")

    def icon(self, name: str) -> str:
        return f'<svg class="icon" aria-hidden="true"><use href="{self.sprite}#{name}"></use></svg>'

    def badge(self, tone: str, symbol: str, word: str) -> str:
        return f'<span class="state tone-{tone}">{self.icon(symbol)}{word}</span>'

    def state_of(self, state: EntryState) -> str:
        tone, symbol = STATES[state]
        return self.badge(tone, symbol, state.label)

    def warned(self, warnings: Sequence[str]) -> str:
        """The warnings of an entry behind one sign."""
        text = escape("；".join(warnings))
        return f'<span class="state tone-warn" title="{text}">{self.warning}{len(warnings)} 条提醒</span>'

    def status(self, state: str, flags: Mapping[str, bool], warnings: Sequence[str]) -> Markup:
        """The state of an entry with its marks."""
        parts = [self.states[state], *(self.marks[name] for name, holds in flags.items() if holds)]
        return Markup(" ".join([*parts, self.warned(warnings)] if warnings else parts))


@lru_cache(4)
def drawn(sprite: str) -> Signs:
    return Signs(sprite)


def signs() -> Signs:
    """The signs of this console, drawn once."""
    return drawn(url_for("static", filename=SPRITE))
