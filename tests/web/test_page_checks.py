"""The page checks find each fault that they promise to find, and leave a right page alone."""

from __future__ import annotations

import pytest

from tests.web.page_checks import fragment_faults, page_faults

RIGHT = (
    '<!doctype html><html lang="zh-CN"><head><title>台账</title><link rel="stylesheet" href="/static/app.css">'
    '<script src="/static/app.js" defer></script></head><body><main id="content"><h1>台账</h1>{}</main></body></html>'
)


def test_a_right_page_passes() -> None:
    inside = (
        '<label for="a">名称</label><input id="a" aria-describedby="b"><p id="b">说明</p><label>电话 <input name="t"></label>'
        '<input type="hidden" name="k"><button><svg role="img" aria-label="打印"></svg></button>'
        '<button aria-label="关闭"><svg><use href="/i.svg#x"></use></svg></button>'
        '<table><caption>表</caption><thead><tr><th scope="col">列</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>'
        '<img src="data:image/png;base64,AA" alt=""><a href="#content">回到正文</a><dialog aria-label="问"></dialog>'
    )
    assert page_faults(RIGHT.format(inside)) == []


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (RIGHT.format("<p>").replace("zh-CN", "en"), "语言应是 zh-CN"),
        (RIGHT.format("<h1>又一个</h1>"), "应当正好有一个有字的 h1"),
        (RIGHT.format("").replace("<h1>台账</h1>", "<h1></h1>"), "应当正好有一个有字的 h1"),
        (RIGHT.format("").replace("<title>台账</title>", "<title> </title>"), "缺少标题"),
        (RIGHT.format("").replace("<!doctype html>", ""), "HTML 不合法"),
        (RIGHT.format("<div><p>没有关"), "HTML 不合法"),
        (RIGHT.format("<p><div>块在段里</div></p>"), "HTML 不合法"),
        (RIGHT.format("<table><div>不该在这</div></table>"), "HTML 不合法"),
        (RIGHT.format("<form><form></form></form>"), "HTML 不合法"),
        (RIGHT.format('<a href="/a" href="/b">两次</a>'), "HTML 不合法"),
        (RIGHT.format('<label for="none">x</label>'), "for 指向没有的编号：none"),
        (RIGHT.format('<a href="#gone">x</a>'), "链接指向没有的编号：#gone"),
        (RIGHT.format('<p id="content">x</p>'), "编号重复或为空：'content'"),
    ],
)
def test_a_fault_of_the_whole_page_is_found(page: str, fault: str) -> None:
    assert any(fault in found for found in page_faults(page))


FAULTS = [
    ('<input name="a">', "输入框没有标签"),
    ('<label></label><select name="a"></select>', "输入框没有标签"),
    ('<label><textarea name="a"></textarea></label>', "输入框没有标签"),
    ("<button><svg></svg></button>", "没有名字"),
    ('<a href="/a"> </a>', "没有名字"),
    ("<details><summary></summary></details>", "没有名字"),
    ('<img src="/a.png">', "图片没有 alt"),
    ("<table><caption>x</caption><tr><th>列</th></tr></table>", "表头没有 scope"),
    ("<table><tr><td>1</td></tr></table>", "表格没有标题"),
    ("<dialog></dialog>", "对话框没有名字"),
    ('<p style="color:red">x</p>', "行内的 style"),
    ("<style>p{}</style>", "行内的 <style>"),
    ("<script>1</script>", "行内的 <script>"),
    ('<button onclick="a()">x</button>', "行内的 onclick"),
    ('<button hx-on:click="a()">x</button>', "行内的 hx-on:click"),
    ('<a href=" JavaScript:a()">x</a>', "的 href 是脚本"),
    ("<button hx-vals='js:{a: b()}'>x</button>", "hx-vals 要执行脚本"),
    ('<svg><use href="https://cdn.example/i.svg#a"></use></svg>', "取外面的文件"),
    ('<button><svg aria-label=""></svg></button>', "没有名字"),
    ('<img alt="x" src="//cdn.example/a.png">', "取外面的文件"),
    ('<script src="https://cdn.example/a.js"></script>', "取外面的文件"),
    ('<form hx-post="/a"><button>存</button></form>', "会用 GET 提交"),
    ('<p id="a">1</p><p id="a">2</p>', "编号重复或为空：'a'"),
    ('<p id="">1</p>', "编号重复或为空：''"),
]


@pytest.mark.parametrize(("part", "fault"), FAULTS)
def test_a_fault_is_found_in_page_and_fragment(part: str, fault: str) -> None:
    assert any(fault in found for found in page_faults(RIGHT.format(part)))
    assert any(fault in found for found in fragment_faults(part))


@pytest.mark.parametrize("part", ["<h1>x</h1>", "<main>x</main>"])
def test_a_fragment_holds_no_frame_of_a_page(part: str) -> None:
    assert fragment_faults(part)


@pytest.mark.parametrize("part", ["<tr><td>1</td></tr>", "<td>1</td>", "<li>1</li>", "<option>a</option>", "文字"])
def test_parts_of_tables_and_lists_are_fragments(part: str) -> None:
    assert fragment_faults(part) == []
