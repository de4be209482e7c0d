"""File names as they may be shown and saved: no path, no hidden signs, not endless, the right ending."""

from __future__ import annotations

import re
import unicodedata

from app.services.evidence.kinds import Kind

LONGEST = 120
NAMELESS = "未命名"
# Control signs, line separators, and what turns the direction of the text: `照片‮gpj.exe` reads as a picture.
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean(name: str) -> str:
    """The last part of the path, without what cannot be seen or written to a disk."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in HIDDEN)
    plain = re.sub(r"\s+", " ", FORBIDDEN.sub("_", seen)).strip(" .")
    return plain or NAMELESS


def named(name: str, kind: Kind) -> str:
    """The clean name with an ending of its kind, of bearable length."""
    stem, dot, ending = clean(name).rpartition(".")
    if not dot or ending.lower() not in kind.endings:
        stem, ending = clean(name), kind.endings[0]
    return f"{stem[: LONGEST - len(ending) - 1].rstrip(' .') or NAMELESS}.{ending}"


def shown_size(size: int) -> str:
    """1.2 MB, as people compare files."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / (1024 * 1024):.1f} MB"
