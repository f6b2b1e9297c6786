"""Changes to a RELAX NG schema, each one node of its XML: most break something, some must not."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lxml import etree

RNG = "http://relaxng.org/ns/structure/1.0"
N = f"{{{RNG}}}"
PATTERNS = frozenset(
    N + name
    for name in (
        *("element", "attribute", "group", "interleave", "choice", "optional", "zeroOrMore", "oneOrMore"),
        *("list", "mixed", "ref", "empty", "text", "value", "data", "notAllowed"),
    )
)

Node = Any
Change = Callable[[Node, Random], bool]


@dataclass(frozen=True)
class Candidate:
    """One change that can be made: to the node with a number, in one file."""

    kind: str
    path: str
    number: int
    line: int


@dataclass(frozen=True)
class Kind:
    """A kind of change: where it applies, and how it is made (False: it does not apply after all)."""

    name: str
    tag: str
    make: Change
    harmless: bool = False
    also: frozenset[str] = field(default_factory=frozenset)


def _replace(node: Node, *others: Node) -> bool:
    parent = node.getparent()
    at = parent.index(node)
    parent.remove(node)
    for other in reversed(others):
        parent.insert(at, other)
    return True


def _new(tag: str, *children: Node, **attributes: str) -> Node:
    made = etree.Element(N + tag, attributes)
    made.extend(children)
    return made


def _remove(node: Node, _: Random) -> bool:
    return _replace(node, _new("empty"))


def _rename(node: Node, _: Random) -> bool:
    name = node.get("name")
    if name is None:
        return False
    node.set("name", name + "X")
    return True


def _retag(tag: str) -> Change:
    def make(node: Node, _: Random) -> bool:
        node.tag = N + tag
        return True

    return make


def _branch_removed(node: Node, random: Random) -> bool:
    parts = [part for part in node if part.tag in PATTERNS]
    if len(parts) < 2:
        return False
    node.remove(random.choice(parts))
    return True


def _value_removed(node: Node, _: Random) -> bool:
    parent = node.getparent()
    if parent.tag != N + "choice" or len([p for p in parent if p.tag in PATTERNS]) < 2:
        return False
    parent.remove(node)
    return True


def _value_changed(node: Node, _: Random) -> bool:
    node.text = (node.text or "") + "X"
    return True


def _pattern_tightened(node: Node, random: Random) -> bool:
    text = node.text or ""
    if node.get("name") != "pattern":
        return False
    changes = [("+", "{1,2}"), ("*", "{0,2}"), ("a-fA-F", "a-eA-F"), ("0-9", "0-8"), ("a-z", "a-y"), ("A-Z", "A-Y")]
    found = [
        (old, new) for old, new in changes if old in text and not (old in "+*" and re.search(r"\\\+|\[[^]]*\+", text))
    ]
    if not found:
        return False
    old, new = random.choice(found)
    at = text.rfind(old)
    node.text = text[:at] + new + text[at + len(old) :]
    return True


def _pattern_rewritten(node: Node, random: Random) -> bool:
    text = node.text or ""
    if node.get("name") != "pattern":
        return False
    ways = [f"({text})", f"({text})|({text})", f"(({text}))", f"({text}){{1}}"]
    if "[0-9]+" in text:
        ways.append(text.replace("[0-9]+", "[0-9][0-9]*", 1))
    if "0-9" in text:
        ways.append(text.replace("0-9", "0-45-9", 1))
    node.text = random.choice(ways)
    return True


def _pattern_widened(node: Node, _: Random) -> bool:
    if node.get("name") != "pattern":
        return False
    node.text = f"({node.text or ''})|widened [0-9]+"
    return True


def _bound(step: int) -> Change:
    def make(node: Node, _: Random) -> bool:
        name, text = node.get("name", ""), (node.text or "").strip()
        if name not in ("minInclusive", "maxInclusive") or not re.fullmatch(r"-?\d+", text):
            return False
        inwards = 1 if name == "minInclusive" else -1
        node.text = str(int(text) + inwards * step)
        return True

    return make


_NARROWER = {
    "unsignedLong": "unsignedInt",
    "unsignedInt": "unsignedShort",
    "long": "int",
    "int": "short",
    "integer": "positiveInteger",
    "positiveInteger": "unsignedByte",
}
_WIDER = {
    "unsignedInt": "unsignedLong",
    "int": "long",
    "short": "int",
    "unsignedShort": "unsignedInt",
    "long": "integer",
}


def _type(table: Mapping[str, str]) -> Change:
    def make(node: Node, _: Random) -> bool:
        kind = node.get("type")
        if kind not in table or any(p.get("name") != "pattern" for p in node.findall(N + "param")):
            return False
        node.set("type", table[kind])
        return True

    return make


def _reversed(node: Node, _: Random) -> bool:
    parts = list(node)
    if len(parts) < 2:
        return False
    for part in parts:
        node.remove(part)
    node.extend(reversed(parts))
    return True


def _wrapped(tag: str) -> Change:
    def make(node: Node, _: Random) -> bool:
        if node.getparent().tag not in PATTERNS - {N + "list"} or node.tag in (N + "value", N + "data"):
            return False
        wrapper = _new(tag)
        _replace(node, wrapper)
        wrapper.append(node)
        return True

    return make


def _doubled(node: Node, _: Random) -> bool:
    """A choice gets one of its branches twice."""
    parts = [part for part in node if part.tag in PATTERNS]
    node.append(copy.deepcopy(parts[0]))
    return True


def _new_value(node: Node, _: Random) -> bool:
    if not all(part.tag == N + "value" for part in node if isinstance(part.tag, str)) or not len(node):
        return False
    value = _new("value")
    value.text = "widened"
    node.append(value)
    return True


def _new_attribute(node: Node, _: Random) -> bool:
    node.append(_new("optional", _new("attribute", _new("text"), name="widened")))
    return True


def _extracted(node: Node, _: Random) -> bool:
    grammar = next((a for a in node.iterancestors() if a.tag == N + "grammar"), None)
    if grammar is None or node.getparent() is None:
        return False
    name = f"extracted{len(grammar)}"
    _replace(node, _new("ref", name=name))
    grammar.append(_new("define", node, name=name))
    return True


def _inlined(node: Node, _: Random) -> bool:
    """A ref becomes what its define holds, where the define is in the same file and does not recur."""
    name = node.get("name")
    grammar = next((a for a in node.iterancestors() if a.tag == N + "grammar"), None)
    found = [d for d in (grammar.findall(N + "define") if grammar is not None else []) if d.get("name") == name]
    if len(found) != 1 or found[0] in list(node.iterancestors()) or found[0].get("combine"):
        return False
    parts = [copy.deepcopy(part) for part in found[0] if isinstance(part.tag, str)]
    return _replace(node, _new("group", *parts))


KINDS = (
    Kind("element removed", "element", _remove),
    Kind("element renamed", "element", _rename),
    Kind("attribute removed", "attribute", _remove),
    Kind("attribute renamed", "attribute", _rename),
    Kind("value removed", "value", _value_removed),
    Kind("value changed", "value", _value_changed),
    Kind("choice branch removed", "choice", _branch_removed),
    Kind("optional to required", "optional", _retag("group")),
    Kind("zeroOrMore to optional", "zeroOrMore", _retag("optional")),
    Kind("zeroOrMore to oneOrMore", "zeroOrMore", _retag("oneOrMore")),
    Kind("oneOrMore to once", "oneOrMore", _retag("group")),
    Kind("interleave to group", "interleave", _retag("group")),
    Kind("choice to group", "choice", _retag("group")),
    Kind("pattern tightened", "param", _pattern_tightened),
    Kind("range tightened", "param", _bound(1)),
    Kind("type narrowed", "data", _type(_NARROWER)),
    Kind("text to empty", "text", _retag("empty")),
    Kind("define removed from use", "ref", _remove),
    Kind("choice reordered", "choice", _reversed, harmless=True),
    Kind("interleave reordered", "interleave", _reversed, harmless=True),
    Kind("wrapped in a group", "element", _wrapped("group"), harmless=True),
    Kind("wrapped in a choice", "ref", _wrapped("choice"), harmless=True),
    Kind("branch doubled", "choice", _doubled, harmless=True),
    Kind("moved into a define", "element", _extracted, harmless=True),
    Kind("define inlined", "ref", _inlined, harmless=True),
    Kind("pattern rewritten", "param", _pattern_rewritten, harmless=True),
    Kind("pattern widened", "param", _pattern_widened, harmless=True),
    Kind("range widened", "param", _bound(-1), harmless=True),
    Kind("type widened", "data", _type(_WIDER), harmless=True),
    Kind("required to optional", "attribute", _wrapped("optional"), harmless=True),
    Kind("optional to zeroOrMore", "optional", _retag("zeroOrMore"), harmless=True),
    Kind("group to interleave", "group", _retag("interleave"), harmless=True),
    Kind("value added", "choice", _new_value, harmless=True),
    Kind("attribute added", "element", _new_attribute, harmless=True),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def candidates(path: str, data: bytes) -> Iterator[Candidate]:
    """Return every change that could be made to a file (some turn out not to apply)."""
    nodes: list[Node] = list(etree.fromstring(data).iter(etree.Element))
    by_tag: dict[str, list[int]] = {}
    for number, node in enumerate(nodes):
        if node.getparent() is not None:
            by_tag.setdefault(node.tag, []).append(number)
    for kind in KINDS:
        for number in by_tag.get(N + kind.tag, ()):
            yield Candidate(kind.name, path, number, nodes[number].sourceline or 0)


def around(candidate: Candidate, data: bytes, changed: bytes) -> frozenset[int]:
    """Return the lines that name the place of a change.

    Those of its node, of what it stands in, of what stands in it, and of all in a pattern that was taken out.
    """
    node: Node = list(etree.fromstring(data).iter(etree.Element))[candidate.number]
    near = [node, *[part for part in node if isinstance(part.tag, str)]]
    if candidate.kind == "choice branch removed":
        kept = [_plain(part) for part in list(etree.fromstring(changed).iter(etree.Element))[candidate.number]]
        near += [one for part in near[1:] if _plain(part) not in kept for one in part.iter(etree.Element)]
    if candidate.kind in ("element removed", "attribute removed"):
        near += list(node.iter(etree.Element))
    parent = node.getparent()
    return frozenset(one.sourceline or 0 for one in (*near, *([parent] if parent is not None else [])))


def _plain(node: Node) -> bytes:
    return bytes(etree.tostring(node, with_tail=False))


def shift(old: bytes, new: bytes) -> int:
    """Return by how many lines a file that was written anew begins earlier: comments before the root are gone."""
    roots: list[Node] = [etree.fromstring(side) for side in (old, new)]
    before, after = (int(root.sourceline) for root in roots)
    return before - after


def apply(candidate: Candidate, data: bytes, random: Random) -> bytes | None:
    """Return the file with the change, None when it does not apply."""
    root = etree.fromstring(data)
    node = list(root.iter(etree.Element))[candidate.number]
    if not BY_NAME[candidate.kind].make(node, random):
        return None
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
