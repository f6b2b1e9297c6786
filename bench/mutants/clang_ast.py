"""What clang sees in headers: declarations with their exact places, independent of our own parser."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)


@dataclass
class Item:
    """A declaration: ``begin`` to ``end`` in ``path``, its name at ``at`` (bytes, -1: a macro made it)."""

    kind: str
    name: str
    path: str
    begin: int
    end: int
    at: int
    type: str = ""
    tag: str = ""
    bit: bool = False
    complete: bool = False
    storage: str = ""
    inner: list[Item] = field(default_factory=list)


def blank_comments(text: str) -> str:
    """Replace comments by blanks, so that offsets stay and clang's dump is small."""

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        return found if found.startswith('"') else re.sub(r"[^\n]", " ", found)

    return COMMENT.sub(blank, text)


class Places:
    """Follows clang's habit to name the file of a place only when it changes."""

    def __init__(self) -> None:
        self.file = ""

    def read(self, place: dict[str, Any]) -> tuple[str, int, int, bool]:
        """Return (file, offset, length of the token, whether a macro made it)."""
        if "spellingLoc" in place or "expansionLoc" in place:
            self.read(place.get("spellingLoc", {}))
            file, offset, length, _ = self.read(place.get("expansionLoc", {}))
            return file, offset, length, True
        self.file = place.get("file", self.file)
        return self.file, place.get("offset", -1), place.get("tokLen", 0), False


KINDS = {
    "FunctionDecl",
    "ParmVarDecl",
    "FieldDecl",
    "RecordDecl",
    "EnumDecl",
    "EnumConstantDecl",
    "TypedefDecl",
    "VarDecl",
}


def _walk(node: dict[str, Any], places: Places) -> Item | None:
    file, at, _, made = places.read(node["loc"]) if "loc" in node else ("", -1, 0, False)
    begin = end = -1
    if "range" in node:
        begin_file, begin, _, begin_made = places.read(node["range"]["begin"])
        end_file, end, length, end_made = places.read(node["range"]["end"])
        end = end + length if end >= 0 else -1
        file = file or begin_file
        made = made or begin_file != file or end_file != file or (end_made and node["kind"] != "FunctionDecl")
        made = made or (begin_made and node["kind"] in ("EnumConstantDecl", "FieldDecl"))
    inner = [found for child in node.get("inner", ()) if isinstance(child, dict) and (found := _walk(child, places))]
    if node.get("kind") not in KINDS:
        return None
    item = Item(node["kind"], node.get("name", ""), file, begin, end, -1 if made else at, inner=inner)
    item.type = node.get("type", {}).get("qualType", "")
    item.tag = node.get("tagUsed", "")
    item.bit = node.get("isBitfield", False)
    item.complete = node.get("completeDefinition", False)
    item.storage = node.get("storageClass", "")
    return item


def declarations(source: str, root: Path, include: Path) -> list[Item]:
    """Return the top-level declarations of the headers below ``root``; paths relative to it."""
    command = ["clang", f"-I{include}", "-x", "c", "-w", "-fsyntax-only", "-Xclang", "-ast-dump=json", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(done.stderr[:2000])
    tree = json.loads(done.stdout)
    places = Places()
    found = []
    for node in tree["inner"]:
        item = _walk(node, places)
        if item is not None and item.path.startswith(f"{root}/"):
            for one in every([item]):
                one.path = one.path.removeprefix(f"{root}/")
            found.append(item)
    return found


def spelled(type_: str) -> str:
    """Return a type as C says it: the tag that clang prints for ``va_list`` on x86_64 is no C."""
    return type_.replace("struct __va_list_tag *", "__builtin_va_list")


def every(items: list[Item]) -> Iterator[Item]:
    """Yield items and all inside."""
    for item in items:
        yield item
        yield from every(item.inner)
