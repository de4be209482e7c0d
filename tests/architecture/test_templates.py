"""Templates stay small and keep to the policy; what they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, python_files, shown
from tests.architecture.test_sizes import Bound, offenders

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = next((ROOT / "static" / "vendor").glob("tabler-icons-*/icons.svg"))
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|\bhx-on\b|javascript:|\|\s*safe\b")
ICONS = re.compile(r"""(?:\bicon\(\s*|\bsymbol=|["']icon["']:\s*|\bicon=)["']([a-z][\w-]*)["']""")
SCRIPTED = re.compile(r"""iconOf\("([\w-]+)"\)|\["(?:good|warn|bad|accent)", "([\w-]+)"\]""")


def known_icons() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text()))


def used_icons() -> dict[str, str]:
    """Icon names and one place that uses each; the states' table and the script's kinds included."""
    states = re.findall(r'\("\w+", "([\w-]+)", _', (ROOT / "templates/components/status.html").read_text())
    script = [name for pair in SCRIPTED.findall((ROOT / "static/app.js").read_text()) for name in pair if name]
    found = dict.fromkeys(states, "templates/components/status.html") | dict.fromkeys(script, "static/app.js")
    for page in [*TEMPLATES, *python_files("app")]:
        found |= dict.fromkeys(ICONS.findall(page.read_text()), shown(page))
    return found


def test_templates_are_short() -> None:
    sizes = {shown(page): len(page.read_text().splitlines()) for page in TEMPLATES}
    assert not offenders(sizes, Bound(usual=120, limit=200))


@pytest.mark.parametrize("page", TEMPLATES, ids=shown)
def test_nothing_inline_and_nothing_unescaped(page: Path) -> None:
    bare = re.sub(r"\{#.*?#\}", "", page.read_text(), flags=re.DOTALL)
    assert not INLINE.findall(bare), f"{shown(page)} 有行内的脚本、样式，或绕过了转义"


def test_each_icon_is_in_the_sprite() -> None:
    missing = {name: place for name, place in used_icons().items() if name not in known_icons()}
    assert not missing, f"图标文件 {shown(SPRITE)} 里没有：{missing}"


def test_icons_are_looked_for() -> None:
    used = used_icons()
    assert {"scale", "circle-check", "x", "alert-circle", "inbox"} <= used.keys()


def test_each_component_says_how_it_is_used() -> None:
    bare = [shown(page) for page in TEMPLATES if page.parent.name in {"components", "layouts"} and not page.read_text().startswith("{#")]
    assert not bare, f"这些部件的开头没有写明用法：{bare}"


@pytest.mark.parametrize(
    "text", ["<script>1</script>", '<p style="x">', '<a onclick="x">', "{{ text|safe }}", '<b hx-on:click="x">']
)
def test_what_the_policy_forbids_is_found(text: str) -> None:
    assert INLINE.search(text)
