"""Nothing in the repository depends on one machine or one download host."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import project_files, shown, text_of

REGISTRY = re.compile(
    r"""
      (?:pypi|pythonhosted|npmjs|yarnpkg|npmmirror|debian|ubuntu|anaconda|golang|crates|maven)[.](?:org|com|io)
      (?=[/:"'\s]|$)
    | \bmirrors?[.][\w.-]+[.](?:cn|com|org|net)\b
    | \b(?:ghcr|docker|quay)[.]io\b
    | --(?:(?:extra-)?index-url|find-links|trusted-host)\b
    | https?://[^\s"']+/simple(?=[/"'\s]|$)
    """,
    re.VERBOSE | re.IGNORECASE,
)
HOME = re.compile(r"(?<![\w./>}-])/(?:home|root|work|Users)/[\w.]|[A-Z]:\\Users\\\w")


def matches(pattern: re.Pattern[str]) -> list[str]:
    """File, line and text of each match in the project's text files."""
    found = []
    for path in project_files():
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if hit := pattern.search(line):
                found.append(f"{shown(path)}:{number}：{hit.group()}")
    return found


def test_no_file_names_a_package_registry() -> None:
    found = matches(REGISTRY)
    assert not found, "仓库里不写软件源的地址，各人用自己机器上的设置：\n" + "\n".join(found)


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = matches(HOME)
    assert not found, "仓库里不写某台机器上的目录，请改用相对路径：\n" + "\n".join(found)


@pytest.mark.parametrize(
    "parts",
    [
        ("https://files.python", "hosted.org/packages/a.whl"),
        ("https://regis", "try.npm", "js.org/htmx.org"),
        ('"https://regis', "try.npm", 'mirror.com"'),
        ("http://deb.deb", "ian.org/debian bookworm"),
        ("https://mirrors", ".tuna.tsinghua.edu.cn/help"),
        ("--index", "-url x"),
        ("http://127.0.0.1:8080/sim", "ple/"),
    ],
)
def test_registry_addresses_are_recognised(parts: tuple[str, str]) -> None:
    assert REGISTRY.search("".join(parts))


@pytest.mark.parametrize(
    "parts", [("/ho", "me/li/a"), ("'/wo", "rk/x'"), ("(/Us", "ers/li)"), ("/ro", "ot/.cache")]
)
def test_folders_of_one_machine_are_recognised(parts: tuple[str, str]) -> None:
    assert HOME.search("".join(parts))


@pytest.mark.parametrize(
    "text", ["htmx.org 2.0.11", "/var/lib/lvyuetai", "docs/home/a.md", "tests/home/x", "<int:id>/home/x", "a/b"]
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert not REGISTRY.search(text)
    assert not HOME.search(text)
