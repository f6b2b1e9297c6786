"""The C code in the comments before ``import "C"`` of Go files, as cgo compiles it."""

from __future__ import annotations

from typing import Any

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages import c
from abidiff.requires.languages.go_index import File
from abidiff.requires.model import Reading

BLANK = bytes(each if each in b"\r\n" else 0x20 for each in range(256))


def preambles(files: list[File], catalogue: Catalogue) -> Reading:
    """Return what the C code of Go files uses, at the places where it stands in them."""
    sources = {file.path: found for file in files if "C" in file.imports and (found := _source(file.root))}
    return c.read(sources, catalogue) if sources else Reading()


def _source(root: Any) -> bytes:
    """Return a file with spaces for all but the code in its preambles; nothing where it has none."""
    imports = [node for node in root.named_children if node.type == "import_declaration"]
    specs = [one for node in imports for each in node.named_children for one in (each, *each.named_children)]
    nodes = [each for each in (*imports, *specs) if _is_c(each)]
    comments = [each for node in nodes for each in _before(node)]
    if not comments:
        return b""
    data: bytes = root.text
    found = bytearray(data.translate(BLANK))
    for each in comments:
        start = each.start_byte - root.start_byte + 2
        end = each.end_byte - root.start_byte - (2 if each.text.startswith(b"/*") else 0)
        found[start:end] = data[start:end]
    row, column = int(root.start_point[0]), int(root.start_point[1])
    before = b"\n" * row + b" " * column
    return before + bytes(found)


def _is_c(node: Any) -> bool:
    """Tell whether a node imports ``"C"``, alone."""
    if node.type == "import_declaration":
        inner = node.named_children
        inner = inner[0].named_children if inner and inner[0].type == "import_spec_list" else inner
        return len(inner) == 1 and _is_c(inner[0])
    return node.type == "import_spec" and bool(node.named_children) and node.named_children[-1].text == b'"C"'


def _before(node: Any) -> list[Any]:
    """Return the comments right before a node."""
    found: list[Any] = []
    row, before = node.start_point[0], node.prev_sibling
    while before is not None and (before.type == "comment" or not before.text.strip()):
        if before.type == "comment":
            if before.end_point[0] < row - 1:
                break
            found.append(before)
            row = before.start_point[0]
        before = before.prev_sibling
    return found[::-1]
