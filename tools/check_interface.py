"""Holds the Python interface against the recorded one of the last release, by griffe.

    build/tools/bin/python tools/check_interface.py             # exit code 1: something that was promised broke
    build/tools/bin/python tools/check_interface.py --record    # at a release: write the record anew

The record is docs/formats/python-interface.pyi: the names of ``abidiff.interface.__all__`` as a stub, with their
signatures, fields, defaults and bases.  A break within one minor version is refused; in the next one it is printed only
(docs/python.md).
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECORD = Path("docs") / "formats" / "python-interface.pyi"
KEPT = ("__init__", "__str__")


def version(root: Path) -> str:
    """Return the version that the package of a tree says it has."""
    found = re.search(r'^__version__ = "([^"]+)"', (root / "abidiff" / "about.py").read_text(encoding="utf-8"), re.M)
    if found is None:
        sys.exit("abidiff/about.py states no version")
    return found[1]


def stub(root: Path) -> str:
    """Return the interface of a tree as one stub."""
    interface = ast.parse((root / "abidiff" / "interface.py").read_text(encoding="utf-8"))
    homes: dict[str, ast.Module] = {}
    names: list[str] = []
    for node in interface.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("abidiff."):
            path = root / f"{node.module.replace('.', '/')}.py"
            tree = ast.parse(path.read_text(encoding="utf-8"))
            homes.update({alias.name: tree for alias in node.names})
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = ast.literal_eval(node.value)
    parts = [ast.unparse(bared(definition(homes.get(name, interface), name))) for name in names]
    return "\n\n".join([f"__all__ = {names!r}", *parts]) + "\n"


def definition(tree: ast.Module, name: str) -> ast.FunctionDef | ast.ClassDef:
    """Return the class or function that a module defines under a name."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return node
    sys.exit(f"abidiff.interface names {name}, whose definition is not where it is imported from")


def bared(node: ast.FunctionDef | ast.ClassDef) -> ast.FunctionDef | ast.ClassDef:
    """Take bodies, docstrings and private members away; ``__init__`` keeps its body, which names the attributes."""
    empty: list[ast.stmt] = [ast.Expr(ast.Constant(...))]
    if isinstance(node, ast.ClassDef):
        node.body = [*members(node)] or empty
    elif node.name != "__init__":
        node.body = empty
    return node


def members(node: ast.ClassDef) -> Iterator[ast.stmt]:
    """Yield the public members of a class."""
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and (part.name in KEPT or not part.name.startswith("_")):
            yield bared(part)
        elif isinstance(part, ast.Assign | ast.AnnAssign):
            target = part.targets[0] if isinstance(part, ast.Assign) else part.target
            if not ast.unparse(target).startswith("_"):
                yield part


def breaks(record: str, root: Path) -> list[str]:
    """Return what griffe finds broken in a tree, one line each."""
    import griffe

    def loaded(where: Path) -> griffe.Object | griffe.Alias:
        return griffe.load(
            "abidiff", search_paths=[where], try_relative_path=False, allow_inspection=False, resolve_aliases=True
        )

    with tempfile.TemporaryDirectory(prefix="abi-diff-interface-") as name:
        folder = Path(name)
        for part, text in (("old", record), ("new", stub(root))):
            (folder / part / "abidiff").mkdir(parents=True)
            (folder / part / "abidiff" / "__init__.pyi").write_text(text, encoding="utf-8")
        old, new = loaded(folder / "old"), loaded(folder / "new")
        if not (old.members and new.members):
            sys.exit("griffe read nothing")
        explained = [
            found.explain(griffe.ExplanationStyle.ONE_LINE) for found in griffe.find_breaking_changes(old, new)
        ]
    plain = [re.sub(r"\x1b\[\d+m", "", line) for line in explained]
    return sorted(line.partition(".pyi:")[2].partition(": ")[2] for line in plain)


def main() -> int:
    """Check, or write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the tree to look at")
    parser.add_argument("--record", action="store_true", help="write the record of this version")
    given = parser.parse_args()
    path, now = given.root / RECORD, version(given.root)
    if given.record:
        path.write_text(f"# abidiff {now}\n{stub(given.root)}", encoding="utf-8")
        return 0
    first, _, record = path.read_text(encoding="utf-8").partition("\n")
    then = first.removeprefix("# abidiff ")
    found = breaks(record, given.root)
    for line in found:
        print(f"since {then}: {line}")
    if found and then.split(".")[:2] == now.split(".")[:2]:
        print(f"{now} promises what {then} promised (docs/python.md)", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
