"""``python -m bench.oracle REPORTS FOLDER...``: what CastXML and ``gcc -dD`` see between two packages, beside the tool.

``REPORTS`` is what ``bench.packages --reports`` wrote.  Names whose declaration, layout, value or macro differs for a
compiler, and that no finding of the report mentions, are listed: each is a silent miss, or no break (to be looked at).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from bench.packages import files_of, pairs

FLAGS = ["-x", "c", "-std=gnu11", "-w"]
_USUAL = [part for name in ("sys/types.h", "stdint.h", "stdio.h", "errno.h") for part in ("-include", name)]
_WORD = re.compile(r"[A-Za-z_]\w*")


class Side:
    """One package, unpacked, as a compiler sees it."""

    def __init__(self, deb: Path, root: Path) -> None:
        root.mkdir()
        subprocess.run(["dpkg-deb", "-x", str(deb), str(root)], check=True)
        self.root = root
        base = root / "usr/include"
        flags = {base, *base.glob("*-linux-*")}
        for pc in root.glob("usr/**/pkgconfig/*.pc"):
            for folder in re.findall(r"-I\$\{includedir\}(\S*)", pc.read_text(errors="replace")):
                flags.add(base / folder.lstrip("/"))
        self.flags = [f"-I{path}" for path in sorted(flags) if path.is_dir()]
        self.headers = {str(path.relative_to(base)): path for path in sorted(base.rglob("*.h"))}

    def accepts(self, header: str) -> bool:
        """Tell whether a program may begin with a header."""
        path = self.headers.get(header)
        command = ["gcc", "-fsyntax-only", *FLAGS, *_USUAL, *self.flags, str(path)]
        return path is not None and not subprocess.run(command, capture_output=True, check=False, timeout=60).returncode

    def together(self, headers: list[str]) -> Path:
        """Write a program that includes headers."""
        path = self.root / "all.c"
        path.write_text("".join(f'#include "{self.headers[name]}"\n' for name in headers), encoding="utf-8")
        return path


def declared(side: Side, program: Path) -> dict[str, str]:
    """Return name → what CastXML says of each declaration of the package."""
    out = side.root / "all.xml"
    command = ["castxml", "--castxml-output=1", "--castxml-cc-gnu-c", "gcc", *FLAGS, *_USUAL, *side.flags]
    done = subprocess.run([*command, str(program), "-o", str(out)], capture_output=True, check=False, timeout=120)
    if done.returncode:
        return {}
    nodes = {node.get("id", ""): node for node in ElementTree.parse(out).getroot()}
    own = {key for key, node in nodes.items() if node.tag == "File" and str(side.root) in node.get("name", "")}
    types = Types(nodes)
    found: dict[str, str] = {}
    for key, node in nodes.items():
        name = node.get("name", "")
        if node.get("file") not in own or not name or name.startswith("__"):
            continue
        if node.tag in ("Function", "Variable", "Typedef", "Struct", "Union", "Enumeration"):
            found[f"{node.tag} {name}"] = (
                types.said(key) if node.tag != "Variable" else types.text(node.get("type", ""))
            )
        if node.tag == "Enumeration":
            found.update((f"Enumerator {each.get('name')}", each.get("init", "")) for each in node)
    for node in nodes.values():
        if node.tag == "Enumeration" and node.get("file") in own and not node.get("name"):
            found.update((f"Enumerator {each.get('name')}", each.get("init", "")) for each in node)
    return found


class Types:
    """Types as texts, typedefs resolved."""

    def __init__(self, nodes: dict[str, ElementTree.Element]) -> None:
        self.nodes = nodes

    def text(self, key: str, depth: int = 0) -> str:
        """Return a type by what it is."""
        node = self.nodes.get(key)
        if node is None:
            qualified = re.fullmatch(r"(_\w+?)([cvr]+)", key)
            return f"{self.text(qualified[1], depth)} {qualified[2]}" if qualified else "?"
        tag, name = node.tag, node.get("name", "")
        inner = node.get("type", "")
        if tag in ("Typedef", "ElaboratedType"):
            return self.text(inner, depth)
        if tag == "CvQualifiedType":
            marks = "".join(mark[0] for mark in ("const", "volatile", "restrict") if node.get(mark) == "1")
            return f"{self.text(inner, depth)} {marks}"
        if tag == "PointerType":
            return f"{self.text(inner, depth)}*"
        if tag == "ArrayType":
            return f"{self.text(inner, depth)}[{node.get('max')}]"
        if tag == "FunctionType":
            return self._call(node, depth)
        if tag in ("Struct", "Union", "Enumeration") and not name:
            return self.said(key, depth + 1) if depth < 4 else tag
        return f"{tag} {name}" if tag in ("Struct", "Union", "Enumeration") else name

    def _call(self, node: ElementTree.Element, depth: int = 0) -> str:
        parts = []
        for each in node:
            if each.tag == "Ellipsis":
                parts.append("...")
            elif each.tag == "Argument":
                parts.append(re.sub(r" [cvr]+$", "", self.text(each.get("type", ""), depth)))
        return f"{self.text(node.get('returns', ''), depth)}({', '.join(parts)})"

    def said(self, key: str, depth: int = 0) -> str:
        """Return what a declaration says."""
        node = self.nodes[key]
        if node.tag == "Function":
            return self._call(node)
        if node.tag == "Typedef":
            return self.text(node.get("type", ""))
        if node.tag == "Enumeration":
            return f"enum {node.get('size')}"
        members = []
        for member in node.get("members", "").split():
            field = self.nodes.get(member)
            if field is not None and field.tag == "Field":
                kind = self.text(field.get("type", ""), depth)
                members.append(f"{field.get('name')}@{field.get('offset')}:{field.get('bits', '')}:{kind}")
        return f"{node.tag} {node.get('size')} {node.get('align')} {{{'; '.join(members)}}}"


def macros(side: Side, program: Path) -> dict[str, str]:
    """Return name → text of the macros that the package's headers leave defined."""
    done = subprocess.run(
        ["gcc", "-E", "-dD", *FLAGS, *_USUAL, *side.flags, str(program)], capture_output=True, check=False, timeout=60
    )
    found: dict[str, str] = {}
    own = False
    for line in done.stdout.decode(errors="replace").splitlines():
        if line.startswith("# "):
            own = str(side.root) in line and "all.c" not in line
        elif line.startswith("#define ") and own:
            match = re.match(r"#define (\w+)(\([^)]*\))?\s*(.*)", line)
            if match and not match[1].startswith("__"):
                found[match[1]] = f"{(match[2] or '').replace(' ', '')} {' '.join(match[3].split())}"
        elif line.startswith("#undef "):
            found.pop(line[7:].strip(), None)
    return found


def differing(old: Side, new: Side) -> Iterator[str]:
    """Yield ``kind name: before → after`` of what is gone or other for a program that includes the old headers."""
    headers = [name for name in old.headers if old.accepts(name)]
    yield from (f"Header {name}: gone" for name in headers if not new.accepts(name))
    shared = [name for name in headers if name in new.headers]
    programs = old.together(shared), new.together(shared)
    for before, after in (
        (declared(old, programs[0]), declared(new, programs[1])),
        ({f"Macro {k}": v for k, v in macros(old, programs[0]).items()},
         {f"Macro {k}": v for k, v in macros(new, programs[1]).items()}),
    ):  # fmt: skip
        if not before or not after:
            yield "Nothing: one side was not read"
            continue
        for name, text in before.items():
            if after.get(name) != text:
                yield f"{name}: {text} → {after.get(name, 'gone')}"


def mentioned(report: dict[str, object]) -> set[str]:
    """Return the words of all findings that are more than extensions."""
    found: set[str] = set()
    for finding in report["findings"]:  # type: ignore[attr-defined]
        if finding["severity"] != "extension":
            found.update(_WORD.findall(json.dumps(finding)))
    return found


def _name(said: str) -> str:
    """Return the name of what differs; of a header without its ending."""
    return said.partition(":")[0].split("/")[-1].split()[-1].removesuffix(".h")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("reports", type=Path)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--only", action="append")
    args = parser.parse_args()
    seen = missed = 0
    for package, old, new in pairs(args.folders):
        report = args.reports / f"{files_of(old, new)}.json"
        if not report.is_file() or (args.only and package not in args.only):
            continue
        words = mentioned(json.loads(report.read_text(encoding="utf-8")))
        with tempfile.TemporaryDirectory() as folder:
            sides = Side(old, Path(folder) / "old"), Side(new, Path(folder) / "new")
            found = list(differing(*sides))
        silent = [said for said in found if _name(said) not in words]
        seen, missed = seen + len(found), missed + len(silent)
        print(f"## {package} {old.stem} {new.stem}: {len(found)} differ, {len(silent)} not mentioned", flush=True)
        for said in silent:
            print("   ", said[:300])
    print(f"{seen} differences, {missed} not mentioned")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
