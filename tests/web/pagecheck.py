"""What holds for every page: valid HTML, a title, one heading, labels, unique ids, no inline script."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"
# The table component names its region by aria-label; these inputs need no label.
UNSEEN = {"hidden", "submit", "button"}
# What is new on every page and of one harmless alphabet: page tokens, ids of requests, serial names of people.
OPAQUE = re.compile(
    r'(?<=content=")[\w.-]{60,}(?=")|(?<=value=")[\w.-]{60,}(?=")|\b[0-9a-f]{16,32}\b|(?:user|用户|合同|单位|网点|角色)\d+'
)
SOUND: set[int] = set()  # pages that were found without fault, by what is left of them


def faults(html: str) -> Iterator[str]:
    """What is wrong with a page or fragment."""
    parser = html5lib.HTMLParser(strict=False)
    whole = html.lstrip().lower().startswith("<!doctype")
    tree = parser.parse(html) if whole else parser.parseFragment(html)
    for (line, column), code, _ in parser.errors:
        yield f"第 {line} 行第 {column} 列：{code}"
    elements = list(tree.iter())
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    yield from (f"重复的 id：{name}" for name, times in ids.items() if times > 1)
    yield from labels(elements, set(ids))
    if whole:
        yield from frame(elements)
    yield from (f"行内脚本：{element.tag}" for element in elements if inline(element))


def frame(elements: list[Element]) -> Iterator[str]:
    titles = [element for element in elements if element.tag == f"{XHTML}title"]
    if len(titles) != 1 or not (titles[0].text or "").strip():
        yield "没有标题"
    headings = [element for element in elements if element.tag == f"{XHTML}h1"]
    if len(headings) != 1 or not "".join(headings[0].itertext()).strip():
        yield f"应有一个 h1，现在有 {len(headings)} 个"
    if not any(element.tag == f"{XHTML}html" and element.get("lang") for element in elements):
        yield "没有写明语言"


def labels(elements: list[Element], ids: set[str | None]) -> Iterator[str]:
    """Inputs without a label, labels without an input."""
    labelled = {element.get("for") for element in elements if element.tag == f"{XHTML}label"}
    inside = {
        id(inner)
        for element in elements
        if element.tag == f"{XHTML}label"
        for inner in element.iter()
        if inner is not element
    }
    yield from (f"标签指向没有的输入框：{name}" for name in labelled - ids - {None})
    for element in elements:
        tag = str(element.tag).removeprefix(XHTML)
        if tag not in {"input", "select", "textarea"} or element.get("type") in UNSEEN:
            continue
        if element.get("id") not in labelled and id(element) not in inside and not element.get("aria-label"):
            yield f"输入框没有标签：{element.get('name')}"


def inline(element: Element) -> bool:
    script = element.tag == f"{XHTML}script" and not element.get("src")
    return script or any(name.startswith(("on", "hx-on")) for name in element.attrib)


def check_page(html: str) -> None:
    """Fails with everything that is wrong. The same page again, but for its tokens, is not read again."""
    print_of_it = hash(OPAQUE.sub("", html))
    if print_of_it in SOUND:
        return
    found = list(faults(html))
    assert not found, "页面有问题：\n" + "\n".join(found)
    SOUND.add(print_of_it)
