"""Imports run only downwards: sources → surfaces → rules → policy → reports."""

from __future__ import annotations

import ast
from pathlib import Path
from re import _parser

import pytest

ROOT = Path(__file__).parents[1] / "abidiff"

# A module may import from its own layer or from those before it.
LAYERS = (
    ("location", "errors", "resources", "files", "grammar", "markup", "versions", "limits", "elf"),
    ("finding", "release", "change"),
    ("rule", "project"),
    ("surface", "linking"),
    ("cache",),
    ("sources", "profile", "surfaces"),
    ("examples",),
    ("policy", "waivers", "config", "snapshot", "advice"),
    ("pipeline",),
    ("gate", "notes", "detail", "history", "bundle", "exported"),
    ("requires",),
    ("reports",),
    ("survey",),
    ("interface",),
    ("__init__",),
    ("cli", "start", "__main__"),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("abidiff"):
            found |= {node.module} if node.module != "abidiff" else {f"abidiff.{a.name}" for a in node.names}
            assert node.level == 0, f"{path}: relative import"
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("abidiff")}
    return found


def part(module: str) -> str:
    pieces = module.split(".")
    return pieces[1] if len(pieces) > 1 else "__init__"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_downwards(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    assert own in RANK, f"{own} has no layer: add it to LAYERS"
    for module in imported(path):
        target = part(module)
        if target.startswith("__") and target != "__init__":
            continue
        assert RANK[target] <= RANK[own], f"{path} imports {module}, which is above it"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_surfaces_do_not_know_each_other(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    if parts[0] != "surfaces" or len(parts) < 3 or parts[1] == "consistency":
        return
    for module in imported(path):
        pieces = module.split(".")
        if pieces[1:2] == ["surfaces"] and len(pieces) > 2:
            assert pieces[2] == parts[1], f"{path} imports {module}: surfaces stand beside each other"


def test_click_is_only_in_the_command_line() -> None:
    for path in modules():
        if path.relative_to(ROOT).parts[0] in ("cli", "__main__.py"):
            continue
        names = {
            alias.name if isinstance(node, ast.Import) else node.module
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not any(name and name.split(".")[0] == "click" for name in names), path


def operators(pattern: object) -> set[str]:
    found = set()
    if isinstance(pattern, _parser.SubPattern | list | tuple):
        for item in pattern:
            found |= {str(item)} if not isinstance(item, _parser.SubPattern | list | tuple) else operators(item)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_pattern_has_possessive_groups(path: Path) -> None:
    """CPython before 3.11.5 matches them wrongly (its issue 106052)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        compiled = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")
        given = node.args[0] if compiled and isinstance(node, ast.Call) and node.args else None
        if isinstance(given, ast.Constant) and isinstance(given.value, str | bytes):
            used = operators(_parser.parse(given.value))
            assert not used & {"POSSESSIVE_REPEAT", "ATOMIC_GROUP"}, given.value


STAGES = {"xdr": ("model", "read", "build", "wire", "sheet", "change", "compare", "prove", "rules", "__init__")}
"""The rooms of a surface in the order in which its data flows."""


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_stages_of_a_surface_run_forwards(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    if parts[0] != "surfaces" or len(parts) < 3 or parts[1] not in STAGES:
        return
    order = STAGES[parts[1]]
    own = order.index(parts[2].removesuffix(".py"))
    for module in imported(path):
        pieces = module.split(".")
        if pieces[1:3] == ["surfaces", parts[1]] and len(pieces) > 3:
            assert order.index(pieces[3]) <= own, f"{path} imports {module}, which comes after it"
