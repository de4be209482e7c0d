"""A page as a person reads it: its text, headings and links."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib


class Shown:
    """The main part of a page."""

    def __init__(self, html: str) -> None:
        tree = html5lib.parse(html, namespaceHTMLElements=False)
        self.main = next((node for node in tree.iter("main")), tree)

    @property
    def text(self) -> str:
        """Everything in it, with single blanks."""
        return " ".join(" ".join(self.main.itertext()).split())

    def headings(self, level: str = "h3") -> list[str]:
        return [words(node) for node in self.main.iter(level)]

    def links(self, text: str) -> list[str]:
        """Where the links lead whose words hold the text."""
        return [node.get("href", "") for node in self.main.iter("a") if text in words(node)]

    def having(self, name: str, value: str = "") -> list[Element]:
        """Elements with an attribute, ending with the value where one is given; of `class` holding it as a word."""
        return list(self._having(name, value))

    def _having(self, name: str, value: str) -> Iterator[Element]:
        for node in self.main.iter():
            held = node.get(name)
            if held is not None and (value in held.split() if name == "class" else held.endswith(value)):
                yield node


def words(node: Element) -> str:
    """The text of a node, with single blanks."""
    return " ".join("".join(node.itertext()).split())
