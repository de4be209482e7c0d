"""Small pieces of HTML made in Python, because a list has hundreds of them: icons, states, marks."""

from __future__ import annotations

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
    """States and marks as HTML, drawn once a request."""

    def __init__(self) -> None:
        self.sprite = url_for("static", filename=SPRITE)
        self.states = {state.value: self.state_of(state) for state in EntryState}
        self.marks = {name: self.badge(*look) for name, look in MARKS.items()}

    def icon(self, name: str) -> Markup:
        return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(self.sprite, name)

    def badge(self, tone: str, symbol: str, word: str) -> Markup:
        return Markup('<span class="state tone-{}">{}{}</span>').format(tone, self.icon(symbol), word)

    def state_of(self, state: EntryState) -> Markup:
        tone, symbol = STATES[state]
        return self.badge(tone, symbol, state.label)

    def warned(self, warnings: list[str]) -> Markup:
        """The warnings of an entry behind one sign."""
        text = escape("；".join(warnings))
        return Markup('<span class="state tone-warn" title="{}">{}{} 条提醒</span>').format(
            text, self.icon("alert-triangle"), len(warnings)
        )

    def status(self, state: str, flags: dict[str, bool], warnings: list[str]) -> Markup:
        """The state of an entry with its marks."""
        marks = [self.marks[name] for name, holds in flags.items() if holds]
        return Markup(" ").join([self.states[state], *marks, *([self.warned(warnings)] if warnings else [])])
