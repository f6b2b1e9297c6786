"""Imports run only downwards: sources → surfaces → rules → policy → reports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from re import _parser

import pytest

from abidiff.surface_names import NAMES

ROOT = Path(__file__).parents[1] / "abidiff"

# A module may import from its own layer or from those before it.
LAYERS = (
    (
        "about",
        "location",
        "errors",
        "resources",
        "files",
        "given",
        "grammar",
        "markup",
        "versions",
        "wording",
        "limits",
        "patterns",
        "elf",
        "collecting",
        "pkgconfig",
        "toml",
        "surface_names",
    ),
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


MODULES = sorted(ROOT.rglob("*.py"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imported(path: Path) -> set[str]:
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("abidiff"):
            found |= {node.module} if node.module != "abidiff" else {f"abidiff.{a.name}" for a in node.names}
            assert node.level == 0, f"{path}: relative import"
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("abidiff")}
    return found


def part(module: str) -> str:
    pieces = module.split(".")
    return pieces[1] if len(pieces) > 1 else "__init__"


def test_imports_run_downwards() -> None:
    for path in MODULES:
        own = path.relative_to(ROOT).parts[0].removesuffix(".py")
        assert own in RANK, f"{own} has no layer: add it to LAYERS"
        for module in imported(path):
            target = part(module)
            if target.startswith("__") and target != "__init__":
                continue
            assert RANK[target] <= RANK[own], f"{path} imports {module}, which is above it"


def test_surfaces_do_not_know_each_other() -> None:
    for path in MODULES:
        parts = path.relative_to(ROOT).parts
        if parts[0] != "surfaces" or len(parts) < 3 or parts[1] == "consistency":
            continue
        for module in imported(path):
            pieces = module.split(".")
            if pieces[1:2] == ["surfaces"] and len(pieces) > 2:
                assert pieces[2] == parts[1], f"{path} imports {module}: surfaces stand beside each other"


ONLY_IN = {
    "click": ("cli/", "__main__.py"),
    "deepdiff": ("detail.py",),
    "abidiff.detail": ("cli/detail.py",),
    "markupsafe": ("reports/page.py",),
    "html": (),
    "lark": ("grammar/", "surfaces/symbols/explain.py", "surfaces/xdr/read/explain.py"),
}
"""What only some files may import: the command line; what is heavy; what escapes markup, so that there is one of it."""


def libraries(found: Iterable[ast.AST]) -> set[str]:
    names: set[str] = set()
    for node in found:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names | {name.split(".")[0] for name in names}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_only_where_it_belongs(library: str) -> None:
    users = {str(path.relative_to(ROOT)) for path in MODULES if library in libraries(nodes(path))}
    assert {user for user in users if not user.startswith(ONLY_IN[library])} == set()


def test_deepdiff_is_loaded_for_detail_alone() -> None:
    path = ROOT / "cli/detail.py"
    assert "abidiff.detail" not in libraries(ast.parse(path.read_text(encoding="utf-8")).body)
    code = (
        "import sys; from abidiff.start import main\n"
        "try: main()\n"
        "finally: print('deepdiff' in sys.modules, file=sys.stderr)\n"
    )
    demo = [str(ROOT.parent / "fixtures/demo" / f"harbour-1.{n}.0") for n in (0, 1)]
    ask = [sys.executable, "-c", code, "compare", *demo, "--no-cache", "--format", "html"]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "False"


def test_rules_make_findings_by_one_helper() -> None:
    for path in MODULES:
        if "rules" in path.parts:
            calls = [node for node in nodes(path) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
            assert not [node for node in calls if node.func.id == "Finding"], f"{path}: abidiff.rule.finding"


def operators(pattern: object) -> set[str]:
    found = set()
    if isinstance(pattern, _parser.SubPattern | list | tuple):
        for item in pattern:
            found |= {str(item)} if not isinstance(item, _parser.SubPattern | list | tuple) else operators(item)
    return found


def test_no_pattern_has_possessive_groups() -> None:
    """CPython before 3.11.5 matches them wrongly (its issue 106052)."""
    for node in [node for path in MODULES for node in nodes(path)]:
        compiled = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")
        given = node.args[0] if compiled and isinstance(node, ast.Call) and node.args else None
        if isinstance(given, ast.Constant) and isinstance(given.value, str | bytes):
            used = operators(_parser.parse(given.value))
            assert not used & {"POSSESSIVE_REPEAT", "ATOMIC_GROUP"}, given.value


WORDS = {
    "a command": ("cli/drivers.py drivers", "cli/main.py drivers rng symbols xdr", "cli/rng.py rng", "cli/xdr.py xdr"),
    "a command of a release's symbols": ("cli/symbols.py symbols",),
    "a parameter": ("cli/xdr.py headers",),
    "what a census counts": ("history/listing.py symbols", "surfaces/consistency/check.py symbols"),
    "the unit of a limit": ("limits.py symbols",),
    "a field of a format": ("reports/support.py drivers",),
    "the name of a folder": ("sources/others.py headers",),
    "an option of a profile": (
        "surfaces/headers/options.py symbols packages",
        "surfaces/xdr/options.py headers",
        "surfaces/xdr/build/parse.py headers",
        "surfaces/consistency/options.py headers",
        "surfaces/consistency/settings.py headers",
        "surfaces/consistency/rules/function_missing.py headers",
        "surfaces/consistency/parse.py symbols",
        "surfaces/consistency/rules/procedure_missing.py headers",
    ),
}
"""Literals that are spelt like names of surfaces and are none: what they are, and file with words."""
SPELT = {(file, word) for lines in WORDS.values() for file, *words in map(str.split, lines) for word in words}


def literals(path: Path) -> list[str]:
    """The texts of a module but documentation and the headings of docs/claims.md that rules name."""
    told = {
        id(node.body[0].value)
        for node in nodes(path)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    told |= {id(node.value) for node in nodes(path) if isinstance(node, ast.keyword) and node.arg == "clause"}
    texts = [node for node in nodes(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [str(node.value) for node in texts if id(node) not in told]


def surfaces_named(path: Path, root: Path) -> set[str]:
    """The names of surfaces that stand as literals where they have no business."""
    inside = path.relative_to(root)
    own = inside.parts[1] if inside.parts[0] == "surfaces" and len(inside.parts) > 2 else ""
    names = [name for name in NAMES if name != own]
    rules = re.compile(rf"(?:{'|'.join(names)})/[a-z-]+")
    asked = [f"surface = '{name}'" for name in names]
    found = {
        text
        for text in literals(path)
        if text in names or rules.fullmatch(text) or any(part in text for part in asked if "surface = " in text)
    }
    return {text for text in found if (str(inside), text) not in SPELT}


def test_no_surface_is_named_outside_its_folder_and_the_registry() -> None:
    registry = ("surface_names.py", "surfaces/__init__.py")
    found = {str(path.relative_to(ROOT)): surfaces_named(path, ROOT) for path in MODULES}
    assert {path: names for path, names in found.items() if names and path not in registry} == {}


def test_a_surface_that_is_named_is_found(tmp_path: Path) -> None:
    root = tmp_path / "abidiff"
    root.mkdir()
    for n, (text, found) in enumerate(
        (
            ('"""xdr"""\nx = models["xdr"]\n', {"xdr"}),
            ('def f():\n    """rng"""\n    return rule == "rng/value-added"\n', {"rng/value-added"}),
            ("q = \"SELECT 1 WHERE surface = 'drivers'\"\n", {"SELECT 1 WHERE surface = 'drivers'"}),
            ('x = "drivers of cars"\n', set()),
        )
    ):
        path = root / f"m{n}.py"
        path.write_text(text)
        assert surfaces_named(path, root) == found


STAGES = {
    "headers": (
        "options",
        "model",
        "layout",
        "read",
        "code",
        "build",
        "change",
        "code_change",
        "use_change",
        "compare",
        "prove",
        "rules",
        "__init__",
    ),
    "xdr": ("options", "model", "read", "build", "wire", "sheet", "change", "compare", "prove", "rules", "__init__"),
    "rng": (
        *("options", "names", "model", "values", "read", "build", "validate"),
        *("decide", "change", "prove", "compare", "rules", "__init__"),
    ),
    "symbols": (
        *("options", "model", "versions", "library", "globs", "explain", "syntax", "evidence", "parse", "queries"),
        *("resolve", "pairing", "change", "regions", "compare", "witness", "verify", "rules", "__init__"),
    ),
    "exports": (
        *(
            "options",
            "model",
            "change",
            "readelf",
            "symbols_file",
            "symbol_patterns",
            "gensymbols",
            "parse",
            "compare",
            "witness",
            "verify",
        ),
        *("rules", "__init__"),
    ),
    "packages": ("model", "parse", "reach", "change", "compare", "witness", "verify", "rules", "__init__"),
    "drivers": ("model", "parse", "matrix", "change", "compare", "rules", "__init__"),
    "consistency": (
        *("options", "model", "settings", "comments", "dates", "check", "parse", "queries", "change", "compare"),
        *("rules", "__init__"),
    ),
}
"""The rooms of a surface (or its files, where it is flat) in the order in which its data flows.

A comparison of schemas proves each cause as it finds it, so ``prove`` stands before ``compare`` there.
"""


def test_every_surface_has_its_stages() -> None:
    folders = {path.name for path in (ROOT / "surfaces").iterdir() if (path / "__init__.py").exists()}
    assert folders <= set(STAGES), "a new surface: say in STAGES in which order its rooms stand"


def test_stages_of_a_surface_run_forwards() -> None:
    for path in MODULES:
        parts = path.relative_to(ROOT).parts
        if parts[0] != "surfaces" or len(parts) < 3:
            continue
        order = STAGES[parts[1]]
        own = order.index(parts[2].removesuffix(".py"))
        for module in imported(path):
            pieces = module.split(".")
            if pieces[1:3] == ["surfaces", parts[1]] and len(pieces) > 3:
                assert order.index(pieces[3]) <= own, f"{path} imports {module}, which comes after it"


def arrows(root: Path) -> dict[str, set[str]]:
    """Module → the modules that it imports, wherever in it: at the top, in a function, for types only."""
    names = {}
    for path in root.rglob("*.py"):
        parts = path.relative_to(root.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    found: dict[str, set[str]] = {}
    for name, path in names.items():
        found[name] = set()
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and node.module:
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                found[name] |= {one if one in names else node.module for one in whole}
            elif isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names}
        found[name] &= names.keys()
    return found


def circles(graph: dict[str, set[str]]) -> list[str]:
    """What is left when modules that import nothing of what is left are taken away, again and again."""
    left = {name: set(targets) for name, targets in graph.items()}
    while free := {name for name, targets in left.items() if not targets & left.keys()}:
        left = {name: targets for name, targets in left.items() if name not in free}
    used = {target for targets in left.values() for target in targets}
    return sorted(name for name in left if name in used)


def test_there_is_no_circle_of_imports() -> None:
    assert circles(arrows(ROOT)) == []


def test_a_circle_is_found_however_it_is_imported(tmp_path: Path) -> None:
    root = tmp_path / "house"
    root.mkdir()
    (root / "__init__.py").write_text("")
    (root / "one.py").write_text("def f():\n    from house import two\n    return two\n")
    (root / "two.py").write_text("if TYPE_CHECKING:\n    from house.three import x\n")
    (root / "three.py").write_text("import house.one\nx = 1\n")
    assert circles(arrows(root)) == ["house.one", "house.three", "house.two"]
    nodes.cache_clear()
    (root / "three.py").write_text("x = 1\n")
    assert circles(arrows(root)) == []


def test_no_module_has_more_than_600_lines() -> None:
    long = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert {path: lines for path, lines in long.items() if lines > 600} == {}
