"""The import contracts of pyproject.toml hold."""

from __future__ import annotations

import tomllib

import pytest
from importlinter.cli import lint_imports

from tests.architecture.sources import ROOT, python_files, shown

CONFIG = ROOT / "pyproject.toml"


def test_import_contracts_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(CONFIG), no_cache=True, no_logo=True)
    assert status == 0, (
        f"导入越过了层次，约定见 pyproject.toml 的 importlinter 一节：\n{capsys.readouterr().out}"
    )


def test_layers_stay_exhaustive() -> None:
    contracts = tomllib.loads(CONFIG.read_text())["tool"]["importlinter"]["contracts"]
    every = [contract for contract in contracts if contract["type"] == "layers"]
    assert {name for layers in every for name in layers["containers"]} == {"kpi", "app"}
    for layers in every:
        assert layers["exhaustive"]
        assert not layers.get("ignore_imports"), "层次约定不留例外"
        assert not layers.get("exhaustive_ignores"), "层次约定不留例外"


@pytest.mark.parametrize("package", ["kpi", "app"])
def test_each_folder_of_code_is_a_package(package: str) -> None:
    folders = {path.parent for path in python_files(package)}
    bare = [shown(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()]
    assert not bare, f"这些目录缺少 __init__.py，层次检查看不见它们：{bare}"
