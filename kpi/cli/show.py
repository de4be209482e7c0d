"""Sheets and traces in a terminal."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from kpi.reports.sheet import Section, Sheet
from kpi.reports.trace import Node


def console() -> Console:
    """As wide as the terminal; 120 columns where the output goes into a file."""
    columns = os.environ.get("COLUMNS", "")
    width = None if sys.stdout.isatty() else int(columns) if columns.isdecimal() and int(columns) >= 40 else 120
    return Console(width=width, highlight=False, soft_wrap=False)


def print_json(data: Any) -> None:
    """JSON with Chinese characters as they are."""
    print(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=False))


def print_sheet(sheet: Sheet) -> None:
    """A result sheet as tables."""
    out = console()
    out.print(f"[bold]{escape(sheet.title)}[/bold]")
    if sheet.subtitle:
        out.print(escape(sheet.subtitle))
    for section in sheet.sections:
        _print_section(out, section)


def _print_section(out: Console, section: Section) -> None:
    out.print()
    out.print(f"[bold]{escape(section.title)}[/bold]")
    if section.rows:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
        for index, heading in enumerate(section.headings):
            right = index in section.right
            table.add_column(heading, justify="right" if right else "left", no_wrap=right, overflow="fold")
        for row in section.rows:
            table.add_row(*(escape(cell) for cell in row))
        out.print(table)
    for note in section.notes:
        out.print(escape(note))


def print_trace(node: Node) -> None:
    """A trace as a tree."""
    tree = Tree(_label(node))
    _grow(tree, node)
    console().print(tree)


def _label(node: Node) -> str:
    text = f"[bold]{escape(node.title)}[/bold]  {escape(node.value)}"
    if node.text:
        text += f"\n{escape(node.text)}"
    for quote in node.quotes:
        text += f"\n[dim]条款原文：“{escape(quote)}”[/dim]"
    return text


def _grow(tree: Tree, node: Node) -> None:
    for child in node.children:
        _grow(tree.add(_label(child)), child)
    if node.entries:
        more = (
            f" 等 {len(node.entries) + node.more_entries} 条"
            if node.more_entries
            else f" 共 {len(node.entries)} 条"
        )
        tree.add(f"台账记录 {escape('、'.join(node.entries))}{more}")


def progress_line(text: str) -> None:
    """A progress message on the error stream, so that results can still be piped."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text}\033[K")
    else:
        sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
