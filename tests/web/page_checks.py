"""What every page must keep, read from its HTML alone: `check_page(html)` and `check_fragment(html)`.

Valid HTML by html5lib's strict parser; one h1, a title, Chinese; labelled inputs, named buttons, described
images, headed tables; ids once, references to ids that exist; nothing inline that the policy forbids.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = ("for", "list", "aria-labelledby", "aria-describedby", "aria-controls", "data-dialog-open", "form")
RESOURCES = {"script": "src", "link": "href", "img": "src", "use": "href", "iframe": "src", "source": "src", "audio": "src"}


def check_page(html: str) -> None:
    """Fails with every fault of a whole page."""
    found = page_faults(html)
    assert not found, "页面不合要求：\n" + "\n".join(found)


def check_fragment(html: str) -> None:
    """Fails with every fault of a fragment; references may lead out of it into its page."""
    found = fragment_faults(html)
    assert not found, "片段不合要求：\n" + "\n".join(found)


def page_faults(html: str) -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    try:
        root = plain(parser.parse(html))
    except ParseError as error:
        return [f"HTML 不合法：{error}（{parser.errors[-1:]}）"]
    headings = [text_of(node) for node in root.iter("h1")]
    titles = [text_of(node) for node in root.findall("head/title")]
    found = [f"语言应是 zh-CN：{root.get('lang')}"] if root.get("lang") != "zh-CN" else []
    found += [f"应当正好有一个有字的 h1：{headings}"] if len(headings) != 1 or not headings[0] else []
    found += ["缺少标题 <title>"] if len(titles) != 1 or not titles[0] else []
    found += ["应当正好有一个 <main>"] if len(list(root.iter("main"))) != 1 else []
    return [*found, *faults(root), *lost_references(root)]


def fragment_faults(html: str) -> list[str]:
    """Faults of a part; an enclosing table row or option is parsed in its own context."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    first = re.match(r"\s*<(tr|td|th|tbody|thead|option|li)\b", html)
    container = {"tr": "tbody", "td": "tr", "th": "tr", "tbody": "table", "thead": "table", "option": "select"}
    try:
        root = plain(parser.parseFragment(html, container.get(first.group(1), "div") if first else "div"))
    except ParseError as error:
        return [f"HTML 不合法：{error}（{parser.errors[-1:]}）"]
    whole = [f"片段里不能有 <{tag}>" for tag in ("h1", "main", "title") if next(root.iter(tag), None) is not None]
    return whole + list(faults(root))


def faults(root: Element) -> Iterator[str]:
    """What is wrong in a page and in a part alike."""
    counted = Counter(node.get("id") for node in elements(root) if node.get("id") is not None)
    yield from (f"编号重复或为空：{name!r}" for name, count in counted.items() if count > 1 or not name)
    labelled = {node.get("for") for node in root.iter("label") if node.get("for")}
    wrapped = {id(inner) for label in root.iter("label") if text_of(label) for inner in label.iter()}
    for node in elements(root):
        yield from inline_faults(node)
        yield from resource_faults(node)
        yield from name_faults(node, labelled, wrapped)


def inline_faults(node: Element) -> Iterator[str]:
    """Scripts, styles and handlers in the page itself; the policy would silently drop them."""
    if node.tag == "style" or (node.tag == "script" and node.get("src") is None):
        yield f"行内的 <{node.tag}>"
    for name, value in node.attrib.items():
        if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
            yield f"<{node.tag}> 有行内的 {name}"
        if name == "hx-vals" and value.lstrip().startswith(("js:", "javascript:")):
            yield f"<{node.tag}> 的 hx-vals 要执行脚本"
        if name in {"href", "src", "action", "formaction"} and re.match(r"\s*(javascript|vbscript):", value, re.I):
            yield f"<{node.tag}> 的 {name} 是脚本：{value}"


def resource_faults(node: Element) -> Iterator[str]:
    """What the page loads comes from this host, or stands in the page."""
    value = node.get(RESOURCES.get(str(node.tag), ""), "")
    if value and not value.startswith("data:image/") and not re.match(r"/(?!/)", value):
        yield f"<{node.tag}> 取外面的文件：{value}"


def name_faults(node: Element, labelled: set[str | None], wrapped: set[int]) -> Iterator[str]:
    """Things without the name that a screen reader says."""
    own = bool(node.get("aria-label", "").strip() or node.get("aria-labelledby"))
    shown = f"<{node.tag} {' '.join(f'{k}={v!r}' for k, v in list(node.attrib.items())[:4])}>"
    entered = node.tag in {"input", "select", "textarea"} and node.get("type") not in UNLABELLED
    if entered and not (own or node.get("id") in labelled or id(node) in wrapped):
        yield f"输入框没有标签：{shown}"
    if node.tag in {"button", "a", "summary"} and not own and not text_of(node) and not node.get("title"):
        yield f"没有名字：{shown}"
    if node.tag == "img" and node.get("alt") is None:
        yield f"图片没有 alt：{shown}"
    if node.tag == "th" and node.get("scope") not in {"col", "row", "colgroup", "rowgroup"}:
        yield f"表头没有 scope：{shown}"
    if node.tag == "dialog" and not own:
        yield f"对话框没有名字：{shown}"
    if node.tag == "form" and node.get("method", "get").lower() == "get" and node.get("hx-post"):
        yield f"没有脚本时会用 GET 提交要改数据的表单：{shown}"
    if node.tag == "table" and node.get("role") != "presentation" and node.find("caption") is None and not own:
        yield f"表格没有标题：{shown}"


def lost_references(root: Element) -> Iterator[str]:
    known = {node.get("id") for node in elements(root)}
    for node in elements(root):
        for name in REFERENCES:
            lost = [wanted for wanted in node.get(name, "").split() if wanted not in known]
            yield from (f"<{node.tag}> 的 {name} 指向没有的编号：{wanted}" for wanted in lost)
        target = node.get("href", "")
        if node.tag == "a" and re.fullmatch(r"#[\w-]+", target) and target[1:] not in known:
            yield f"链接指向没有的编号：{target}"


def plain(root: Element) -> Element:
    """Drawings carry their namespace in the tag; without it they are asked for like the rest."""
    for node in elements(root):
        node.tag = node.tag.rpartition("}")[2]
    return root


def elements(root: Element) -> Iterator[Element]:
    """Elements alone: comments have a function for their tag."""
    return (node for node in root.iter() if isinstance(node.tag, str))


def text_of(node: Element) -> str:
    """What is said of the element: its texts, the alts of its images and the labels of its drawings."""
    said = [node.text or ""] if isinstance(node.tag, str) else []
    if node.tag in {"img", "svg"}:
        said.append(node.get("alt", "") or node.get("aria-label", ""))
    for child in node:
        said += [text_of(child), child.tail or ""]
    return " ".join("".join(said).split())
